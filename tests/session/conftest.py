"""Fixtures: a session driven by text, as hosts drive it."""

from collections.abc import Callable, Iterator

import pytest

from kvshell.session import Session
from tests.session.typist import Typist

Open = Callable[..., Typist]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Return a function that opens sessions; each is closed after the test."""
    sessions: list[Session] = []

    def open_(design: str = "ets", scheduler: str = "controlled") -> Typist:
        session = Session(scheduler, design)  # type: ignore[arg-type]  # one of the two words
        sessions.append(session)
        return Typist(session)

    yield open_
    for session in reversed(sessions):
        session.close()


@pytest.fixture
def kv(opened: Open) -> Typist:
    """A controlled session of the default design, in which no system is running yet."""
    return opened()
