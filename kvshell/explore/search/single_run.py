"""SingleRun: one run of a program under a chooser, from set-up to final checks."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from kvshell.explore.program.program import Ending, Program, RepeatableProgram, ScheduleFailure
from kvshell.runtime import Killed, NotAtRest, Runtime
from kvshell.runtime.environment import Repeatable
from kvshell.runtime.processes.thread_context import carrier, here
from kvshell.runtime.schedule.threads import Threads
from kvshell.runtime.search.savepoint import NotKept, Savepoint, created
from kvshell.runtime.search.stepped import Stepped
from kvshell.runtime.search.steps import PATIENT, Chooser, FaultModel, Numbers, Patience, Taken
from kvshell.runtime.tables.all_tables import default_tables
from kvshell.terms import Pid, inspect


def execute(
    program: Program,
    model: FaultModel,
    chooser: Chooser,
    threads: Threads,
    numbers: Numbers,
    patience: Patience = PATIENT,
    prefix: Sequence[Taken] = (),
) -> tuple[Ending, Stepped]:
    """Run `program` once, in its own runtime. Callable from any thread.

    It takes the steps in `prefix`, known from another run, then those of `chooser`. All runs of a
    search share `numbers`.
    """
    run = SingleRun(program, model, chooser, threads, numbers, patience, prefix)
    try:
        return run.end(), run.stepped
    finally:
        run.close()


class SingleRun:
    """A run, from its set-up to where its chooser stopped; `close` ends it."""

    def __init__(
        self,
        program: Program,
        model: FaultModel,
        chooser: Chooser,
        threads: Threads,
        numbers: Numbers,
        patience: Patience = PATIENT,
        prefix: Sequence[Taken] = (),
    ) -> None:
        self._program = program
        self._build(model, threads, numbers, patience)
        self.stepped.follow(chooser, prefix)
        self._explore(lambda: program.begin(self.runtime))

    def _build(
        self, model: FaultModel, threads: Threads, numbers: Numbers, patience: Patience
    ) -> None:
        """Create an empty system."""
        made: list[Stepped] = []

        def scheduler(runtime: Runtime) -> Stepped:
            stepped = Stepped(runtime, threads, model, numbers, patience)
            runtime.make_ref = stepped.make_ref
            runtime.environment = Repeatable(stepped.now).environment()
            made.append(stepped)
            return stepped

        self.runtime = Runtime(scheduler, numbers.pids)
        self.stepped = made[0]

    def _explore(self, begin: Callable[[], tuple[Pid, tuple[Pid, ...]]]) -> None:
        """Let `begin` start the clients, and run until the chooser stops or all is done."""
        self._killed = False
        with self._closed_by_errors():
            try:
                pid, clients = begin()
                self.stepped.explore(pid.record, tuple(client.record for client in clients))
            except Killed:
                self._killed = True

    @contextmanager
    def _closed_by_errors(self) -> Iterator[None]:
        """End all processes if the block raises an exception; name those that do not rest."""
        try:
            yield
        except NotAtRest as error:
            self._named(error)
            self.close()
            raise
        except BaseException:
            self.close()
            raise

    def end(self) -> Ending:
        """Run the final checks and return the ending; an empty one if the run was given up."""
        if self._killed:
            failure = ScheduleFailure("shell", 0, "shell", "an end", "a client killed the shell")
            return Ending((), (failure,))
        if not self.stepped.drained:
            return Ending()
        try:
            return self._program.end(self.runtime)
        except NotAtRest as error:
            self._named(error, "the final check")
            error.args = (f"in the final check: {error}",)
            raise

    def _named(self, error: NotAtRest, driver: str = "the set-up") -> None:
        """Replace each pid in an error by the name of its process; `driver` is this thread's."""
        names = dict(self._program.names(self.runtime))
        carrier = here.carrier
        if carrier is not None and carrier.process is not None:
            names[carrier.process.pid] = driver

        def named(text: str) -> str:
            for pid, name in names.items():
                text = text.replace(inspect(pid), name)
            return text

        error.args = (named(str(error)),)
        error.waiting = tuple(map(named, error.waiting))

    def close(self) -> None:
        """End all processes of the run."""
        self.runtime.stop()


class RepeatedRun(SingleRun):
    """Runs a program repeatedly in one system, whose set-up is run only once."""

    def __init__(
        self,
        program: RepeatableProgram,
        model: FaultModel,
        threads: Threads,
        numbers: Numbers,
        patience: Patience = PATIENT,
    ) -> None:
        """Run the set-up, and record the state of the system.

        Raises:
            NotKept: the set-up leaves something that cannot be restored.
        """
        self._program = self._repeated = program
        with created() as new:
            self._build(model, threads, numbers, patience)
            with self._closed_by_errors():
                program.set_up(self.runtime)
        self._carrier, self._session = carrier(), program.session
        with self._closed_by_errors():
            self._keep(new, numbers)
        self._fresh = True

    def _keep(self, new: set[int], numbers: Numbers) -> None:
        if len(self.stepped.busy()) > 1:  # besides the shell
            raise NotKept("a process waits in its code, on a stack")
        shared = numbers.pids, numbers.refs, numbers.objects
        self._savepoint = Savepoint((self.runtime, self._session), new, shared)

    def run(self, chooser: Chooser, prefix: Sequence[Taken] = ()) -> Ending:
        """Run the program once from the recorded state, and end its processes; see `execute`."""
        if not self._fresh:
            self._savepoint.restore()
            default_tables.began(self.runtime.tables)
            here.carrier, self._carrier.outer = self._carrier, here.carrier
        self._fresh = False
        self.stepped.follow(chooser, prefix)
        self._explore(lambda: self._repeated.start(self._session))
        try:
            return self.end()
        finally:
            self.close()

    @property
    def may_repeat(self) -> bool:
        """Whether `run` can undo everything that the last run has left."""
        return self.stepped.unwound and self._repeated.repeatable is not None
