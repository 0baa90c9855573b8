"""All ten checks pass for every bundled lesson in every language."""

import re
from contextlib import closing
from pathlib import Path

import pytest

from kvshell.commands.language.texts import LANGUAGES, Texts
from kvshell.learn.checks import check
from kvshell.learn.lesson import catalogue as shelf
from kvshell.learn.lesson.lesson import load, translations
from kvshell.learn.walk import rebuild as way
from kvshell.learn.walk.lesson_run import LessonRun
from tests.learn.lessons import learner

LESSONS = shelf.lessons()


@pytest.mark.slow
@pytest.mark.slower
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_passes_every_check(path: Path) -> None:
    assert [*check(path)] == []


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_exists_in_every_language(path: Path) -> None:
    assert {"en", *translations(path)} == set(LANGUAGES)
    for language in LANGUAGES:
        told = load(path, language)
        assert all(step.original is None for step in told.steps), "a stale step"
        assert any("а" <= c <= "я" for c in told.intro) == (language == "ru")


def test_the_course_is_in_the_order_of_its_links() -> None:
    documents = [load(path).document.front for path in LESSONS]

    assert len(LESSONS) >= 10
    assert [front.next_page for front in documents] == [*(p.stem for p in LESSONS[1:]), ""]
    assert [front.prev_page for front in documents] == ["", *(p.stem for p in LESSONS[:-1])]


def test_a_class_of_learners_sees_the_same_pids() -> None:
    seen = set()
    for _ in range(20):
        with closing(LessonRun(load(LESSONS[1]), Texts())) as run:
            run.begin()
            for _ in way.solve(run):
                pass
            seen.add(tuple(str(pid) for pid in run.session.runtime.processes()))

    assert len(seen) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "lines"),
    [
        # ten references: their numbers are as wide as they like
        (5, ["start manager", "create store milk", "", *["monitor manager"] * 3, "monitor milk"]),
        # a known mistake of the second step, and another table
        (7, [":goto insert", "ets insert prices {:milk, 3}", "ets new more", ":skip"]),
        (10, ["start manager", "create store tea", "create store shopping"]),
    ],
)
def test_a_learners_additional_stores_do_not_break_the_lesson(
    number: int, lines: list[str]
) -> None:
    with learner(load(LESSONS[number - 1])) as me:
        me(*lines)
        while not me.run.finished:
            for _ in way.solve(me.run):
                pass
            assert me.run.passed, me.run.step.id
            me("")


def test_a_renamed_lesson_keeps_its_name_in_saved_progress() -> None:
    renamed = {path.stem: name for path in LESSONS if (name := load(path).id) != path.stem}

    assert renamed == {
        "04-stale-pids": "04-pids-that-outlive-nothing",
        "11-the-fix-and-the-law-it-relies-on": "11-the-cure-and-the-law-it-leans-on",
    }


def test_a_lessons_file_is_named_after_its_title() -> None:
    for path in LESSONS:
        title = re.sub(r"[^a-z ]", "", load(path).title.lower()).split()
        assert set(path.stem.split("-")[1:]) <= set(title), path
