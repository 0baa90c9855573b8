"""The learner's commands, such as `:hint`; the `:` distinguishes them from the shell's."""

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Final

from kvshell.commands.read.matcher import parse
from kvshell.commands.view import Cell, Column, Role, TableView
from kvshell.learn.walk import rebuild as way
from kvshell.learn.walk.goal import READ_ONLY, expected, filled
from kvshell.learn.walk.lesson_host import (
    FRESH,
    LessonHost,
    LessonMessage,
    Narration,
    Piece,
    ShownView,
)
from kvshell.learn.walk.why_not import why
from kvshell.transcript.format.holes import names_processes

# The description of each command in English; completion and `:help` translate it.
WORDS: Final = {
    ":hint": "a hint; the last one is the solution",
    ":show": "the solution, without running it",
    ":skip": "let the lesson do this step and go on",
    ":back": "the step before",
    ":reset": "this step from its beginning",
    ":play": "try things in a copy; :resume comes back",
    ":resume": "leave the copy; :resume keep takes it over",
    ":where": "the task again, and what is still missing",
    ":list": "the steps of this lesson",
    ":goto": "go to a step by its id or number",
    ":quit": "save and leave",
    ":help": "these commands",
}


def word_of(line: str) -> tuple[str, str] | None:
    """Return the learner's command in a line and its argument; None for any other line."""
    first, _, rest = line.strip().partition(" ")
    if first in WORDS:
        return first, rest.strip()
    return None


if TYPE_CHECKING:
    from kvshell.learn.walk.lesson_run import LessonRun

ASKING: Final = frozenset(
    (
        "clear",
        "compare",
        "designs",
        "explain",
        "explore",
        "help",
        "history",
        "self",
        "set",
        "settle",
        "v",
    )
)
IN_PLAY: Final = frozenset({":resume", ":quit", ":hint", ":show", ":where", ":list", ":help"})


def word(run: "LessonRun", name: str, rest: str) -> list[Piece]:
    """Run one of the learner's commands; `rest` is its argument."""
    if run.play is not None and name not in IN_PLAY:
        if name == ":play":
            return [_note(run, "you are in the copy already; :resume goes back to the lesson")]
        text = "this is the copy: go back to the lesson with :resume first, then {word}"
        return [_note(run, text, word=name)]
    return _MOVES[name](run, rest)


def only_looks(line: str) -> bool:
    """Whether all commands of a line are read-only."""
    return all(words in ASKING | READ_ONLY for words in commands(line))


def commands(line: str) -> list[str]:
    """Return the names of the commands in a line; "" for a part that is not a command."""
    return [part.command.words if part.command else "" for part in parse(line).parts]


def _hint(run: "LessonRun", rest: str) -> list[Piece]:
    del rest
    step = run.step
    if step.reading:
        return [_note(run, "nothing to do here: Enter goes on")]
    total = len(step.prose.hints) + 1
    run.hints = min(run.hints + 1, total)
    label = run.texts("hint {number}/{total}", number=run.hints, total=total)
    if run.hints < total:
        return [LessonMessage("hint", label, step.prose.hints[run.hints - 1]), *lost(run)]
    return [LessonMessage("hint", label, _solution(run)), *lost(run)]


def _show(run: "LessonRun", rest: str) -> list[Piece]:
    del rest
    if run.step.reading:
        return [_note(run, "nothing to do here: Enter goes on")]
    run.hints = len(run.step.prose.hints) + 1
    return [LessonMessage("hint", run.texts("solution"), _solution(run)), *lost(run)]


def lost(run: "LessonRun") -> list[Piece]:
    """Return a warning if the step cannot be done from the learner's current state; else []."""
    if run.passed or _leads_on(run):
        return []
    return [
        _note(
            run,
            "your system is in another state, so this step cannot be done: try :reset",
        )
    ]


def _leads_on(run: "LessonRun") -> bool:
    """Whether the solution works from the learner's current state, tried out in a copy.

    `explore` is not tried out: it runs in separate systems and may take long.
    """
    if any(names_processes(do.text) for do in run.step.solution):
        return True
    with closing(type(run)(run.lesson, run.texts, run.explore)) as other:
        way.rewind(other, run.journal, run.index)
        for do in run.step.solution:
            if other.passed and run.step.goal:
                break
            ran = other.type(filled(do, other.scope))
            if ran.failed and not (run.step.goal or expected(do).startswith("** (")):
                return False
        return other.passed and other.missed is None


def _solution(run: "LessonRun") -> str:
    return "\n".join(filled(do, run.scope) for do in run.step.solution)


def _skip(run: "LessonRun", rest: str) -> list[Piece]:
    del rest
    if run.passed:
        return run.onward()
    texts, step = run.texts, run.step
    pieces = list(way.solve(run))
    message = texts("the lesson typed this into your system")
    if not (run.passed and run.as_written and way.is_on_course(run)):
        way.canonical(run, run.index)
        pieces = list(way.solve(run))
        message = texts(
            "your system was in another state, so it was rebuilt with the lesson's commands"
        )
    run.skipped.add(step.id)
    run.done.add(step.id)
    pieces += [Narration(step.prose.after)] if step.prose.after else []
    return [*pieces, LessonMessage("note", texts("skipped"), message), *run.onward()]


def _back(run: "LessonRun", rest: str) -> list[Piece]:
    del rest
    if not run.index:
        return [_note(run, "this is the first step")]
    return go(run, run.index - 1)


def _reset(run: "LessonRun", rest: str) -> list[Piece]:
    del rest
    return go(run, run.index)


def go(run: "LessonRun", index: int) -> list[Piece]:
    """Go to the beginning of a step, by replaying the learner's lines or those of the lesson."""
    step = run.lesson.steps[index]
    start = run.starts.get(step.id)
    own = start is not None and way.rewind(run, run.journal[:start], index)
    if own and (run.passed or _leads_on(run)):
        message = run.texts("your system is as it was when this step began")
    else:
        done = set(run.done)
        way.canonical(run, index)
        run.done = done  # steps that the lesson did do not count as done
        message = run.texts("your system was built by the lesson's own commands up to here")
    return [LessonMessage("note", "", message), *run.opening]


def _goto(run: "LessonRun", rest: str) -> list[Piece]:
    index = run.lesson.place(rest)
    if index < 0 and rest.isdigit() and 0 < int(rest) <= len(run.lesson.steps):
        index = int(rest) - 1
    if not rest:
        return [_note(run, ":goto needs the id or the number of a step: :list names them")]
    if index < 0:
        return [_note(run, "there is no step {step}: :list names them", step=rest)]
    return go(run, index)


def _play(run: "LessonRun", rest: str) -> list[Piece]:
    del rest
    run.play = LessonHost(run.lesson.document.front, run.explore)
    for entry in run.journal:
        if entry.text == FRESH:
            run.play.fresh()
        else:
            run.play.run(entry.text)
    run.play_lines = []
    return [_note(run, "a copy of your system: do what you like, :resume comes back")]


def _resume(run: "LessonRun", rest: str) -> list[Piece]:
    if run.play is None:
        return [_note(run, "you are in the lesson; :play makes a copy to try things in")]
    lines, journal, index = run.play_lines, list(run.journal), run.index
    run.play.close()
    run.play, run.play_lines = None, []
    if rest != "keep":
        return [_note(run, "back in the lesson; the copy is gone"), *run.again()]
    if not way.can_be_done(run, lines):
        message = run.texts(
            "the step cannot be done from there: the copy is gone, your system stays"
        )
        return [LessonMessage("note", "", message), *run.again()]
    passed = run.passed
    way.rewind(run, journal, index)
    for line in lines:
        run.type(line)
    note = _note(run, "the copy is your system now")
    return [note, *(run.praise() if run.passed and not passed else run.again())]


def _where(run: "LessonRun", rest: str) -> list[Piece]:
    del rest
    pieces = run.again()
    if run.missed is not None and not run.passed:
        message = why(run.host.session, run.missed, run.texts)
        pieces.append(LessonMessage("no", run.texts("not yet"), message))
    return pieces


def _list(run: "LessonRun", rest: str) -> list[Piece]:
    del rest
    texts = run.texts
    rows = []
    for place, step in enumerate(run.lesson.steps):
        here = place == run.index
        done = texts("skipped" if step.id in run.skipped else "done")
        state = texts("here") if here else done if step.id in run.done else ""
        rows.append(
            (
                Cell(str(place + 1), Role.number),
                Cell(step.prose.title),
                Cell(step.id, Role.name),
                Cell(state, Role.fresh if step.id in run.done else Role.hint),
            )
        )
    columns = (
        Column("", 0, "right"),
        Column(texts("step"), 0),
        Column("id", 1),
        Column(texts("state"), 0),
    )
    return [ShownView(TableView("", columns, tuple(rows)))]


def _quit(run: "LessonRun", rest: str) -> list[Piece]:
    del rest
    run.left = True
    return []


def _help(run: "LessonRun", rest: str) -> list[Piece]:
    del rest
    rows = tuple(
        (Cell(each, Role.command), Cell(run.texts(message))) for each, message in WORDS.items()
    )
    return [
        ShownView(
            TableView("", (Column(run.texts("command")), Column(run.texts("what it does"))), rows)
        )
    ]


def with_lesson_help(run: "LessonRun", answer: list[Piece]) -> list[Piece]:
    """Return the shell's answer to `help` between the learner's commands and where the task is."""
    if run.play is not None:
        return [*answer, _note(run, "this is the copy: :where shows the task, :resume goes back")]
    own = (
        ":hint gives a hint, :show the solution, :skip does the step for you, :play makes a copy "
        "to try things in, :quit saves and leaves; :help lists all of them"
    )
    return [_note(run, own), *answer, _note(run, ":where shows the task again")]


def _note(run: "LessonRun", message: str, **words: object) -> LessonMessage:
    return LessonMessage("note", "", run.texts(message, **words))


_MOVES: Final[dict[str, Callable[["LessonRun", str], list[Piece]]]] = {
    ":back": _back,
    ":goto": _goto,
    ":help": _help,
    ":hint": _hint,
    ":list": _list,
    ":play": _play,
    ":quit": _quit,
    ":reset": _reset,
    ":resume": _resume,
    ":show": _show,
    ":skip": _skip,
    ":where": _where,
}
