"""Loads a Python file with servers, and updates running ones to its new code.

Mirrors iex's `c` and `r`: a process keeps its pid and its state, and its next message is handled by
the new code. So a file can be loaded again after every edit.
"""

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tokenize import detect_encoding
from types import ModuleType
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

from kvshell.otp import gen_server
from kvshell.otp.gen.callbacks import GenServer
from kvshell.otp.gen.server_loop import ServerLoop, server_of
from kvshell.runtime import Runtime
from kvshell.runtime.processes.crash_report import know_source
from kvshell.runtime.processes.exits import Exit
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, Atom, ElixirError, List, Pid, Term
from kvshell.terms import term as as_term

BIGGEST: Final = 10_000_000  # maximum size of a file, in bytes
NO_SUCH: Final = "no such file or folder: {path}"  # the text wherever a path is given

Origin = tuple[str, str]  # the file, and the class name in it

# The origin of the classes of loaded files, which identifies all their versions.
_origins: WeakKeyDictionary[type[GenServer], Origin] = WeakKeyDictionary()
# The file, as typed, of each server that was started under its name.
_files: dict[Atom, str] = {}
# Modules that loaded files imported from their folders: the next load runs them again.
_beside: set[str] = set()


class LoadError(Exception):
    """A file cannot be loaded; the message is one line, such as `counter.py:7: invalid syntax`."""


class LoadedFile(NamedTuple):
    """A loaded file: its servers in source order, and its `start`, if it has one.

    `imported` holds the servers of modules next to it that were loaded with it.
    """

    shown: str
    file: str
    servers: tuple[type[GenServer], ...]
    start: Callable[[], object] | None
    imported: tuple[type[GenServer], ...] = ()


def load(path: Path, typed: str | None = None) -> LoadedFile:
    """Run the file at `path` in the calling process; it may import from its folder.

    Modules it imports from there are run again, since they may have been edited, too. Messages and
    stacks show the file as `typed`, or by its path.

    Raises:
        LoadError: it cannot be read or compiled, it raised, or it has nothing to start.
    """
    shown, file = typed or str(path), str(path.resolve())
    if path.suffix in {".ex", ".exs"}:
        raise LoadError(f"{shown} is Elixir: only Python files can be loaded here")
    module = ModuleType(f"loaded_{path.stem}")
    module.__file__ = file
    code = _compiled(path, shown, file)
    know_source(file, shown)
    sys.modules[module.__name__] = module  # dataclasses and others look it up there
    with _folder(str(path.resolve().parent)) as found:
        _run(lambda: exec(code, module.__dict__), shown, file)  # noqa: S102  # running the file is what load is for
    servers = tuple(_servers(module))
    imported = tuple(each for other in found for each in _servers(other))
    for each in (*servers, *imported):
        origin = file if each in servers else str(sys.modules[each.__module__].__file__)
        _origins[each] = (origin, each.__qualname__)
        _files[module_of(each)] = shown
    start = getattr(module, "start", None)
    if not callable(start):
        start = None
    if not servers and start is None:
        raise LoadError(f"{shown} has no GenServer class and no start(): nothing to start")
    return LoadedFile(shown, file, servers, start, imported)


@contextmanager
def _folder(folder: str) -> Iterator[list[ModuleType]]:
    """Allow imports from `folder`; yields a list that holds the imported modules after the block.

    Modules that an earlier load imported from there, or whose name also exists in this folder, are
    forgotten first, and restored if the code fails. No bytecode is written: a file from the same
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
        if folder in sys.path:  # the program may have removed it
            sys.path.remove(folder)
        for name in set(sys.modules) - before:
            module = sys.modules[name]
            if _is_beside(module, folder):
                _beside.add(name)
                found.append(module)


def _is_beside(module: ModuleType, folder: str) -> bool:
    """Whether a module is the user's own: in the folder, and neither installed nor kvshell's."""
    file = getattr(module, "__file__", None) or ""
    own = Path(folder) in Path(file).parents and "site-packages" not in file
    return own and module.__name__.partition(".")[0] != "kvshell"


def _has(folder: str, name: str) -> bool:
    place = Path(folder, name.partition(".")[0])
    return place.is_dir() or place.with_suffix(".py").exists()


def renew(program: LoadedFile, runtime: Runtime) -> None:
    """Update every process that runs an earlier version of the program's servers."""
    now = {_origins[each]: server_of(each) for each in (*program.servers, *program.imported)}
    for pid in runtime.processes():
        process = pid.record
        running = process.behaviour
        if type(running) is not ServerLoop:
            continue
        loop = now.get(_origins.get(type(running.callbacks)))  # type: ignore[arg-type]  # None: not loaded
        if loop is not None and loop is not running:
            with process.lock:
                if process.alive:
                    process.behaviour = loop


def start(program: LoadedFile) -> Term:
    """Start the program's servers, or call its own `start()` if there is one.

    If `start()` finds its server already running this code, the answer is `{:reloaded, names}`.
    Without `start()`, each server that is not running is started under its module name with `[]`:
    the answer is `{:ok, pid}`, a list of `{name, {:ok, pid}}` for several, or `{:reloaded, names}`
    if all are running. Runs in the caller. Receive point.
    """
    if program.start is not None:
        answer = _run(program.start, program.shown, program.file)
        running = _running(program) if _is_already_started(answer) else []
        return (A.reloaded, List(running)) if running else answer
    answers: list[tuple[Atom, Term]] = []
    for each in program.servers:
        name = module_of(each)
        pid = gen_server.whereis(name)
        mine = isinstance(pid, Pid) and _runs(pid.record, each)
        answers.append((name, A.reloaded if mine else gen_server.start(each, [], name=name)))
    if all(answer is A.reloaded for _, answer in answers):
        return (A.reloaded, List([name for name, _ in answers]))
    return answers[0][1] if len(answers) == 1 else List(answers)


def _is_already_started(answer: Term) -> bool:
    match answer:
        case (A.error, (A.already_started, _)):
            return True
    return False


def _running(program: LoadedFile) -> list[Term]:
    """Return the names of the program's servers that run its current code."""
    loops = {pid.record.behaviour for pid in current().runtime.processes()}
    servers = (*program.servers, *program.imported)
    return [module_of(each) for each in servers if server_of(each) in loops]


def file_of(name: Atom) -> str | None:
    """Return the file, as typed, from which the server `name` was last loaded, or None."""
    return _files.get(name)


def module_of(callbacks: type[GenServer]) -> Atom:
    """Return the name a class is started under: its `module`, or the class name."""
    return callbacks.module_name()


def _runs(process: Any, callbacks: type[GenServer]) -> bool:
    return process.behaviour is server_of(callbacks)


def _servers(module: ModuleType) -> list[type[GenServer]]:
    """Return the classes defined in the module itself, except those that begin with `_`."""
    return [
        each
        for name, each in vars(module).items()
        if isinstance(each, type)
        and issubclass(each, GenServer)
        and each.__module__ == module.__name__
        and name == each.__name__
        and not name.startswith("_")
    ]


def unreadable(shown: str, error: OSError) -> str:
    """Return why a file cannot be read, in one sentence that names it as `shown`."""
    if isinstance(error, FileNotFoundError):
        return NO_SUCH.format(path=shown)
    return f"cannot read {shown}: {error.strerror or error}"


def _compiled(path: Path, shown: str, file: str) -> Any:
    try:
        source = path.read_bytes()
    except OSError as error:
        raise LoadError(unreadable(shown, error)) from None
    if len(source) > BIGGEST:
        raise LoadError(f"{shown} has {len(source):,} bytes: a program may have {BIGGEST:,}")
    try:
        code = compile(source, file, "exec", dont_inherit=True)
    except SyntaxError as error:
        text = f": {error.text.strip()}" if error.text else ""
        raise LoadError(f"{shown}:{error.lineno or 1}: {error.msg}{text}") from None
    except (ValueError, UnicodeError, RecursionError, MemoryError) as error:
        raise LoadError(f"{shown}:1: {str(error) or type(error).__name__}") from None
    try:
        source.decode(_encoding(source))  # `compile` ignores the content of comments
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        message = f"not {error.encoding.upper()}: byte 0x{source[error.start]:02x}"
        raise LoadError(f"{shown}:{line}: {message}") from None
    return code


def _encoding(source: bytes) -> str:
    try:
        return detect_encoding(BytesIO(source).readline)[0]
    except SyntaxError:  # the first lines are not UTF-8 and declare no encoding
        return "utf-8"


def _run(code: Callable[[], object], shown: str, file: str) -> Term:
    """Run code of the file; add the line to its exceptions, except exits and Elixir errors."""
    try:
        with _open_streams(shown):
            return as_term(code(), "start()")
    except (Exit, ElixirError, LoadError):
        raise
    except BaseException as error:
        if not _is_the_files(error, file):
            raise
        line = _line(error, file)
        raise LoadError(f"{shown}{line}: {_describe(error, file)}") from None


_STREAMS: Final = ("standard input", "standard output", "standard error")


@contextmanager
def _open_streams(shown: str) -> Iterator[None]:
    """Reopen standard streams that the file's code closes, because the shell needs them.

    Raises:
        LoadError: the code closed one.
    """
    kept = {number: os.dup(number) for number in range(3) if _is_open(number)}
    closed: list[str] = []
    try:
        yield
    finally:
        for number, copy in kept.items():
            if not _is_open(number):
                os.dup2(copy, number)
                closed.append(_STREAMS[number])
            os.close(copy)
    if closed:
        raise LoadError(f"{shown} closes {' and '.join(closed)}, which the shell needs")


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _is_the_files(error: BaseException, file: str) -> bool:
    """Whether the file's code raised `error`, not kvshell or Ctrl-C."""
    if isinstance(error, Exception):
        return True
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    raised_there = trace is not None and trace.tb_frame.f_code.co_filename == file
    ours = type(error).__module__.partition(".")[0] == __name__.partition(".")[0]
    return not ours and (raised_there or not isinstance(error, KeyboardInterrupt))


def _describe(error: BaseException, file: str) -> str:
    """Describe an exception on one line; its own `__str__` may raise as well."""
    try:
        text = " ".join(str(error).split())
    except BaseException as broken:
        if not _is_the_files(broken, file):
            raise
        # Like the last line of a traceback.
        text = "<exception str() failed>"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _line(error: BaseException, file: str) -> str:
    """Return `:12`, the innermost line of the file in the error's traceback."""
    if isinstance(error, SyntaxError) and error.filename and error.filename != file:
        return ""  # an error in another file, which the message names
    found, trace = "", error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            found = f":{trace.tb_lineno}"
        trace = trace.tb_next
    return found
