"""read(): parses a term literal, the inverse of inspect().

It accepts what a user types and what inspect prints: numbers, atoms, texts, lists, tuples, maps,
structs, binaries; pids, references, `$x` and `self()` through resolvers, whose errors propagate. A
bare word is not a literal, code never runs, and text nested deeper than MAX_NESTING is rejected. A
struct whose name ends in Error is an exception.
"""

from collections.abc import Callable
from typing import Any

from kvshell.terms import coerce as edge
from kvshell.terms.atom import A, alias
from kvshell.terms.list import List
from kvshell.terms.map import Map
from kvshell.terms.reading.literals import ALIAS, LiteralReader, ReadError, Resolve

_CLOSERS = {"[": "]", "{": "}", "<<": ">>"}


def read(
    text: str,
    *,
    pid: Resolve | None = None,
    ref: Resolve | None = None,
    variable: Resolve | None = None,
) -> Any:
    """Parse all of `text` as a literal and return its term, or raise ReadError.

    `pid` and `ref` resolve printed numbers; `variable` resolves the `x` of `$x` and `self()`.
    """
    reader = _Reader(text, 0, pid, ref, variable)
    value = reader.whole()
    if reader.at < len(text):
        shown, end = reader.here()
        raise ReadError(f"{shown} is unexpected here", reader.at, end)
    return value


def read_prefix(
    text: str,
    start: int = 0,
    *,
    pid: Resolve | None = None,
    ref: Resolve | None = None,
    variable: Resolve | None = None,
) -> tuple[Any, int]:
    """Return the term whose literal begins at `start`, and the position after it."""
    reader = _Reader(text, start, pid, ref, variable)
    return reader.whole(), reader.at


class _Reader(LiteralReader):
    """Parses a literal: containers here, everything else in LiteralReader."""

    def whole(self) -> Any:
        start = self.at
        try:
            value = edge.term(self.read(0), "literal")
        except ReadError:
            raise
        except (ValueError, RecursionError):  # a variable's value may already be deeply nested
            raise ReadError(edge.TOO_DEEP, start, len(self.text)) from None
        self.space()
        return value

    def read(self, depth: int) -> Any:
        self.space()
        start = self.at
        bracket = _BRACKETS.get(self.text[start : start + 1])
        if bracket is None or (self.text[start] == "<" and self.text[start + 1 : start + 2] != "<"):
            return self.word()
        if depth >= edge.MAX_NESTING:
            raise ReadError(edge.TOO_DEEP, start, len(self.text))
        return bracket(self, depth)

    def read_list(self, depth: int) -> List:
        start = self.at
        items, pairs = self.items("[", depth)
        if not self.taken("|"):
            self.close("[", start)
            return List([*items, *pairs])
        if pairs or not items:
            raise ReadError("a tail follows an item: [1 | 2]", self.at - 1, self.at)
        tail = self.read(depth + 1)
        self.close("[", start)
        if type(tail) is List:
            return List([*items, *tail.items], tail.last)
        return List(items, tail)

    def read_tuple(self, depth: int) -> tuple[Any, ...]:
        start = self.at
        items, pairs = self.items("{", depth)
        self.close("{", start)
        if pairs and not items:
            raise ReadError("a tuple has no keys: write %{ for a map", start, start + 1)
        return (*items, List(pairs)) if pairs else tuple(items)

    def read_binary(self, depth: int) -> str | bytes:
        start = self.at
        items, pairs = self.items("<<", depth)
        if self.text.startswith("::", self.at):
            raise ReadError("a binary consists of whole bytes here", self.at, self.at + 2)
        self.close("<<", start)
        raw = bytearray()
        for item in [*items, *pairs]:
            if type(item) is int:
                raw.append(item & 255)
            elif type(item) is str or type(item) is bytes:
                raw += item.encode() if isinstance(item, str) else item
            else:
                raise ReadError("a binary holds only bytes and text", start, self.at)
        return edge.term(bytes(raw))  # type: ignore[no-any-return]

    def read_map(self, depth: int) -> Map:
        start = self.at
        self.at += 1
        module = ALIAS.match(self.text, self.at)
        fields: list[tuple[Any, Any]] = []
        if module:
            fields.append((A.__struct__, alias(module[0])))
            if module[0].endswith("Error"):
                fields.append((A.__exception__, True))
            self.at = module.end()
        if not self.text.startswith("{", self.at):
            raise ReadError("write %{ for a map, %Name{ for a struct", start, self.at)
        items, pairs = self.items("{", depth, arrow=True)
        if items and module:
            raise ReadError("a struct has keys: %Name{key: value}", start, self.at)
        self.close("{", start)
        return Map([*fields, *items, *pairs])

    def items(
        self, opener: str, depth: int, arrow: bool = False
    ) -> tuple[list[Any], list[tuple[Any, Any]]]:
        """Parse items (with `arrow`, pairs `key => value`), then pairs `key: value`.

        Stops at anything that is not a comma.
        """
        self.at += len(opener)
        items: list[Any] = []
        pairs: list[tuple[Any, Any]] = []
        while True:
            self.space()
            start = self.at
            if start >= len(self.text) or self.text.startswith(_CLOSERS[opener], start):
                return items, pairs
            key, found = self.key()
            if found:
                pairs.append((key, self.read(depth + 2)))
            elif pairs:
                raise ReadError("key: value comes after everything else", start, start + 1)
            else:
                item = self.read(depth + 1)
                items.append((item, self.value(depth)) if arrow else item)
            if not self.taken(","):
                return items, pairs

    def value(self, depth: int) -> Any:
        if not self.taken("=>"):
            raise ReadError("=> and a value are missing after this key", self.at - 1, self.at)
        return self.read(depth + 1)

    def close(self, opener: str, start: int) -> None:
        closer = _CLOSERS[opener]
        if self.taken(closer):
            return
        if self.at >= len(self.text):
            raise ReadError(f"{opener} is never closed: add {closer}", start, self.at)
        shown, end = self.here()
        raise ReadError(f"{shown} cannot follow here: a comma or {closer} is missing", self.at, end)


_BRACKETS: dict[str, Callable[[_Reader, int], Any]] = {
    "[": _Reader.read_list,
    "{": _Reader.read_tuple,
    "%": _Reader.read_map,
    "<": _Reader.read_binary,
}
