"""ExUnit.CaptureIO and CaptureLog: what a function prints, and what is logged meanwhile."""

from typing import Any

from kvshell.elixir.library import output
from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.registry import Cost, Library
from kvshell.elixir.library.system import logger
from kvshell.elixir.running.calling import call0
from kvshell.runtime import process
from kvshell.terms import A, List, Term

CAPTURE_IO = Library("ExUnit.CaptureIO", Cost.WAITS)
CAPTURE_LOG = Library("ExUnit.CaptureLog", Cost.WAITS)


@CAPTURE_IO.function()
def capture_io(device: Term, function: Term = None) -> Term:
    """Runs the function and returns the text it printed."""
    return with_io(device, function)[1]


@CAPTURE_IO.function()
def with_io(device: Term, function: Term = None) -> Any:
    """Returns the value of the function, and the text it printed."""
    wanted, run = (A.stdio, device) if function is None else (device, function)
    with output.captured(process.self_(), wanted) as pieces:
        value = call0(run)
    return value, "".join(pieces)


@CAPTURE_LOG.function()
def capture_log(options: Term, function: Term = None) -> Term:
    """Returns what is logged while the function runs; `level:` leaves out what is less urgent."""
    return with_log(options, function)[1]


@CAPTURE_LOG.function()
def with_log(options: Term, function: Term = None) -> Any:
    """Returns the value of the function, and what is logged meanwhile."""
    given, run = (List(), options) if function is None else (options, function)
    least = option(given, A.level, A.debug)
    with logger.captured(A.warning if least is A.warn else least) as pieces:
        value = call0(run)
    return value, "".join(pieces)
