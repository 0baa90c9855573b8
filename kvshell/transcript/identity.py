"""A line that would match if a name stood for something else: the error this format is for."""

from typing import NamedTuple

from kvshell.transcript.document import Hole, Out
from kvshell.transcript.expect import Expectation, Match, Printed
from kvshell.transcript.lines import Budget, Line
from kvshell.transcript.scope import DISTINCT, Known, Scope


class Conflict(NamedTuple):
    """`hole` at `line` of the file stands for `text`, but that cannot be.

    Either it `was` another text since line `since`, or the text already has the name `other`.
    """

    hole: Hole
    line: int
    text: str
    was: str = ""
    since: int = 0
    other: str = ""

    def sentences(self) -> tuple[str, ...]:
        """What a report says of it."""
        if self.other:
            return (
                f"identity: {self.other} and {self.hole.name} are both {self.text}; "
                f"different names must be different {_things(self.hole.kind)}.",
            )
        kind = {"pid": "process", "ref": "reference"}.get(self.hole.kind)
        who = f"a *different {kind}* answered" if kind == "process" else f"a different {kind}"
        said = who if kind else "the value is another one"
        return (
            f"identity: {self.hole.text} was {self.was} at line {self.since}, "
            f"here it is {self.text}.",
            f"The line matches in every other respect: {said}. "
            "(not fixed by --update; see --accept-identity)",
        )

    @property
    def summary(self) -> str:
        """The same in one line."""
        if self.other:
            return f"{self.other} and {self.hole.name} are both {self.text}"
        return f"{self.hole.text} was {self.was} at line {self.since}, here it is {self.text}"


def find_conflict(
    expectation: Expectation, printed: Printed, loose: Match, scope: Scope
) -> Conflict | None:
    """Return the first name that stands in the way, given the match that ignores names."""
    new: dict[str, tuple[str, int]] = {}
    owners: dict[str, str] = {}
    for item, line, mode, place in zip(
        expectation.out, expectation.lines, expectation.modes, loose.pairs, strict=True
    ):
        if line is None or not line.names or not isinstance(item, Out):
            continue
        for hole, text in hole_texts(line, printed.form(mode)[place]):
            bound = scope.get(hole.name)
            was = new.get(hole.name) or ((bound.text, bound.line) if bound else None)
            if was is None:
                other = owners.get(text) or scope.owner(text)
                if hole.kind in DISTINCT and other is not None:
                    return Conflict(hole, item.line, text, other=other)
                new[hole.name] = (text, item.line)
                if hole.kind in DISTINCT:
                    owners[text] = hole.name
            elif was[0] != text:
                return Conflict(hole, item.line, text, was=was[0], since=was[1])
    return None


def hole_texts(line: Line, text: str) -> list[tuple[Hole, str]]:
    """Return what each named hole stands for in `text`, whatever it is bound to."""
    holes: list[Hole] = []
    parts: list[str | Hole] = []
    for part in line.parts:
        if isinstance(part, str):
            parts.append(part)
        else:
            # A name of its own for each place, so that the places do not bind each other; the
            # kind "any" of a bound name is kept, so are pids, but none of them excludes another.
            parts.append(part._replace(name=f"{len(holes)}"))
            holes.append(part)
    single = Line(tuple(parts), cells=line.cells)
    found = next(single.bindings(text, Known(Scope(), distinct=False), Budget()), ())
    texts = {name: value for name, _, value in found}
    return [
        (hole, texts[str(index)])
        for index, hole in enumerate(holes)
        if hole.name and str(index) in texts
    ]


def _things(kind: str) -> str:
    return "references" if kind == "ref" else "processes"
