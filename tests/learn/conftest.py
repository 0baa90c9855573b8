from collections.abc import Iterator

import pytest

from tests.learn.lessons import Learner, learner


@pytest.fixture
def me() -> Iterator[Learner]:
    """A learner at the first step of the small lesson."""
    with learner() as someone:
        yield someone
