"""What the tests of the runtime get: a running one on each scheduler."""

from collections.abc import Iterator

import pytest

from kvshell.runtime import Runtime
from tests.nodes import SCHEDULERS, node


@pytest.fixture(params=SCHEDULERS)
def runtime(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    """A runtime whose driver is the test; stopped afterwards, and no thread of it may be left."""
    with node(request.param) as made:
        yield made
