"""Walk: steps through one schedule, with read-only access to the system at every point.

Going back is a re-run of a shorter prefix: a schedule takes milliseconds. Between two steps the
system is frozen - messages in flight, operations pending - so only read-only commands work:
`registry`, `cache`, `mailbox`, `info`, `state`, `processes`, `tree`, `tables`, `inflight`.
"""

from pathlib import PurePath
from typing import Final, Protocol

from kvshell.commands.assist.wrapped_text import pairs
from kvshell.commands.cells import signal_word
from kvshell.commands.handlers.names import PROPOSAL
from kvshell.commands.language.texts import ENGLISH, Texts
from kvshell.commands.read.match import Match
from kvshell.commands.read.matcher import parse
from kvshell.commands.result import Open, Result
from kvshell.commands.table import COMMANDS
from kvshell.commands.table.row import text_for
from kvshell.commands.view import Cell, Panel, Role, Text
from kvshell.explore.program.program import Ending, Program, by_name, client_called
from kvshell.explore.report.cause_text import Teller
from kvshell.explore.report.difference import difference_line, wanted
from kvshell.explore.search.single_run import SingleRun
from kvshell.explore.search.token import Follow, TokenError, law_of, read_token
from kvshell.explore.search.trace_steps import ENDED, TraceStep, Witness, Witnessed, word_of
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import Process
from kvshell.runtime.processes.signals import Channels, Flight
from kvshell.runtime.processes.timers import Timer
from kvshell.runtime.schedule.threads import Threads
from kvshell.runtime.search.steps import Crash, Numbers, Step
from kvshell.session import Session
from kvshell.terms import Pid

_LOOKS: Final = "registry, cache, mailbox P, state P, inflight, tree"
_PASSED: Final = frozenset({"help", "exit", "clear", "history", "self", "designs"})


class WalkedProgram(Program, Protocol):
    """A program that can be inspected while it is paused: a document, or a test in a file."""

    @property
    def kind(self) -> str:
        """What error messages call the program: a document, a line, a test."""

    @property
    def session(self) -> Session:
        """The session of the current run, for observation."""


class ScheduleWalk:
    """A walk through the schedule of a token: `feed` runs a line, and `close` ends the walk."""

    def __init__(self, program: WalkedProgram, text: str) -> None:
        """Run the schedule once to its end, then go back to its beginning.

        Raises:
            TokenError: the token is invalid or does not fit the program.
        """
        self.program = program
        self.model, self._choices = read_token(text)
        self._threads = Threads()
        self._numbers = Numbers()
        self._held: SingleRun | None = None
        self.at = 0
        try:
            self.watched, self.ending = self._whole()
            self._go(0)
        except BaseException:
            self.close()
            raise

    @property
    def session(self) -> Session:
        """The session of the frozen run."""
        return self.program.session

    @property
    def steps(self) -> int:
        """The number of steps of the schedule."""
        return len(self.watched.steps)

    @property
    def prompt(self) -> str:
        """The current position, as shown in the prompt."""
        return f"step {self.at}/{self.steps}> "

    def close(self) -> None:
        """End the frozen run, and every thread."""
        if self._held is not None:
            self._held.close()
            self._held = None
        self._threads.close()

    def opening(self) -> list[Result]:
        """Return what is shown when the walk begins."""
        several = f"{self.steps} steps under {law_of(self.model)}"
        lines = [
            (Cell(f"{PurePath(self.program.title).name}: {several}; {self._comes_to()}"),),
            (Cell(f"next, back walk; {_LOOKS} look", Role.hint),),
            (Cell("exit leaves the walk; help explains each of these", Role.hint),),
            self._coming(),
        ]
        return [_shown(*lines)]

    def listed(self) -> Text:
        """Return the whole schedule, step by step, for output without a prompt."""
        several = f"{self.steps} steps under {law_of(self.model)}"
        first = (Cell(f"{PurePath(self.program.title).name}: {several}"),)
        last = (Cell(f"the end: {self._comes_to()}", Role.hint),)
        return Text((first, *map(self._cells, self.watched.steps), last), kept=True)

    def feed(self, line: str) -> list[Result]:
        """Run one line: a step or a read-only command."""
        found: list[Result] = []
        for match in parse(line).parts:
            found += self._one(match)
            if not found[-1].ok:
                break
        return found

    def _one(self, match: Match) -> list[Result]:
        if match.problems or match.command is None:
            return self.session.play(match.text)
        words = match.command.words
        if words == "next":
            return [self._walk(match, match.args.get("count") or 1)]
        if words == "back":
            return [self._walk(match, -(match.args.get("count") or 1))]
        if words == "inflight":
            return [self._inflight(match)]
        if words == "help" and match.args.get("topic") is None:
            return [Result(0, match.text, ok=True, view=_help_text(ENGLISH))]
        if words == "exit":
            return [Result(0, match.text, ok=True, open=Open("exit", {}))]
        effects = text_for(match.command.effects, self.session.design.name).split()
        if ("look" in effects and words != "alive") or words in _PASSED:
            return [*map(_without_proposal, self.session.play(match.text))]
        error = f"** (CommandError) in a walk, type next or back, or look: {_LOOKS}"
        return [Result(0, match.text, ok=False, error=error)]

    # -- walking ---------------------------------------------------------------------------------

    def _whole(self) -> tuple[Witnessed, Ending]:
        follow = Follow(self._choices)
        witness = Witness(self.program, follow)
        held = SingleRun(self.program, self.model, witness, self._threads, self._numbers)
        try:
            follow.ended(self.program.kind)
            ending = held.end()
        finally:
            held.close()
        return witness.witnessed({}), ending

    def _go(self, at: int) -> None:
        if self._held is not None:
            self._held.close()
        self.at = at
        self._stop = _Stop(self._choices, at)
        self._held = SingleRun(self.program, self.model, self._stop, self._threads, self._numbers)

    def _walk(self, match: Match, steps: int) -> Result:
        to = max(0, min(self.steps, self.at + steps))
        if to == self.at:
            where = (
                "this is the end of the schedule"
                if steps > 0
                else "this is the start of the schedule"
            )
            turn = "back goes back" if steps > 0 else "next goes on"
            error = f"** (CommandError) {where}: {turn}"
            return Result(0, match.text, ok=False, error=error)
        passed = range(self.at, to) if to > self.at else range(to, to)
        self._go(to)
        lines = [self._cells(self.watched.steps[number]) for number in passed]
        return _shown(*lines, self._coming())._replace(input=match.text)

    def _cells(self, step: TraceStep) -> tuple[Cell, ...]:
        teller = Teller(self.watched.names)
        who = teller.who(step.source)
        if step.target is not None and step.target is not step.source:
            who += f" -> {teller.who(step.target)}"
        arrives = " arrives" if step.kind == "arrives" else ""
        whose = f"   ({step.doing.text})" if step.doing is not None else ""
        word = by_name(step.told, self.watched.names)
        if step.kind == "die_life" and step.source in self.watched.clients and word == ENDED:
            word = self._end_of(step.source)
        return (
            Cell(f"{step.number + 1:>4}  ", Role.number),
            Cell(who, Role.name),
            Cell(f"  {word}{arrives}"),
            Cell(whose, Role.hint),
        )

    def _end_of(self, client: Pid) -> str:
        """Describe the end of a client: its failure, or that it is done."""
        for failure in self.ending.failures:
            if client_called(failure.client, self.watched.names) is client:
                return f"{difference_line(failure)}, and ends"
        return "has run its last line, and ends"

    def _coming(self) -> tuple[Cell, ...]:
        """Describe the next step, and the alternatives."""
        if self.at >= self.steps:
            return (Cell(f"the end: {self._comes_to()}", Role.hint),)
        coming = self._cells(self.watched.steps[self.at])
        ahead = self._stop.ahead[1:]
        others = [*filter(None, map(self._name, ahead))]
        killed = [*filter(None, map(_victim, ahead))]
        if killed:
            teller = Teller(self.watched.names)
            others.append(f"a kill of {', '.join(_by(teller, pid) for pid in killed)}")
        instead = f"   or: {'; '.join(others)}" if others else ""
        return (Cell("next "), *coming, Cell(instead, Role.hint))

    def _name(self, step: Step) -> str:
        """Describe an alternative briefly."""
        names = self.watched.names
        teller = Teller(names)
        match step.what:
            case Flight(_, source, target, arrive, args):
                lane = f"{_by(teller, source.pid)} -> {_by(teller, target.pid)}"
                return f"{lane} {by_name(signal_word(arrive, args), names)} arrives"
            case Op(actor=actor) as op:
                return f"{_by(teller, actor.pid)} {by_name(word_of(op), names)}"
            case Timer(dest=Process() as waiting):
                return f"{_by(teller, waiting.pid)} its time-out fires"
            case Timer():
                return "a timer fires"
            case _:
                return ""  # kills are listed together

    def _inflight(self, match: Match) -> Result:
        teller = Teller(self.watched.names)
        lines: list[tuple[Cell, ...]] = []
        for flight in self._stop.flights:
            who = f"{_by(teller, flight.source.pid)} -> {_by(teller, flight.target.pid)}"
            word = by_name(signal_word(flight.arrive, flight.args), self.watched.names)
            lines.append((Cell(who, Role.name), Cell(f"  {word}")))
        nothing = (Cell("nothing is on its way"),)
        return _shown(*(lines or [nothing]))._replace(input=match.text)

    def _comes_to(self) -> str:
        failures = [f"{each.place}: {wanted(each)}" for each in self.ending.failures]
        if failures:
            return f"fails at {'; at '.join(failures)}"
        return "no expectation fails" if self.program.expects else "nothing is expected"


_HELPED: Final = (
    *("next", "back", "inflight", "registry", "cache", "mailbox", "state", "info"),
    *("processes", "tree", "tables", "exit"),
)


def _help_text(texts: Texts) -> Text:
    """Return what can be typed in a walk: the other commands are refused."""
    title = texts("In a walk, the system stands still: walk on or back, or look")
    usages = {row.words: (row.usage, texts(row.summary)) for row in COMMANDS}
    usages["exit"] = "exit", texts("leave the walk")
    lines: list[tuple[Cell, ...]] = [(Cell(title, Role.title),)]
    lines += pairs((usages[word] for word in _HELPED), Role.command)
    return Text(tuple(lines), translated=_help_text)


def _without_proposal(result: Result) -> Result:
    """Return a result without the line that it proposes to type: a walk is read-only."""
    if not isinstance(result.view, Panel):
        return result
    body = tuple(
        text._replace(lines=tuple(line for line in text.lines if line[:1] != (PROPOSAL,)))
        if isinstance(text, Text)
        else text
        for text in result.view.body
    )
    return result._replace(view=result.view._replace(body=body))


def _by(teller: Teller, pid: object) -> str:
    """Return a process's name; the frozen run has its own pids."""
    number = getattr(pid, "number", 0)
    return next(
        (name for known, name in teller.names.items() if known.number == number),
        f"#PID<0.{number}.0>",
    )


def _victim(step: Step) -> Pid | None:
    """Return the process that would be killed in a step."""
    return step.what.target.pid if isinstance(step.what, Crash) else None


class _Stop(Follow):
    """Follows a token up to a step, and records the possibilities there."""

    def __init__(self, choices: tuple[int, ...], steps: int) -> None:
        super().__init__(choices, steps)
        self.flights: list[Flight] = []

    def choose(self, enabled: list[Step]) -> Step | None:
        """Return the token's next step; None where it stops."""
        step = super().choose(enabled)
        heads = [each.what for each in enabled if isinstance(each.what, Flight)]
        if step is None and heads:
            channels = heads[0].source.runtime.channels
            if isinstance(channels, Channels):
                self.flights = channels.all()
        return step


def _shown(*lines: tuple[Cell, ...]) -> Result:
    return Result(0, "", ok=True, view=Text(lines))


__all__ = ["ScheduleWalk", "TokenError"]
