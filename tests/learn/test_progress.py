import json
import subprocess
import sys
from pathlib import Path

import pytest

from kvshell.commands.language.texts import Texts
from kvshell.learn.listing import listing, listing_json, report
from kvshell.learn.walk.lesson_run import LessonRun
from kvshell.learn.walk.progress import (
    LearnerProgress,
    ProgressError,
    Saved,
    default_path,
    restore,
    saved,
)
from tests.learn.lessons import TWO_STORES, Learner, learner, lesson


def again(kept: Saved, text: str = TWO_STORES) -> Learner:
    """Resume a lesson from its saved state."""
    run = LessonRun(lesson(text), Texts())
    me = Learner(run)
    me.opening = me.shown(restore(run, kept))  # type: ignore[attr-defined]
    return me


@pytest.fixture
def progress(tmp_path: Path) -> LearnerProgress:
    return LearnerProgress(tmp_path / "deep" / "progress.json")


def test_a_walk_is_resumed_where_it_was_left(me: Learner, progress: LearnerProgress) -> None:
    me("start manager", "x = create store mine", "", "lookup nobody", "put mine a 1", ":hint")
    progress.put(me.run.lesson, saved(me.run))
    kept = progress.get(me.run.lesson)
    assert kept is not None

    back = again(kept)

    assert (back.run.step.id, back.run.prompt) == ("create", "kv(5)> ")
    assert "your 4 lines were run again" in back.opening  # type: ignore[attr-defined]
    assert back("get mine a") == "1"
    assert back("alive x") == "true"
    assert back.run.done == {"start"}
    back.run.close()


def test_a_finished_step_stays_finished(me: Learner) -> None:
    me("start manager")

    back = again(saved(me.run))

    assert back.run.passed
    assert "Enter: next step" in back.opening  # type: ignore[attr-defined]
    back.run.close()


def test_a_changed_lesson_falls_back_to_its_own_commands_and_says_so(me: Learner) -> None:
    me("start manager plain", "", "create store s1", "", "lookup s1", "")
    changed = TWO_STORES.replace("kv> lookup s1\n{:ok, #PID<s1>}\n```", "kv> lookup s1\n...\n```")

    back = again(saved(me.run), changed)

    assert "the lesson has changed since you left" in back.opening  # type: ignore[attr-defined]
    assert back.run.step.id == "read"
    assert back("lookup s1").startswith("{:ok, ")
    back.run.close()


def test_progress_uses_ids_if_steps_are_inserted(me: Learner) -> None:
    me("start manager", "")
    more = TWO_STORES.replace(
        "## Start it {#start}", "## Before {#before}\n\nRead.\n\n## Start it {#start}"
    )

    back = again(saved(me.run), more)

    assert back.run.step.id == "before"
    assert back.run.done == {"start"}
    back.run.close()


def test_a_journal_with_different_output_is_not_trusted(me: Learner) -> None:
    me("start manager", "")
    kept = saved(me.run)
    bent = kept._replace(journal=tuple(e._replace(digest="00000000") for e in kept.journal))

    back = again(bent)

    assert "your lines no longer print what they did" in back.opening  # type: ignore[attr-defined]
    assert back.run.step.id == "create"
    back.run.close()


def test_a_line_carried_out_by_the_prompt_is_counted_on_replay() -> None:
    with learner() as first:
        first("start manager", "", "clear", "create store s1", "registry s1")
        kept, prompt = saved(first.run), first.run.prompt

    with learner() as second:
        shown = second.shown(restore(second.run, kept))

        assert second.run.prompt == prompt == "kv(5)> "
        assert "your 4 lines were run again" in shown


def test_a_finished_lesson_begins_again(me: Learner) -> None:
    me("start manager")
    kept = saved(me.run)._replace(finished=True)

    back = again(kept)

    assert "you have finished this lesson" in back.opening  # type: ignore[attr-defined]
    assert back.run.index == 0
    assert not back.run.passed
    back.run.close()


def test_the_file_keeps_every_lesson_and_is_readable_by_people(
    me: Learner, progress: LearnerProgress
) -> None:
    me("start manager", "x = create store s9")
    progress.put(me.run.lesson, saved(me.run))
    progress.put(me.run.lesson._replace(id="other"), saved(me.run))

    data = json.loads(progress.path.read_text(encoding="utf-8"))

    assert set(data["lessons"]) == {"two-stores", "other"}
    assert data["lessons"]["other"]["bindings"] == {"x": "#PID<0.104.0>"}
    assert data["lessons"]["other"]["done"] == ["start"]
    names = {path.name for path in progress.path.parent.iterdir()}
    assert names == {"progress.json", ".progress.json.lock"}


HOSTILE = [
    "", "[]", '{"lessons": 3}', '{"lessons": {"a": {}}}', "\xff", "[" * 100_000, "null", "1e999",
    '{"v": 1, "lessons": ' + '{"a":' * 50_000, "\x00", '{"v": Infinity, "lessons": []}',
    *(
        '{"v": 1, "lessons": {"a": {"hash": "a", "step": "b", "done": [], "skipped": [], '
        f'"misses": {{}}, "journal": [], "bindings": {{}}, "locale": "en", {wrong}}}}}}}'
        for wrong in (
            '"step": 1', '"done": "abc"', '"done": [1]', '"misses": {"a": Infinity}',
            '"misses": {"a": NaN}', '"misses": {"a": 1e400}', '"misses": {"a": -1}',
            f'"misses": {{"a": {"9" * 5000}}}', '"journal": [[]]', '"journal": [["a", "b", 3]]',
            '"journal": [["a", "b", "c", 2]]', '"bindings": {"x": 1}', '"hash": "\\ud800"',
            '"finished": 1', '"done": ' + "[" * 5000 + "]" * 5000,
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[-50:]))
def test_an_invalid_progress_file_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "progress.json"
    path.write_text(text, encoding="latin-1")

    with pytest.raises(ProgressError, match=r"progress\.json"):
        LearnerProgress(path).all()


def test_a_folder_that_cannot_be_written_is_named(me: Learner, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ProgressError, match=r"cannot (read|write)"):
        LearnerProgress(tmp_path / "file" / "progress.json").put(me.run.lesson, saved(me.run))


def test_two_terminals_with_the_same_lesson_lose_nothing_that_was_done(tmp_path: Path) -> None:
    def walked(*lines: str) -> Saved:
        with learner() as someone:
            someone(*lines)
            return saved(someone.run)

    mine, theirs = LearnerProgress(tmp_path / "p.json"), LearnerProgress(tmp_path / "p.json")
    assert (mine.get(lesson()), theirs.get(lesson())) == (None, None)

    mine.put(lesson(), walked("start manager", "", "reset"))
    theirs.put(lesson(), walked(":skip", ":skip", "lookup s1", ""))
    mine.put(lesson(), walked("start manager", "", "reset", ":reset", "create store s1", ""))

    assert mine.shared
    assert theirs.shared
    kept = mine.all()["two-stores"]
    assert kept.done == ("start", "create", "look")
    assert kept.skipped == ()
    assert kept.step == "look"
    assert dict(kept.misses) == {"create": 1}


WRITER = """
import sys
from pathlib import Path
from kvshell.learn.walk.progress import LearnerProgress, saved
from tests.learn.lessons import learner, lesson

progress, me = LearnerProgress(Path(sys.argv[1])), sys.argv[2]
with learner() as someone:
    kept = saved(someone.run)
print("ready", flush=True)
sys.stdin.readline()
for number in range(20):
    progress.put(lesson()._replace(id=f"{me}-{number}"), kept)
"""


@pytest.mark.slow
def test_four_terminals_writing_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "progress.json"
    terminals = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    try:
        for each in terminals:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"
        for each in terminals:
            assert each.stdin is not None
            each.stdin.write("go\n")
            each.stdin.flush()
        while any(each.poll() is None for each in terminals):
            LearnerProgress(path).all()  # never half of a file: that would be a ProgressError
        assert [each.returncode for each in terminals] == [0, 0, 0, 0]
    finally:
        for each in terminals:
            each.kill()
            each.communicate()

    assert set(LearnerProgress(path).all()) == {f"{n}-{m}" for n in range(4) for m in range(20)}


def test_a_killed_terminal_does_not_block_the_others(
    me: Learner, progress: LearnerProgress
) -> None:
    holder = (
        "import sys, pathlib; from kvshell.learn.walk.progress import alone\n"
        "with alone(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    progress.path.parent.mkdir()
    other = subprocess.Popen(
        [sys.executable, "-c", holder, str(progress.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"

    other.kill()
    progress.put(me.run.lesson, saved(me.run))
    other.communicate()

    assert set(progress.all()) == {"two-stores"}


def test_a_world_readable_file_stays_readable(me: Learner, progress: LearnerProgress) -> None:
    progress.put(me.run.lesson, saved(me.run))
    progress.path.chmod(0o644)

    progress.put(me.run.lesson, saved(me.run))

    assert progress.path.stat().st_mode & 0o777 == 0o644


def test_a_single_terminal_reports_no_other(me: Learner, progress: LearnerProgress) -> None:
    progress.get(me.run.lesson)
    for line in ("start manager", "", "create store s1"):
        me(line)
        progress.put(me.run.lesson, saved(me.run))

    assert not progress.shared


def test_progress_is_stored_in_the_users_state_folder() -> None:
    assert default_path().name == "progress.json"
    assert default_path().parent.name == "kvshell"


def test_the_list_shows_progress(me: Learner) -> None:
    me("start manager", "")
    done = {"two-stores": saved(me.run)}

    table = listing([me.run.lesson], done, Texts())
    rows = json.loads(listing_json([me.run.lesson], done))

    assert [cell.text for cell in table.rows[0]] == ["two-stores", "Two stores", "5", "1/5"]
    assert rows == [
        {"id": "two-stores", "title": "Two stores", "steps": 5, "languages": ["en"], "done": 1}
    ]


def test_a_report_shows_where_each_learner_is_stuck() -> None:
    kept = {}
    for name, lines in {
        "ann": ["start manager", "", "create store s2"],
        "bob": [":skip", "create store s1", ""],
    }.items():
        with learner() as someone:
            someone(*lines)
            kept[name] = {"two-stores": saved(someone.run)}

    (table,) = report([lesson()], kept, Texts())

    rows = [[cell.text for cell in row] for row in table.rows]
    assert rows[0] == ["1", "Start it", "2/2", "1", "0", "-"]
    assert rows[1] == ["2", "Create a store", "1/2", "0", "1", "ann"]
    assert rows[2][-1] == "bob"
