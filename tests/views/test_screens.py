"""The stored screens are what is drawn now."""

import pytest

from tests.views.screens import FOLDER, screens

REDRAW = "python -m tests.views.screens draws it anew"


def test_no_screen_is_kept_that_is_not_drawn() -> None:
    assert {path.name for path in FOLDER.glob("*.svg")} == set(screens())


@pytest.mark.parametrize("name", screens())
def test_a_kept_screen_is_not_stale(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == screens()[name], REDRAW
