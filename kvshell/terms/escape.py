"""Which text Elixir can print, and how it escapes the rest.

No control character reaches a terminal: a string with one that has no escape name in Elixir prints
as `<<...>>`; in a quoted atom it is escaped. Unlike Elixir 1.14, but like later releases,
bidirectional marks and line separators are escaped too: they would let a value rewrite the screen.
"""

import re

_NAMED = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 27: "\\e"}
_TURNING = (0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
_ESCAPES: dict[int, str] = {
    **{code: f"\\x{code:02X}" for code in (*range(1, 32), *range(128, 160))},
    0: "\\0",
    127: "\\d",
    **_NAMED,
    **{code: f"\\u{code:04X}" for code in _TURNING},
    0xFFFE: "\\x{FFFE}",
    0xFFFF: "\\x{FFFF}",
    ord("\\"): "\\\\",
}
_QUOTED = {quote: {**_ESCAPES, ord(quote): "\\" + quote} for quote in "\"'"}
_RAW = {code: text for code, text in _ESCAPES.items() if code not in {9, 10, ord("\\")}}
_UNPRINTABLE = re.compile("[\0-\6\x0e-\x1a\x1c-\x1f\x80-\x9f\ud800-\udfff\ufffe\uffff]")
PLAIN = re.compile(r"[ !$-&(-\[\]-~]*")


def printable(text: str) -> bool:
    """Whether Elixir prints `text` between quotes. Mirrors String.printable?/1."""
    return _UNPRINTABLE.search(text) is None


def quoted(text: str, quote: str = '"') -> str:
    """Return `text` in quotes, escaped as Elixir does."""
    if PLAIN.fullmatch(text):
        return quote + text + quote
    return quote + text.translate(_QUOTED[quote]).replace("#{", "\\#{") + quote


def visible(text: str) -> str:
    """Return free text, such as an exception message, with control characters escaped."""
    return text.translate(_RAW)
