"""The feedback on a learner's line: the step is done, what is left to do, or why it is not."""

from typing import TYPE_CHECKING, Final

from kvshell.learn.walk import learner_commands as moves
from kvshell.learn.walk.goal import filled, form
from kvshell.learn.walk.lesson_host import Answered, LessonMessage, Piece
from kvshell.learn.walk.why_not import why
from kvshell.session.host import Ran

if TYPE_CHECKING:
    from kvshell.learn.walk.lesson_run import LessonRun

MISSES_BEFORE_HELP: Final = 3
MISREAD: Final = "** (CommandError)"  # not a command; the shell has already reported it


def answer(run: "LessonRun", line: str) -> list[Piece]:
    """Run a line in the current step; return its answer and the feedback on it."""
    before = run.passed
    wrong, solves = _wrong(run, line), _solves(run, line)
    progress = len(run.ticked)
    ran = run.type(line)
    pieces: list[Piece] = [Answered(ran)]
    if run.step.reading and f"kv> {line.strip()}\n" in f"{run.step.prose.task}\n":
        return [*pieces, *run.praise()]
    if before or any(result.open is not None for result in ran.results):
        return pieces if before or not run.passed else [*pieces, *run.praise()]
    if run.passed:
        return [*pieces, *run.praise()]
    if wrong:
        return [*pieces, _not_yet(run, wrong), *_help(run)]
    if len(run.ticked) > progress:
        left = len(run.step.solution) - len(run.ticked)
        if left > 0:
            message = run.texts.many("{count} more to do", "{count} more to do", left)
            return [*pieces, LessonMessage("note", run.texts("go on"), message)]
    if solves and not run.step.goal:
        message = run.texts("right command, but your system is in another state: try :reset")
        return [*pieces, _not_yet(run, message)]
    if moves.only_looks(line) and not _nearly(run, line):
        return pieces
    no = _not_yet(run, _reason(run, line, ran))
    misread = any((result.error or "").startswith(MISREAD) for result in ran.results)
    return [*pieces, *([] if misread else [no]), *_help(run)]


def _not_yet(run: "LessonRun", text: str) -> LessonMessage:
    step = run.step.id
    run.misses[step] = run.misses.get(step, 0) + 1
    return LessonMessage("no", run.texts("not yet"), text)


def _help(run: "LessonRun") -> list[Piece]:
    if run.misses[run.step.id] % MISSES_BEFORE_HELP:
        return []
    text = run.texts(":hint gives a hint, :show the solution, :skip does the step for you")
    return [LessonMessage("note", run.texts("stuck?"), text), *moves.lost(run)]


def _reason(run: "LessonRun", line: str, ran: Ran) -> str:
    missed = run.found.missed
    if missed is not None:
        return why(run.host.session, missed, run.texts)
    if _nearly(run, line):
        odd = _odd(run, line)
        if odd:
            message = "right command, but this step is not about `{words}`; :where shows the task"
            return run.texts(message, words=odd)
        return run.texts("right command, but with different words; :where shows the task")
    if ran.failed:
        return run.texts("that line failed and changed nothing; :where shows the task")
    return run.texts("this step asks for something else; :where shows the task again")


def _nearly(run: "LessonRun", line: str) -> bool:
    """Whether the step has no goal, and the line is one of its commands with other arguments."""
    wanted = {words for do in run.step.solution for words in moves.commands(do.text)}
    return not run.step.goal and any(words in wanted for words in moves.commands(line))


def _odd(run: "LessonRun", line: str) -> str:
    """Return the words of the line that no command of the solution contains; quotes are ignored."""
    text = " ".join(filled(do, run.scope) for do in run.step.solution)
    known = {each.strip("\"'") for each in text.split()}
    return " ".join(each for each in line.split() if each.strip("\"'") not in known)


def _solves(run: "LessonRun", line: str) -> bool:
    """Whether the line is a command of the solution that is not done yet."""
    session = run.host.session
    mine = form(session, line)
    return any(
        form(session, filled(do, run.scope)) == mine
        for number, do in enumerate(run.step.solution)
        if number not in run.ticked
    )


def _wrong(run: "LessonRun", line: str) -> str:
    """Return the lesson's feedback if it expects the line as a mistake, otherwise ""."""
    session = run.host.session
    mine = form(session, line)
    for wrong in run.step.wrongs:
        last = wrong.commands[-1]
        if form(session, filled(last, run.scope)) == mine:
            return wrong.say
    return ""
