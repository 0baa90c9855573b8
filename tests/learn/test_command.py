import json
import shutil
from collections import deque
from pathlib import Path

import pytest

from kvshell.cli import main
from kvshell.command_line.reading import read
from kvshell.commands.language.texts import LANGUAGES, Texts
from kvshell.learn.command import options, run
from kvshell.learn.lesson import catalogue as shelf
from kvshell.learn.listing import listing, loaded
from kvshell.learn.walk.progress import LearnerProgress, saved
from kvshell.views import DOCUMENT, Caps, render_view
from kvshell.views.caps import Flags
from tests.learn.lessons import TWO_STORES, Learner

FLAGS = Flags(DOCUMENT, deque())


@pytest.fixture(autouse=True)
def _at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


def test_without_a_lesson_the_lessons_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["learn"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split()[:2] == ["1", "A"]
    assert len(lines) == len(shelf.lessons()) + 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_title_of_the_list_is_cut_at_80_columns(language: str) -> None:
    lessons = loaded(shelf.lessons(), language)
    caps = Caps(tty=True, width=80, plain=False)

    drawn = render_view(listing(lessons, {}, Texts(language)), caps).splitlines()

    assert len(drawn) == len(lessons) + 5
    assert all(lesson.title in "\n".join(drawn) for lesson in lessons)


def test_the_list_is_available_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["learn", "--list", "--json"]) == 0

    first = json.loads(capsys.readouterr().out)[0]
    assert first == {
        "id": "01-a-process-and-its-mailbox",
        "title": "A process and its mailbox",
        "steps": 7,
        "languages": ["en", "ru"],
        "done": 0,
    }


def test_the_list_is_available_in_russian(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["learn", "--lang", "ru"]) == 0

    assert "Процесс и его почтовый ящик" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "way_out"),
    [
        (["3"], "kvshell replay lessons/03-the-manager-and-its-names.md"),
        (["--author", "new.md"], "kvshell record new.md"),
    ],
)
def test_without_a_terminal_a_walk_suggests_what_works(
    words: list[str], way_out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["learn", *words]) == 2

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith(f"without one: {way_out}\n")


def test_an_unknown_lesson_is_refused_without_a_suggestion(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["learn", "nosuch", "--lang", "ru"]) == 2

    assert capsys.readouterr().err == "kvshell: урока nosuch нет: список покажет learn\n"


def test_an_unknown_language_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["learn", "--lang", "de"])

    assert ended.value.code == 2
    assert "no texts in language de: en or ru" in capsys.readouterr().err


def test_the_suggested_commands_run() -> None:
    assert main(["replay", "lessons/03-the-manager-and-its-names.md"]) == 0


@pytest.mark.slow
def test_check_and_sync_take_a_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "two-stores.md").write_text(TWO_STORES, encoding="utf-8")

    assert main(["learn", "--check", str(tmp_path)]) == 0
    assert main(["learn", "--check", str(tmp_path / "two-stores.md")]) == 0
    assert main(["learn", "--sync", str(tmp_path)]) == 0
    assert capsys.readouterr().out.count("ok  two-stores") == 2
    (tmp_path / "two-stores.md").write_text(TWO_STORES.replace("true", "false"), encoding="utf-8")
    assert main(["learn", "--check", str(tmp_path)]) == 1
    assert main(["learn", "--check", "nosuch"]) == 2


def test_a_report_covers_several_files(
    me: Learner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = shelf.lessons()[0]
    for name in ("ann", "bob"):
        progress = LearnerProgress(tmp_path / f"{name}.json")
        progress.put(me.run.lesson._replace(id=path.stem), saved(me.run))
    shutil.copy(tmp_path / "ann.json", tmp_path / "cyd.json")

    files = [str(tmp_path / f"{name}.json") for name in ("ann", "bob", "cyd")]
    assert main(["learn", "--report", *files]) == 0

    out = capsys.readouterr().out
    assert path.stem in out
    assert "ann, bob, cyd" in out
    assert main(["learn", "--report", str(tmp_path / "none.json")]) == 2


def test_a_report_of_a_class_names_the_broken_file_and_shows_the_others(
    me: Learner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / f"learner-{number:02}.json" for number in range(20)]
    for file in files:
        LearnerProgress(file).put(me.run.lesson._replace(id=shelf.lessons()[0].stem), saved(me.run))
    files[7].write_text('{"v": 1, "lessons": {', encoding="utf-8")
    files[8].unlink()

    assert main(["learn", "--report", *map(str, files)]) == 2

    said = capsys.readouterr()
    assert said.err.splitlines() == [
        f"kvshell: {files[7]} is not JSON: move it away to start again",
        f"kvshell: no such file or folder: {files[8]}",
    ]
    assert "0/18" in said.out
    assert "learner-06, learner-09" in said.out


def test_a_report_finds_the_files_in_learners_folders(
    me: Learner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / name / "progress.json" for name in ("ann", "bob")]
    for file in files:
        LearnerProgress(file).put(me.run.lesson._replace(id=shelf.lessons()[0].stem), saved(me.run))

    assert main(["learn", "--report", *map(str, files)]) == 0

    assert "ann, bob" in capsys.readouterr().out


def test_a_report_covers_a_teachers_own_lesson(
    me: Learner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "two-stores.md"
    path.write_text(TWO_STORES, encoding="utf-8")
    LearnerProgress(tmp_path / "ann.json").put(me.run.lesson, saved(me.run))

    assert main(["learn", str(path), "--report", str(tmp_path / "ann.json")]) == 0

    assert "two-stores: Two stores" in capsys.readouterr().out


def test_a_report_without_progress_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.json").write_text('{"v": 1, "lessons": {}}')

    assert main(["learn", "--report", str(tmp_path / "a.json")]) == 0
    assert capsys.readouterr().out == "no lesson has been started yet\n"


def test_an_invalid_progress_file_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.json").write_text("hello")

    assert main(["learn", "--progress", str(tmp_path / "p.json")]) == 2
    assert "p.json is not JSON" in capsys.readouterr().err


def test_options_that_need_a_terminal_say_so() -> None:
    assert options(read(["learn", "2"]), FLAGS).walks
    assert options(read(["learn", "--author", "x.md"]), FLAGS).walks
    assert not options(read(["learn", "--check"]), FLAGS).walks
    assert not options(read(["learn", "2", "--list"]), FLAGS).walks
    assert options(read(["learn", "--check"]), FLAGS).check == "*"
    assert options(read(["learn", "2", "--plain"]), FLAGS).accessible, "a frame is a box"
    assert not options(read(["learn", "2"]), FLAGS).accessible
    assert run(options(read(["learn", "--list"]), FLAGS), FLAGS) == 0
