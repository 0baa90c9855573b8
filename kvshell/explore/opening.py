"""Opening: what is to be explored, a document or a line, and why it cannot be."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from kvshell.explore.document import DocumentProgram
from kvshell.explore.parts import parts, typed
from kvshell.explore.search import BUDGET, NotDeterministic
from kvshell.explore.verdict import Progress, Verdict, search
from kvshell.runtime import NotAtRest
from kvshell.runtime.stepped import Manner
from kvshell.transcript import library
from kvshell.transcript.document import Front
from kvshell.transcript.targets import TargetError, targets

BOTH: Final = (Manner(spec=True), Manner(spec=False))


class NothingToExploreError(Exception):
    """The document has no client; one sentence."""


class RefusedError(Exception):
    """No verdict: the program is not deterministic, or it blocks for real; one sentence."""


def program_of(path: str, design: str = "") -> DocumentProgram:
    """Return the program of a document.

    Raises:
        TargetError: there is no such file.
        ParseError: it is malformed.
        NothingToExploreError: it has no client.
    """
    found = targets([path])
    if len(found) != 1:
        raise TargetError(f"explore takes one document, and {path} is {len(found)}")
    document = found[0].parse(found[0].read())
    program = parts(document)
    if program is None:
        raise NothingToExploreError(
            f"{path} has nothing to explore: give it blocks with session=a and session=b, "
            "or lines after start manager"
        )
    return DocumentProgram(path, program, document.front, design)


def program_of_line(line: str, design: str) -> DocumentProgram:
    """Return the program of a line: it runs once in a fresh system of the design."""
    setup = () if line.startswith("start manager") else (f"start manager {design}",)
    return DocumentProgram(line, typed(setup, line), Front(), design)


def names_a_document(target: str) -> bool:
    """Whether what was typed after `explore` is a path and not a line."""
    if not target or any(character in target for character in ";\n"):
        return False
    if target.endswith(".md") or library.find(target) is not None:
        return True
    try:
        return " " not in target and "/" in target and Path(target).exists()
    except (OSError, ValueError):
        return False


def verdicts(
    program: DocumentProgram,
    manners: tuple[Manner, ...] = BOTH,
    budget: int = BUDGET,
    *,
    stop: Callable[[], bool] = lambda: False,
    tell: Callable[[Progress], None] = lambda _: None,
) -> list[Verdict]:
    """Search under each law, one after the other; the first that is interrupted is the last.

    Raises:
        RefusedError: the program is refused.
    """
    found: list[Verdict] = []
    for manner in manners:
        try:
            found.append(search(program, manner, budget, stop=stop, tell=tell))
        except NotDeterministic as error:
            raise RefusedError(f"not deterministic: {error}") from None
        except NotAtRest as error:
            lines = "".join(f"\n    {line}" for line in error.waiting)
            raise RefusedError(f"{error}{lines}") from None
        if found[-1].why == "interrupted":
            break
    return found
