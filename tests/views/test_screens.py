"""The stored screens equal the current drawings."""

import pytest

from tests.views.screens import FOLDER, screens

REDRAW = "python -m tests.views.screens draws it anew"


def test_every_stored_screen_is_drawn() -> None:
    assert {path.name for path in FOLDER.glob("*.svg")} == set(screens())


@pytest.mark.parametrize("name", screens())
def test_every_stored_screen_is_up_to_date(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == screens()[name], REDRAW
