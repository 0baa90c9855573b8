"""ExUnit.CaptureIO and CaptureLog: capture a function's output and log entries."""

from typing import Any

from kvshell.elixir.library import output
from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.registry import MISSING, Cost, Library
from kvshell.elixir.library.system import logger
from kvshell.elixir.running.calling import call0
from kvshell.runtime import process
from kvshell.terms import A, Atom, List, Term

CAPTURE_IO = Library("ExUnit.CaptureIO", Cost.WAITS)
CAPTURE_LOG = Library("ExUnit.CaptureLog", Cost.WAITS)


@CAPTURE_IO.function()
def capture_io(device: Term, input: Term = MISSING, function: Term = MISSING) -> Term:  # noqa: A002
    """Captures what a function prints, and returns it; `input` is the text that it can read."""
    return with_io(device, input, function)[1]


@CAPTURE_IO.function()
def with_io(device: Term, input: Term = MISSING, function: Term = MISSING) -> Any:  # noqa: A002
    """Runs a function and returns `{result, captured_output}`."""
    *given, run = (each for each in (device, input, function) if each is not MISSING)
    wanted: Any = given.pop(0) if given and type(given[0]) is Atom else A.stdio
    options: Any = given[0] if given else ""
    text = option(options, A.input, "") if type(options) is List else options
    prompts = type(options) is not List or option(options, A.capture_prompt, True) is True
    with output.captured(process.self_(), wanted, text, prompts=prompts) as pieces:
        value = call0(run)
    return value, "".join(pieces)


@CAPTURE_LOG.function()
def capture_log(options: Term, function: Term = None) -> Term:
    """Captures what is logged while a function runs; `level:` is the lowest level to capture."""
    return with_log(options, function)[1]


@CAPTURE_LOG.function()
def with_log(options: Term, function: Term = None) -> Any:
    """Runs a function and returns `{result, captured_log}`."""
    given, run = (List(), options) if function is None else (options, function)
    least = option(given, A.level, A.debug)
    with logger.captured(A.warning if least is A.warn else least) as pieces:
        value = call0(run)
    return value, "".join(pieces)
