"""Helpers for fixtures: a runtime for the calling thread, and what iex prints for a call."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kvshell.runtime import Exit, Runtime
from kvshell.terms import A, ElixirError, Term, format_banner, inspect

SCHEDULERS = ("controlled", "free")


@contextmanager
def node(scheduler: str) -> Iterator[Runtime]:
    """A context with a runtime whose first process is the calling thread; stopped at the end."""
    runtime = Runtime(scheduler)  # type: ignore[arg-type]  # one of SCHEDULERS
    runtime.enter()
    try:
        yield runtime
    finally:
        runtime.stop()


def said(code: Callable[[], Term]) -> str:
    """Return what iex prints for `code()`, without stack lines."""
    try:
        return inspect(code())
    except Exit as exit_:
        return format_banner(A.exit, exit_.reason)
    except ElixirError as error:
        return format_banner(A.error, error.struct)
