r"""What a text is compared as (R1, R11): the same for what was expected and what was printed.

Control characters become visible escapes (`\t`, `\x1b`), so that neither a report nor a rewritten
document can carry them to a terminal.
"""

import re
from unicodedata import is_normalized, normalize

_PLAIN = re.compile(r"[\x20-\x7e]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# CSI, OSC up to its terminator, and the two- and three-character sequences; each is linear.
_ANSI = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]+[0-~]|\x1b[0-Z\\^_-~]"
)


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    return r"\t" if character == "\t" else f"\\x{ord(character):02x}"


def visible(text: str) -> str:
    r"""Return one line in NFC, its control characters written as `\t` and `\xNN`."""
    if _PLAIN.fullmatch(text):
        return text
    if not is_normalized("NFC", text):
        text = normalize("NFC", text)
    return _CONTROL.sub(_escape, text)


def output_lines(text: str) -> list[str]:
    """Return what was printed as it is compared: the lines of R1."""
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    lines = [visible(line.rstrip(" \t\r")) for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def printable(text: str) -> str:
    r"""Return a document's own text as a report may show it: nothing in it moves the cursor."""
    return _DIRECTION.sub(lambda found: f"\\u{ord(found.group()):04x}", _CONTROL.sub(_escape, text))
