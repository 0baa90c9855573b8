import pytest

from kvshell.commands.language.texts import Texts
from kvshell.learn.drawing import draw, is_accessible
from kvshell.learn.walk.lesson_host import Echo, LessonMessage, Narration, StepFrame
from kvshell.views import DOCUMENT, Caps
from kvshell.views.widths import cell_width

FRAME = StepFrame(
    "Two stores",
    "Create a store",
    2,
    6,
    (True, False, False, False, False, False),
    "The manager keeps a map *name → pid*. Ask it for a store called **s1**.",
)
EN = Texts()


def test_a_frame_looks_as_designed() -> None:
    lines = draw(FRAME, EN, DOCUMENT, accessible=False).split("\n")

    assert lines[0] == (
        "┌ Two stores ── step 2/6 ●●○○○○ ─────────────────── :hint :play :skip :quit ┐".replace(
            "───────────────────", "──────────────────────"
        )
    )
    assert (
        lines[2]
        == "│ The manager keeps a map name → pid. Ask it for a store called s1.            │"
    )
    assert lines[-1] == "└" + "─" * 78 + "┘"
    assert {cell_width(line) for line in lines} == {80}


@pytest.mark.parametrize("width", [60, 64, 80, 120])
@pytest.mark.parametrize("colour", ["none", "256"])
def test_all_lines_of_a_frame_are_equally_wide(width: int, colour: str) -> None:
    caps = Caps(tty=True, colour=colour, width=width, plain=False)  # type: ignore[arg-type]
    long = FRAME._replace(
        title="A very long title of a lesson that goes on " * 3, task="слово " * 99
    )

    import re

    lines = draw(long, Texts("ru"), caps, accessible=False).split("\n")

    bare = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    assert {cell_width(line) for line in bare} == {min(width, 80)}


def test_a_frame_can_be_drawn_in_ascii() -> None:
    lines = draw(FRAME, EN, DOCUMENT._replace(unicode=False), accessible=False).split("\n")

    assert lines[0].startswith("+ Two stores -- step 2/6 ##.... -")
    assert all(line.isascii() for line in lines)


def test_accessible_output_is_plain_lines() -> None:
    text = draw(FRAME, EN, DOCUMENT, accessible=True)

    assert text == (
        "Two stores, step 2/6: Create a store\n"
        "The manager keeps a map name → pid. Ask it for a store called s1.\n"
        "commands: :hint :play :skip :quit"
    )


def test_wrapped_sentences_are_indented_after_their_mark() -> None:
    said = LessonMessage(
        "no", "not yet", "That started a second manager; stores are created otherwise. " * 2
    )

    lines = draw(said, EN, DOCUMENT, accessible=False).split("\n")

    assert lines[0].startswith("  ✗ not yet   That started")
    assert lines[1].startswith(" " * 14 + "started")
    assert draw(LessonMessage("ok", "goal:", "x"), EN, DOCUMENT, accessible=False) == "  ✓ goal: x"
    assert draw(LessonMessage("ok", "goal:", "x"), EN, DOCUMENT, accessible=True) == "ok: goal: x"
    assert draw(said, EN, DOCUMENT, accessible=True).startswith("no: not yet: That")


def test_an_outdated_step_shows_the_original_below() -> None:
    text = draw(FRAME._replace(original="The *new* text."), Texts("ru"), DOCUMENT, accessible=False)

    assert "этот шаг изменился после перевода; оригинал:" in text
    assert "│ The new text." in text


def test_without_colours_a_command_keeps_its_quotes() -> None:
    assert draw(Narration("Type `start manager`."), EN, DOCUMENT, accessible=False) == (
        "Type `start manager`."
    )


def test_an_echo_cannot_move_the_cursor() -> None:
    assert "\x1b" not in draw(Echo("kv(1)> ", "a\x1b[2J"), EN, DOCUMENT, accessible=False)


def test_accessible_output_is_used_when_requested_or_needed() -> None:
    assert not is_accessible(False, {}, 80)
    assert is_accessible(True, {}, 80)
    assert is_accessible(False, {"NO_COLOR": "1"}, 80)
    assert not is_accessible(False, {"NO_COLOR": ""}, 80)
    assert is_accessible(False, {}, 59)
