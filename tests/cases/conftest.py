"""The fixture for every case: a running system on each scheduler."""

from collections.abc import Iterator

import pytest

from kvshell.runtime import Runtime
from tests.nodes import SCHEDULERS, node


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as runtime:
        yield runtime
