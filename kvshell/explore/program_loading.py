"""Loads what is to be explored, a document or a line, or explains why it cannot be."""

import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

from kvshell.explore.program.document_parts import is_a_command, parts, refused_line, typed
from kvshell.explore.program.document_program import DocumentProgram
from kvshell.explore.program.program import NotRepeatableError, Program
from kvshell.explore.search.choices import STEPS
from kvshell.explore.search.forked import Forked, may_fork
from kvshell.explore.search.helpers import processors
from kvshell.explore.search.search import BUDGET, NotDeterministic
from kvshell.explore.verdict.verdict import SearchProgress, Verdict, brought, elsewhere, search
from kvshell.runtime import NotAtRest
from kvshell.runtime.search.steps import FaultModel
from kvshell.session.session_state import Programs, beside
from kvshell.transcript.format import targets as library
from kvshell.transcript.format.document import Document, Front
from kvshell.transcript.format.targets import TargetError, targets
from kvshell.transcript.run.exploring import UNTRUSTED

_SUFFIX: Final = ".md"
_DOCUMENT: Final = re.compile(r".+\.md(?::\d+)?")
_AT_LINE: Final = re.compile(r":\d+$")
_TEST_FILE: Final = re.compile(r".+\.exs(?::\d+)*")
_NAMED: Final = 3  # other parts of a document whose lines are named
BOTH: Final = (FaultModel(spec=True), FaultModel(spec=False))


class NothingToExploreError(Exception):
    """The document has no client; the message is one sentence."""


class RefusedError(Exception):
    """The program cannot be searched, for example because it is not deterministic."""


def program_of(
    path: str, design: str = "", *, trust: bool = False, load: tuple[str, ...] = ()
) -> DocumentProgram:
    """Return the program of a document; a trusted one may load Python files.

    If the document has several programs, `PATH:LINE` is the one with that line.

    Raises:
        TargetError: the file does not exist.
        ParseError: it is malformed.
        NothingToExploreError: it has no client.
    """
    if is_a_test_file(path):
        raise TargetError(
            f"{path} is a test: kvshell explore {path} explores it, outside a session"
        )
    found = targets([path])
    if len(found) != 1:
        raise TargetError(f"explore takes one document: {path} holds {len(found)}")
    document = found[0].parse(found[0].read())
    programs = beside(document.path) if trust else None
    return _program(path, document, design, programs, load, found[0].until)


def program_in(
    document: Document | None,
    target: str,
    design: str,
    given: str,
    *,
    trusted: bool,
    sources: Sequence[str] = (),
) -> DocumentProgram:
    """Return the program that `explore TARGET` refers to in a replayed document.

    It is the document itself, one next to it, a bundled one, or a line in a fresh system of
    `design`. `given` overrides the design of documents; "" for none.

    Raises:
        TargetError: it is another file, which only a trusted document may read.
        ParseError, NothingToExploreError: as for `program_of`.
    """
    quoted = quoted_path(target)
    target = quoted or target
    if document is not None and _is(document.path, target):
        return _program(target, document, given)
    place = _beside(document, target) if document is not None else None
    if place is None and quoted is None and not names_a_document(target):
        return program_of_line(target, design, sources)
    if not trusted and not _is_bundled(place or library.bundled_path(target)):
        raise TargetError(UNTRUSTED)
    return program_of(str(place or target), given)


def _program(
    shown: str,
    document: Document,
    design: str,
    programs: Programs = None,
    load: tuple[str, ...] = (),
    at: int = 0,
) -> DocumentProgram:
    if document.front.nodes:
        raise NothingToExploreError(
            f"{shown} runs on several nodes: a search has one, and replay runs it"
        )
    program = parts(document, at)
    if program is None:
        raise NothingToExploreError(
            f"{shown} has nothing to explore: give it blocks with session=a and session=b, "
            "or lines after start manager"
        )
    return DocumentProgram(shown, program, document.front, design, programs, load)


def _is(path: str, target: str) -> bool:
    """Whether the target matches the end of the document's path: `races/cast`, `cast.md`."""
    if not _is_path(target):
        return False
    own = Path(path.removesuffix(_SUFFIX)).absolute().parts
    parts = Path(target.removesuffix(_SUFFIX)).parts
    return bool(parts) and own[-len(parts) :] == parts


def _beside(document: Document, target: str) -> Path | None:
    """Return the file a path refers to, relative to the document's folder."""
    if document.path == "-" or not _is_path(target):
        return None
    folder = Path(document.path).parent
    for spelled in (target, f"{target}{_SUFFIX}"):
        try:
            if (folder / spelled).is_file():
                return folder / spelled
        except (OSError, ValueError):  # the name is too long, or contains a null character
            return None
    return None


def _is_bundled(place: Path | None) -> bool:
    folder = library.root()
    return (
        place is not None
        and folder is not None
        and place.resolve().is_relative_to(folder.resolve())
    )


def is_a_test_file(path: str) -> bool:
    """Whether `path` is an ExUnit file, also with lines: `registry_test.exs:19`."""
    return _TEST_FILE.fullmatch(path) is not None


def _is_path(target: str) -> bool:
    """Whether `target` looks like a path: a bare word may also be a command."""
    return not any(sign in target for sign in "; \n") and (
        "/" in target or _DOCUMENT.fullmatch(target) is not None or is_a_test_file(target)
    )


def other_programs(program: DocumentProgram, said: str) -> str:
    """Return what to type to explore the rest of a document; "" if there is no more.

    `said` is what was typed before the path.
    """
    first, last = program.parts.lines
    others = program.parts.others
    if not others:
        return ""
    path = f"{_AT_LINE.sub('', program.title)}:{others[0]}"
    path = f'"{path}"' if " " in path else path
    if len(others) == 1:
        rest = f"another part starts anew at line {others[0]}"
    else:
        known = ", ".join(map(str, others[:_NAMED])) + ", ..." * (len(others) > _NAMED)
        rest = f"{len(others)} other parts start anew, at lines {known}"
    return f"lines {first} to {last} were explored; {rest}: {said} {path}"


def program_of_line(line: str, design: str, sources: Sequence[str] = ()) -> DocumentProgram:
    """Return the program of a line: it runs once in a fresh system of the design.

    `sources` define a user's own modules before the system starts.
    """
    start = () if line.startswith("start manager") else (f"start manager {design}",)
    return DocumentProgram(line, typed((*sources, *start), line), Front(), design)


def names_a_document(target: str) -> bool:
    """Whether the argument of `explore` is a path and not a line.

    Some bundled pages have the name of a command, such as `stores`: then it is the command.
    """
    if not target or any(character in target for character in ";\n"):
        return False
    if _is_path(target) or target.endswith(_SUFFIX):
        return True
    return library.bundled_path(target) is not None and not is_a_command(target)


def quoted_path(target: str) -> str | None:
    """Return a path written in quotes, which it needs if it has a space; None for anything else."""
    found = _QUOTED.fullmatch(target)
    if found is None or not ("/" in found[1] or _DOCUMENT.fullmatch(found[1])):
        return None
    return found[1]


_QUOTED: Final = re.compile(r'"([^"\\]+)"')


def refuse_prompt_words(line: str) -> None:
    """Raise if a command of the line does not act on the system.

    Raises:
        RefusedError: the reason, and what to do instead.
    """
    if reason := refused_line(line):
        raise RefusedError(reason)


def refuse_more(target: str) -> None:
    """Raise if words follow the path of a document, which would make it a line of Elixir.

    Raises:
        TargetError: the reason.
    """
    first, _, rest = target.partition(" ")
    if rest.strip() and _is_path(first) and library.bundled_path(first) is not None:
        raise TargetError(
            f"{first} is a document, which starts in a fresh system: only options may follow it"
        )


def verdicts(
    program: Program,
    models: tuple[FaultModel, ...] = BOTH,
    budget: int = BUDGET,
    *,
    stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[SearchProgress], None] = lambda _: None,
    steps: int = STEPS,
) -> list[Verdict]:
    """Search under each law, until one of the searches is interrupted; return their verdicts.

    Two laws are searched in parallel if this process can be forked, otherwise one after the other.
    Further processors run schedules ahead of time.

    Raises:
        RefusedError: the program is refused.
    """
    found: list[Verdict] = []
    with ExitStack() as stack:
        beside: list[Forked] = []
        helpers = 0
        if may_fork():
            helpers = max(0, processors() // len(models) - 1)
            for model in models[1:]:
                work = partial(elsewhere, program, model, budget, steps, helpers)
                beside.append(Forked(work))
                stack.callback(beside[-1].close)
        for place, model in enumerate(models):
            result = beside[place - 1].result(stop) if place and beside else None
            try:
                if result is None:
                    found.append(
                        search(
                            program,
                            model,
                            budget,
                            stop=stop,
                            on_progress=on_progress,
                            steps=steps,
                            helpers=helpers,
                        )
                    )
                else:
                    found.append(brought(program, result))
            except NotDeterministic as error:
                raise RefusedError(f"not deterministic: {error}") from None
            except NotRepeatableError as error:
                raise RefusedError(str(error)) from None
            except NotAtRest as error:
                lines = "".join(f"\n    {line}" for line in error.waiting)
                raise RefusedError(f"{error}{lines}") from None
            if found[-1].why == "interrupted":
                break
    return found
