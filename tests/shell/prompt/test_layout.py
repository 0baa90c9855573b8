"""What prompt_toolkit goes through at every key press."""

from prompt_toolkit.input import DummyInput
from prompt_toolkit.output import DummyOutput

from kvshell.shell.prompt.fitting_session import FittingSession


def test_no_window_is_visited_twice_in_one_walk() -> None:
    session = FittingSession(input=DummyInput(), output=DummyOutput())

    windows = list(session.layout.find_all_windows())

    assert len(windows) == len(set(windows))
