"""The pictures show what the shell shows today."""

import pytest

from tests.pictures import FOLDER, PICTURES, pictures


def test_every_kept_picture_is_drawn_by_us() -> None:
    assert {path.name for path in FOLDER.glob("*.svg")} == set(PICTURES)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_not_stale(name: str) -> None:
    kept = (FOLDER / name).read_text(encoding="utf-8")

    assert kept == pictures()[name], "python -m tests.pictures draws it anew"
