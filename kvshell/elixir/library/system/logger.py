"""Logger: prints log entries of a minimum level, or captures them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.protocols import list_to_string, to_string
from kvshell.elixir.library.registry import EMPTY_LIST, Cost, Library
from kvshell.elixir.library.system.system import system_time
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, ArgumentError, Atom, Function, List, Map, Term, inspect

logger = Library("Logger", Cost.WAITS)

# Most severe first, as in Erlang's logger.
_LEVELS = (
    A.emergency,
    A.alert,
    A.critical,
    A.error,
    A.warning,
    A.notice,
    A.info,
    A.debug,
)
_level: list[Any] = [A.debug]


def _write(level: Any, message: Any) -> Term:
    wanted = A.warning if level is A.warn else level
    if wanted not in _LEVELS:
        raise ArgumentError(
            f"invalid level {inspect(level)}, must be one of: "
            + ", ".join(inspect(each) for each in _LEVELS)
        )
    if _level[0] is A.none or _LEVELS.index(wanted) > _LEVELS.index(_level[0]):
        return A.ok
    if type(message) is Function:
        message = caller(message, 0)()
        if type(message) is tuple:
            message = message[0]
    if type(message) is List and message.items and type(message.items[0]) is tuple:
        text = inspect(message, width=None)
    elif type(message) is List:
        text = str(list_to_string(message))
    elif type(message) is Map:
        text = inspect(message, width=None)
    else:
        text = str(to_string(message))
    if not _taken(wanted.name, text):
        me = current()
        me.runtime.emit("notice", me.pid, f"[{wanted.name}] {text}", wanted.name)
    return A.ok


# The entries of each capture, and the lowest level that it captures.
_captures: list[tuple[list[str], Any]] = []


@contextmanager
def captured(least: Any = A.debug) -> Iterator[list[str]]:
    """Within the block, collect the log entries of all processes as the console would show them."""
    taking: tuple[list[str], Any] = ([], least)
    _captures.append(taking)
    runtime = current().runtime
    runtime.capture = _taken
    try:
        yield taking[0]
    finally:
        _captures[:] = [each for each in _captures if each is not taking]
        if not _captures:
            runtime.capture = None


def _taken(level: str, text: str) -> bool:
    """Add an entry to the captures of its level; return whether there was any."""
    for taken, least in _captures:
        if _LEVELS.index(Atom(level)) <= _LEVELS.index(least):
            taken.append(entry(text, level))
    return bool(_captures)


def entry(text: str, level: str) -> str:
    """Return a log entry as the console shows it, after an empty line."""
    return f"\n{_now()} [{level}] {text}\n"


def _now() -> str:
    now: Any = system_time(A.millisecond)
    ms = int(now) % 86_400_000
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}.{ms:03}"


def _declare(name: str) -> None:
    def log(message: Term, metadata: Term = EMPTY_LIST) -> Term:
        """Logs a message with this level."""
        del metadata
        return _write(Atom(name), message)

    logger.function(name=name, macro=True)(log)


for _each in (*_LEVELS, A.warn):
    _declare(_each.name)


@logger.function(macro=True)
def log(level: Term, message: Term, metadata: Term = EMPTY_LIST) -> Term:
    """Logs a message with a level."""
    del metadata
    return _write(level, message)


@logger.function(name="bare_log")
def bare_log(level: Term, message: Term, metadata: Term = EMPTY_LIST) -> Term:
    """Logs a message with a level."""
    del metadata
    return _write(level, message)


@logger.function()
def level() -> Term:
    """Returns the minimum level of the entries that are logged."""
    return _level[0]


@logger.function()
def configure(options: Term) -> Term:
    """Sets the minimum level: `level: :info`."""
    wanted = option(options, A.level, _level[0])
    _level[0] = A.warning if wanted is A.warn else wanted
    return A.ok


@logger.function()
def compare_levels(left: Term, right: Term) -> Term:
    """Compares two levels: `:gt`, `:eq` or `:lt`."""
    one, other = _LEVELS.index(left), _LEVELS.index(right)
    return A.eq if one == other else A.gt if one < other else A.lt


@logger.function()
def metadata(metadata: Term = EMPTY_LIST) -> Term:
    """Accepts metadata of the process, which log entries here do not show."""
    return A.ok if metadata.items else List()


@logger.function()
def flush() -> Term:
    """Returns `:ok` at once: entries are never buffered here."""
    return A.ok


@logger.function()
def enable(pid: Term) -> Term:
    """Returns `:ok`: logging is always enabled for every process here."""
    del pid
    return A.ok


@logger.function()
def disable(pid: Term) -> Term:
    """Returns `:ok`, and has no effect: logging is always enabled here."""
    del pid
    return A.ok
