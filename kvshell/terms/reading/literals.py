"""Parses the parts of a literal: numbers, names and quoted texts, with their positions.

Each function takes the text and a start position, and returns the value and its end position.
"""

import re
from collections.abc import Callable
from typing import Any

from kvshell.terms.atom import Atom, alias, atom
from kvshell.terms.coerce import term
from kvshell.terms.escape import visible
from kvshell.terms.list import List
from kvshell.terms.printing.spelling import operator
from kvshell.terms.values import NODE

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
    """`text[start:end]` cannot be parsed; `message` explains why in one sentence."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


def number(text: str, start: int) -> tuple[int | float, int]:
    """Parse an integer or a float: `1_000`, `0x1F`, `-2.5e-3`."""
    found = _NUMBER.match(text, start)
    if found is None:
        raise ReadError(f"{short(text[start])} alone is not a number", start, start + 1)
    end = found.end()
    if found["rest"]:
        raise ReadError(f"{short(found[0])} is not a number: put quotes around text", start, end)
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
    r"""Parse quoted text; `text[start]` is the opening quote.

    With `bytewise` an escape such as `\xFF` is a byte, and is returned as Python's surrogate for it
    (`surrogateescape`); otherwise it is the character with that number.
    """
    quote = text[start]
    if text.startswith(quote * 3, start):
        raise ReadError("write text on one line, with \\n for its line breaks", start, start + 3)
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
            raise ReadError("there is no interpolation here: write \\#{ for #{", at, at + 2)
        else:
            parts.append(char)
            at += 1
    raise ReadError(f"this string is never closed: add {quote}", start, len(text))


def escape(text: str, start: int, bytewise: bool) -> tuple[str, int]:
    r"""Parse an escape such as `\n`, `\xFF`, `\u00e9`; `text[start]` is the backslash."""
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
    """Return `word` for use in a sentence: truncated, control characters escaped."""
    return visible(word if len(word) <= 24 else f"{word[:20]}...")


ALIAS = re.compile(r"[A-Z][A-Za-z0-9_]*(?:\.[A-Z][A-Za-z0-9_]*)*(?![\w.])")
_SPACE = re.compile(r"\s*")
# The Unicode blocks of combining marks: `\w` matches only letters themselves.
_MARKS = (
    "\\u00b7\\u0300-\\u036f\\u0483-\\u0487\\u0591-\\u05c7\\u0610-\\u061a\\u064b-\\u0670\\u06d6-\\u06ed"
    "\\u0711-\\u07f3\\u0900-\\u0dff\\u0e31-\\u0e4e\\u0eb1-\\u0ecd\\u0f18-\\u0fc6\\u102b-\\u109d\\u135d-\\u135f"
    "\\u17b4-\\u17d3\\u1ab0-\\u1ace\\u1cd0-\\u1cf9\\u1dc0-\\u1dff\\u302a-\\u302f\\u3099\\u309a\\ua8e0-\\uabed"
    "\\U00016ff0\\U00016ff1"
)
_WORD = re.compile(rf"[^\W\d][\w@{_MARKS}]*[?!]?")
_KEY = re.compile(rf"({_WORD.pattern}):(?!:)")
_PID = re.compile(r"#PID<0\.(\d{1,18})\.0>")
_REF = re.compile(rf"#Reference<0\.{re.escape(NODE)}\.(\d{{1,18}})>")
_VARIABLE = re.compile(r"\$([A-Za-z_]\w*[?!]?)")
_JUNK = re.compile(r"#[A-Z]\w*<[^>]*>?|[\w@.]+|.", re.DOTALL)

Resolve = Callable[[Any], Any]


class LiteralReader:
    """Parses a text from left to right; `at` is the position of the next character."""

    def __init__(
        self,
        text: str,
        at: int,
        pid: Resolve | None,
        ref: Resolve | None,
        variable: Resolve | None,
    ) -> None:
        self.text = text
        self.at = at
        self.pid = pid
        self.ref = ref
        self.variable = variable

    def word(self) -> Any:
        """Parse a literal without brackets."""
        text, start = self.text, self.at
        char = text[start : start + 1]
        if char == '"':
            return self._binary()
        if char == "'":
            value, self.at = quoted(text, start, bytewise=False)
            return List(map(ord, value))
        if char == ":":
            return self._atom()
        if char.isdecimal() or (char in "+-" and text[start + 1 : start + 2].isdecimal()):
            figure, self.at = number(text, start)
            return figure
        if char == "?" and start + 1 < len(text):
            return self._character()
        if char == "#":
            return self._process()
        if found := _VARIABLE.match(text, start):
            return self._ask(self.variable, found[1], found.end())
        if text.startswith("self()", start):
            return self._ask(self.variable, "self()", start + 6)
        return self._name()

    def key(self) -> tuple[Any, bool]:
        """Parse `name:` or `"a name":` if present; return the key and whether there is one."""
        text, start = self.text, self.at
        if text[start] in "\"'":
            name, end = quoted(text, start, bytewise=False)
            if not text.startswith(":", end) or text.startswith("::", end):
                return None, False
            end += 1
        elif found := _KEY.match(text, start):
            name, end = found[1], found.end()
        else:
            name = operator(text, start)
            end = start + len(name) + 1
            if not name or text[end - 1 : end] != ":" or text[end : end + 1].strip():
                return None, False
        if text[end : end + 1].strip():
            raise ReadError(f"put a space after {short(text[start:end])}", start, end)
        return self._named(name, end), True

    def space(self) -> None:
        """Skip white space."""
        found = _SPACE.match(self.text, self.at)
        if found is not None:
            self.at = found.end()

    def taken(self, mark: str) -> bool:
        """Skip `mark`, and the white space before it, if present."""
        self.space()
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def here(self) -> tuple[str, int]:
        """Return the word at this position, truncated for a sentence, and its end."""
        found = _JUNK.match(self.text, self.at)
        return ("", self.at) if found is None else (short(found[0]), found.end())

    def _binary(self) -> str | bytes:
        value, self.at = quoted(self.text, self.at)
        if value.isascii():
            return value
        return term(value.encode("utf-8", "surrogateescape"))  # type: ignore[no-any-return]

    def _atom(self) -> Any:
        text, start = self.text, self.at + 1
        if text[start : start + 1] in {'"', "'"}:
            return self._named(*quoted(text, start, bytewise=False))
        found = _WORD.match(text, start)
        name = found[0] if found else operator(text, start)
        if not name:
            raise ReadError('a name is missing after this colon: :ok, :"a b"', start - 1, start)
        return self._named(name, start + len(name))

    def _named(self, name: str, end: int) -> Any:
        try:
            value = atom(name)
        except ValueError as error:
            raise ReadError(str(error), self.at, end) from None
        self.at = end
        return value

    def _character(self) -> int:
        start = self.at + 1
        if self.text[start] == "\\":
            char, self.at = escape(self.text, start, bytewise=False)
        else:
            char, self.at = self.text[start], start + 1
        return ord(char or "\n")

    def _process(self) -> Any:
        text, start = self.text, self.at
        if found := _PID.match(text, start):
            return self._ask(self.pid, int(found[1]), found.end())
        if found := _REF.match(text, start):
            return self._ask(self.ref, int(found[1]), found.end())
        shown, end = self.here()
        raise ReadError(f"{shown} cannot be typed", start, end)

    def _name(self) -> Any:
        text, start = self.text, self.at
        if found := ALIAS.match(text, start):
            self.at = found.end()
            return Atom(found[0]) if found[0].partition(".")[0] == "Elixir" else alias(found[0])
        shown, end = self.here()
        if shown in {"nil", "true", "false"}:
            self.at = end
            return atom(shown)
        if not shown:
            raise ReadError("a term is missing at the end", start, start)
        if shown == "...":
            raise ReadError("the text was cut off here: it cannot be read back", start, end)
        if _WORD.match(text, start):
            plain = shown.isidentifier() and end - start == len(shown)
            hint = f'write :{shown} or "{shown}"' if plain else "put quotes around it"
            raise ReadError(f"{shown} is not a literal: {hint}", start, end)
        if shown in "]})>,|=":
            raise ReadError(f"a term is missing before {shown}", start, end)
        raise ReadError(f"{shown} does not start a literal", start, end)

    def _ask(self, resolve: Resolve | None, what: Any, end: int) -> Any:
        if resolve is None:
            raise ReadError(f"{self.text[self.at : end]} means nothing here", self.at, end)
        self.at = end
        return resolve(what)
