"""DocumentProgram: a transcript, or a line, as a program for the search.

Holes bind afresh in every schedule: each client knows what the set-up bound, binds for itself, and
what two clients bound must agree in the end, as in a replay it does by itself.
"""

from typing import Final

from kvshell.commands.result import Result
from kvshell.explore.endings import cycles, in_order, unfinished
from kvshell.explore.names import by_name, called, registered
from kvshell.explore.parts import Line, Parts
from kvshell.explore.program import Doing, Ending, Failure, Seen
from kvshell.explore.seat import Driver, Lines, Seat
from kvshell.runtime import Runtime
from kvshell.session.programs import Programs, here, preload
from kvshell.session.world import World
from kvshell.terms import Pid
from kvshell.transcript.document import Front
from kvshell.transcript.judge import judge
from kvshell.transcript.normal import output_lines
from kvshell.transcript.scope import DISTINCT, Scope
from kvshell.transcript.targets import TargetError
from kvshell.views import DOCUMENT, render

_CANNOT: Final = "** (CommandError)"
SETUP: Final = "set-up"
CHECK: Final = "check"


class DocumentProgram:
    """The parts of a document, ready to be run again and again."""

    def __init__(
        self,
        title: str,
        parts: Parts,
        front: Front,
        design: str = "",
        programs: Programs = None,
        load: tuple[str, ...] = (),
    ) -> None:
        """`programs` finds what its lines may load, and `load` is loaded before the first."""
        self.title = title
        self._programs, self._load = programs, load
        self.parts = parts
        self.expects = any(line.entry.stated for line in _judged(parts))
        self._front = front
        self._design = design or front.design or "ets"
        self._caps = DOCUMENT._replace(width=front.width)
        self._lines = Lines()

    def begin(self, runtime: Runtime) -> tuple[Pid, tuple[Pid, ...]]:
        """Run the set-up, each line settled, and spawn the clients."""
        world = World("controlled", self._design, runtime, environment={})  # the same for everybody
        self._stores: dict[Pid, str] = {}
        self._scope = Scope()
        self._seen: dict[str, list[Seen]] = {name: [] for name in [*self.parts.clients, CHECK]}
        self._failures: list[Failure] = []
        self._doing: dict[Pid, Line] = {}
        self._done: set[str] = set()
        self._driver = driver = Driver(world, self._lines, self._call)
        self._scopes = {}
        self._preload()
        for line in self.parts.setup:
            if not self._settled(SETUP, line, self._scope):
                return driver.shell, ()
        self._seats = {
            name: Seat(driver, name, self._lines, self._call) for name in self.parts.clients
        }
        self._scopes = {name: self._scope.copy() for name in self._seats}
        return driver.shell, tuple(seat.start(self._work) for seat in self._seats.values())

    def end(self, runtime: Runtime) -> Ending:
        """Judge who did not come to his end, run the final checks, collect."""
        names = self.names(runtime)
        if self._scopes:
            for name, seat in self._seats.items():
                if name not in self._done:
                    self._stuck(runtime, name, seat.shell)
            if not self._failures and self._agree():
                for line in self.parts.checks:
                    if not self._settled(CHECK, line, self._scope):
                        break
                if self.parts.checks:
                    names = self.names(runtime) | names
        return Ending(
            tuple(
                seen._replace(said=by_name(seen.said, names))
                for own in self._seen.values()
                for seen in own
            ),
            tuple(
                failure._replace(
                    expected=by_name(failure.expected, names), actual=by_name(failure.actual, names)
                )
                for failure in in_order(self._failures, (SETUP, *self.parts.clients))
            ),
            cycles(runtime, names),
        )

    def doing(self, client: Pid) -> Doing | None:
        """Return the line that a client is at."""
        line = self._doing.get(client)
        return None if line is None else Doing(line.number, line.text)

    def names(self, runtime: Runtime) -> dict[Pid, str]:
        """Return the stores' names, the registered ones, the clients' and the shell's."""
        entries = {entry.pid: entry.name for entry in self._driver.design.entries(runtime)}
        shell = {self._driver.shell: "shell"}
        clients = {seat.shell: name for name, seat in self._seats.items()} if self._scopes else {}
        return called(clients, self._stores | entries | registered(runtime) | shell)

    @property
    def typed(self) -> bool:
        """Whether it is a line of a prompt: no file, and no token can be replayed in it."""
        return not any(line.number for own in self.parts.clients.values() for line in own)

    @property
    def session(self) -> Driver:
        """The session of the present run, for looks."""
        return self._driver

    # -- lines -----------------------------------------------------------------------------------

    def _call(self, name: str, pid: Pid) -> None:
        self._stores.setdefault(pid, name)

    def _preload(self) -> None:
        """Run the programs of `--load`.

        Raises:
            TargetError: one could not be.
        """
        driver = self._driver
        driver.programs = here if self._load else self._programs
        failed = preload(driver, self._load)
        driver.programs = self._programs
        if failed is not None:
            raise TargetError(failed.partition(") ")[2])

    def _work(self, seat: Seat) -> None:
        """Run a client's lines, back to back. Runs in the client."""
        scope = self._scopes[seat.name]
        for line in self.parts.clients[seat.name]:
            self._doing[seat.shell] = line
            if not self._run(seat, seat.name, line, scope):
                break
        self._done.add(seat.name)

    def _settled(self, who: str, line: Line, scope: Scope) -> bool:
        """Run a line of the shell and let the system come to rest."""
        passed = self._run(self._driver, who, line, scope)
        self._driver.settle()
        return passed

    def _run(self, desk: Driver | Seat, who: str, line: Line, scope: Scope) -> bool:
        """Run a line and judge it; False when it failed. Runs in the desk's process."""
        text = line.filled(scope)
        results = desk.answers(text)
        printed = output_lines("\n".join(filter(None, map(self._printed, results))))
        if who != SETUP:
            self._seen[who].append(Seen(who, line.number, text, "\n".join(printed)))
        if any(result.open is not None and result.open.kind == "exit" for result in results):
            return False
        if not line.number and not all(result.ok for result in results):
            return False  # a typed line stops at its first error
        if not line.entry.stated and self._cannot(who, line, text, results):
            return False
        failed = judge(line.entry, printed, (), scope, line.rules)
        if failed is None:
            return True
        expected = line.expected
        actual = "\n".join(printed) or "nothing"
        if failed.kind not in {"output", "silence"} or expected == actual:
            actual = failed.summary
        self._failures.append(Failure(who, line.number, text, expected, actual))
        return False

    def _cannot(self, who: str, line: Line, text: str, results: list[Result]) -> bool:
        """Whether a line that is only to act did not, as it is none that can run here."""
        errors = (result.error or "" for result in results)
        error = next((error for error in errors if error.startswith(_CANNOT)), "")
        if error and line.number:
            self._failures.append(Failure(who, line.number, text, "a line that runs", error))
            return True
        return False

    def _printed(self, result: Result) -> str:
        if result.open is not None and result.open.kind not in {"exit", "clear"}:
            kind = result.open.kind
            return f"** (CommandError) {kind} opens something for the prompt: a search does not"
        return render(result, self._caps)

    # -- what the lines do not say themselves ------------------------------------------------------

    def _stuck(self, runtime: Runtime, name: str, pid: Pid) -> None:
        line = self._doing.get(pid)
        number, text = (line.number, line.text) if line is not None else (0, name)
        why = unfinished(runtime, pid)
        self._seen[name].append(Seen(name, number, text, why))
        self._failures.append(Failure(name, number, text, "an answer", why))

    def _agree(self) -> bool:
        """Whether the clients bound names alike; the set-up's scope then knows them, too."""
        for client, scope in self._scopes.items():
            for name, bound in scope:
                known = self._scope.get(name)
                owner = self._scope.owner(bound.text) if bound.kind in DISTINCT else name
                if known is None and owner in {None, name}:
                    self._scope.bind(name, bound.kind, bound.text, bound.line)
                elif known is None or known.text != bound.text:
                    self._disagree(client, name, bound.line, bound.text)
                    return False
        return True

    def _disagree(self, client: str, name: str, number: int, text: str) -> None:
        known = self._scope.get(name)
        if known is not None:
            expected, actual = f"{name} to be {known.text}, as for another client", text
        else:
            owner = self._scope.owner(text)
            expected, actual = f"{name} to be another process than {owner}", f"both are {text}"
        lines = self.parts.clients[client]
        command = next((line.text for line in reversed(lines) if line.number <= number), client)
        self._failures.append(Failure(client, number, command, expected, actual))


def _judged(parts: Parts) -> list[Line]:
    return [*(line for own in parts.clients.values() for line in own), *parts.checks]


__all__ = ["CHECK", "SETUP", "DocumentProgram"]
