"""The pictures of README and articles: sessions run now, drawn as a terminal shows them.

python -m tests.pictures     draws them anew; `git diff` is the review
"""

from pathlib import Path
from typing import NamedTuple

from kvshell.commands.view import Role
from kvshell.session import Session
from kvshell.views import Caps, render, render_event, render_line
from kvshell.views.svg import draw_svg

FOLDER = Path(__file__).resolve().parent.parent / "transcripts" / "pictures"


class Picture(NamedTuple):
    """What is typed, and how wide the terminal is."""

    title: str
    lines: tuple[str, ...]
    width: int = 80


PICTURES = {
    "stale.svg": Picture(
        "a store is dead, its name is still in the table",
        (
            "start manager",
            "create store s1",
            "create store s2",
            "suspend manager; stop s1; registry",
            "lookup s1",
            "resume manager; registry",
        ),
    ),
}


def screen(picture: Picture) -> str:
    """What the terminal shows after the picture's lines, colours included."""
    caps = Caps(tty=True, colour="16", width=picture.width, plain=False)
    shown: list[str] = []
    with Session() as session:
        for line in picture.lines:
            shown.append(prompt(session, caps) + line)
            for result in session.run(line):
                shown += [render_event(event, caps) for event in result.events]
                shown += [render(result, caps)]
                if result.hint is not None:
                    shown += [render_line(f"hint: {result.hint.text}", Role.hint, caps)]
            session.settle()
            shown += [render_event(event, caps) for event in session.events()]
    return "\n".join(shown)


def prompt(session: Session, caps: Caps) -> str:
    """The prompt, in the colour of the moment."""
    picture = session.snapshot()
    alert = picture.suspended or picture.stale
    return render_line(f"kv({picture.counter})> ", Role.pending if alert else Role.title, caps)


def pictures() -> dict[str, str]:
    """File name -> the picture as it is drawn now."""
    return {
        name: draw_svg(screen(picture), width=picture.width, title=picture.title)
        for name, picture in PICTURES.items()
    }


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures().items():
        (FOLDER / name).write_text(picture, encoding="utf-8")
        print(FOLDER / name)


if __name__ == "__main__":
    main()
