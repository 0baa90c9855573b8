"""What the tests of OTP share."""

from pathlib import Path

import pytest

from tests.otp.programs import Write


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a program; return its path as a person types it."""
    monkeypatch.chdir(tmp_path)

    def write_(source: str, name: str = "counter.py") -> Path:
        Path(name).write_text(source, encoding="utf-8")
        return Path(name)

    return write_
