"""A lesson walked on a real terminal: mistakes, hints, skip, free play, quit and resume."""

from pathlib import Path

import pytest

from tests.learn.lessons import TWO_STORES
from tests.shell.pty_terminal import Pty

pytestmark = pytest.mark.slow


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "two-stores.md"
    path.write_text(TWO_STORES, encoding="utf-8")
    return path


def learn(tmp_path: Path, *words: str, **how: object) -> Pty:
    return Pty(tmp_path / "state", words=("learn", *words), **how)  # type: ignore[arg-type]


def test_a_walk_supports_mistakes_hints_skip_play_quit_and_resume(
    tmp_path: Path, file: Path
) -> None:
    with learn(tmp_path, str(file)) as pty:
        pty.prompt("kv(1)>")
        assert pty.lines[2].startswith("┌ Two stores ── step 1/5 ●○○○○ ──")
        pty.wait("Tab: :hint")
        assert pty.lines[-1].split() == ["step", "1/5", "nothing", "runs", "Tab:", ":hint"]

        pty.type("strat manager\r").wait("did you mean `start manager`?")
        pty.type("start manager\r").wait("✓ goal: alive manager → true")
        pty.type("\r").wait("step 2/5 ●●○○○")
        pty.type("start manager\r").wait("✗ not yet   That asked for a second manager.")
        pty.type("\t\r").wait("hint 1/3   Stores are created by the manager.")
        pty.type(":play\r").wait("kv(play)>")
        pty.type("kill manager\r").wait("true")
        pty.type(":resume\r").wait("the copy is gone")
        pty.type("half a li\x03").prompt("kv(3)>")
        pty.type(":quit\r")

        assert pty.ends() == 0
        said = pty.text.replace("\n", "")
        assert f'Saved at "Create a store" (2/5).Continue: kvshell learn {file}' in said

    with learn(tmp_path, str(file)) as pty:
        pty.prompt("kv(3)>")
        assert "welcome back; your 3 lines were run again" in pty.text
        pty.type(":skip\r").wait("step 3/5 ●●●○○")
        assert "the lesson typed this into your system" in pty.text
        pty.type("lookup s1\r").wait("✓ done")
        pty.type("\r").wait("step 4/5")
        pty.type("\r").wait("step 5/5")
        pty.type("stop s1\r").wait("1 more to do")
        pty.type("create store s1\r").wait("Enter: end of the lesson")
        pty.type("\r")

        assert pty.ends() == 0
        assert 'Done: "Two stores"' in pty.text


def test_ctrl_d_saves_the_progress_too(tmp_path: Path, file: Path) -> None:
    progress = tmp_path / "mine.json"
    with learn(tmp_path, str(file), "--progress", str(progress), "--lang", "ru") as pty:
        pty.prompt("kv(1)>").type("\x04")

        assert pty.ends() == 0
        said = pty.text.replace("\n", "")
        assert f"Продолжить: kvshell learn {file} --lang ru --progress {progress}" in said
    assert progress.is_file()


@pytest.mark.parametrize(
    ("words", "environment", "columns"),
    [((), {}, 50), (("--accessible",), {}, 80), ((), {"NO_COLOR": "1"}, 80)],
)
def test_accessible_screens_have_no_frames(
    words: tuple[str, ...], environment: dict[str, str], columns: int, tmp_path: Path, file: Path
) -> None:
    with learn(tmp_path, str(file), *words, columns=columns, environment=environment) as pty:
        pty.prompt("kv(1)>")

        assert "Two stores, step 1/5: Start it" in pty.text
        pty.type("start manager\r").wait("ok: goal: alive manager → true")
        assert not set(pty.text) & set("┌│└✓●")
        pty.type("info manager\r").wait("traps exits")
        assert bool(set(pty.text) & set("╭│╰")) == (not words), "a box is read aloud, line by line"


def test_unsavable_progress_is_reported_at_once_and_at_the_end(tmp_path: Path, file: Path) -> None:
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere" / "at" / "all")
    with learn(tmp_path, str(file), "--progress", str(tmp_path / "gone" / "p.json")) as pty:
        pty.prompt("kv(1)>")
        assert "your progress will not be saved: cannot write" in pty.text
        pty.type("start manager\r").wait("✓ goal").type("\x04")

        assert pty.ends() == 0
        assert 'Left at "Start it" (1/5), and nothing was saved:\ncannot write' in pty.text


def test_the_first_ctrl_c_says_how_to_leave_a_lesson(tmp_path: Path, file: Path) -> None:
    with learn(tmp_path, str(file), "--lang", "ru") as pty:
        pty.prompt("kv(1)>").type("\x03").wait("Ctrl-D или :quit — сохранить и выйти из урока")
        pty.type("\x04")

        assert pty.ends() == 0


LONG = f"explore {'; '.join(f'create store {each}; kill {each}' for each in 'abcdefgh')}; stores"
SEARCH = f"""\
---
title: Search
---
# Search

## Search long {{#search}}

```kvshell
kv> {LONG}
...
```

<!-- kv:hint It stands there. -->

## Look {{#look}}

```kvshell
kv> stores
[]
```

<!-- kv:hint The word for all of them. -->
"""


def test_a_long_search_shows_progress_and_ctrl_c_ends_only_it(tmp_path: Path) -> None:
    file = tmp_path / "search.md"
    file.write_text(SEARCH, encoding="utf-8")
    with learn(tmp_path, str(file), columns=100, rows=40) as pty:
        pty.prompt("kv(1)>").type("start manager\r").prompt("kv(2)>")
        pty.type(f"{LONG}\r").wait("Ctrl-C stops").type("\x03")
        pty.wait("(not all: interrupted)").wait("Enter: next step").prompt("kv(3)>")
        assert "Ctrl-C stops" not in pty.text
        pty.type("\r").wait("step 2/2").type("stores\r").wait("✓ done")
        assert pty.type("\x04").ends() == 0
    with learn(tmp_path, str(file), columns=100, rows=40) as pty:  # nothing is searched again
        pty.wait("step 2/2")
        assert pty.type("\x04").ends() == 0


BENCH = """\
---
title: Measure
---
# Measure

## Measure {#measure}

Have the numbers.

```kvshell norun
kv> bench
```

## Look {#look}

Read on.
"""


def test_bench_in_a_lesson_shows_progress_and_ctrl_c_ends_only_it(
    tmp_path: Path,
) -> None:
    file = tmp_path / "measure.md"
    file.write_text(BENCH, encoding="utf-8")
    with learn(tmp_path, str(file)) as pty:
        pty.prompt("kv(1)>").type("bench\r")
        pty.wait("measuring 100,000 processes, step 1 of 5; Ctrl-C leaves").type("\x03")
        pty.wait("** (exit) interrupted").wait("✓ done\n  Enter: next step\n").prompt("kv(2)>")
        assert "measuring" not in pty.text
        pty.type("bench\r").wait("step 2 of 5").type("\x03").prompt("kv(3)>")
        assert pty.type("\r").wait("step 2/2").type("\x04").ends() == 0


def test_a_lesson_works_on_a_dumb_terminal(tmp_path: Path, file: Path) -> None:
    with learn(tmp_path, str(file), environment={"TERM": "dumb"}) as pty:
        pty.wait("kv(1)>").type("start manager\r").wait("ok: goal: alive manager")


def test_learn_at_the_prompt_leaves_the_prompts_own_system_alone(
    tmp_path: Path, file: Path
) -> None:
    with Pty(tmp_path / "state") as pty:
        pty.prompt("kv(1)>").type("start manager plain\r").prompt("kv(2)>")
        pty.type("learn\r").wait("Elixir's own Registry").prompt("kv(3)>")
        pty.type(f"learn {file}\r").prompt("kv(1)>")
        pty.type("start manager\r").wait("✓ goal")
        pty.type(":quit\r").wait("Continue: learn /").prompt("kv(4)>")
        pty.type("alive manager\r").wait("true").type("exit\r")

        assert pty.ends() == 0


def test_a_lesson_is_written_by_walking_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.md"
    with learn(tmp_path, "--author", str(path)) as pty:
        pty.prompt("kv(1)>")
        assert "# TEXT what the learner reads" in pty.text
        pty.type("strat manager\r").wait("left out of the lesson: not a command")
        for line in (
            ":step Start it",
            "# Do it.",
            "start manager",
            "explore stop s",
            "bench",
            ":hint It begins with start.",
            ":goal",
        ):
            pty.type(f"{line}\r")
        pty.wait("the look commands that follow are the goal").type("alive manager\r").wait("true")
        pty.type(":test\r").wait("ok: all ten checks")
        pty.type(":quit\r")

        assert pty.ends() == 0
    written = path.read_text(encoding="utf-8")
    assert "<!--kvshell goal\nkv> alive manager\ntrue\n-->" in written
    assert "Do it." in written
    assert "kv> explore stop s\nevery schedule has the same outcome\n" in written
    assert "bench" not in written
    assert "strat" not in written
    with learn(tmp_path, "--author", str(path)) as pty:
        assert pty.ends() == 2
