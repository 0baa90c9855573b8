"""Ctrl-C in a batch: nothing is raised while a line runs."""

import os
import signal

import pytest

from kvshell.batch.interrupts import Interrupts


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def test_between_lines_it_ends_the_batch() -> None:
    with Interrupts(lambda: None), pytest.raises(KeyboardInterrupt):
        press()


def test_while_a_line_runs_it_ends_the_wait_and_is_remembered() -> None:
    ended: list[str] = []

    with Interrupts(lambda: ended.append("wait")) as interrupts:
        with interrupts.line():
            press()
            assert ended == ["wait"]
        assert interrupts.came


def test_a_second_press_leaves_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[int] = []
    monkeypatch.setattr(os, "_exit", left.append)

    with Interrupts(lambda: None) as interrupts, interrupts.line():
        press()
        press()

    assert left == [130]


def test_afterwards_ctrl_c_is_what_it_was() -> None:
    before = signal.getsignal(signal.SIGINT)

    with Interrupts(lambda: None):
        assert signal.getsignal(signal.SIGINT) is not before

    assert signal.getsignal(signal.SIGINT) is before
