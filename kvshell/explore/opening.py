"""Opening: what is to be explored, a document or a line, and why it cannot be."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from kvshell.explore.document import DocumentProgram
from kvshell.explore.parts import parts, typed
from kvshell.explore.program import Program
from kvshell.explore.search import BUDGET, NotDeterministic
from kvshell.explore.verdict import Progress, Verdict, search
from kvshell.runtime import NotAtRest
from kvshell.runtime.step import Manner
from kvshell.session.programs import Programs, beside
from kvshell.transcript import library
from kvshell.transcript.document import Document, Front
from kvshell.transcript.exploring import UNTRUSTED
from kvshell.transcript.targets import TargetError, targets

_SUFFIX: Final = ".md"
BOTH: Final = (Manner(spec=True), Manner(spec=False))


class NothingToExploreError(Exception):
    """The document has no client; one sentence."""


class RefusedError(Exception):
    """No verdict: the program is not deterministic, or it blocks for real; one sentence."""


def program_of(
    path: str, design: str = "", *, trust: bool = False, load: tuple[str, ...] = ()
) -> DocumentProgram:
    """Return the program of a document; one that is trusted may load Python files of its own.

    Raises:
        TargetError: there is no such file.
        ParseError: it is malformed.
        NothingToExploreError: it has no client.
    """
    found = targets([path])
    if len(found) != 1:
        raise TargetError(f"explore takes one document: {path} holds {len(found)}")
    document = found[0].parse(found[0].read())
    programs = beside(document.path) if trust else None
    return _program(path, document, design, programs, load)


def program_in(
    document: Document | None, target: str, design: str, given: str, *, trusted: bool
) -> DocumentProgram:
    """Return the program that `explore TARGET` names in a document that is replayed.

    That document itself, one that stands beside it, a bundled one, or a line in a fresh system of
    `design`. `given` is the design that documents are run under whatever they say; "" for none.

    Raises:
        TargetError: it is another file, and only a trusted document reads those.
        ParseError, NothingToExploreError: as for `program_of`.
    """
    if document is not None and _is(document.path, target):
        return _program(target, document, given)
    place = _beside(document, target) if document is not None else None
    if place is None and not names_a_document(target):
        return program_of_line(target, design)
    if not trusted and not _is_bundled(place or library.find(target)):
        raise TargetError(UNTRUSTED)
    return program_of(str(place or target), given)


def _program(
    shown: str,
    document: Document,
    design: str,
    programs: Programs = None,
    load: tuple[str, ...] = (),
) -> DocumentProgram:
    program = parts(document)
    if program is None:
        raise NothingToExploreError(
            f"{shown} has nothing to explore: give it blocks with session=a and session=b, "
            "or lines after start manager"
        )
    return DocumentProgram(shown, program, document.front, design, programs, load)


def _is(path: str, target: str) -> bool:
    """Whether a document is called so by the end of its path: `races/cast`, `cast.md`."""
    if not _is_path(target):
        return False
    own = Path(path.removesuffix(_SUFFIX)).absolute().parts
    said = Path(target.removesuffix(_SUFFIX)).parts
    return bool(said) and own[-len(said) :] == said


def _beside(document: Document, target: str) -> Path | None:
    """The file that a document means by a path: from the folder that it stands in."""
    if document.path == "-" or not _is_path(target):
        return None
    folder = Path(document.path).parent
    for spelled in (target, f"{target}{_SUFFIX}"):
        try:
            if (folder / spelled).is_file():
                return folder / spelled
        except (OSError, ValueError):  # a name too long, or with a null character
            return None
    return None


def _is_bundled(place: Path | None) -> bool:
    folder = library.root()
    return (
        place is not None
        and folder is not None
        and place.resolve().is_relative_to(folder.resolve())
    )


def _is_path(target: str) -> bool:
    """Whether it is written as a path is: a bare word may be a command as well."""
    return not any(sign in target for sign in "; \n") and (
        "/" in target or target.endswith(_SUFFIX)
    )


def program_of_line(line: str, design: str) -> DocumentProgram:
    """Return the program of a line: it runs once in a fresh system of the design."""
    setup = () if line.startswith("start manager") else (f"start manager {design}",)
    return DocumentProgram(line, typed(setup, line), Front(), design)


def names_a_document(target: str) -> bool:
    """Whether what was typed after `explore` is a path and not a line."""
    if not target or any(character in target for character in ";\n"):
        return False
    return _is_path(target) or target.endswith(_SUFFIX) or library.find(target) is not None


def verdicts(
    program: Program,
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
