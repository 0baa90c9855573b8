"""The list of lessons with progress, and the report on several learners."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kvshell.commands.language.texts import Texts
from kvshell.commands.view import Cell, Column, Role, TableView
from kvshell.learn.lesson.catalogue import short
from kvshell.learn.lesson.lesson import Lesson, load
from kvshell.learn.walk.progress import Saved
from kvshell.views.json_line import dumps


def loaded(paths: Sequence[Path], language: str) -> list[Lesson]:
    """Read all these lessons, in a language."""
    return [load(path, language) for path in paths]


def listing(lessons: Sequence[Lesson], done: Mapping[str, Saved], texts: Texts) -> TableView:
    """Return the table that `learn` shows: each lesson and the learner's progress."""
    rows = []
    for lesson in lessons:
        count, total = _done(lesson, done), len(lesson.steps)
        finished = count == total
        state = texts("done") if finished else f"{count}/{total}" if count else "-"
        rows.append(
            (
                Cell(short(lesson.id), Role.command),
                Cell(lesson.title),
                Cell(str(total), Role.number),
                Cell(state, Role.fresh if finished else Role.pending if count else Role.plain),
            )
        )
    columns = (
        Column(texts("lesson"), 0, "right"),
        Column(texts("title"), 0),
        Column(texts("steps"), 1, "right"),
        Column(texts("done"), 0),
    )
    caption = texts("learn 1 starts lesson 1, or continues it")
    return TableView("", columns, tuple(rows), caption)


def listing_json(lessons: Sequence[Lesson], done: Mapping[str, Saved]) -> str:
    """Return the list of lessons with progress as JSON."""
    rows: list[dict[str, Any]] = [
        {
            "id": lesson.id,
            "title": lesson.title,
            "steps": len(lesson.steps),
            "languages": list(lesson.languages),
            "done": _done(lesson, done),
        }
        for lesson in lessons
    ]
    return dumps(rows)


def report(
    lessons: Sequence[Lesson], learners: Mapping[str, Mapping[str, Saved]], texts: Texts
) -> list[TableView]:
    """Return a table for each lesson that somebody has begun: its steps by learner."""
    tables = []
    for lesson in lessons:
        begun = {name: kept[lesson.id] for name, kept in learners.items() if lesson.id in kept}
        if not begun:
            continue
        rows = []
        for place, step in enumerate(lesson.steps):
            through = [name for name, kept in begun.items() if step.id in kept.done]
            stuck = [
                name
                for name, kept in begun.items()
                if kept.step == step.id and step.id not in kept.done and not kept.finished
            ]
            skipped = sum(step.id in kept.skipped for kept in begun.values())
            missed = sum(dict(kept.misses).get(step.id, 0) for kept in begun.values())
            rows.append(
                (
                    Cell(str(place + 1), Role.number),
                    Cell(step.prose.title),
                    Cell(f"{len(through)}/{len(begun)}", Role.number),
                    Cell(str(skipped), Role.number),
                    Cell(str(missed), Role.number),
                    Cell(", ".join(stuck) or "-", Role.stale if stuck else Role.plain),
                )
            )
        columns = (
            Column("", 0, "right"),
            Column(texts("step"), 0),
            Column(texts("done"), 1, "right"),
            Column(texts("skipped"), 3, "right"),
            Column(texts("misses"), 2, "right"),
            Column(texts("stuck here"), 0),
        )
        tables.append(TableView(f"{lesson.id}: {lesson.title}", columns, tuple(rows)))
    return tables


def _done(lesson: Lesson, done: Mapping[str, Saved]) -> int:
    kept = done.get(lesson.id)
    return sum(step.id in kept.done for step in lesson.steps) if kept is not None else 0
