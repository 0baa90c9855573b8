"""Loading: run a Python file with servers in it, and give those that run already its new code.

Mirrors iex's `c` and `r`: a process keeps its pid and its state, and its next message is handled
by the code of now. Which is why a file may be loaded as often as it is edited.
"""

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

from kvshell.otp import gen_server
from kvshell.otp.callbacks import GenServer
from kvshell.otp.server import Server, server_of
from kvshell.runtime import Runtime
from kvshell.runtime.carrier import current
from kvshell.runtime.exits import Exit
from kvshell.runtime.places import know_source
from kvshell.terms import A, Atom, ElixirError, List, Term, alias
from kvshell.terms import term as as_term

BIGGEST: Final = 10_000_000  # bytes

Origin = tuple[str, str]  # the file, and the class's name in it

# Where the classes of loaded files come from: every version of one is known by it.
_origins: WeakKeyDictionary[type[GenServer], Origin] = WeakKeyDictionary()
# The modules that loaded files imported from their folders: they run anew with the next load.
_beside: set[str] = set()


class LoadError(Exception):
    """The file cannot be loaded: one line, `counter.py:7: invalid syntax`."""


class Program(NamedTuple):
    """A file that has run: its servers, in the order written, and its `start`, if it has one.

    `imported` are the servers in modules beside it that ran with it.
    """

    shown: str
    file: str
    servers: tuple[type[GenServer], ...]
    start: Callable[[], object] | None
    imported: tuple[type[GenServer], ...] = ()


def load(path: Path, typed: str | None = None) -> Program:
    """Run the file at `path`, in the caller, which is a process; its folder may be imported from.

    What it imports from there runs anew as well, for it may have been edited too. Messages and
    stacks name it as `typed`, wherever it was found.

    Raises:
        LoadError: it cannot be read or compiled, raised, or holds nothing to start.
    """
    shown, file = typed or str(path), str(path.resolve())
    if path.suffix in {".ex", ".exs"}:
        raise LoadError(f"{shown} is Elixir: load takes a Python file, as help load shows")
    module = ModuleType(f"loaded_{path.stem}")
    module.__file__ = file
    code = _compiled(path, shown, file)
    know_source(file, shown)
    sys.modules[module.__name__] = module  # dataclasses, and others, look there
    with _folder(str(path.resolve().parent)) as found:
        _run(lambda: exec(code, module.__dict__), shown, file)  # noqa: S102  # what load is for
    servers = tuple(_servers(module))
    imported = tuple(each for other in found for each in _servers(other))
    for each in (*servers, *imported):
        origin = file if each in servers else str(sys.modules[each.__module__].__file__)
        _origins[each] = (origin, each.__qualname__)
    start = getattr(module, "start", None)
    if not callable(start):
        start = None
    if not servers and start is None:
        raise LoadError(f"{shown} has no class of GenServer and no start(): nothing to start")
    return Program(shown, file, servers, start, imported)


@contextmanager
def _folder(folder: str) -> Iterator[list[ModuleType]]:
    """Let code import from `folder`; yields the list that those modules are in afterwards.

    Modules that an earlier load imported from there, or under a name that this folder has too, are
    forgotten first, and known again if the code fails. No compiled file is left: one of the same
    second would hide an edit.
    """
    known = {name: sys.modules[name] for name in _beside if name in sys.modules}
    old = {name: m for name, m in known.items() if _is_beside(m, folder) or _has(folder, name)}
    for name in old:
        del sys.modules[name]
    before, wrote = set(sys.modules), sys.dont_write_bytecode
    found: list[ModuleType] = []
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True
    importlib.invalidate_caches()
    try:
        yield found
    except BaseException:
        sys.modules.update(old)
        raise
    finally:
        sys.dont_write_bytecode = wrote
        if folder in sys.path:  # the program may have tidied it
            sys.path.remove(folder)
        for name in set(sys.modules) - before:
            module = sys.modules[name]
            if _is_beside(module, folder):
                _beside.add(name)
                found.append(module)


def _is_beside(module: ModuleType, folder: str) -> bool:
    """Whether it is a person's own: of the folder, and neither installed there nor kvshell's."""
    file = getattr(module, "__file__", None) or ""
    own = Path(folder) in Path(file).parents and "site-packages" not in file
    return own and module.__name__.partition(".")[0] != "kvshell"


def _has(folder: str, name: str) -> bool:
    place = Path(folder, name.partition(".")[0])
    return place.is_dir() or place.with_suffix(".py").exists()


def renew(program: Program, runtime: Runtime) -> None:
    """Let every process that runs an earlier version of the program's servers run this one."""
    now = {_origins[each]: server_of(each) for each in (*program.servers, *program.imported)}
    for pid in runtime.processes():
        process = pid.record
        running = process.behaviour
        if type(running) is not Server:
            continue
        loop = now.get(_origins.get(type(running.callbacks)))  # type: ignore[arg-type]  # None: not loaded
        if loop is not None and loop is not running:
            with process.lock:
                if process.alive:
                    process.behaviour = loop


def start(program: Program) -> Term:
    """Start what the program has; its own `start()` decides, if there is one.

    When that finds its server there already, running this code, the answer is `{:reloaded, names}`.
    Without one each server that does not run is started under its module's name, with `[]`:
    `{:ok, pid}`, for several a list of `{name, {:ok, pid}}`; `{:reloaded, names}` when all run.
    Runs in the caller. Receive point.
    """
    if program.start is not None:
        answer = _run(program.start, program.shown, program.file)
        running = _running(program) if _is_already_started(answer) else []
        return (A.reloaded, List(running)) if running else answer
    answers: list[tuple[Atom, Term]] = []
    for each in program.servers:
        name = module_of(each)
        pid = gen_server.whereis(name)
        mine = pid is not None and _runs(pid.record, each)
        answers.append((name, A.reloaded if mine else gen_server.start(each, [], name=name)))
    if all(answer is A.reloaded for _, answer in answers):
        return (A.reloaded, List([name for name, _ in answers]))
    return answers[0][1] if len(answers) == 1 else List(answers)


def _is_already_started(answer: Term) -> bool:
    match answer:
        case (A.error, (A.already_started, _)):
            return True
    return False


def _running(program: Program) -> list[Term]:
    """Return the names of the program's servers that processes run as they are now."""
    loops = {pid.record.behaviour for pid in current().runtime.processes()}
    servers = (*program.servers, *program.imported)
    return [module_of(each) for each in servers if server_of(each) in loops]


def module_of(callbacks: type[GenServer]) -> Atom:
    """Return the name under which a class is started: its `module`, or its own."""
    return alias(callbacks.module or callbacks.__name__)


def _runs(process: Any, callbacks: type[GenServer]) -> bool:
    return process.behaviour is server_of(callbacks)


def _servers(module: ModuleType) -> list[type[GenServer]]:
    """Return the classes written in the module itself; one that begins with `_` is its own."""
    return [
        each
        for name, each in vars(module).items()
        if isinstance(each, type)
        and issubclass(each, GenServer)
        and each.__module__ == module.__name__
        and name == each.__name__
        and not name.startswith("_")
    ]


def _compiled(path: Path, shown: str, file: str) -> Any:
    try:
        source = path.read_bytes()
    except OSError as error:
        raise LoadError(f"cannot read {shown}: {error.strerror or error}") from None
    if len(source) > BIGGEST:
        raise LoadError(f"{shown} has {len(source):,} bytes: a program may have {BIGGEST:,}")
    try:
        return compile(source, file, "exec", dont_inherit=True)
    except SyntaxError as error:
        text = f": {error.text.strip()}" if error.text else ""
        raise LoadError(f"{shown}:{error.lineno or 1}: {error.msg}{text}") from None
    except (ValueError, UnicodeError, RecursionError, MemoryError) as error:
        raise LoadError(f"{shown}:1: {str(error) or type(error).__name__}") from None


def _run(code: Callable[[], object], shown: str, file: str) -> Term:
    """Run code of the file; what it raises, but for exits and Elixir's errors, has its line."""
    try:
        return as_term(code(), "start()")
    except (Exit, ElixirError):
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever a person's file does
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        line = _line(error, file)
        raise LoadError(f"{shown}{line}: {' '.join(said.split())}") from None


def _line(error: BaseException, file: str) -> str:
    """Return `:12`, the innermost line of the file that is on the way to the error."""
    if isinstance(error, SyntaxError) and error.filename and error.filename != file:
        return ""  # of another file, which the message names
    found, trace = "", error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            found = f":{trace.tb_lineno}"
        trace = trace.tb_next
    return found
