"""A process dies of whatever it raises, and its reason is a term."""

import pytest

from kvshell.runtime import Runtime, process
from kvshell.terms import A, Pid, Term, exception_message


class MuteError(Exception):
    def __str__(self) -> str:
        raise ValueError


def reason_of(pid: Pid) -> Term:
    ref = process.monitor(pid)
    down = process.receive(lambda m: m[0] is A.DOWN and m[1] is ref, 5_000, A.none)
    assert down is not A.none
    return down[4]


@pytest.mark.parametrize(
    ("error", "said"),
    [(MuteError(), "<exception str() failed>"), (ValueError("\ud800"), "\\ud800")],
)
def test_an_error_without_a_proper_text_kills(
    runtime: Runtime, error: Exception, said: str
) -> None:
    def boom() -> None:
        raise error

    reason = reason_of(process.spawn(boom))

    assert exception_message(reason[0]) == said
    assert runtime.settle(5.0)
