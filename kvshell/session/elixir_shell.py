"""The Elixir of one client: finds out which parts of a line are Elixir, and runs them.

A session in which only commands are typed never imports this module or `kvshell.elixir`.
"""

import re
from collections import ChainMap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from kvshell.commands.read.guesses import paths
from kvshell.commands.read.match import Match, ParsedLine
from kvshell.commands.read.matcher import LONGEST, parse
from kvshell.commands.result import Value
from kvshell.commands.types.rest_types import RestType
from kvshell.commands.view import Text
from kvshell.elixir import detect
from kvshell.elixir.compile.writing.environment import CompileWarning
from kvshell.elixir.evaluate import Evaluator
from kvshell.elixir.library import output
from kvshell.elixir.library.iex.helpers import NOTHING_TO_SHOW
from kvshell.elixir.library.kernel.exceptions import format_stacktrace
from kvshell.elixir.library.system import files
from kvshell.elixir.library.systems import tutorials
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.elixir.modules.running_lines import line_in_file
from kvshell.elixir.own_design import OwnDesign, keeper_of
from kvshell.elixir.project import (
    CompileFailure,
    compile_files,
    configure_at_start,
    configure_project,
    files_below,
    read_project,
    start_application,
    unknown_application,
)
from kvshell.elixir.syntax.completeness import ReadInput, State, read
from kvshell.elixir.syntax.faults import Fault, TokenMissingError, to_error
from kvshell.elixir.syntax.nodes import Node
from kvshell.runtime import Runtime
from kvshell.runtime.processes.crash_report import stack_of
from kvshell.runtime.processes.exits import PRINTED, banner_of
from kvshell.runtime.processes.thread_context import current
from kvshell.session.elixir_helpers import ClientPrompt, answer_in, prepared
from kvshell.session.session_state import SessionState
from kvshell.systems.designs.own_lines import OWN
from kvshell.terms import A, Atom, ElixirError, Term, exception, format_banner

if TYPE_CHECKING:
    from pathlib import Path

    from kvshell.session.client_context import ClientContext

_NOTHING: Final = Text(())
_NO_NAME: Final = object()
_MOST_WARNINGS: Final = 20
_HELPER: Final = re.compile(r"(?:flush|self|v)\(.*\)")
_LONE_WORD: Final = re.compile(r"[a-z_][A-Za-z0-9_]*[?!]?")
_NAME: Final = re.compile(r"(?<![\w.:@])[a-z_]\w*[?!]?")
_PLACE: Final = re.compile(r" {4}\S")  # a line of a stack trace
_BREAK: Final = "#iex:break"
_AFTER_MATCH: Final = (
    "pipe shorthand is not allowed immediately after a match expression in IEx. To make it work,"
    " surround the whole pipeline with parentheses ",
    "",
)


def code_of(runtime: Runtime) -> ElixirCode:
    """Return the Elixir modules that the user has defined on this runtime."""
    if not isinstance(runtime.code, ElixirCode):
        runtime.code = ElixirCode()
    return runtime.code


def take_own(state: SessionState, code: ElixirCode) -> None:
    """Update the design `own` of a session to the modules that its user has defined."""
    keeper, known = keeper_of(code), state.designs.get(OWN)
    if keeper is None:
        state.designs.pop(OWN, None)
    elif known is None or known.manager is not keeper:
        found = state.designs[OWN] = OwnDesign(state.runtime, code, keeper)
        if state.own_is_default:
            state.design = found if state.design is state.default else state.design
            state.default = found


def copy_own(old: SessionState, new: SessionState) -> None:
    """Define the Elixir modules of one session in another, with `own` as its default design."""
    code = code_of(new.runtime)
    code_of(old.runtime).copy_to(code)
    take_own(new, code)


class ElixirShell:
    """Parses and runs Elixir for one client; commands and Elixir share the client's bindings."""

    def __init__(self, client: "ClientContext") -> None:
        self._client = client
        self._runtime = client.runtime
        self._evaluator = Evaluator(code_of(client.runtime), client.bindings)
        self._commands = frozenset(paths())
        self.matched = False  # whether the last line was a match, which `|>` cannot continue
        self._spoken: int | None = None  # the number of the last Elixir line
        self._prompt = ClientPrompt(client, self)
        self.sources: dict[Term, Path] = {}  # source files of the compiled modules
        tutorials.design_with(client.runtime, lambda: client.design.name)
        files.read_with(client.runtime, self._readable)
        output.write_with(_print)

    def reborn(self) -> "ElixirShell":
        """Return a new ElixirShell for the next shell process; `sources` are kept."""
        made = ElixirShell(self._client)
        made.sources = self.sources
        if self._spoken is not None:
            made._spoken = 0
        return made

    # -- parsing -------------------------------------------------------------------------------

    def understand(self, line: ParsedLine) -> ParsedLine:
        """Return `line` with its Elixir parts parsed as Elixir."""
        if len(line.text) > LONGEST:
            return line
        if len(line.parts) == 1 and line.parts[0].inner is not None:
            return line._replace(parts=[self._with_inner(line.parts[0])])  # LINE, `;` included
        begin = line.parts[0].start
        text = line.text[begin:]
        pieces = detect.pieces(text, self._client.counter)
        known = line.parts if len(pieces) == 1 else None
        judged = [self._is_elixir(piece.text, known) for piece in pieces]
        if not any(judged):
            return line._replace(parts=list(map(self._with_inner, line.parts)))
        # Next to Elixir, a helper of iex is Elixir too: the line prints only its last answer.
        judged = [
            is_elixir or _HELPER.fullmatch(piece.text.strip()) is not None
            for piece, is_elixir in zip(pieces, judged, strict=True)
        ]
        if all(
            is_elixir or self._is_variable(piece.text.strip(), text[: piece.start])
            for piece, is_elixir in zip(pieces, judged, strict=True)
        ):
            return line._replace(parts=[self._part(text.rstrip(), begin)], roles=[])
        parts: list[Match] = []
        for piece, elixir in zip(pieces, judged, strict=True):
            if elixir:
                parts.append(self._part(piece.text, begin + piece.start))
            else:
                parts += map(self._with_inner, parse(piece.text).parts)
        return line._replace(parts=parts, roles=[])

    def unfinished(self, line: ParsedLine) -> bool:
        """Whether `line` is incomplete Elixir."""
        first = line.parts[0]
        if len(line.parts) == 1 and first.inner is not None and first.inner.parts:
            return self.unfinished(first.inner)  # `as NAME LINE`
        text = line.text[first.start :]
        last = detect.pieces(text, self._client.counter)[-1:]
        if not last or not self._is_elixir(last[0].text):
            return False
        return not _is_broken(text) and read(text).state is State.INCOMPLETE

    def _is_variable(self, text: str, before: str) -> bool:
        """Whether `text` is `NAME` or `PATTERN = NAME` with a known name.

        The name is bound, or occurs in `before`. Such a part means the same as a command and as
        Elixir.
        """
        parts = parse(text).parts
        word = (parts[0].bare or "") if len(parts) == 1 else ""
        if _LONE_WORD.fullmatch(word) is None or any(part.complete for part in parts):
            return False
        return word in self._client.bindings or word in _NAME.findall(before)

    def _is_command(self, part: Match) -> bool:
        return part.inner is not None or self._client.no_elixir(part)

    def _with_inner(self, part: Match) -> Match:
        """Return a command such as `as b LINE`, without the problems of LINE if LINE is Elixir."""
        inner = part.inner
        if part.complete or inner is None or not inner.parts:
            return part
        within = {problem.start for each in inner.parts for problem in each.problems}
        last = part.command.params[-1] if part.command is not None else None
        typed = str(part.args.get(last.name, "")) if last is not None else ""
        offset = part.text.find(typed)  # not inner.text, where `{n}` is a number
        if last is not None and isinstance(last.kind, RestType):
            offset += last.kind.line(typed)[0]  # skip words before LINE, such as `from here`
        own = [each for each in part.problems if each.start - offset not in within]
        understood = self.understand(inner)
        # An unknown word may be bound earlier in LINE.
        bound = (each.complete or (at and each.bare) for at, each in enumerate(understood.parts))
        if own or not all(bound):
            return part
        return part._replace(problems=[], complete=True)

    def _is_elixir(self, text: str, parts: list[Match] | None = None) -> bool:
        """Whether a part of a line is Elixir; `parts` is the same text parsed as commands."""
        parts = parse(text).parts if parts is None else parts
        if parts and all(self._is_command(part) for part in parts):
            return False
        if parts and all(part.complete for part in parts):
            return True  # `h Module.function`
        meant = any(
            problem.fix not in {None, "help"} and problem.kind == "unknown"
            for part in parts
            for problem in part.problems
        )
        bound, number = self._client.bindings.__contains__, self._client.counter
        if detect.is_elixir(text, self._commands, bound, meant=meant, number=number):
            return True
        # Within Elixir an unknown word is an undefined variable, unless it resembles a command.
        amid = self._spoken is not None and self._client.counter - self._spoken in {0, 1}
        near = any(problem.fix != "help" for part in parts for problem in part.problems)
        return amid and not near and _LONE_WORD.fullmatch(text.strip()) is not None

    def _part(self, text: str, start: int) -> Match:
        return Match(text, start, complete=True, elixir=self._read(text))

    def _read(self, text: str) -> ReadInput:
        number = self._client.counter
        if _is_broken(text):
            options = {"file": "iex", "line": number, "column": None, "snippet": None}
            struct = exception("TokenMissingError", **options, description="incomplete expression")
            return ReadInput(State.WRONG, error=TokenMissingError(struct))
        if not detect.continues(text, number):
            return read(text, "iex", number)
        if self.matched:
            fault = Fault(number, 1, _AFTER_MATCH[0], "'|>'")
            return ReadInput(State.WRONG, error=to_error(fault, text, "iex", number))
        return read(f"v() {text}", "iex", number)

    # -- running -------------------------------------------------------------------------------

    def run(self, part: Match) -> Value | Text:
        """Run a part that is Elixir in the client's process, and return its answer.

        Raises:
            ElixirError: the part cannot be parsed, or raised an exception.
        """
        reading: ReadInput = part.elixir
        self._spoken = self._client.counter
        for warning in reading.warnings:
            self._warn(warning.message, warning.line, warning.column)
        if reading.error is not None:
            raise reading.error
        answer_in(self._client.shell, self._prompt)
        warnings: list[CompileWarning] = []
        try:
            value = self._evaluator.run(prepared(reading.quoted), warnings)
        finally:
            for each in warnings[:_MOST_WARNINGS]:
                self._warn(each.text, each.line, place=each.place)
            self._own()
        quoted = reading.quoted
        self.matched = type(quoted) is Node and quoted.head == "="
        return _NOTHING if value is NOTHING_TO_SHOW else Value(value)

    def error_text(self, error: ElixirError) -> str:
        """Return what iex prints for an error: the message, and the stack in the user's modules."""
        banner = format_banner(A.error, error)
        places = format_stacktrace(stack_of(error)).rstrip()
        if not places:
            return banner
        last = banner.rstrip().rpartition("\n")[2]
        apart = "\n" if "\n\n" not in banner or _PLACE.match(last) else "\n\n"
        return f"{banner.rstrip()}{apart}{places}"

    def evaluate(self, text: str, names: Mapping[str, Term], pattern: str = "") -> Term:
        """Run the Elixir equivalent of a command in the client's process, and return its value.

        `names` holds variables for this line only; `pattern` binds variables as on any line.

        Raises:
            ElixirError: the Elixir raised an exception.
        """
        answer_in(self._client.shell, self._prompt)
        own = ChainMap(dict(names), dict(self._client.bindings))
        reading = read(f"{pattern} = {text}" if pattern else text, "iex", self._client.counter)
        if reading.error is not None:
            raise reading.error
        evaluator = self._evaluator.beside(own)
        value = evaluator.run(reading.quoted)
        for name, bound in own.maps[0].items():
            if bound is not names.get(name, _NO_NAME):
                self._client.bindings[name] = bound
        return value

    def compile(self, path: "Path") -> list[Term]:
        """Compile a file, or all files in a folder, in the client's process; return the modules.

        A folder with a mix.exs is a project: its `lib/` is compiled and its application started.

        Raises:
            ElixirError: a file does not compile; the compiler's output is printed.
        """
        code = self._evaluator.code
        root = path if path.is_dir() else self._folder_of(path)
        found = [path]
        known, unknown = None, list[Atom]()
        try:
            if (root / "mix.exs").is_file() and path.is_dir():
                known = read_project(root)
                found = list(known.sources)
                unknown = configure_project(code, known)
            elif path.is_dir():
                found = [*files_below(path, "*.ex")]
            made = compile_files(code, found, root.resolve(), self._warn_in)
            if known is not None:
                for each in [*configure_at_start(code, known), *unknown]:
                    self._notice(unknown_application(each), "warning")
        except CompileFailure as failure:
            name = failure.path.name
            self._notice(f"\n== Compilation error in file {name} ==\n{_why(failure)}\n", "error")
            raise ElixirError(
                exception("CompileError", file=None, line=None, description="compile error")
            ) from None
        for module in made:
            record = code.modules.get(module)
            self.sources[module] = path if record is None else root / record.file
        if known is not None:
            known.application.modules = made
            start_application(code, known)
        self._own()
        return made

    def _folder_of(self, file: "Path") -> "Path":
        """Return the folder that paths in the compiler's messages are relative to.

        It is the current folder, or that of the file if the file is elsewhere.
        """
        programs = self._client.state.programs
        here = None if programs is None else programs(".").resolve()
        below = here is not None and file.resolve().is_relative_to(here)
        return here if here is not None and below else file.parent

    def _own(self) -> None:
        """Let `start manager own` start the user's module that keeps names, if there is one."""
        take_own(self._client.state, self._evaluator.code)

    def _readable(self, path: str) -> "Path | None":
        """Return the path that `File.read` may read, or None if it may not.

        In a trusted session these are the files below the current folder.
        """
        programs = self._client.state.programs
        if programs is None:
            return None
        found = programs(path).resolve()
        below = found.is_relative_to(programs(".").resolve())
        return found if below or not ({"..", "/"} & set(programs(path).parts)) else None

    def _warn_in(self, path: "Path", warning: CompileWarning) -> None:
        shown = path.resolve().relative_to(self._folder_of(path).resolve()).as_posix()
        place = warning.place or f"{shown}:{warning.line}"
        self._notice(f"warning: {warning.text}\n  {place}\n\n", "warning")

    def _notice(self, text: str, level: str) -> None:
        self._runtime.emit(PRINTED, self._client.shell, text, level)

    def _warn(
        self, message: str, line: int | None, column: int | None = None, place: str = ""
    ) -> None:
        numbers = "".join(f":{number}" for number in (line, column) if number is not None)
        text = f"warning: {message}\n  {place or f'iex{numbers}'}\n\n"
        self._notice(text, "warning")


def _why(failure: CompileFailure) -> str:
    """Return what the compiler prints: the error, and its place unless the message contains it."""
    error, name = failure.error, failure.path.name
    banner = banner_of(error)
    places = format_stacktrace(stack_of(error)).rstrip()
    if not places and (line := line_in_file(error)) is not None:
        places = f"    {name}:{line}: (file)"
    return banner if f"{name}:" in banner or not places else f"{banner}\n{places}"


def _is_broken(text: str) -> bool:
    """Whether the last line is iex's break, which cancels unfinished input.

    On its own this line is a comment.
    """
    begun, _, last = text.rstrip().rpartition("\n")
    return last.strip() == _BREAK and not begun.isspace() and begun != ""


def _print(device: Term, text: str) -> None:
    """Emit the output of a process as an event, which the host shows."""
    context = current()
    level = "warning" if device is A.stderr else "info"
    context.runtime.emit(PRINTED, None, text, level)
