"""`explore` on a real terminal: walks, progress, Ctrl-C, signals in flight."""

from pathlib import Path

import pytest

from tests.explore.search.figures import LOST, MADE, STOP, document
from tests.shell.pty_terminal import Pty

pytestmark = pytest.mark.slow

BOGUS = document(f"{STOP}:ok\nkv> create store bogus\n{LOST}", setup=MADE)
MANY = document(*["kv> put s k 1\n:ok\nkv> get s k\n1"] * 4, setup=MADE)
INTERRUPTED = 130


@pytest.fixture
def bogus(tmp_path: Path) -> str:
    place = tmp_path / "bogus.md"
    place.write_text(BOGUS, encoding="utf-8")
    return str(place)


def test_one_screen_of_80_columns_explains_what_is_wrong_with_the_fix(tmp_path: Path) -> None:
    with Pty(tmp_path, words=("explore", "races/bogus-barrier"), rows=24) as pty:
        assert pty.ends() == 1

        shown = pty.lines
        assert shown[0].startswith("fails because `create store bogus` reached KV.Registry before")
        assert shown[2] == "spec: 6 schedules, 2 fail; beam: 1 schedule, none fails"
        assert "✗ expected :error, got {:ok, #PID<s>}" in pty.text
        assert "┈ :DOWN arrives ┈" in pty.text
        assert "│ lookup s: {:ok, #PID<s>} │    2 │    0 │ spec:" in pty.text


def test_a_report_taller_than_the_screen_ends_with_its_headline(tmp_path: Path, bogus: str) -> None:
    with Pty(tmp_path, words=("explore", bogus), rows=16) as pty:
        assert pty.ends() == 1

        headline = "fails because `create store bogus` reached KV.Registry before"
        assert not pty.lines[0].startswith(headline)
        assert [line for line in pty.lines if line][-2].startswith(headline)


def test_a_schedule_is_walked_at_a_prompt(tmp_path: Path, bogus: str) -> None:
    with Pty(tmp_path, words=("explore", bogus, "--replay", "spec:0.1"), rows=40) as pty:
        pty.prompt("step 0/28>").type("next 9\r").prompt("step 9/28>")
        assert "or: s -> KV.Registry :DOWN arrives" in pty.text
        pty.type("registry\r").wait("stale").prompt("step 9/28>")
        pty.type("inflight\r").wait("s -> a  :DOWN\nstep 9").prompt("step 9/28>")
        pty.type("back 2\r").prompt("step 7/28>")
        pty.wait("step 7 of 28")
        pty.type("\x03").wait("Ctrl-D or `exit` leaves the walk")
        pty.type("exit\r")

        assert pty.ends() == 0


def test_a_token_that_does_not_fit_opens_no_prompt(tmp_path: Path, bogus: str) -> None:
    with Pty(tmp_path, words=("explore", bogus, "--replay", "spec:0.0.9")) as pty:
        assert pty.ends() == 2
        assert "the token does not fit: at step" in pty.text


def test_ctrl_c_ends_a_search_with_partial_results(tmp_path: Path) -> None:
    place = tmp_path / "many.md"
    place.write_text(MANY, encoding="utf-8")
    with Pty(tmp_path, words=("explore", str(place)), columns=100, rows=200) as pty:
        pty.wait(lambda screen: "schedules" in screen.text and "Ctrl-C stops" in screen.text)
        pty.type("\x03")

        assert pty.ends() == INTERRUPTED
        assert "(not all: interrupted)" in pty.text
        assert "Ctrl-C stops" not in pty.text


def test_ctrl_c_at_the_prompt_ends_a_search_and_leaves_the_session(tmp_path: Path) -> None:
    place = tmp_path / "many.md"
    place.write_text(MANY, encoding="utf-8")
    with Pty(tmp_path, columns=100, rows=200) as pty:
        pty.prompt("kv(1)>").type("start manager\r").prompt("kv(2)>")
        pty.type(f"explore {place}\r").wait("Ctrl-C stops").type("\x03")
        pty.wait("(not all: interrupted)").prompt("kv(3)>")
        pty.type("create store s\r").wait("#PID<0.104.0>").prompt("kv(4)>")
        assert pty.type("\x04").ends() == 0


def test_a_line_is_explored_at_the_prompt(tmp_path: Path) -> None:
    with Pty(tmp_path, rows=40) as pty:
        pty.prompt("kv(1)>").type("explore create store s; stop s; lookup s\r")
        pty.wait("spec: 2 schedules, 2 outcomes; beam: 2 schedules, 2 outcomes")
        pty.wait("│ lookup s: :error").prompt("kv(2)>")
        assert pty.type("\x04").ends() == 0


def test_a_schedule_of_a_line_is_walked_within_the_prompt(tmp_path: Path) -> None:
    with Pty(tmp_path, rows=40) as pty:
        pty.prompt("kv(1)>").type("set law spec\r").wait(":ok").prompt("kv(1)>")
        pty.type("start manager\r").prompt("kv(2)>").type("create store s\r").prompt("kv(3)>")
        pty.type("explore from here stop s; lookup s --replay spec:0\r")
        pty.prompt("step 0/14>").type("next\r").prompt("step 1/14>").type("exit\r")
        pty.prompt("kv(4)>").type("explore lookup s --replay spec:0.9\r")
        pty.wait("the token does not fit").prompt("kv(5)>")
        assert pty.type("\x04").ends() == 0


def test_the_chapters_race_can_be_driven_by_hand(tmp_path: Path) -> None:
    with Pty(tmp_path, columns=100, rows=40) as pty:
        pty.prompt("kv(1)>").type("set law spec\r").wait(":ok").prompt("kv(1)>")
        pty.type("start manager\r").prompt("kv(2)>").wait("law spec")
        pty.type("create store s\r").prompt("kv(3)>").type("stop s\r").prompt("kv(4)>")
        pty.wait("2 signals on the way  1 store")
        pty.type("create store bogus\r").prompt("kv(5)>")
        pty.type("lookup s\r").wait("is dead: its :DOWN is on its way to").prompt("kv(6)>")
        pty.type("deliver s\t").wait("s to manager")
        pty.type("\x03").prompt("kv(6)>").type("deliver s to manager\r").prompt("kv(7)>")
        pty.wait("delivered :DOWN, 0 left").type("lookup s\r").wait(":error").prompt("kv(8)>")
        assert pty.type("\x04").ends() == 0
