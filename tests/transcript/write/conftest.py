"""The fixture that updates a file by the command."""

from pathlib import Path

import pytest

from tests.transcript.running import Replay
from tests.transcript.write.updates import Update


@pytest.fixture
def update(replay: Replay, tmp_path: Path) -> Update:
    return Update(replay, tmp_path / "t.md")
