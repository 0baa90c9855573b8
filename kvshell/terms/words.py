"""Reading the literals that hold no others: atoms, numbers, texts, pids, `$x`."""

import re
from collections.abc import Callable
from typing import Any

from kvshell.terms import scanner
from kvshell.terms.atom import Atom, alias, atom
from kvshell.terms.edge import term
from kvshell.terms.list import List
from kvshell.terms.ref import NODE
from kvshell.terms.scanner import ReadError, short
from kvshell.terms.spelling import operator

ALIAS = re.compile(r"[A-Z][A-Za-z0-9_]*(?:\.[A-Z][A-Za-z0-9_]*)*(?![\w.])")
_SPACE = re.compile(r"\s*")
# The blocks of marks that follow a letter: `\w` has only what is a letter itself.
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


class Words:
    """A text read from left to right; `at` is where the next character to read stands."""

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
        """Read a literal that stands between no brackets."""
        text, start = self.text, self.at
        char = text[start : start + 1]
        if char == '"':
            return self._binary()
        if char == "'":
            value, self.at = scanner.quoted(text, start, bytewise=False)
            return List(map(ord, value))
        if char == ":":
            return self._atom()
        if char.isdecimal() or (char in "+-" and text[start + 1 : start + 2].isdecimal()):
            number, self.at = scanner.number(text, start)
            return number
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
        """Read `name:` or `"a name":` if one stands here; return it and whether one did."""
        text, start = self.text, self.at
        if text[start] in "\"'":
            name, end = scanner.quoted(text, start, bytewise=False)
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
        """Step over white space."""
        found = _SPACE.match(self.text, self.at)
        if found is not None:
            self.at = found.end()

    def taken(self, mark: str) -> bool:
        """Step over `mark`, and the space before it, if it stands here."""
        self.space()
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def here(self) -> tuple[str, int]:
        """Return the word that stands here, short enough for a sentence, and where it ends."""
        found = _JUNK.match(self.text, self.at)
        return ("", self.at) if found is None else (short(found[0]), found.end())

    def _binary(self) -> str | bytes:
        value, self.at = scanner.quoted(self.text, self.at)
        if value.isascii():
            return value
        return term(value.encode("utf-8", "surrogateescape"))  # type: ignore[no-any-return]

    def _atom(self) -> Any:
        text, start = self.text, self.at + 1
        if text[start : start + 1] in {'"', "'"}:
            return self._named(*scanner.quoted(text, start, bytewise=False))
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
            char, self.at = scanner.escape(self.text, start, bytewise=False)
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
            hint = f'write :{shown} or "{shown}"' if plain else "put quotes round it"
            raise ReadError(f"{shown} is no literal: {hint}", start, end)
        if shown in "]})>,|=":
            raise ReadError(f"a term is missing before {shown}", start, end)
        raise ReadError(f"{shown} begins no literal", start, end)

    def _ask(self, resolve: Resolve | None, what: Any, end: int) -> Any:
        if resolve is None:
            raise ReadError(f"{self.text[self.at : end]} means nothing here", self.at, end)
        self.at = end
        return resolve(what)
