"""Fixtures for the tests of the runtime: a running one on each scheduler."""

from collections.abc import Iterator

import pytest

from kvshell.runtime import Runtime
from tests.nodes import SCHEDULERS, node


@pytest.fixture(params=SCHEDULERS)
def runtime(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    """A runtime whose driver is the test. It is stopped afterwards, and must leave no thread."""
    with node(request.param) as made:
        yield made
