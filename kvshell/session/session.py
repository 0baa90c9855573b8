"""Session: one line in, one result per command out. It never prints and never settles.

    for result in session.run(text):   # the line, back to back
        ...                            # views.render(result, caps)
    session.settle()                   # the host's to call: between lines the system rests
    session.events()                   # what happened meanwhile

A session belongs to the thread that made it, which is the shell's own process while it lives.
`interrupt` and `waiting` may be called at any moment of `run`, by a signal handler of that thread.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from types import TracebackType

from kvshell.commands.handlers.tracing import chart, lines, names
from kvshell.commands.hints import Situation, find
from kvshell.commands.match import Line, Match
from kvshell.commands.matching import parse
from kvshell.commands.result import CommandError, Result
from kvshell.commands.view import View
from kvshell.runtime import Event, Killed, Runtime
from kvshell.session.client import Client
from kvshell.session.desk import Desk, Failure, answer_of
from kvshell.session.programs import Programs
from kvshell.session.waiting import Waiting, waiting
from kvshell.session.world import Scheduler, World
from kvshell.terms import A, Pid, format_banner


class Session(Desk):
    """A shell without a terminal. Use it as a context manager, or `close` it."""

    def __init__(
        self,
        scheduler: Scheduler = "controlled",
        design_default: str = "ets",
        runtime: Runtime | None = None,
        law: str = "",
    ) -> None:
        world = World(scheduler, design_default, runtime, law)
        super().__init__(world, world.runtime.enter())
        self.on_progress: Callable[[int, int], None] | None = None
        self._clients: dict[str, Client] = {}
        self._shown_hints: set[str] = set()
        self._line: AbstractContextManager[None] | None = None
        self._restarted = False
        self._closed = False

    # -- for hosts -----------------------------------------------------------------------------

    def run(self, text: str, *, counted: bool = True) -> list[Result]:
        """Run one line; a result for each command up to the first error, none for a blank line.

        A line that is not `counted` is not in the history, and the next one has its number.

        Raises:
            NotAtRest: the line waits and nobody can ever end its wait (controlled).
        """
        line = parse(text)
        if not line.parts:
            return []
        if counted:
            self.inputs.append((self.counter, text))
        self._restarted = False
        self._open_line()
        if self.interrupted:  # Ctrl-C came after Enter, before there was a wait to end
            self.runtime.interrupt(self.shell)
        try:
            results = self._parts(line)
        finally:
            self._close_line()
            self.interrupted = False
        went_on = self.counter == results[-1].line and not self._restarted
        if counted and results[-1].ok and went_on:
            self._remember(answer_of(results[-1]))
        return results

    @property
    def programs(self) -> Programs:
        """Finds the file that `load PATH` runs. None at first: lines run no files."""
        return self.world.programs

    @programs.setter
    def programs(self, find: Programs) -> None:
        self.world.programs = find

    def settle(self, timeout_s: float | None = None) -> bool:
        """Let the system come to rest; False when `timeout_s` of real time were not enough.

        What is on its way under the law `spec` stays there.

        Raises:
            NotAtRest: controlled, and 10,000 steps were not enough.
        """
        try:
            rested = self.runtime.settle(timeout_s, deliver=False)
        except Killed:
            rested = False
        if self._dying():
            self.runtime.emit("exit", self.shell, self._reborn())
            rested = self.runtime.settle(timeout_s, deliver=False)
        self._bury()
        self._tell()
        return rested

    def _tell(self) -> None:
        """Make an event of what the line sent, while messages are recorded."""
        heard = self.trace.take()
        if heard:
            self.world.heard = heard
            missed, self.trace.missed = self.trace.missed, 0
            said = lines(chart(heard, names(self)))
            more = [f"{missed:,} more were sent"] if missed else []
            self.runtime.emit("messages", None, "\n".join([*said, *more]), "info")

    def events(self) -> list[Event]:
        """Return what happened in the background since the last look."""
        return self.runtime.drain_events()

    @property
    def on_event(self) -> Callable[[Event], None] | None:
        """Called from any thread when there is an event to take."""
        return self.runtime.on_event

    @on_event.setter
    def on_event(self, call: Callable[[Event], None] | None) -> None:
        self.runtime.on_event = call

    def take_answers(self, client: str) -> list[Result]:
        """Return the results of `as CLIENT` lines that have come since the last call."""
        known = self._clients.get(client)
        taken: list[Result] = []
        while known is not None and known.done:
            taken.append(known.done.popleft())
        return taken

    def interrupt(self) -> None:
        """Ctrl-C: end the wait of the command that runs. Takes no lock."""
        self.interrupted = True
        self.runtime.interrupt(self.shell)

    def waiting(self) -> Waiting | None:
        """Return what the running command waits for; None when it does not wait."""
        return waiting(self.runtime, self.shell)

    def view(self, command: str) -> View | None:
        """Return the view of a command that only looks, uncounted and kept out of history."""
        results = self.play(command)
        return results[-1].view if results else None

    def close(self) -> None:
        """End every process and thread of the session. A second call does nothing."""
        if not self._closed:
            self._closed = True
            self.runtime.on_event = None
            self.runtime.stop()

    def __enter__(self) -> "Session":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    # -- for handlers --------------------------------------------------------------------------

    @property
    def clients(self) -> Mapping[str, Pid]:
        """The living clients, by name."""
        return {name: c.shell for name, c in self._clients.items() if c.shell.record.alive}

    def client(self, name: str, text: str) -> None:
        """Hand a line to a client; the first one starts it, and so does one after its death."""
        known = self._clients.get(name)
        if known is None or not known.shell.record.alive:
            known = self._clients[name] = Client(self.world, self, name)
            known.start()
        known.give(text)

    def progress(self, done: int, total: int) -> None:
        """Tell the host, if it asked."""
        if self.on_progress is not None:
            self.on_progress(done, total)

    def fresh(self, design: str) -> "Session":
        """Return a new controlled session of that design."""
        fresh = Session("controlled", design)
        fresh.programs = self.programs
        return fresh

    def keep_law(self, law: str) -> None:
        """Begin again, empty, under another delivery law.

        Raises:
            CommandError: something runs that the law would come too late for.
        """
        if law == self.options["law"]:
            return
        if any(pid is not self.shell for pid in self.runtime.processes()):
            raise CommandError(
                f"set law {law} comes before start manager: type reset, then set law {law}"
            )
        self.options["law"] = law
        self.reset()

    def reset(self) -> None:
        """Begin again: an empty runtime, no bindings, line 1 next."""
        self._close_line()
        self._clients.clear()
        self.world.restart()
        self.shell = self.runtime.enter()
        self._forget()
        self._open_line()

    # -- one line ------------------------------------------------------------------------------

    def _parts(self, line: Line) -> list[Result]:
        results: list[Result] = []
        for match in line.parts:
            result = self._hinted(match, line if len(line.parts) > 1 else None)
            results.append(result._replace(events=tuple(self.runtime.drain_events())))
            if not result.ok or (result.open is not None and result.open.kind == "exit"):
                break
        return results

    def _hinted(self, match: Match, line: Line | None) -> Result:
        """Run one command, notice the shell's own death, and find what to say about it."""
        if self.options["hints"] == "off":
            return self._alive(match)[0]
        before = self.snapshot()
        result, failure = self._alive(match)
        reason = failure.reason if failure is not None else None
        after = self.snapshot()
        situation = Situation(match, result.value, result.error, reason, before, after, line)
        hint = find(situation, self._shown_hints)
        if hint is None:
            return result
        self._shown_hints.add(hint.key)
        return result._replace(hint=hint)

    def _alive(self, match: Match) -> tuple[Result, Failure | None]:
        line = self.counter
        self.world.count_reads()
        try:
            result, failure = self._part(match)
        except Killed:
            result, failure = Result(line, match.text, ok=True), None
        if self._dying():
            text = self._reborn()
            return Result(line, match.text, ok=False, error=text), Failure(text, A.killed)
        return result, failure

    def _open_line(self) -> None:
        self._line = self.runtime.one_line(self.counter)
        self._line.__enter__()

    def _close_line(self) -> None:
        if self._line is not None:
            line, self._line = self._line, None
            line.__exit__(None, None, None)

    # -- the shell's own death -----------------------------------------------------------------

    def _dying(self) -> bool:
        seen = self.runtime.observe(self.shell)
        return seen is not None and seen.status in {"dead", "zombie"}

    def _reborn(self) -> str:
        """Give the shell a new process, as iex does; return what iex says about the old one."""
        old, inside = self.shell, self._line is not None
        self._close_line()  # or who takes its dying steps would be held until the line ends
        self.runtime.leave()
        self.shell = self.runtime.enter()
        self._forget()
        if inside:
            self._open_line()
        seen = self.runtime.observe(old)
        dead = seen is not None and seen.status == "dead"
        # Free: another thread takes the dying steps, and may not have come to the reason yet.
        return format_banner((A.EXIT, old), seen.reason if seen and dead else old.record.doom)

    def _bury(self) -> None:
        """Say of each client that has died that it has; its next line starts another."""
        for name, client in list(self._clients.items()):
            seen = self.runtime.observe(client.shell)
            if seen is not None and seen.status == "dead":
                del self._clients[name]
                text = format_banner((A.EXIT, client.shell), seen.reason)
                self.runtime.emit("exit", client.shell, f"{name}: {text}")

    def _forget(self) -> None:
        self.bindings.clear()
        self._answers.clear()
        self.counter = 1
        self._restarted = True
