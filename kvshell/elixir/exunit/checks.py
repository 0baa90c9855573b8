"""What compiled assertions call at run time: checks that raise AssertionFailedError."""

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

_EQUAL_FAILS: Final = frozenset({"<", ">", "!==", "!="})  # assert fails if both sides are equal
_EQUAL_HOLDS: Final = frozenset({"<=", ">=", "===", "==", "=~"})  # refute fails if they are equal
MOST_MESSAGES: Final = 10
_MISSING: Any = object()


def compared(value: Term, operator: str, left: Term, right: Term, code: str, holds: bool) -> Term:
    """Return the value of a comparison; raise unless it holds, or unless it fails for refute.

    `holds` is true for assert, false for refute; `code` is the source to show.
    """
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
    """Check `assert match?(pattern, value)`, or refute if `holds` is false; return `result`."""
    if result == holds:
        return result
    if holds:
        raise no_match("match (match?) failed", code, pattern, value, pinned)
    raise no_match("match (match?) succeeded, but should have failed", code, pattern, value, pinned)


def no_match(
    message: str, code: str, pattern: str, value: Term, pinned: Sequence[Any]
) -> AssertionFailedError:
    """Return the error for a value that does, or does not, match a pattern."""
    sides = [Side("left", None, pattern), Side("right", value)]
    return AssertionFailedError(message, code, sides, pinned=pinned)


def truth(value: Term, code: str, holds: bool, arguments: Sequence[Term] = ()) -> Term:
    """Return `value`; raise unless it is truthy, or falsy if `holds` is false."""
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
    """Return `value` as `truth` does, but fail with the test's own message.

    ExUnit shows only the message; the values compared, if any, are kept in the error.
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
    """Wait at most `timeout` milliseconds for a matching message and return it. Receive point."""
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
    """The messages of a mailbox that a failure shows, and how many there are in all."""

    def __init__(self, shown: list[tuple[str, Term]], count: int) -> None:
        super().__init__(shown)
        self.total = count


def refute_receive(
    matches: Callable[[Term], bool] | None, timeout: Term, pattern: str, message: Term
) -> bool:
    """Return false if no matching message arrives in `timeout` milliseconds. Receive point."""
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
    """Return the value that `function` throws, exits with or raises, according to `kind`."""
    try:
        call0(function)
    except (Exception, Exit, Thrown) as error:
        caught = Caught(error)
        if caught.kind.name == kind:
            return caught.value
        raise
    raise AssertionFailedError(f"Expected to catch {kind}, got nothing")


def assert_raise(module: Term, *rest: Term) -> Term:
    """Return the exception that a function raises; check its module and, if given, its message.

    `rest` is an optional message, a string or a regex, and the function.
    """
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
    """Check that two numbers differ by at most `delta`, or by more if `holds` is false."""
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
    """Fail the test with a message."""
    raise AssertionFailedError(message if type(message) is str else inspect(message))
