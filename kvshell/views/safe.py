"""Makes text from outside safe to print: it cannot move the cursor, or colour or reverse text.

Names, keys and values come from users and files. Everything that reaches a screen goes through
`safe` first, before any width is measured.
"""

import re
import unicodedata
from functools import partial
from html import escape as _escape

# How Elixir escapes these characters in a string.
ESCAPES = {
    "\a": "\\a",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
    "\x1b": "\\e",
}

# Invisible characters that are kept: emoji sequences and some scripts need them.
JOINERS = "\u200c\u200d"

# Unicode categories that are escaped: control and format characters (bidi marks, byte order marks,
# tags), surrogates, line and paragraph separators.
UNSAFE = ("Cc", "Cf", "Cs", "Zl", "Zp")

# The non-ASCII characters that kvshell itself prints, and their replacements.
TO_ASCII = str.maketrans(
    {
        "…": "...",
        "·": "-",
        "–": "-",
        "—": "-",
        "→": "->",
        "←": "<-",
        "×": "x",
        "’": "'",
        "“": '"',
        "”": '"',
        "─": "-",
        "│": "|",
        "├": "|",
        "└": "`",
        "•": "*",
        "▶": ">",
        "◀": "<",
        "┈": ".",
        "▌": "|",
    }
)


def safe(text: str, *, unicode: bool = True) -> str:
    """Escape the characters of a line that would have an effect or be invisible.

    Without `unicode` the result is ASCII.
    """
    if not text.isprintable():
        text = "".join(char if char.isprintable() else _shown(char) for char in text)
    return text if unicode else to_ascii(text)


def to_ascii(text: str) -> str:
    """Convert a text to ASCII: our own signs by `TO_ASCII`, other characters to Python escapes."""
    if text.isascii():
        return text
    return text.translate(TO_ASCII).encode("ascii", "backslashreplace").decode("ascii")


def safe_lines(text: str, *, unicode: bool = True) -> list[str]:
    """Return the lines of a text, each made safe."""
    return [safe(line, unicode=unicode) for line in text.split("\n")]


def printed_lines(text: str, *, unicode: bool = True) -> list[str]:
    """Return the lines that a program printed, each made safe; tabs are kept to align columns."""
    return [
        "\t".join(map(partial(safe, unicode=unicode), line.split("\t")))
        for line in text.split("\n")
    ]


def markup(text: str, *, quote: bool = False) -> str:
    """Escape a multi-line text for HTML and XML; with `quote`, for use in attributes.

    Characters that XML does not allow at all, not even as `&#27;`, become text escapes.
    """
    return _escape("\n".join(safe_lines(text)), quote)


def _shown(char: str) -> str:
    if is_safe(char):
        return char
    number = ord(char)
    wide = f"\\u{number:04X}" if number <= 0xFFFF else f"\\u{{{number:X}}}"
    return ESCAPES.get(char) or (f"\\x{number:02X}" if number < 0x100 else wide)


def is_safe(char: str) -> bool:
    """Whether a character can be printed unchanged."""
    if char.isprintable() or char in JOINERS:
        return True
    number = ord(char)
    if number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF:
        return False  # not a character, or not allowed in XML
    return unicodedata.category(char) not in UNSAFE


HIDDEN = "[hidden]"

_AFTER_A_WORD = re.compile(
    r"""(?ix) ( \b [\w-]* (?: passw(?:or)?d | passphrase | secret | token | api[_-]?key
                           | credential | authorization | bearer ) [\w-]* (?![\w-])
                (?: ["']? \s* [:=,>]+ \s* | ["']? \s+ ) )
        (?! \# (?: \s | $ ) )
        ( "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' | [^\s,;}\])]+ )"""
)
_IN_A_URL = re.compile(r"(\w+://[^\s:/@]+:)([^\s@]+)(?=@)")
_BY_ITSELF = re.compile(
    r"\beyJ[\w-]{8,}\.[\w.-]+"  # a JSON web token
    r"|\b(?:gh[opsu]_|github_pat_|xox[abps]-|sk-|AKIA)[\w-]{12,}"  # well-known prefixes
    # keys, hashes
    r"|(?P<long>\b(?=[\w+/-]*\d)(?=[\w+/-]*[A-Za-z])[A-Za-z0-9+_/-]{32,}={0,2}(?![\w/.]))"
)


def secrets(text: str) -> list[str]:
    """Return the parts that `redacted` replaces, without their quotes."""
    found = [each[2] for each in _AFTER_A_WORD.finditer(text)]
    text = _AFTER_A_WORD.sub(r"\1", text)
    found += [each[2] for each in _IN_A_URL.finditer(text)]
    candidates = _BY_ITSELF.finditer(_IN_A_URL.sub(r"\1", text))
    found += [each[0] for each in candidates if not _is_name(each["long"])]
    return [each[1:-1] if each[0] in "\"'" and each[-1] == each[0] else each for each in found]


def redacted(text: str) -> str:
    """Replace text that looks like a password, a token or a key by `HIDDEN`."""
    text = _AFTER_A_WORD.sub(rf"\1{HIDDEN}", text)
    text = _IN_A_URL.sub(rf"\1{HIDDEN}", text)
    return _BY_ITSELF.sub(lambda found: found[0] if _is_name(found["long"]) else HIDDEN, text)


def _is_name(text: str | None) -> bool:
    """Whether a long text is a path or a name, such as `pytest-of-me/pytest-3`, and not a key.

    A key mixes letters and digits; a name consists of words, each followed by a number at most.
    """
    return text is not None and all(map(_NAMED.fullmatch, _BETWEEN_WORDS.split(text)))


_BETWEEN_WORDS = re.compile(r"[/_+-]")
_NAMED = re.compile(r"(?:[a-z]{2,}|[A-Z]?[a-z]+|[A-Z]+)?\d{0,6}")
