"""Explains in one sentence which event came first, and why the order is not guaranteed."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from kvshell.explore.search.trace_steps import A_TIMER, DEATHS, ENDED, SENDS, TraceStep, ordinal
from kvshell.explore.verdict.cause import Cause
from kvshell.terms import Pid

NO_ORDER: Final = "different senders: no order is guaranteed"
NOBODY_ASKED: Final = "reading a table waits for no process"
VALUE_READ: Final = "reading it waits for no process"
WRITERS: Final = "two writers: the last one wins"
COUNTERS: Final = "each sees what the earlier one left"
ALONE: Final = "nothing orders the two"

_DIES: Final = frozenset({"die_life", "die_end"})
READS: Final = frozenset({"ets_read", "shared_read"})
_SHARED: Final = frozenset({"shared_read", "shared_write"})
_NO_DOING: Final = frozenset({"arrives", "die_life", "die_end", "die_down", "die_exit"})


class TimeOut(NamedTuple):
    """The time-out that ended a client: its step, its call, and the arrival of the late answer."""

    fires: TraceStep
    call: TraceStep | None
    answer: TraceStep | None


def time_out(steps: Sequence[TraceStep], client: Pid | None) -> TimeOut | None:
    """Return the time-out that a client noticed last; None if the last thing was something else."""
    own = [each for each in steps if each.source is client and each.kind not in _NO_DOING]
    if client is None or not own or own[-1].kind != "fires":
        return None
    fires = own[-1]
    call = own[-2] if len(own) > 1 and own[-2].kind in {"call", "system"} else None
    server = None if call is None else call.target
    late = [
        each
        for each in steps[fires.number :]
        if server is not None
        and each.source is server
        and each.target is client
        and each.word.startswith("answer")
    ]
    arrived = [each for each in late if each.kind == "arrives"] or late
    return TimeOut(fires, call, arrived[0] if arrived else None)


class Teller:
    """Describes trace steps with the names of processes."""

    def __init__(
        self,
        names: Mapping[Pid, str],
        *,
        several: bool = False,
        steps: Sequence[TraceStep] = (),
    ) -> None:
        """`steps` is the schedule, in which some steps may look alike."""
        self.names = names
        self._steps = steps
        self._several = several  # clients: then a line is named with its client

    def _whose(self, step: TraceStep) -> str:
        return f"{self.who(step.source)}'s " if self._several else ""

    def who(self, pid: Pid | None) -> str:
        """Return the name of a process."""
        if pid is None:
            return "nobody"
        return self.names.get(pid, f"#PID<0.{pid.number}.0>")

    def what(self, step: TraceStep) -> str:
        """Return the signal or the actor of a step, as the subject of a sentence."""
        if step.word in DEATHS:
            return f"the `{step.word}` of {self.who(step.source)}"
        if step.word.startswith("answer"):
            return f"the answer of {self.who(step.source)}"
        if step.doing is not None and not step.kind.startswith("die_"):
            return f"{self._whose(step)}`{step.doing.text}`"
        if step.kind in SENDS or step.kind == "arrives":
            kind, _, rest = step.word.partition(" ")
            if kind == "exit":
                return f"the {step.word} of {self.who(step.source)}"
            return f"the {kind} `{rest}` of {self.who(step.source)}" if rest else f"the {kind}"
        return self.who(step.source)

    def reaches(self, step: TraceStep) -> bool:
        """Whether a signal arrives in this step; under `beam` it arrives when it is sent."""
        return step.kind == "arrives" or (step.kind in SENDS and not step.flies)

    def _time(self, step: TraceStep, among: Sequence[TraceStep] = ()) -> str:
        """Return which of several steps that look alike this is; "" if there is only one.

        The step is one of `among`, or of the schedule that is told.
        """
        same = [n for n, each in enumerate(among or self._steps) if _look(each) == _look(step)]
        if len(same) < 2 or step.number not in same:
            return ""
        return f" for the {ordinal(same.index(step.number) + 1)} time"

    def _before(self, first: TraceStep, then: TraceStep) -> tuple[str, str]:
        """Return a clause saying that `first` came before `then`, and why that is possible."""
        again = self._time(then)
        if self.reaches(first) and self.reaches(then) and first.target is then.target and not again:
            reached = f"{self.what(first)} reached {self.who(first.target)}{self._time(first)}"
            why = ALONE if first.source is then.source else NO_ORDER
            return f"{reached} before {self.what(then)}", why
        touched = place_of(first)
        if touched and touched == place_of(then):
            return self._rows(first, then)
        return f"{self.event(first)} before {self.event(then)}", ALONE

    def claim(self, found: Cause, steps: Sequence[TraceStep]) -> str:
        """Explain what is claimed: which steps come in which order, and which happen at all."""
        ordered = {place for pair in found.orders for place in pair}
        happens = [self.event(steps[place]) for place in found.happens if place not in ordered]
        orders = [(steps[first], steps[then]) for first, then in found.orders]
        if not happens and len(orders) == 2:
            (one, other), (again, last) = orders
            if other is last or last is one:
                one, other, again, last = again, last, one, other
            if other is again:
                return self.between(one, other, last)
            if both := self._both(*orders):
                return both
        claims = [(each, "") for each in happens] + [self._before(*pair) for pair in orders]
        reasons = {reason for _, reason in claims if reason}
        said = ", and ".join(dict.fromkeys(what for what, _ in claims))
        return f"{said} ({reasons.pop()})" if len(reasons) == 1 else said

    def _both(self, one: tuple[TraceStep, TraceStep], other: tuple[TraceStep, TraceStep]) -> str:
        """Return a clause for two crossed pairs: the first signals of two processes were first.

        "" if they are not of that form.
        """
        (first, then), (second, last) = one, other
        steps = first, second, last, then
        if first.source is not last.source or second.source is not then.source:
            return ""
        if not all(map(self.reaches, steps)) or len({each.target for each in steps}) > 1:
            return ""
        if not (first.number < last.number and second.number < then.number):
            return ""
        if any(map(self._time, steps)) or first.source is second.source:
            return ""
        early, late = (
            " and ".join(self.what(each) for each in sorted(pair, key=lambda step: step.number))
            for pair in ((first, second), (last, then))
        )
        return f"{early} both reached {self.who(first.target)} before {late} ({NO_ORDER})"

    def ahead(self, first: TraceStep, then: TraceStep, others: Sequence[TraceStep]) -> str:
        """Explain that `first` came before `then`, a step of the schedule `others`.

        It may not happen in the schedule that is told.
        """
        again = self._time(then, others)
        pids = {pid.path: pid for pid in self.names}
        target = None if then.target is None else pids.get(then.target.path, then.target)
        then = then._replace(source=pids.get(then.source.path, then.source), target=target)
        if self.reaches(first) and self.reaches(then) and first.target is then.target:
            reached = f"{self.what(first)} reached {self.who(first.target)}"
            return f"{reached}, and {self.what(then)} had not yet reached it{again} ({NO_ORDER})"
        what, reason = self._before(first, then)
        return f"{what}{again} ({reason})"

    def between(self, first: TraceStep, middle: TraceStep, last: TraceStep) -> str:
        """Explain that `middle` came between two others."""
        end = last.kind.startswith("die_")
        around = self.what(first), f"the end of {self.who(last.source)}" if end else self.what(last)
        reason = NO_ORDER if all(map(self.reaches, (first, middle, last))) else ALONE
        alike = around[0] == around[1] or self.what(middle) in around
        if first.source is last.source and not alike:
            return f"{self.what(middle)} came between {around[0]} and {around[1]} ({reason})"
        event = self.event
        return f"{event(middle)} after {event(first)} and before {event(last)} ({reason})"

    def timed_out(self, late: "TimeOut") -> str:
        """Explain that a time-out fired too early."""
        whose = f"{self.who(late.fires.source)}'s time-out"
        call = late.call
        if call is None:
            return f"{whose} fired before a message arrived"
        what = call.word if call.doing is None else call.doing.text
        answers = self.who(call.target) if call.target is not None else ""
        came = f"the answer of {answers} arrived" if late.answer else "any answer arrived"
        return f"{whose} for `{what}` fired before {came}"

    def event(self, step: TraceStep) -> str:
        """Describe a step as a clause: `get s k` reached s, or reached s for the second time."""
        return f"{self._event(step)}{self._time(step)}"

    def _event(self, step: TraceStep) -> str:
        if self.reaches(step):
            if step.target is None:
                return f"{self.what(step)} found no process"
            return f"{self.what(step)} reached {self.who(step.target)}"
        if step.flies and step.word.startswith("answer"):
            return f"{self.who(step.source)} answered {self.who(step.target)}"
        if step.flies and step.kind in SENDS:
            return f"{self.what(step)} was sent"
        if step.kind == "fires" and step.word == A_TIMER:
            return f"a timer for {self.who(step.source)} fired"
        if step.kind == "fires":
            return f"{self.what(step)} timed out"
        if step.kind == "crash":
            return f"{self.who(step.source)} was killed"
        if step.kind in _DIES:
            return f"{self.who(step.source)} had {'ended' if step.word == ENDED else 'died'}"
        word = step.word if step.kind.startswith("ets_") else step.told
        return f"{self.what(step)} {_past(word)}"

    def _rows(self, first: TraceStep, then: TraceStep) -> tuple[str, str]:
        why = NOBODY_ASKED if first.kind.startswith("ets_") else VALUE_READ
        if first.kind in READS:
            done = _past(then.word).split()[0]
            read = f"{self.what(first)} {_read(first)} {place_of(first)}{self._time(first)}"
            return f"{read} before {self.who(then.source)} {done} it{self._time(then)}", why
        done = f"{_past(first.word)}{self._time(first)}"
        if then.kind in READS:
            read = f"{self.what(then)} {_read(then)} it{self._time(then)}"
            return f"{self.who(first.source)} {done} before {read}", why
        counts = first.word.startswith(_COUNTS) and then.word.startswith(_COUNTS)
        why = COUNTERS if counts else WRITERS
        return f"{self.what(first)} {done} before {self.what(then)} did{self._time(then)}", why


def _read(step: TraceStep) -> str:
    """Return what a read did, which may have found nothing."""
    return "looked for" if step.found else "read"


def _look(step: TraceStep) -> tuple[object, ...]:
    """Return what is said of a step: with what it answers, or dies, is not."""
    word = step.word.partition(" ")[0] if step.word.startswith(("answer", "dies:")) else step.word
    return step.kind, step.source, step.target, word, step.doing


_COUNTS: Final = "reads and writes"


def place_of(step: TraceStep) -> str:
    """Return the row or the shared value that a step reads or writes; empty if it does neither."""
    if step.kind in _SHARED:
        return step.word.removeprefix(_COUNTS).removeprefix(step.word.split()[0]).lstrip()
    _, row, name = step.word.partition(" row ")
    return f"row {name}" if row and step.kind in {"ets_read", "ets_write"} else ""


_PASTS: Final = {
    "reads": "read",
    "renames": "renamed",
    "writes": "wrote",
    "deletes": "deleted",
    "takes": "took",
    "frees": "freed",
    "finds": "found",
    "makes": "made",
    "starts": "started",
    "stops": "stopped",
    "lists": "listed",
    "looks": "looked",
    "asks": "asked",
    "gives": "gave",
    "is": "was",
    "traps": "trapped",
    "dies:": "died:",
    "monitor": "started to monitor",
    "link": "was linked",
    "unlink": "was unlinked",
    "demonitor": "stopped monitoring",
}


def _past(word: str) -> str:
    verb, space, rest = word.partition(" ")
    also, gap, what = rest.removeprefix("and ").partition(" ")
    if rest.startswith("and "):  # reads and writes row :n
        rest = f"and {_PASTS.get(also, also)}{gap}{what}"
    return f"{_PASTS.get(verb, verb)}{space}{rest}"
