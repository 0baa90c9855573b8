"""The table of lessons with what has been done of each, and the report over many learners."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kvshell.commands.view import Cell, Column, Role, Table
from kvshell.learn.lesson import load
from kvshell.learn.progress import Saved
from kvshell.learn.shelf import short
from kvshell.learn.step import Lesson
from kvshell.learn.texts import Texts


def loaded(paths: Sequence[Path], language: str) -> list[Lesson]:
    """Read the lessons in a language."""
    return [load(path, language) for path in paths]


def listing(lessons: Sequence[Lesson], done: Mapping[str, Saved], texts: Texts) -> Table:
    """Return the table that `learn` alone shows."""
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
    caption = texts("learn 1 begins lesson 1, or goes on with it")
    return Table("", columns, tuple(rows), caption)


def listing_json(lessons: Sequence[Lesson], done: Mapping[str, Saved]) -> str:
    """Return the same for programs."""
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
    return json.dumps(rows, ensure_ascii=False)


def report(
    lessons: Sequence[Lesson], learners: Mapping[str, Mapping[str, Saved]], texts: Texts
) -> list[Table]:
    """Return a table for each lesson that somebody began: steps against learners."""
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
        tables.append(Table(f"{lesson.id}: {lesson.title}", columns, tuple(rows)))
    return tables


def _done(lesson: Lesson, done: Mapping[str, Saved]) -> int:
    kept = done.get(lesson.id)
    return sum(step.id in kept.done for step in lesson.steps) if kept is not None else 0
