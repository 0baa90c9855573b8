"""The entry point: selects the mode and the flags, and defines the exit codes.

    0    ok; `:error`, `nil` and `{:error, _}` are answers
    1    a line ended in `**`, an expectation failed, a schedule fails
    2    the command line, an unreadable file, a malformed document
    3    replay or explore found nothing to run
    4    a hang, no verdict, unwritable output, an internal error
    130  interrupted

Imports nothing but argparse until the mode is known.
"""

import argparse
import atexit
import contextlib
import gc
import io
import os
import sys
from collections import deque
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kvshell.command_line.modes import MODES
from kvshell.command_line.reading import read

if TYPE_CHECKING:
    from kvshell.views.caps import Flags

OK, FAULT, INTERRUPTED, CLOSED_PIPE = 0, 4, 130, 141

# What runs without a mode: functions that take the flags and return the exit code.
PROMPT = "kvshell.shell.command:prompt"
BATCH = "kvshell.batch.batch:run"

# The number of recent lines included in an internal error report.
REMEMBERED = 20


def main(words: Sequence[str] | None = None) -> int:
    """Run a command line; return the exit code, or raise SystemExit with it."""
    given = sys.argv[1:] if words is None else list(words)
    if words is None:  # skip the garbage collection at exit: with much data it takes seconds
        atexit.register(gc.freeze)
    recent: deque[str] = deque(maxlen=REMEMBERED)
    _prepare_streams()
    try:
        try:
            code = _main(given, recent)
        finally:
            _flush()
    except BrokenPipeError:
        return _closed_pipe()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as fault:  # noqa: BLE001  # internal errors are reported here
        code = _fault(fault, recent, debug="--debug" in given)
    if words is None and _someone_is_stuck():
        # At exit Python would wait for the lock on standard input that a stuck `input()` holds.
        os._exit(code)
    return code


def _prepare_streams() -> None:
    """Make the standard streams accept any text, and keep their descriptors reserved.

    Characters that the encoding lacks are escaped. A descriptor that was closed before startup
    would be reused by the next opened file, and output to it would end up in that file.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                os.open(os.devnull, os.O_RDWR)  # gets the lowest free number: this one
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _flush() -> None:
    if sys.stdout is None:  # closed before startup
        return
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        from kvshell.views.output import UnwritableError

        raise UnwritableError(getattr(error, "strerror", None) or str(error)) from error


def _main(words: Sequence[str], recent: "deque[str]") -> int:
    given = read(words)
    if not given.mode and given.spec:
        return _spec()
    flags = _flags(given, recent)
    if given.mode:
        return int(_function(MODES[given.mode].target)(given, flags))
    return int(_function(PROMPT if _talks(flags) else BATCH)(flags))


def _flags(given: argparse.Namespace, recent: "deque[str]") -> "Flags":
    from kvshell.views.caps import Flags, detect

    caps = detect(
        os.environ,
        stdin=sys.stdin,
        stdout=sys.stdout,
        color=given.color,
        plain=given.plain,
        json=given.json,
    )
    return Flags(
        caps=caps,
        recent=recent,
        lines=tuple(given.lines),
        load=tuple(given.load),
        stay=given.stay,
        free=given.free,
        keep_going=given.keep_going,
        history=not (given.no_history or given.present),
        debug=given.debug,
        design=given.design,
        config=not given.no_config,
        lang=given.lang,
        present=given.present,
        engine=given.engine,
        nodes=given.nodes,
        join=given.join,
    )


def _talks(flags: "Flags") -> bool:
    """Whether a user is at both ends and did not ask for output as JSON or of single lines."""
    person = flags.caps.tty and sys.stdin is not None and sys.stdin.isatty()
    return person and not flags.caps.json and (flags.stay or not flags.lines)


def _function(target: str) -> Any:
    """Import a module and return one of its functions, given as `module:function`."""
    module, _, name = target.partition(":")
    gc.disable()  # modules are not garbage: collections would take a tenth of the start-up
    try:
        return getattr(import_module(module), name)
    finally:
        gc.freeze()
        gc.enable()


def _spec() -> int:
    from kvshell.batch.spec import spec_json
    from kvshell.views.output import emit

    emit(spec_json())
    return OK


def _fault(fault: Exception, recent: Sequence[str], *, debug: bool) -> int:
    from kvshell.views.output import UnwritableError, narrate, swallow

    if isinstance(fault, UnwritableError):
        swallow(sys.stdout)  # discard the remaining output
        narrate(f"cannot write to standard output: {fault}")
        return FAULT
    from kvshell.batch.fault import report

    narrate(*report(fault, recent, debug=debug).split("\n"))
    return FAULT


def _someone_is_stuck() -> bool:
    """Whether a thread was abandoned inside user code; see `Threads.abandon`."""
    threads = sys.modules.get("kvshell.runtime.schedule.threads")
    return threads is not None and any(thread.is_alive() for thread in threads.stuck)


def _closed_pipe() -> int:
    """End by SIGPIPE without a message, as other tools do when the reader of a pipe has gone."""
    # Python flushes once more at exit; discard that.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    import signal

    if not hasattr(signal, "SIGPIPE"):  # Windows
        return OK
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGPIPE)
    return CLOSED_PIPE  # SIGPIPE is blocked
