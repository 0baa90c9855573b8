"""A Mix project: reads mix.exs and config/, compiles its files, starts its application."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kvshell.elixir.compile.writing.body import NOT_CONSTANT, constant
from kvshell.elixir.compile.writing.environment import CompileWarning
from kvshell.elixir.evaluate import Evaluator
from kvshell.elixir.library.system import config
from kvshell.elixir.library.system.application import environment
from kvshell.elixir.library.system.applications import ApplicationSpec, load
from kvshell.elixir.library.system.config import Configuration
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.elixir.syntax.nodes import Node, Quoted, is_call, walk
from kvshell.elixir.syntax.parser import parse
from kvshell.runtime import Exit
from kvshell.runtime.processes.exits import Thrown
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, Atom, ElixirError, List, Term, alias, exception, inspect


class CompileFailure(Exception):  # noqa: N818  # a result to report, not an error of ours
    """Raised for a file that does not compile; has its `path` and the exception."""

    def __init__(self, path: Path, error: BaseException) -> None:
        super().__init__(str(error))
        self.path = path
        self.error = error


class Project(NamedTuple):
    """What kvshell uses of `mix.exs`.

    Attributes:
        root: the folder of mix.exs.
        sources: the `.ex` files in the folders of `elixirc_paths`, by default `lib/`.
        application: the application's specification.
        configuration: the values from `config/`, filled in by `configure_project`.
        test_paths: the folders of the tests.
        test_pattern: a glob for the names of test files.
    """

    root: Path
    sources: tuple[Path, ...]
    application: ApplicationSpec
    configuration: Configuration
    test_paths: tuple[str, ...] = ("test",)
    test_pattern: str = "*_test.exs"


def root_of(path: Path) -> Path | None:
    """Return the nearest folder with a mix.exs, from `path` upwards, or None."""
    start = path.resolve()
    for folder in (start, *start.parents):
        if (folder / "mix.exs").is_file():
            return folder
    return None


def files_below(folder: Path, pattern: str) -> tuple[Path, ...]:
    """Return the files in a folder and its subfolders that match a glob, sorted."""
    return tuple(sorted(path for path in folder.rglob(pattern) if path.is_file()))


def read_project(root: Path, *, testing: bool = False) -> Project:
    """Parse mix.exs without running it; with `testing`, `Mix.env()` is `:test`.

    Raises:
        ElixirError: mix.exs does not parse, or needs something that this shell does not support.
    """
    quoted = parse(source_text(root / "mix.exs", "mix.exs"), "mix.exs")
    folders = _folders(quoted, "elixirc_paths", ("lib",), testing)
    sources = tuple(file for each in folders for file in files_below(root / each, "*.ex"))
    _refuse(quoted)
    pattern = _options_of(quoted, "project").get("test_pattern")
    return Project(
        root,
        sources,
        _application(quoted),
        Configuration(Atom("test" if testing else "dev")),
        tuple(_folders(quoted, "test_paths", ("test",), testing)),
        pattern if type(pattern) is str else "*_test.exs",
    )


def _refuse(quoted: Quoted) -> None:
    """Raise for an umbrella project or dependencies, in `deps/0` or inside `project/0`."""
    for name in ("project", "deps"):
        for _params, block, line in _clauses(quoted, name):
            pairs = block if name == "project" and isinstance(block, list) else []
            options = {key.name: value for key, value in pairs if type(key) is Atom}
            if "apps_path" in options:
                raise _refused(_NO_UMBRELLAS, line)
            dependencies = block if name == "deps" else options.get("deps")
            is_list = isinstance(dependencies, list) or name == "deps"
            if is_list and dependencies not in ([], None):
                raise _refused("this shell fetches no packages: deps must be empty", line)


_NO_UMBRELLAS = (
    "this shell runs one application at a time, not an umbrella (apps_path): choose one of the"
    " folders in it"
)


def _refused(message: str, line: int) -> ElixirError:
    return ElixirError(exception("CompileError", file="mix.exs", line=line, description=message))


def _application(quoted: Quoted) -> ApplicationSpec:
    """Return the application's specification from `project/0` and `application/0`."""
    options = {**_options_of(quoted, "project"), **_options_of(quoted, "application")}
    spec = ApplicationSpec(A.app)  # the default name
    match options.get("app"):
        case Atom() as name:
            spec.name = name
    match options.get("mod"):
        case (Atom() as module, argument):
            spec.module, spec.argument = module, argument
    given: Any = options.get("env")
    if type(given) is List:
        spec.environment = tuple(given.items)
    version = options.get("version")
    spec.version = version if type(version) is str else ""
    return spec


def _options_of(quoted: Quoted, function: str) -> dict[str, Term]:
    """Return the options with literal values in the keyword list of a function of mix.exs."""
    for _params, block, _line in _clauses(quoted, function):
        if isinstance(block, list):
            pairs = ((key.name, _literal(value)) for key, value in block if type(key) is Atom)
            return {key: value for key, value in pairs if value is not NOT_CONSTANT}
    return {}


def _clauses(quoted: Quoted, function: str) -> Iterator[tuple[list[Any], Any, int]]:
    """Yield parameters, body and line of each clause of a function of mix.exs."""
    for node in walk(quoted):
        if is_call(node, "def", 2) or is_call(node, "defp", 2):
            head, body = node.args
            if type(head) is Node and head.head == function and isinstance(body, list):
                yield head.args or [], dict(body).get(A.do), node.line


def _folders(quoted: Quoted, option: str, usual: Sequence[str], testing: bool) -> Sequence[str]:
    """Return the folders of `elixirc_paths: ["lib"]` or `elixirc_paths: paths(Mix.env())`."""
    env = Atom("test" if testing else "dev")
    for _params, block, _line in _clauses(quoted, "project"):
        pairs = block if isinstance(block, list) else []
        given = next((value for key, value in pairs if key is Atom(option)), None)
        if type(given) is Node and type(given.head) is str:
            bodies = [
                body
                for params, body, _at in _clauses(quoted, given.head)
                if not params or params[0] is env or type(params[0]) is Node
            ]
            given = bodies[0] if bodies else None
        if isinstance(given, list) and all(type(each) is str for each in given):
            return given
    return usual


def _literal(node: Any) -> Any:
    """Return the value of a literal, which may contain module names; otherwise NOT_CONSTANT."""
    if is_call(node, "__aliases__"):
        return alias(".".join(part.name for part in node.args))
    items = node.args if is_call(node, "{}") else node
    if type(items) is tuple or type(items) is list:
        found = [_literal(each) for each in items]
        if NOT_CONSTANT in found:
            return NOT_CONSTANT
        return List(found) if type(node) is list else tuple(found)
    return constant(node)


def configure_project(code: ElixirCode, project: Project) -> list[Atom]:
    """Evaluate `config/config.exs`, if there is one, in the calling process.

    Call it before `lib/` is compiled. Returns the configured applications that do not exist, in
    the order in which mix warns about them.

    Raises:
        CompileFailure: the file fails.
    """
    return _configured(code, project, "config.exs")


def configure_at_start(code: ElixirCode, project: Project) -> list[Atom]:
    """Evaluate `config/runtime.exs` in the same way; call it after `lib/` is compiled."""
    return _configured(code, project, "runtime.exs")


def unknown_application(application: Atom) -> str:
    """Return mix's warning about a configured application that does not exist."""
    name = inspect(application)
    return (
        f"You have configured application {name} in your configuration file,\n"
        "but the application is not available.\n\n"
        "This usually means one of:\n\n"
        "  1. You have not added the application as a dependency in a mix.exs file.\n\n"
        "  2. You are configuring an application that does not really exist.\n\n"
        f"Please ensure {name} exists or remove the configuration.\n\n"
    )


_APPLICATIONS = (  # of Elixir 1.14 and OTP 25
    "asn1 common_test compiler crypto debugger dialyzer diameter edoc eex eldap elixir "
    "erl_docgen erl_interface erts et eunit ex_unit ftp iex inets jinterface kernel logger "
    "megaco mix mnesia observer odbc os_mon parsetools public_key reltool runtime_tools sasl "
    "snmp ssh ssl stdlib syntax_tools tftp tools wx xmerl"
)


def _configured(code: ElixirCode, project: Project, name: str) -> list[Atom]:
    configuration = project.configuration
    config.configure(configuration)

    def run(path: Path) -> None:
        outer, configuration.file = configuration.file, path
        try:
            compile_file(code, path, project.root, [])
        except (ElixirError, Thrown, Exit) as error:
            raise CompileFailure(path, error) from error
        finally:
            configuration.file = outer

    configuration.run = run
    try:
        path = project.root / "config" / name
        if path.is_file():
            run(path)
    finally:
        configuration.run = None
    own = project.application.name
    unknown = [
        each
        for each in configuration.applications
        if each is not own and each.name not in _APPLICATIONS.split()
    ]
    config.configure(configuration)
    return unknown


def compile_files(
    code: ElixirCode,
    paths: Sequence[Path],
    root: Path,
    warn: Callable[[Path, CompileWarning], None] = lambda _path, _warning: None,
) -> list[Atom]:
    """Compile files and return their modules; a file that needs another is retried after it.

    Raises:
        CompileFailure: a file fails in any order; the first such file.
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
            except (Thrown, Exit) as error:  # a retry would not help
                raise CompileFailure(path, error) from error
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
    """Compile and run a file in the calling process; its shown name is relative to `root`."""
    name = path.resolve()
    shown = name.relative_to(root) if name.is_relative_to(root) else path
    evaluator = Evaluator(code, {}, shown.as_posix())
    evaluator.env.is_file = True
    return evaluator.evaluate(source_text(path, shown.as_posix()), 1, warnings)


def source_text(path: Path, shown: str) -> str:
    """Return the text of a source file, with line ends normalised to line feeds.

    Raises:
        ElixirError: the file cannot be read, or is not UTF-8; then, unlike on the BEAM, the error
            names the line.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"cannot read it: {error.strerror}"
        raise ElixirError(
            exception("CompileError", file=shown, line=None, description=message)
        ) from None
    try:
        return data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8: byte 0x{data[error.start]:02x}"
        raise ElixirError(
            exception("CompileError", file=shown, line=line, description=message)
        ) from None


def start_application(code: ElixirCode, project: Project) -> None:
    """Start a project's application in its own process, which lives as long as the runtime.

    Raises:
        ElixirError: the application's start/2 returns an error.
    """
    application = project.application
    config.configure(project.configuration)
    names = environment()
    for key, value in application.environment:
        names.setdefault((application.name, key), value)
    found = load(application)
    assert current().runtime.code is code
    answer: Any = found.start()
    match answer:
        case (A.error, (A.already_started, _)) | A.ok:
            return
        case (A.error, (A.bad_return, (_call, other))):
            answer = other
        case (A.error, (reason, _call)):
            answer = (A.error, reason)
    text = f"could not start application {inspect(application.module)}: {inspect(answer)}"
    raise ElixirError(exception("RuntimeError", message=text))
