"""The run-time part of assertions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from kvshell.elixir.exunit.failing import AssertionFailedError, Side
from kvshell.elixir.running.calling import call0
from kvshell.elixir.running.failing import Caught
from kvshell.elixir.running.operators import same
from kvshell.runtime import Exit, process
from kvshell.runtime.processes.exits import Thrown
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import (
    A,
    ArgumentError,
    ElixirError,
    Map,
    Term,
    alias,
    exception_message,
    inspect,
)

_EQUAL_FAILS: Final = frozenset({"<", ">", "!==", "!="})  # assert: both sides may be the same
_EQUAL_HOLDS: Final = frozenset({"<=", ">=", "===", "==", "=~"})  # refute: likewise
MOST_MESSAGES: Final = 10
_MISSING: Any = object()


def compared(value: Term, operator: str, left: Term, right: Term, code: str, holds: bool) -> Term:
    """Return the value of a comparison that must hold, or must not if `holds` is false."""
    if (value is not None and value is not False) == holds:
        return value
    word = "Assertion" if holds else "Refute"
    message = f"{word} with {operator} failed"
    both = _EQUAL_FAILS if holds else _EQUAL_HOLDS
    if operator in both and same(left, right):
        sides = [Side("left", left)]
        raise AssertionFailedError(f"{message}, both sides are exactly equal", code, sides)
    raise AssertionFailedError(message, code, [Side("left", left), Side("right", right)])


def matched(
    result: bool, code: str, pattern: str, value: Term, pinned: Sequence[Any], holds: bool
) -> bool:
    """Return whether a value matched: `assert match?(pattern, value)`."""
    if result == holds:
        return result
    if holds:
        raise no_match("match (match?) failed", code, pattern, value, pinned)
    raise no_match("match (match?) succeeded, but should have failed", code, pattern, value, pinned)


def no_match(
    message: str, code: str, pattern: str, value: Term, pinned: Sequence[Any]
) -> AssertionFailedError:
    """Return the failure of a match."""
    sides = [Side("left", None, pattern), Side("right", value)]
    return AssertionFailedError(message, code, sides, pinned=pinned)


def truth(value: Term, code: str, holds: bool, arguments: Sequence[Term] = ()) -> Term:
    """Return a value that must be truthy, or falsy if `holds` is false."""
    if (value is not None and value is not False) == holds:
        return value
    wanted = "truthy" if holds else "false or nil"
    raise AssertionFailedError(
        f"Expected {wanted}, got {inspect(value)}", code, arguments=arguments
    )


def said_truth(
    value: Term,
    message: Term,
    holds: bool,
    operator: str = "",
    left: Term = None,
    right: Term = None,
) -> Term:
    """Return a value that must be truthy or falsy, or fail with the test's own message.

    ExUnit shows the message alone; what was compared, if anything, is kept beside it.
    """
    if (value is not None and value is not False) == holds:
        return value
    if type(message) is Map:
        raise ElixirError(message)
    error = AssertionFailedError(message if type(message) is str else inspect(message))
    if operator:
        error.unshown = (operator if holds else f"not {operator}", left, right)
    raise error


# -- messages ----------------------------------------------------------------------------------


def assert_receive(
    matches: Callable[[Term], bool] | None,
    timeout: Term,
    code: str,
    pattern: str,
    pinned: Sequence[Any],
    message: Term,
) -> Term:
    """Wait for a matching message and return it."""
    if type(timeout) is not int or timeout < 0:
        raise ArgumentError(f"timeout must be a non-negative integer, got: {inspect(timeout)}")
    found = process.receive(matches, timeout, _MISSING)
    if found is not _MISSING:
        return found
    if type(message) is str:
        raise AssertionFailedError(message)
    queued = list(current().mailbox or ())
    head = f"Assertion failed, no matching message after {timeout}ms"
    shown = [(pattern, each) for each in queued[-MOST_MESSAGES:]]
    raise AssertionFailedError(head, code, pinned=pinned, mailbox=_Mailbox(shown, len(queued)))


class _Mailbox(list[tuple[str, Term]]):
    """The messages to show, and the total number."""

    def __init__(self, shown: list[tuple[str, Term]], count: int) -> None:
        super().__init__(shown)
        self.total = count


def refute_receive(
    matches: Callable[[Term], bool] | None, timeout: Term, pattern: str, message: Term
) -> bool:
    """Return false if no matching message arrives in time."""
    found = process.receive(matches, timeout, _MISSING)
    if found is _MISSING:
        return False
    if type(message) is str:
        raise AssertionFailedError(message)
    raise AssertionFailedError(
        f"Unexpectedly received message {inspect(found)} (which matched {pattern})"
    )


# -- errors ------------------------------------------------------------------------------------


def catches(function: Term, kind: str) -> Term:
    """Return what `catch_exit` and similar macros caught."""
    try:
        call0(function)
    except (Exception, Exit, Thrown) as error:
        caught = Caught(error)
        if caught.kind.name == kind:
            return caught.value
        raise
    raise AssertionFailedError(f"Expected to catch {kind}, got nothing")


def assert_raise(module: Term, *rest: Term) -> Term:
    """Return the exception raised by the function, checking its module and message."""
    wanted = rest[0] if len(rest) == 2 else None
    function = rest[-1]
    try:
        call0(function)
    except Exception as error:
        caught = Caught(error)
        struct = caught.struct
        assert struct is not None
        found = struct.get(A.__struct__)
        if found is not module:
            if isinstance(error, AssertionFailedError):
                raise
            raise AssertionFailedError(
                f"Expected exception {inspect(module)} but got {inspect(found)} "
                f"({exception_message(struct)})"
            ).with_traceback(error.__traceback__) from None
        if wanted is not None:
            _check_message(module, wanted, exception_message(struct))
        return struct
    raise AssertionFailedError(f"Expected exception {inspect(module)} but nothing was raised")


def _check_message(module: Term, wanted: Term, message: str) -> None:
    if type(wanted) is str:
        fits = wanted == message
    else:
        code = current().runtime.code
        fits = code.call(_REGEX, "match?", (wanted, message)) is True
    if not fits:
        raise AssertionFailedError(
            f"Wrong message for {inspect(module)}\nexpected:\n  {inspect(wanted)}\nactual:\n"
            f"  {inspect(message)}"
        )


_REGEX: Final = alias("Regex")


def in_delta(left: Term, right: Term, delta: Term, holds: bool, message: Term = None) -> bool:
    """Whether two numbers differ by at most `delta`."""
    if type(delta) in {int, float} and delta < 0:
        raise ArgumentError(f"delta must always be a positive number, got: {inspect(delta)}")
    difference = abs(left - right)
    if (difference <= delta) == holds:
        return True
    if type(message) is str:
        raise AssertionFailedError(message)
    values = (inspect(each) for each in (left, right, difference, delta))
    if holds:
        text = "Expected the difference between {} and {} ({}) to be less than or equal to {}"
    else:
        text = "Expected the difference between {} and {} ({}) to be more than {}"
    raise AssertionFailedError(text.format(*values))


def flunk(message: Term = "Flunked!") -> Term:
    """Fail the test."""
    raise AssertionFailedError(message if type(message) is str else inspect(message))
