"""The terminal while a command runs: notices and Ctrl-C."""

import os
import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from kvshell.session.interrupts import Interrupts
from kvshell.shell.conversation import interrupts_of
from kvshell.shell.screen.terminal import Notice, fitted
from tests.shell.terminal import FakeHost

WAITING = (
    "waiting for KV.Registry (suspended), 4.6 s left; Ctrl-C gives up,"
    " the request stays in its mailbox"
)


@pytest.fixture
def left() -> list[str]:
    return []


@pytest.fixture
def interrupts(left: list[str]) -> Iterator[Interrupts]:
    with interrupts_of(FakeHost(), left.append) as found:
        yield found


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_asks_the_host_and_raises_nothing() -> None:
    host = FakeHost()

    with interrupts_of(host, pytest.fail) as interrupts, interrupts.line(host.interrupt):
        press()

    assert host.interrupted == 1
    assert interrupts.pressed


def test_ctrl_c_between_two_lines_is_forgotten() -> None:
    host = FakeHost()

    with interrupts_of(host, pytest.fail) as interrupts:
        press()

    assert host.interrupted == 0
    assert not interrupts.pressed


def test_a_second_ctrl_c_at_a_stuck_command_shows_its_position(
    interrupts: Interrupts, left: list[str]
) -> None:
    with interrupts.line(lambda: None):
        press()
        press()

    assert len(left) == 1
    assert left[0].startswith("still running in press (")
    assert __file__ in left[0]


def test_a_second_ctrl_c_at_a_new_wait_interrupts_again() -> None:
    host = FakeHost()
    host.waiting = WAITING

    with interrupts_of(host, pytest.fail) as interrupts, interrupts.line(host.interrupt):
        press()
        press()

    assert host.interrupted == 2


def test_presses_are_counted_per_command(interrupts: Interrupts, left: list[str]) -> None:
    for _ in range(3):
        interrupts.forget()
        with interrupts.line(lambda: None):
            press()

    assert left == []


def test_the_previous_handler_is_restored() -> None:
    before = signal.getsignal(signal.SIGINT)

    with interrupts_of(FakeHost(), pytest.fail):
        assert signal.getsignal(signal.SIGINT) != before

    assert signal.getsignal(signal.SIGINT) == before


def test_a_wait_notice_is_shown_and_erased() -> None:
    written: list[str] = []
    shown = threading.Event()

    def write(text: str) -> None:
        written.append(text)
        shown.set()

    with Notice(lambda: WAITING, write, lambda: 120):
        assert shown.wait(5)

    assert written == [f"\r\x1b[K{WAITING}", "\r\x1b[K"]
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_terminal_that_cannot_erase_a_line_gets_one_notice() -> None:
    written: list[str] = []
    ticks = threading.Semaphore(0)

    def ask() -> str:
        ticks.release()
        return f"{sys.maxsize} s left"

    with Notice(ask, written.append, lambda: 80, moving=False):
        for _ in range(3):
            assert ticks.acquire(timeout=5)

    assert written == [f"{sys.maxsize} s left\n"]


def test_a_short_command_gets_no_notice() -> None:
    written: list[str] = []

    with Notice(lambda: WAITING, written.append, lambda: 80):
        pass

    assert written == []


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (120, WAITING),
        (80, "waiting for KV.Registry (suspended), 4.6 s left; Ctrl-C gives up"),
        (50, "waiting for KV.Registry (suspended), 4.6 s left"),
        (39, "waiting for KV.Registry (suspended),..."),
    ],
)
def test_a_notice_fits_the_line(width: int, text: str) -> None:
    assert fitted(WAITING, width) == text


def test_a_notice_that_takes_longer_to_write_than_a_tick_is_not_written_into_itself() -> None:
    """The next alarm came within the write: a buffered stream refuses such a call."""
    written = []
    depth, wiped = 0, "\r\x1b[K"

    def write(text: str) -> None:
        nonlocal depth
        depth += 1
        written.append((text, depth))
        if text != wiped:  # that is written when the alarms are over
            signal.raise_signal(signal.SIGALRM)
        depth -= 1

    sentences = iter(["one", "two", "three"])
    with Notice(lambda: next(sentences, None), write, lambda: 80):
        signal.raise_signal(signal.SIGALRM)
        signal.raise_signal(signal.SIGALRM)

    assert written == [(f"{wiped}one", 1), (f"{wiped}two", 1), (wiped, 1)]
