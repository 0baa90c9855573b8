"""The stored screens: what the views look like on terminals of 80 and of 40 columns.

python -m tests.views.screens     draws them again; review with `git diff`
"""

from pathlib import Path

from kvshell.views import Caps, render_view
from kvshell.views.svg import draw_svg
from tests.views.samples import VIEWS

FOLDER = Path(__file__).parent / "screens"
WIDTHS = (80, 40)


def screens() -> dict[str, str]:
    """Return the current screens as SVG, by file name."""
    drawn = {}
    for width in WIDTHS:
        caps = Caps(tty=True, colour="16", width=width, plain=False)
        for name, view in VIEWS.items():
            title = f"{name}, {width} columns"
            drawn[f"{name}-{width}.svg"] = draw_svg(
                render_view(view, caps), width=width, title=title
            )
    return drawn


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.svg"):
        old.unlink()
    for name, picture in screens().items():
        (FOLDER / name).write_text(picture, encoding="utf-8")
        print(FOLDER / name)


if __name__ == "__main__":
    main()
