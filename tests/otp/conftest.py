"""Fixtures for the tests of OTP."""

from pathlib import Path

import pytest

from tests.otp.programs import Write


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return a function that writes a program and returns its path, as a user types it."""
    monkeypatch.chdir(tmp_path)

    def write_(source: str, name: str = "counter.py") -> Path:
        Path(name).write_text(source, encoding="utf-8")
        return Path(name)

    return write_
