"""Fixtures for tests that replay files."""

from pathlib import Path

import pytest

from tests.transcript.running import Replay, replayer


@pytest.fixture
def replay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Replay:
    """Return a function that replays files in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return replayer(tmp_path, capsys)
