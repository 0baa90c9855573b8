"""SingleRun: one run of a program under a chooser, from set-up to final checks."""

from collections.abc import Sequence

from kvshell.explore.program.program import Ending, Program, ScheduleFailure
from kvshell.runtime import Killed, NotAtRest, Runtime
from kvshell.runtime.environment import Repeatable
from kvshell.runtime.processes.thread_context import here
from kvshell.runtime.schedule.threads import Threads
from kvshell.runtime.search.stepped import Stepped
from kvshell.runtime.search.steps import PATIENT, Chooser, FaultModel, Numbers, Patience, Taken
from kvshell.terms import inspect


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
        self._killed = False
        made: list[Stepped] = []

        def scheduler(runtime: Runtime) -> Stepped:
            stepped = Stepped(runtime, threads, chooser, model, numbers, patience, prefix)
            runtime.make_ref = stepped.make_ref
            runtime.environment = Repeatable(stepped.now).environment()
            made.append(stepped)
            return stepped

        self.runtime = Runtime(scheduler, numbers.pids)
        self.stepped = made[0]
        try:
            pid, clients = program.begin(self.runtime)
            self.stepped.explore(pid.record, tuple(client.record for client in clients))
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
