"""The published pictures show the current screens."""

import pytest

from tests.pictures import FOLDER, PICTURES, take


def test_every_stored_picture_is_generated() -> None:
    assert {path.stem for path in FOLDER.glob("*.svg")} == set(PICTURES)


@pytest.mark.slow
@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_shows_what_the_shell_shows(name: str) -> None:
    kept = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")

    assert take(PICTURES[name]) == kept, "python -m tests.pictures takes it anew"
