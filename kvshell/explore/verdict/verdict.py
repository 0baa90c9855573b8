"""Verdict: the outcomes of all schedules of a program under one law."""

from collections.abc import Callable
from itertools import chain, count
from time import perf_counter
from typing import Final, NamedTuple

from kvshell.explore.program.program import Ending, Program
from kvshell.explore.search.choices import STEPS
from kvshell.explore.search.search import BUDGET, NotDeterministic, Search, Stopped
from kvshell.explore.search.token import Follow, law_of, read_token
from kvshell.explore.search.trace_steps import DEATHS, ENDED, Witness, Witnessed, restless
from kvshell.explore.verdict.cause import Cause
from kvshell.explore.verdict.outcomes import FoundOutcomes, Outcome, Victim
from kvshell.runtime.search.steps import PROCESS, FaultModel, Numbers, Who
from kvshell.terms import Pid

TICK_S: Final = 0.2


def watch(searching: Search, choices: tuple[int, ...]) -> tuple[Witnessed, Ending]:
    """Run a schedule again and observe it; return the observations and the ending."""
    witness = Witness(searching.program, Follow(choices))
    ending, _ = searching.execute(witness)
    return witness.witnessed({})._replace(early=searching.model.timeouts), ending


def same_twice(searching: Search) -> list[Who]:
    """Run the default schedule twice; return who its clients are.

    Raises:
        NotDeterministic: the two runs differ; the error names the first difference.
    """
    runs = []
    for _ in range(2):
        follow = Follow((), searching.limit)
        witness = Witness(searching.program, follow)
        ending, _ = searching.execute(witness)
        run = witness.witnessed({})
        runs.append(([(each.kind, each.source.path, each.word) for each in run.steps], ending, run))
    (one, first, run), (other, second, _) = runs
    for number, (a, b) in enumerate(zip(one, other, strict=False), 1):
        if a != b:
            who = run.names.get(run.steps[number - 1].source, "somebody")
            raise NotDeterministic(
                f"in the same order of events step {number} of {who} was `{a[2]}` the first time "
                f"and `{b[2]}` the second; it depends on something that no message carries"
            )
    if len(one) != len(other):
        raise NotDeterministic(
            f"the same order of events took {len(one)} steps the first time, "
            f"{len(other)} the second"
        )
    if first != second:
        answers = {seen.client: seen.answer for seen in first.seen}
        for seen in second.seen:
            if answers.get(seen.client) != seen.answer:
                raise NotDeterministic(
                    f"{seen.client} saw {answers.get(seen.client)} the first time, "
                    f"{seen.answer} the second"
                )
        raise NotDeterministic("the same steps had different outcomes")
    return [(PROCESS, client.path) for client in run.clients]


class OtherCause(NamedTuple):
    """A further cause, the schedule that it explains and how that ends; see `Verdict`."""

    cause: Cause
    watched: Witnessed | None = None
    explained: Ending = Ending()
    compared: Witnessed | None = None


class SearchProgress(NamedTuple):
    """The progress of a search.

    Attributes:
        what: what is running: a law, or real threads.
        schedules: the number of completed schedules.
        failing: the number of those that fail.
        explored: an estimate of the share of the search that is done.
        spent: the share of the budget used; at 1 the search ends.
    """

    what: str
    schedules: int
    failing: int
    explored: float
    spent: float


class Verdict(NamedTuple):
    """The outcomes of all schedules of a program under one law.

    Attributes:
        model: the law and the injected faults.
        schedules: the number of schedules that were run.
        failing: the number of failing schedules.
        redundant: runs given up because everything they could lead to had been explored.
        expects: whether the program has expectations.
        complete: whether every schedule was run.
        why: the reason if not: `budget`, `steps` or `interrupted`.
        default_fails: whether the schedule in the default order fails, which a plain run takes.
        endless: the number that did not end within `steps`; `restless` names what kept running in
            the first.
        outcomes: the failing ones first, each with its token.
        cause: the order of events that makes one fail, or end differently.
        watched: the schedule that `cause` explains, and `explained` how it ends.
        compared: the one it is compared with, if `cause` is about a step of it.
        others: causes of other failures, if `cause` does not explain all of them.
        unexplained: the number of failing schedules in which none of several causes holds.
        killed: how often each process is killed, if any may be.
        seconds: the duration.
    """

    model: FaultModel
    schedules: int
    failing: int
    redundant: int
    expects: bool
    complete: bool
    why: str
    outcomes: tuple[Outcome, ...]
    cause: Cause | None
    watched: Witnessed | None
    explained: Ending
    seconds: float
    default_fails: bool = False
    endless: int = 0
    restless: str = ""
    steps: int = STEPS
    compared: Witnessed | None = None
    others: tuple[OtherCause, ...] = ()
    unexplained: int = 0
    killed: tuple[Victim, ...] = ()

    @property
    def law(self) -> str:
        """The delivery law, with the requested faults."""
        return law_of(self.model)

    @property
    def interleaved(self) -> int:
        """The number of schedules whose outcome is not serial, if none fails: see `Outcome`."""
        found = () if self.failing else self.outcomes
        return sum(each.number for each in found if each.serial is False)


def search(
    program: Program,
    model: FaultModel,
    budget: int = BUDGET,
    *,
    stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[SearchProgress], None] = lambda _: None,
    numbers: Numbers | None = None,
    steps: int = STEPS,
    helpers: int = 0,
) -> Verdict:
    """Run every schedule of `program` and return the verdict.

    `stop` is polled between runs; `on_progress` is called now and then with the progress.
    `helpers` is the number of processes that run ahead, each on its own processor.

    Raises:
        NotDeterministic: the first schedule, run twice, differs.
        NotAtRest: a process is stuck between two operations.
    """
    begun = perf_counter()
    with Search(program, model, budget, steps, numbers, stop, helpers=helpers) as searching:
        found = FoundOutcomes(model)
        try:
            clients = same_twice(searching)
            if len(clients) > 1 and not (program.expects or model.crashes or model.timeouts):
                found.clients = clients
            why = _all(searching, found, stop, on_progress)
        except Stopped:
            why = "interrupted"
        reason = found.cause()
        watched, explained = None, Ending()
        if found.interesting:
            choices = found.worst() if reason is None else reason.explained.choices
            watched, explained = watch(searching, choices)
            found.put_first(explained, choices)
        if reason is not None and not found.explains_all(reason):
            reason = None
        compared = _compared(searching, reason)
        others = found.other_causes(reason)
        return Verdict(
            searching.model,
            searching.schedules,
            searching.failing,
            searching.redundant,
            program.expects,
            searching.complete,
            why,
            found.outcomes(),
            reason,
            watched,
            explained,
            perf_counter() - begun,
            found.default_fails,
            searching.too_long,
            restless(searching) if searching.too_long else "",
            steps,
            compared,
            tuple(_watched(searching, OtherCause(each)) for each in others),
            found.unexplained([reason, *others]) if reason is not None and others else 0,
            _observed(searching, found.killed()),
        )


def _observed(searching: Search, victims: tuple[Victim, ...]) -> tuple[Victim, ...]:
    """Run a schedule of each kill again, to learn who is killed and who dies of it.

    The names are those of the default schedule, in which nobody dies before it has got its name.
    """
    if not any(victim.path is not None for victim in victims):
        return victims
    first, _ = watch(searching, ())
    names: dict[object, str] = {pid.path: name for pid, name in first.names.items()}
    found = []
    for victim in victims:
        if victim.path is None:
            found.append(victim)
            continue
        watched, _ = watch(searching, victim.choices)
        for pid, name in watched.names.items():
            if pid.path not in names:
                names[pid.path] = _apart(name, {*names.values()})
        dead = (names.get(pid.path, "a process") for pid in died_of(victim.path, watched))
        name = names.get(victim.path, "a process")
        found.append(victim._replace(name=name, dead=tuple(dead)))
    return tuple(found)


def _apart(name: str, taken: set[str]) -> str:
    """Return the name, with a number if it is taken."""
    numbered = (f"{name}#{number}" for number in count(2))
    return next(each for each in chain([name], numbered) if each not in taken)


def died_of(path: object, watched: Witnessed) -> list[Pid]:
    """Return the processes that died of the kill of the one at `path`, in order.

    Its death reaches others by `:EXIT`, `:DOWN` and exit signals, and they pass it on. Who is
    killed as well died of that.
    """
    killed = {step.source for step in watched.steps if step.kind == "crash"}
    reached: set[Pid] = set()
    dead: list[Pid] = []
    for step in watched.steps:
        if step.kind == "crash" and step.source.path == path:
            reached.add(step.source)
        if step.source not in reached:
            continue
        if step.kind == "die_life" and step.source not in killed and step.word != ENDED:
            dead.append(step.source)
        passes = step.word in DEATHS or step.word.startswith("exit signal")
        if passes and step.target is not None and step.target not in watched.clients:
            reached.add(step.target)
    return dead


def _watched(searching: Search, other: OtherCause) -> OtherCause:
    """Run the schedule of a further cause again."""
    watched, explained = watch(searching, other.cause.explained.choices)
    return OtherCause(other.cause, watched, explained, _compared(searching, other.cause))


def _compared(searching: Search, reason: Cause | None) -> Witnessed | None:
    """Run again the schedule that a cause compares with, if the cause is about a step of it."""
    if reason is None or reason.ahead is None:
        return None
    return watch(searching, reason.other.choices)[0]


def elsewhere(
    program: Program, model: FaultModel, budget: int, steps: int, helpers: int = 0
) -> tuple[Verdict, Numbers]:
    """Search in a forked process; the verdict lacks what was observed, which is not plain data."""
    numbers = Numbers()
    verdict = search(program, model, budget, numbers=numbers, steps=steps, helpers=helpers)
    others = tuple(OtherCause(each.cause) for each in verdict.others)
    return verdict._replace(watched=None, compared=None, others=others), numbers


def brought(program: Program, found: tuple[Verdict, Numbers]) -> Verdict:
    """Complete the result of `elsewhere`: run the schedule again and observe it."""
    verdict, numbers = found
    if not verdict.failing and len(verdict.outcomes) < 2:
        return verdict
    _, choices = read_token(verdict.outcomes[0].token)
    with Search(program, verdict.model, steps=verdict.steps, numbers=numbers) as searching:
        watched, _ = watch(searching, choices)
        compared = _compared(searching, verdict.cause)
        others = tuple(_watched(searching, each) for each in verdict.others)
    return verdict._replace(watched=watched, compared=compared, others=others)


def _all(
    searching: Search,
    found: FoundOutcomes,
    stop: Callable[[], bool],
    on_progress: Callable[[SearchProgress], None],
) -> str:
    reported_at = perf_counter()

    def paused() -> bool:
        nonlocal reported_at
        if perf_counter() - reported_at > TICK_S:
            reported_at = perf_counter()
            on_progress(_progress(searching))
        return stop()

    searching.pause = paused
    searching.restarted = lambda: found.forget(searching.model)
    while not paused():
        run = searching.run()
        if run is not None:
            found.add(run)
        elif searching.complete:
            return ""
        else:
            return "interrupted" if stop() else "steps" if searching.too_long else "budget"
    return "interrupted"


def _progress(searching: Search) -> SearchProgress:
    runs = searching.schedules + searching.redundant
    return SearchProgress(
        law_of(searching.model),
        searching.schedules,
        searching.failing,
        searching.tree.explored(),
        runs / searching.budget,
    )
