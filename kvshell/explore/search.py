"""Search: every schedule that can make a difference, each executed for real, none twice.

Stateless source-set DPOR with sleep sets (Abdulla, Aronsson, Jonsson, Sagonas, POPL 2014): path.py
holds the choices, races.py finds which others to try. A run in which everything is asleep is given
up and counted as redundant.
"""

from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from kvshell.explore.path import STEPS, Path
from kvshell.explore.program import Ending, Failure, Program
from kvshell.explore.races import NONE, Races, races
from kvshell.runtime import Killed, NotAtRest, Runtime
from kvshell.runtime.processor import OneProcessor
from kvshell.runtime.step import PATIENCE_S, PATIENT, Chooser, Manner, Patience, Step
from kvshell.runtime.stepped import Stepped
from kvshell.runtime.threads import Threads
from kvshell.terms import inspect

BUDGET: Final = 10_000
ENDLESS: Final = 20  # schedules that did not end: the others are not waited for
SPEC: Final = Manner()

Law = Literal["spec", "beam"]


class Run(NamedTuple):
    """One schedule: its choices, its steps, what each knew before, and how it ended."""

    choices: tuple[int, ...]
    steps: tuple[Step, ...]
    races: Races
    ending: Ending

    @property
    def fails(self) -> bool:
        """Whether an expectation was not met."""
        return bool(self.ending.failures)


class Stopped(Exception):  # noqa: N818  # as it was asked for
    """A run was given up in its midst: `stop` said so while somebody came to no operation."""


class NotDeterministic(Exception):  # noqa: N818  # the refusal of a program, with the difference
    """Two runs with the same choices differ: the program keeps state outside its operations."""


class Search:
    """The schedules of one program, one after the other: `while run := search.run(): ...`."""

    def __init__(
        self,
        program: Program,
        manner: Manner = SPEC,
        budget: int = BUDGET,
        steps: int = STEPS,
        numbers: dict[tuple[int, ...], int] | None = None,
        stop: Callable[[], bool] = lambda: False,
        patience_s: float | None = PATIENCE_S,
    ) -> None:
        """`stop` is asked while somebody is stuck, who is waited for so long."""
        self.program = program
        self.manner = manner
        self.budget = budget
        self.schedules = 0
        self.failing = 0
        self.redundant = 0
        self.too_long = 0
        self.endless: tuple[int, ...] = ()  # the choices of the first run that did not end
        self.complete = False
        self.pause: Callable[[], bool] = lambda: False  # asked after a run that came to nothing
        self.path = Path(steps)
        self._found = NONE  # of the last run
        self._processor = OneProcessor()
        self._threads = Threads()
        self._numbers = {} if numbers is None else numbers
        self._patience = Patience(patience_s, stop)

    def close(self) -> None:
        """End the threads that runs left idle. Runs in the thread that made the search."""
        self._threads.close()
        self._processor.leave()

    def __enter__(self) -> "Search":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def run(self) -> Run | None:
        """Execute the next schedule and return it.

        None when all are done, the budget is used, `pause` said so, or too many do not end.

        Raises:
            NotDeterministic: what could happen before could not happen again.
            NotAtRest: somebody is stuck between two operations.
            Stopped: and `stop` says that he is not to be waited for.
        """
        path = self.path
        while self.schedules + self.redundant < self.budget:
            if self.schedules and not path.turn():
                self.complete = self.too_long == 0
                return None
            path.begin()
            ending, stepped = self.execute(path)
            if path.strange:
                raise NotDeterministic(path.strange)
            steps = stepped.steps
            found = self._found = races(steps, self._found, path.known)
            path.learn(steps, found, stepped.cut)
            if path.asleep:
                self.redundant += 1
                if self.pause():
                    return None
                continue
            self.schedules += 1
            if path.too_long:
                self.endless = self.endless or path.choices()
                self.too_long += 1
                if self.pause() or self.too_long >= ENDLESS:
                    return None
                continue
            self.failing += bool(ending.failures)
            return Run(path.choices(), tuple(steps), found, ending)
        return None

    def execute(self, chooser: Chooser) -> tuple[Ending, Stepped]:
        """Run the program once under `chooser`, in a runtime of its own."""
        patience = self._patience
        try:
            return execute(
                self.program, self.manner, chooser, self._threads, self._numbers, patience
            )
        except NotAtRest:
            if patience.stopped():
                raise Stopped from None
            raise


def execute(
    program: Program,
    manner: Manner,
    chooser: Chooser,
    threads: Threads,
    numbers: dict[tuple[int, ...], int],
    patience: Patience = PATIENT,
) -> tuple[Ending, Stepped]:
    """Run `program` once under `chooser`, in a runtime of its own. Any thread may call it.

    `numbers` gives each place in the tree of spawns its number, the same in all runs.
    """
    held = Held(program, manner, chooser, threads, numbers, patience)
    try:
        return held.end(), held.stepped
    finally:
        held.close()


class Held:
    """One run, from its set-up to where its chooser stopped. `close` it."""

    def __init__(
        self,
        program: Program,
        manner: Manner,
        chooser: Chooser,
        threads: Threads,
        numbers: dict[tuple[int, ...], int],
        patience: Patience = PATIENT,
    ) -> None:
        self._program = program
        self._killed = False
        made: list[Stepped] = []

        def scheduler(runtime: Runtime) -> Stepped:
            made.append(Stepped(runtime, threads, chooser, manner, patience))
            return made[0]

        self.runtime = Runtime(scheduler, numbers)
        self.stepped = made[0]
        try:
            pid, clients = program.begin(self.runtime)
            self.stepped.clients = tuple(client.record for client in clients)
            self.stepped.explore(pid.record)
        except Killed:
            self._killed = True
        except NotAtRest as error:
            self._named(error)
            self.close()
            raise
        except BaseException:
            self.close()
            raise

    def end(self) -> Ending:
        """Run the final checks and say how it ended; nothing of a run that was given up."""
        if self._killed:
            failure = Failure("shell", 0, "shell", "an end", "a client killed the shell")
            return Ending((), (failure,))
        if not self.stepped.drained:
            return Ending()
        try:
            return self._program.end(self.runtime)
        except NotAtRest as error:
            self._named(error)
            raise

    def _named(self, error: NotAtRest) -> None:
        """Let an error say by name whom it is about."""
        said = str(error)
        for pid, name in self._program.names(self.runtime).items():
            said = said.replace(inspect(pid), name)
        error.args = (said,)

    def close(self) -> None:
        """End every process of the run."""
        self.runtime.stop()


__all__ = ["BUDGET", "Law", "NotAtRest", "NotDeterministic", "Run", "Search", "Stopped", "execute"]
