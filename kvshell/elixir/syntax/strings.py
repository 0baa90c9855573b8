r"""Strings: the escapes of quoted text (`\n`, `\x41`, `\u{1F600}`)."""

import re

from kvshell.elixir.syntax.faults import Fault

_ESCAPE = re.compile(r"\\(\r?\n|[\s\S])")
_NAMED = {
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
}
_REGEX_NAMED = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_HEX = re.compile(r"([0-9A-Fa-f]{2})|([0-9A-Fa-f])|\{([0-9A-Fa-f]{1,6})\}")
_UNICODE = re.compile(r"([0-9A-Fa-f]{4})|\{([0-9A-Fa-f]{1,6})\}")
AFTER = ". Syntax error after: "


def escaped_char(char: str) -> int:
    r"""Return the code point that `?\c` stands for."""
    return ord(_NAMED.get(char, char))


def unescape(text: str, line: int = 1, column: int = 1) -> str | bytes:
    """Return `text` with escapes replaced; bytes if the result is not UTF-8.

    Raises a Fault at the given position for an invalid escape.
    """
    if "\\" not in text:
        return text
    pieces: list[str] = []
    at = 0
    raw = False
    while (backslash := text.find("\\", at)) >= 0:
        pieces.append(text[at:backslash])
        found = _ESCAPE.match(text, backslash)
        if found is None:
            at = backslash
            break
        char, at = found[1], found.end()
        if char == "x":
            piece, at = _hex(text, at, line, column)
            raw = raw or "\udc80" <= piece <= "\udcff"
            pieces.append(piece)
        elif char == "u":
            piece, at = _code_point(text, at, line, column)
            pieces.append(piece)
        elif char[-1] != "\n":
            pieces.append(_NAMED.get(char, char))
    pieces.append(text[at:])
    return _settled("".join(pieces)) if raw else "".join(pieces)


def unescape_regex(text: str) -> str:
    r"""Return the content of a `~r` with `\a \f \n \r \t \v` replaced, and other escapes kept."""
    if "\\" not in text:
        return text
    pieces = []
    at = 0
    for found in _ESCAPE.finditer(text):
        pieces.append(text[at : found.start()])
        at = found.end()
        pieces.append(found[0] if found[1] not in _REGEX_NAMED else _REGEX_NAMED[found[1]])
    pieces.append(text[at:])
    return "".join(pieces)


def _settled(text: str) -> str | bytes:
    data = text.encode("utf-8", "surrogateescape")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _hex(text: str, at: int, line: int, column: int) -> tuple[str, int]:
    found = _HEX.match(text, at)
    if found is None:
        problem = "invalid hex escape character, expected \\xHH where H is a hexadecimal digit"
        raise Fault(line, column, problem + AFTER, "\\x")
    if found[1]:
        byte = int(found[1], 16)
        # A single byte: kept as a surrogate until the whole text is known.
        return (chr(byte) if byte < 0x80 else chr(0xDC00 + byte)), found.end()
    return _char(found[2] or found[3], line, column), found.end()


def _code_point(text: str, at: int, line: int, column: int) -> tuple[str, int]:
    found = _UNICODE.match(text, at)
    if found is None:
        problem = (
            "invalid Unicode escape character, expected \\uHHHH or \\u{H*} where H is a"
            " hexadecimal digit"
        )
        raise Fault(line, column, problem + AFTER, "\\u")
    return _char(found[1] or found[2], line, column), found.end()


def _char(digits: str, line: int, column: int) -> str:
    point = int(digits, 16)
    if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
        problem = f"invalid or reserved Unicode code point \\u{{{digits}}}"
        raise Fault(line, column, problem + AFTER, "\\u")
    return chr(point)
