"""What the tests of the runtime get: a running one on each scheduler."""

from collections.abc import Iterator

import pytest

from kvshell.runtime import Runtime
from tests.nodes import SCHEDULERS, node


@pytest.fixture(params=SCHEDULERS)
def runtime(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    """A runtime driven by the test; stopped afterwards, and none of its threads may remain."""
    with node(request.param) as made:
        yield made
