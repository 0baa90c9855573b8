"""A process dies of any exception it raises, and its exit reason is a term."""

from collections.abc import Callable

import pytest

from kvshell.runtime import Exit, Runtime, Thrown, process
from kvshell.terms import A, List, Term, exception_message


class MuteError(Exception):
    def __str__(self) -> str:
        raise ValueError


class EndlessError(Exception):
    def __str__(self) -> str:
        raise SystemExit


def reason_of(code: Callable[[], None]) -> Term:
    _pid, ref = process.spawn_monitor(code)
    down = process.receive(lambda m: m[0] is A.DOWN and m[1] is ref, 5_000, A.none)
    assert down is not A.none
    return down[4]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MuteError(), "<exception str() failed>"),
        (EndlessError(), "<exception str() failed>"),
        (ValueError("\ud800"), "\\ud800"),
    ],
)
def test_an_error_whose_text_fails_still_kills_the_process(
    runtime: Runtime, error: Exception, said: str
) -> None:
    def boom() -> None:
        raise error

    reason = reason_of(boom)

    assert exception_message(reason[0]) == said
    assert runtime.settle(5.0)


@pytest.mark.parametrize(
    ("raised", "reason"),
    [
        (Exit([1]), List([1])),
        (Thrown([1]), ((A.nocatch, List([1])), List())),
    ],
)
def test_an_exit_reason_is_converted_to_a_term(
    runtime: Runtime, raised: BaseException, reason: Term
) -> None:
    def leave() -> None:
        raise raised

    assert reason_of(leave) == reason


@pytest.mark.parametrize("raised", [Exit({1}), Thrown({1})])
def test_an_exit_reason_that_is_not_a_term_is_an_error(
    runtime: Runtime, raised: BaseException
) -> None:
    def leave() -> None:
        raise raised

    reason = reason_of(leave)
    error = reason[0] if isinstance(raised, Exit) else reason[0][1][0]

    assert exception_message(error) == "reason: set is not a term"
