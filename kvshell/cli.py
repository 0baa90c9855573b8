"""The command line: which mode, with which flags, and what the exit code is.

    0    ok; `:error`, `nil` and `{:error, _}` are answers
    1    a line ended in `**`, an expectation was not met, a schedule fails
    2    the command line, an unreadable file, a malformed document
    3    replay or explore found nothing to run
    4    a hang, no verdict, an internal fault
    130  interrupted

Imports nothing but argparse until it is known which mode is wanted.
"""

import argparse
import contextlib
import os
import sys
from collections import deque
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from kvshell import __version__

if TYPE_CHECKING:
    from kvshell.views.flags import Flags

OK, USAGE, FAULT, INTERRUPTED, CLOSED_PIPE = 0, 2, 4, 130, 141

# Mode -> the function that carries it out, `(words after the mode, Flags) -> exit code`. It is
# imported when the mode is asked for; one that is not there is not built yet.
MODES = {
    "bench": "kvshell.bench.command:bench",
    "check": "kvshell.transcript.command:check",
    "explore": "kvshell.shell.exploring:explore",
    "export": "kvshell.transcript.command:export",
    "learn": "kvshell.shell.learning:learn",
    "record": "kvshell.shell.recording:record",
    "replay": "kvshell.shell.replaying:replay",
}
# Without a mode: `(Flags) -> exit code`.
PROMPT = "kvshell.shell.command:prompt"
BATCH = "kvshell.batch.running:run"

# How many of the last lines the report of an internal fault holds.
REMEMBERED = 20

USAGE_LINES = """\
kvshell [flags]                        the prompt; with piped input an answer per line
       kvshell [flags] -c LINE [-c ...] [-i]  run lines and leave, or stay at the prompt
       kvshell [flags] MODE [WORDS]           one of the modes below; kvshell MODE --help"""

DESCRIPTION = """\
Start, drive, break and understand a small OTP system.

modes:
  learn [LESSON]    walk through a lesson, or list them
  replay PATH...    run the transcripts in files and folders
  check PATH...     point at likely mistakes in transcripts; run nothing
  record PATH       save a session as a transcript
  export FILE       play a transcript as a film, a picture or a page
  explore PATH      run a document under every schedule that can make a difference
  bench             measure calls, look-ups and very many stores"""

EPILOG = """\
Standard output is data, standard error is for people. Exit codes: 0 ok, 1 a line failed,
2 usage or an unreadable file, 3 nothing to run, 4 a hang or an internal fault, 130 interrupted.
Inside: help, help COMMAND, help words, help keys."""


def main(words: Sequence[str] | None = None) -> int:
    """Carry out a command line; return the exit code, or raise SystemExit with it."""
    given = sys.argv[1:] if words is None else list(words)
    recent: deque[str] = deque(maxlen=REMEMBERED)
    try:
        try:
            code = _main(given, recent)
        finally:
            if sys.stdout is not None:  # None when it was closed before we began
                sys.stdout.flush()
    except BrokenPipeError:
        return _closed_pipe()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as fault:  # noqa: BLE001  # this is the place where faults end
        code = _fault(fault, recent, debug="--debug" in given)
    if words is None and _someone_is_stuck():
        # Python would wait for the standard input that a stuck `input()` holds, and abort.
        os._exit(code)
    return code


def _main(words: Sequence[str], recent: "deque[str]") -> int:
    given = _parser().parse_args(words)
    target = MODES.get(given.mode, "")
    if given.mode and not target:
        _refuse(_unknown(given.mode, given.rest))
    if given.mode and given.lines:
        _refuse(f"-c runs lines without {given.mode}: leave out one of them")
    if given.spec:
        return _spec()
    flags = _flags(given, recent)
    if not target:
        target = PROMPT if _talks(flags) else BATCH
    carry_out = _function(target)
    code: int = carry_out(given.rest, flags) if given.mode else carry_out(flags)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kvshell",
        usage=USAGE_LINES,
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("-c", dest="lines", action="append", default=[], metavar="LINE", help="run a line; repeat")
    add("-i", dest="stay", action="store_true", help="after -c, stay at the prompt")
    add("--load", action="append", default=[], metavar="FILE", help="run a Python file; repeat")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="an object per answer, one on a line")
    shape.add_argument("--plain", action="store_true", help="no boxes and no colours")
    add("--color", choices=("auto", "always", "never"), default="auto", help="default: auto")
    add("--free", action="store_true", help="batches: real threads instead of virtual time")
    add("--keep-going", action="store_true", help="batches: do not stop at the first error")
    add("--no-history", action="store_true", help="the prompt: keep no line on disk")
    add("--debug", action="store_true", help="show an internal fault instead of filing it")
    add("--spec", action="store_true", help="print the table of commands as JSON")
    add("--version", action="version", version=f"kvshell {__version__}")
    add("mode", nargs="?", default="", help=argparse.SUPPRESS)
    add("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def _flags(given: argparse.Namespace, recent: "deque[str]") -> "Flags":
    from kvshell.views.caps import detect
    from kvshell.views.flags import Flags

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
        history=not given.no_history,
        debug=given.debug,
    )


def _talks(flags: "Flags") -> bool:
    """Whether a person sits at both ends, and was not told to be brief."""
    person = flags.caps.tty and sys.stdin is not None and sys.stdin.isatty()
    return person and not flags.caps.json and (flags.stay or not flags.lines)


def _function(target: str) -> Any:
    """Import `module:function`."""
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


def _unknown(mode: str, rest: Sequence[str]) -> str:
    import shlex

    from kvshell.commands.suggest import nearest

    near = nearest(mode, MODES)
    if near:
        return f"no mode {mode}: did you mean kvshell {near}?"
    return f"no mode {mode}; a line is run by kvshell -c {shlex.quote(' '.join([mode, *rest]))}"


def _spec() -> int:
    from kvshell.batch.spec import spec_json

    print(spec_json())
    return OK


def _refuse(sentence: str) -> NoReturn:
    _say(sentence)
    raise SystemExit(USAGE)


def _say(sentence: str) -> None:
    """Write a line of narration; nobody is told that nobody listens."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            print(f"kvshell: {sentence}", file=sys.stderr, flush=True)


def _fault(fault: Exception, recent: Sequence[str], *, debug: bool) -> int:
    from kvshell.batch.fault import report

    _say(report(fault, recent, debug=debug))
    return FAULT


def _someone_is_stuck() -> bool:
    """Whether a thread was left alone in somebody's code: see `Threads.abandon`."""
    threads = sys.modules.get("kvshell.runtime.threads")
    return threads is not None and any(thread.is_alive() for thread in threads.stuck)


def _closed_pipe() -> int:
    """End as other tools do when nobody reads any more: by SIGPIPE, without a word."""
    # Python flushes once more when it ends; let that go nowhere.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    import signal

    if not hasattr(signal, "SIGPIPE"):  # Windows
        return OK
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGPIPE)
    return CLOSED_PIPE  # SIGPIPE is blocked
