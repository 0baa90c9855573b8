"""What Ctrl-C does between lines, while a line runs, and when pressed again in the same line."""

import os
import signal

import pytest

from kvshell.session.interrupts import Interrupts, end_process, forget_press


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def test_between_lines_ctrl_c_ends_the_mode() -> None:
    with Interrupts(), pytest.raises(KeyboardInterrupt):
        press()


def test_at_a_prompt_a_press_between_lines_is_forgotten() -> None:
    with Interrupts(forget_press) as interrupts:
        press()

        assert not interrupts.pressed


def test_while_a_line_runs_ctrl_c_ends_the_wait_and_is_recorded() -> None:
    ended: list[str] = []

    with Interrupts() as interrupts:
        with interrupts.line(lambda: ended.append("wait")):
            press()
            assert ended == ["wait"]
        assert interrupts.pressed


def test_a_second_press_in_a_batch_exits_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[int] = []
    monkeypatch.setattr(os, "_exit", left.append)

    with Interrupts(again=end_process) as interrupts, interrupts.line(lambda: None):
        press()
        press()

    assert left == [130]


def test_a_second_press_elsewhere_is_a_keyboard_interrupt() -> None:
    with Interrupts() as interrupts, interrupts.line(lambda: None):
        press()
        with pytest.raises(KeyboardInterrupt):
            press()


def test_a_nested_run_is_interrupted_before_its_line() -> None:
    asked: list[str] = []

    with (
        Interrupts(again=lambda *_: None) as interrupts,
        interrupts.line(lambda: asked.append("outer")),
    ):
        with interrupts.line(lambda: asked.append("inner")):
            press()
        press()

    assert asked == ["inner", "outer"]


def test_a_search_is_told_to_stop() -> None:
    with Interrupts() as interrupts, interrupts.search() as stop:
        assert not stop()
        press()
        assert stop()


def test_while_the_system_settles_a_prompt_ignores_a_press() -> None:
    asked: list[str] = []

    with (
        Interrupts(forget_press, rest_is_idle=True) as interrupts,
        interrupts.rest(lambda: asked.append("rest")),
    ):
        press()

    assert not asked


def test_an_instance_that_is_not_installed_gets_no_presses() -> None:
    interrupts = Interrupts()

    with interrupts.line(lambda: None), pytest.raises(KeyboardInterrupt):
        press()

    assert not interrupts.pressed


def test_afterwards_the_previous_handler_is_restored() -> None:
    before = signal.getsignal(signal.SIGINT)

    with Interrupts():
        assert signal.getsignal(signal.SIGINT) is not before

    assert signal.getsignal(signal.SIGINT) is before
