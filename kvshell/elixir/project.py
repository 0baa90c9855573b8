"""A Mix project: its files in compilation order, and its application."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kvshell.elixir.compile.writing.environment import CompileWarning
from kvshell.elixir.evaluate import Evaluator
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.elixir.syntax.nodes import Node, Quoted, is_call, walk
from kvshell.elixir.syntax.parser import parse
from kvshell.runtime import process
from kvshell.terms import A, Atom, ElixirError, List, Term, alias, exception, inspect


class CompileFailure(Exception):  # noqa: N818  # a result of compiling, told to a person
    """A file that does not compile: `path`, and the exception."""

    def __init__(self, path: Path, error: BaseException) -> None:
        super().__init__(str(error))
        self.path = path
        self.error = error


class Project(NamedTuple):
    """The relevant parts of `mix.exs`.

    Attributes:
        root: the folder of mix.exs.
        sources: the `.ex` files in `lib/`.
        application: the module of `mod:` and its argument, or None.
    """

    root: Path
    sources: tuple[Path, ...]
    application: tuple[Atom, Term] | None


def root_of(path: Path) -> Path | None:
    """Return the nearest folder with a mix.exs, starting at `path` and going up."""
    start = path.resolve()
    for folder in (start, *start.parents):
        if (folder / "mix.exs").is_file():
            return folder
    return None


def read_project(root: Path) -> Project:
    """Parse mix.exs without running it.

    Raises:
        ElixirError: it does not parse, or requires something that this shell does not support.
    """
    quoted = parse((root / "mix.exs").read_text(encoding="utf-8"), "mix.exs")
    sources = tuple(sorted((root / "lib").rglob("*.ex")))
    _refuse_dependencies(quoted)
    return Project(root, sources, _application(quoted))


def _refuse_dependencies(quoted: Quoted) -> None:
    for node in walk(quoted):
        if is_call(node, "defp", 2) or is_call(node, "def", 2):
            head, body = node.args
            named = type(head) is Node and head.head == "deps"
            if named and isinstance(body, list) and body and body[0][1] not in ([], None):
                said = "this shell fetches no packages: deps must be empty"
                raise ElixirError(
                    exception("CompileError", file="mix.exs", line=node.line, description=said)
                )


def _application(quoted: Quoted) -> tuple[Atom, Term] | None:
    for node in walk(quoted):
        if type(node) is tuple and len(node) == 2 and node[0] is Atom("mod"):
            target: Any = node[1]
            if type(target) is tuple and is_call(target[0], "__aliases__"):
                name = ".".join(part.name for part in target[0].args)
                return alias(name), List()
    return None


def compile_files(
    code: ElixirCode,
    paths: Sequence[Path],
    root: Path,
    warn: Callable[[Path, CompileWarning], None] = lambda _path, _warning: None,
) -> list[Atom]:
    """Compile files and return their modules; a file that needs another waits for it.

    Raises:
        CompileFailure: the first file that fails in any order.
    """
    made: list[Atom] = []
    waiting = list(paths)
    while waiting:
        failures: list[CompileFailure] = []
        for path in waiting:
            before = dict(code.modules)
            warnings: list[Any] = []
            try:
                compile_file(code, path, root, warnings)
            except ElixirError as error:
                failures.append(CompileFailure(path, error))
                continue
            for each in warnings:
                warn(path, each)
            made += [
                module
                for module, record in code.modules.items()
                if before.get(module) is not record
            ]
        if len(failures) == len(waiting):
            raise failures[0]
        waiting = [failure.path for failure in failures]
    return made


def compile_file(code: ElixirCode, path: Path, root: Path, warnings: list[Any]) -> Term:
    """Compile and run a file in the calling process; `root` is stripped from its name."""
    name = path.resolve()
    shown = name.relative_to(root) if name.is_relative_to(root) else path
    evaluator = Evaluator(code, {}, shown.as_posix())
    return evaluator.evaluate(path.read_text(encoding="utf-8"), 1, warnings)


def start_application(code: ElixirCode, application: tuple[Atom, Term]) -> None:
    """Start the application in its own process, which ends with the runtime.

    Raises:
        ElixirError: its start/2 returns an error.
    """
    module, argument = application
    answers: list[Term] = []

    def hold() -> None:
        answers.append(code.call(module, "start", (A.normal, argument)))
        process.receive(lambda _message: False)

    pid = process.spawn(hold, label=f"application {inspect(module)}")
    reference = process.monitor(pid)
    while not answers:
        if process.receive(lambda message: _is_down(message, reference), 0) is not None:
            break
        process.sleep(0)
    process.demonitor(reference)
    answer = answers[0] if answers else None
    if not (type(answer) is tuple and answer and answer[0] is A.ok):
        said = f"could not start application {inspect(module)}: {inspect(answer)}"
        raise ElixirError(exception("RuntimeError", message=said))


def _is_down(message: Term, reference: Term) -> bool:
    return type(message) is tuple and len(message) == 5 and message[1] is reference
