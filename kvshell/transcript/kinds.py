"""The kind of every hole's name, in the order of the document (R3)."""

from collections.abc import Mapping

from kvshell.transcript.document import Hole, Pattern
from kvshell.transcript.source import Source


class Kinds:
    """Gives bare holes their kind, and names the place where a name changes its own."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._parts: list[dict[str, str]] = [{}]
        self._first: dict[str, int] = {}
        self._set_aside: tuple[dict[str, str], dict[str, int]] | None = None

    def fresh(self) -> None:
        """Forget every name: a `fresh` block begins."""
        self._parts.append({})
        self._first = {}

    def set_aside(self) -> None:
        """Until `restore`, names count for what follows only: that block binds nothing."""
        self._set_aside = dict(self._parts[-1]), dict(self._first)

    def restore(self) -> None:
        """Back to the names known when `set_aside` was called."""
        if self._set_aside is not None:
            self._parts[-1], self._first = self._set_aside
            self._set_aside = None

    def parts(self) -> tuple[Mapping[str, str], ...]:
        """Name to kind, one mapping for each part that a `fresh` begins."""
        return tuple(self._parts)

    def expected(self, pattern: Pattern, text: str, line: int, column: int) -> Pattern:
        """Return an expectation's pattern with every kind filled in; it may bind new names.

        `text` is what stands at that column of the line.
        """
        if not any(type(part) is Hole for part in pattern):
            return pattern
        known = self._parts[-1]
        return tuple(
            part
            if isinstance(part, str)
            else self._filled(part, known, line, column + _place(part, text))
            for part in pattern
        )

    def _filled(self, hole: Hole, known: dict[str, str], line: int, column: int) -> Hole:
        if not hole.name:
            return hole
        kind = known.get(hole.name)
        if kind is None:
            kind = known[hole.name] = hole.kind or "any"
            self._first[hole.name] = line
        elif hole.kind not in {"", kind}:
            message = (
                f"{hole.text}: {hole.name} is {_article(kind)} {kind} since line "
                f"{self._first[hole.name]}; a name has one kind"
            )
            raise self._source.error(line, column, message)
        return hole._replace(kind=kind)

    def command(self, pattern: Pattern, text: str, line: int, column: int) -> Pattern:
        """Return a command's pattern; each of its holes must have been bound further up."""
        filled: list[str | Hole] = []
        for part in pattern:
            if isinstance(part, str):
                filled.append(part)
                continue
            at = column + _place(part, text)
            if part.name not in self._parts[-1]:
                message = f"{part.text} in a command, and nothing above binds {part.name or 'it'}"
                raise self._source.error(line, at, message)
            filled.append(self._filled(part, self._parts[-1], line, at))
        return tuple(filled)


def _article(kind: str) -> str:
    return "an" if kind in {"any", "int"} else "a"


def _place(hole: Hole, text: str) -> int:
    return max(text.find(hole.text), 0)
