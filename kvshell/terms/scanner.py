"""The words of a literal: numbers, names and texts between quotes, with where each begins and ends.

Each function takes the text and where to begin, and returns what it read and where that ends.
"""

import re

from kvshell.terms.escape import shown

MAX_DIGITS = 4000

_NUMBER = re.compile(
    r"""(?P<sign>[+-]?)(?:0x(?P<hex>[0-9A-Fa-f]+(?:_[0-9A-Fa-f]+)*)|0o(?P<oct>[0-7]+(?:_[0-7]+)*)
      |0b(?P<bin>[01]+(?:_[01]+)*)
      |(?P<whole>\d+(?:_\d+)*)(?P<fraction>\.\d+(?:_\d+)*(?:[eE][+-]?\d+)?)?)(?P<rest>[\w.]*)""",
    re.VERBOSE | re.ASCII,
)
_CHUNK = {quote: re.compile(rf"[^\\#{quote}]+") for quote in "\"'"}
_HEX_ESCAPE = re.compile(r"\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{1,2})")
_UNICODE_ESCAPE = re.compile(r"\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{4})")
_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "d": "\x7f",
    "e": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "s": " ",
    "t": "\t",
    "v": "\v",
    "\n": "",
}
_BASES = {"hex": 16, "oct": 8, "bin": 2, "whole": 10}


class ReadError(ValueError):
    """`text[start:end]` cannot be read; `message` is one sentence that says why."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


def number(text: str, start: int) -> tuple[int | float, int]:
    """Read an integer or a float: `1_000`, `0x1F`, `-2.5e-3`."""
    found = _NUMBER.match(text, start)
    if found is None:
        raise ReadError(f"{short(text[start])} alone is no number", start, start + 1)
    end = found.end()
    if found["rest"]:
        raise ReadError(f"{short(found[0])} is no number: put quotes round a text", start, end)
    if found["fraction"]:
        value = float(found[0].replace("_", ""))
        if value in {float("inf"), float("-inf")}:
            raise ReadError(f"{short(found[0])} is too large for a float", start, end)
        return value, end
    digits, base = next((found[name], _BASES[name]) for name in _BASES if found[name])
    digits = digits.replace("_", "")
    if len(digits) > MAX_DIGITS:
        problem = f"an integer has at most {MAX_DIGITS} digits, this one has {len(digits)}"
        raise ReadError(problem, start, end)
    return int(found["sign"] + digits, base), end


def quoted(text: str, start: int, bytewise: bool = True) -> tuple[str, int]:
    r"""Read a text between quotes, `text[start]` being the first.

    With `bytewise` an escape such as `\xFF` is a byte, and comes back as Python's surrogate for
    it (`surrogateescape`); else it is the character of that number.
    """
    quote = text[start]
    if text.startswith(quote * 3, start):
        raise ReadError("write a text on one line, with \\n for its line breaks", start, start + 3)
    parts: list[str] = []
    at = start + 1
    chunk = _CHUNK[quote]
    while at < len(text):
        found = chunk.match(text, at)
        if found is not None:
            parts.append(found[0])
            at = found.end()
            continue
        char = text[at]
        if char == quote:
            return "".join(parts), at + 1
        if char == "\\":
            part, at = escape(text, at, bytewise)
            parts.append(part)
        elif text.startswith("#{", at):
            raise ReadError("nothing is put into a text here: write \\#{ for #{", at, at + 2)
        else:
            parts.append(char)
            at += 1
    raise ReadError(f"this text is never closed: add {quote}", start, len(text))


def escape(text: str, start: int, bytewise: bool) -> tuple[str, int]:
    r"""Read an escape such as `\n`, `\xFF`, `\u00e9`; `text[start]` is the backslash."""
    char = text[start + 1 : start + 2]
    if not char:
        raise ReadError("nothing follows this backslash", start, start + 1)
    if char not in "xu":
        return _ESCAPES.get(char, char), start + 2
    found = (_HEX_ESCAPE if char == "x" else _UNICODE_ESCAPE).match(text, start + 2)
    if found is None:
        shape = "\\xHH" if char == "x" else "\\uHHHH or \\u{H...}"
        raise ReadError(f"write {shape}, H a hexadecimal digit", start, start + 2)
    code = int(found[1] or found[2], 16)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise ReadError(f"there is no character {found[1] or found[2]}", start, found.end())
    if char == "x" and bytewise and not found[1] and code > 0x7F:
        code += 0xDC00
    return chr(code), found.end()


def short(word: str) -> str:
    """Return `word` fit for a sentence: cut, its controls escaped."""
    return shown(word if len(word) <= 24 else f"{word[:20]}...")
