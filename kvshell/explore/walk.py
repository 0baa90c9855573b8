"""Walk: one schedule, step by step, with a look at the system at every point.

Back is a re-run of a shorter prefix: a schedule takes milliseconds. Between two steps the system
stands still where it is - messages on their way, operations about to happen - so here one only
looks: `registry`, `cache`, `mailbox`, `info`, `state`, `processes`, `tree`, `tables`, `inflight`.
"""

from pathlib import PurePath
from typing import Final

from kvshell.commands.command import said
from kvshell.commands.match import Match
from kvshell.commands.matching import parse
from kvshell.commands.result import Open, Result
from kvshell.commands.signal_words import signal_word
from kvshell.commands.view import Cell, Role, Text
from kvshell.explore.document import DocumentProgram
from kvshell.explore.moments import Moment, Witness, Witnessed, word_of
from kvshell.explore.names import by_name
from kvshell.explore.phrases import Teller
from kvshell.explore.program import Ending
from kvshell.explore.search import Held
from kvshell.explore.sequence import brief
from kvshell.explore.token import Follow, TokenError, law_of, read_token
from kvshell.runtime.channels import Channels, Flight
from kvshell.runtime.op import Op
from kvshell.runtime.record import Process
from kvshell.runtime.step import Crash, Step
from kvshell.runtime.threads import Threads
from kvshell.runtime.timers import Timer
from kvshell.session import Session
from kvshell.terms import Pid

_LOOKS: Final = "registry, cache, mailbox P, state P, inflight, tree"
_PASSED: Final = frozenset({"help", "exit", "clear", "history", "self", "designs"})


class Walk:
    """The schedule of a token; `feed` takes a line. `close` it."""

    def __init__(self, program: DocumentProgram, text: str) -> None:
        """Run the schedule once to its end, and stand at its beginning.

        Raises:
            TokenError: the token is none, or does not fit the program.
        """
        self.program = program
        self.manner, self._choices = read_token(text)
        self._threads = Threads()
        self._numbers: dict[tuple[int, ...], int] = {}
        self._held: Held | None = None
        self.at = 0
        try:
            self.watched, self.ending = self._whole()
            self._go(0)
        except BaseException:
            self.close()
            raise

    @property
    def session(self) -> Session:
        """The session of the run that stands still."""
        return self.program.session

    @property
    def steps(self) -> int:
        """How many steps the schedule has."""
        return len(self.watched.moments)

    @property
    def prompt(self) -> str:
        """Where one is, as a prompt says it."""
        return f"step {self.at}/{self.steps}> "

    def close(self) -> None:
        """End the run that stands still, and every thread."""
        if self._held is not None:
            self._held.close()
            self._held = None
        self._threads.close()

    def opening(self) -> list[Result]:
        """Return what is said first."""
        several = f"{self.steps} steps under {law_of(self.manner)}"
        lines = [
            (Cell(f"{PurePath(self.program.title).name}: {several}; {self._comes_to()}"),),
            (Cell(f"next, back walk; {_LOOKS} look", Role.hint),),
            self._coming(),
        ]
        return [_shown(*lines)]

    def feed(self, line: str) -> list[Result]:
        """Run one line: walk, or look."""
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
        if words == "exit":
            return [Result(0, match.text, ok=True, open=Open("exit", {}))]
        effects = said(match.command.effects, self.session.design.name).split()
        if ("look" in effects and words != "alive") or words in _PASSED:
            return self.session.play(match.text)
        error = f"** (CommandError) here one walks and looks: next, back; {_LOOKS}"
        return [Result(0, match.text, ok=False, error=error)]

    # -- walking ---------------------------------------------------------------------------------

    def _whole(self) -> tuple[Witnessed, Ending]:
        follow = Follow(self._choices)
        witness = Witness(self.program, follow)
        held = Held(self.program, self.manner, witness, self._threads, self._numbers)
        try:
            follow.ended()
            ending = held.end()
        finally:
            held.close()
        return witness.witnessed({}), ending

    def _go(self, at: int) -> None:
        if self._held is not None:
            self._held.close()
        self.at = at
        self._stop = _Stop(self._choices, at)
        self._held = Held(self.program, self.manner, self._stop, self._threads, self._numbers)

    def _walk(self, match: Match, steps: int) -> Result:
        to = max(0, min(self.steps, self.at + steps))
        if to == self.at:
            where = "this is the end of the schedule" if steps > 0 else "this is its beginning"
            turn = "back goes back" if steps > 0 else "next goes on"
            error = f"** (CommandError) {where}: {turn}"
            return Result(0, match.text, ok=False, error=error)
        passed = range(self.at, to) if to > self.at else range(to, to)
        self._go(to)
        lines = [self._told(self.watched.moments[number]) for number in passed]
        return _shown(*lines, self._coming())._replace(input=match.text)

    def _told(self, moment: Moment) -> tuple[Cell, ...]:
        teller = Teller(self.watched.names)
        who = teller.who(moment.source)
        if moment.target is not None and moment.target is not moment.source:
            who += f" -> {teller.who(moment.target)}"
        arrives = " arrives" if moment.kind == "arrives" else ""
        whose = f"   ({moment.doing.text})" if moment.doing is not None else ""
        return (
            Cell(f"{moment.number + 1:>4}  ", Role.number),
            Cell(who, Role.name),
            Cell(f"  {by_name(moment.word, self.watched.names)}{arrives}"),
            Cell(whose, Role.hint),
        )

    def _coming(self) -> tuple[Cell, ...]:
        """Say what comes next, and what could come instead."""
        if self.at >= self.steps:
            return (Cell(f"the end: {self._comes_to()}", Role.hint),)
        coming = self._told(self.watched.moments[self.at])
        ahead = self._stop.ahead[1:]
        others = [*filter(None, map(self._name, ahead))]
        killed = [*filter(None, map(_victim, ahead))]
        if killed:
            teller = Teller(self.watched.names)
            others.append(f"a kill of {', '.join(_by(teller, pid) for pid in killed)}")
        instead = f"   or: {'; '.join(others)}" if others else ""
        return (Cell("next "), *coming, Cell(instead, Role.hint))

    def _name(self, step: Step) -> str:
        """Say in short what else could happen."""
        names = self.watched.names
        teller = Teller(names)
        match step.what:
            case Flight(_, source, target, arrive, args):
                lane = f"{_by(teller, source.pid)} -> {_by(teller, target.pid)}"
                return f"{lane} {by_name(signal_word(arrive, args), names)} arrives"
            case Op(actor=actor) as op:
                return f"{_by(teller, actor.pid)} {by_name(word_of(op), names)}"
            case Timer(dest=Process() as waiting):
                return f"{_by(teller, waiting.pid)} its time is out"
            case Timer():
                return "a timer fires"
            case _:
                return ""  # a kill: those are told together

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
        if self.ending.failures:
            failure = self.ending.failures[0]
            return f"fails at {failure.place}: got {brief(failure.actual)}"
        return "no expectation fails"


def _by(teller: Teller, pid: object) -> str:
    """Return a process's name; the run that stands still has pids of its own."""
    number = getattr(pid, "number", 0)
    return next(
        (name for known, name in teller.names.items() if known.number == number),
        f"#PID<0.{number}.0>",
    )


def _victim(step: Step) -> Pid | None:
    """Return who would be killed in a step."""
    return step.what.target.pid if isinstance(step.what, Crash) else None


class _Stop(Follow):
    """Follows a token so far, and remembers what was on its way there."""

    def __init__(self, choices: tuple[int, ...], steps: int) -> None:
        super().__init__(choices, steps)
        self.flights: list[Flight] = []

    def choose(self, enabled: list[Step]) -> Step | None:
        """Return the step the token takes; None where it stops."""
        step = super().choose(enabled)
        heads = [each.what for each in enabled if isinstance(each.what, Flight)]
        if step is None and heads:
            channels = heads[0].source.runtime.channels
            if isinstance(channels, Channels):
                self.flights = channels.all()
        return step


def _shown(*lines: tuple[Cell, ...]) -> Result:
    return Result(0, "", ok=True, view=Text(lines))


__all__ = ["TokenError", "Walk"]
