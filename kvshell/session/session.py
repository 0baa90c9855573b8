"""`Session`, a shell without a terminal."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from kvshell.commands.assist.hints import Situation, first_hint
from kvshell.commands.read.match import Match, ParsedLine
from kvshell.commands.read.matcher import reading
from kvshell.commands.result import CommandError, Result
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.trace_chart import chart, lines, names
from kvshell.commands.view import View
from kvshell.runtime import Event, Killed, Runtime
from kvshell.runtime.processes.record import NOTHING
from kvshell.session.client import Answers, Client
from kvshell.session.client_context import ClientContext, CommandFailure, answer_of
from kvshell.session.host import Waiting
from kvshell.session.past import Past
from kvshell.session.session_state import Programs, Scheduler, SessionState, proposal
from kvshell.session.snapshot_builder import take
from kvshell.session.waiting import Here, printed, waiting
from kvshell.systems.designs.own_lines import OWN
from kvshell.terms import A, Pid, format_banner

MOST_CLIENTS = 200  # each client is a process, listed by every observation


class Session(ClientContext, Here):
    """A shell without a terminal; use it as a context manager, or call `close`."""

    client_class: type[Client] = Client

    def __init__(
        self,
        scheduler: Scheduler = "controlled",
        design_default: str = "ets",
        runtime: Runtime | None = None,
        law: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Create the session; `environment` holds its initial options, by default `os.environ`."""
        state = SessionState(scheduler, design_default, runtime, law, environment)
        super().__init__(state, state.runtime.enter())
        self.on_progress: Callable[[int, int], None] | None = None
        self._snapshot: Snapshot | None = None  # taken since the system settled, if requested
        self.given_up: Waiting | None = None  # the wait that Ctrl-C ended in the last line
        self._clients: dict[str, Client] = {}
        self._shown_hints: set[str] = set()
        self._worded_once: set[tuple[str, ...]] = set()
        self._line: AbstractContextManager[None] | None = None
        self._restarted = self._closed = False
        self.past = Past()

    # -- for hosts -----------------------------------------------------------------------------

    def run(self, text: str, *, counted: bool = True) -> list[Result]:
        """Run one line; return one result per command up to the first error, none for a blank line.

        A line that is not `counted` is left out of the history and does not advance the number.

        Raises:
            NotAtRest: the line waits for something that can never happen (controlled).
        """
        self.given_up = None
        line = self._understood(reading(text))
        if not line.parts:
            return []
        if counted:
            self.inputs.append((self.counter, text))
        self._restarted = False
        self.past.add("line", text)
        self._open_line()
        if self.interrupted:  # Ctrl-C came after Enter, before the wait began
            self.runtime.interrupt(self.shell)
        try:
            results = self._parts(line)
        finally:
            self._close_line()
            if self.interrupted:
                self.past.is_cut_short(text)
            self.interrupted = False
        went_on = self.counter == results[-1].line and not self._restarted
        if counted and results[-1].ok and went_on:
            self.remember(answer_of(results[-1]))
        return results

    @property
    def programs(self) -> Programs:
        """The function that finds the file of `load PATH`; None if loading is forbidden."""
        return self.state.programs

    @programs.setter
    def programs(self, find: Programs) -> None:
        self.state.programs = find

    def settle(self, timeout_s: float | None = None) -> bool:
        """Let the system settle; return False if it takes longer than `timeout_s` of real time.

        Signals in flight under the law `spec` stay in flight.

        Raises:
            NotAtRest: under the controlled scheduler, after 10,000 steps without coming to rest.
        """
        self._snapshot = None
        self.past.rest()
        try:
            rested = self.runtime.settle(timeout_s, deliver=False)
        except Killed:
            rested = False
        if self._dying():
            self.runtime.emit("exit", self.shell, self._reborn())
            rested = self.runtime.settle(timeout_s, deliver=False)
        self._bury()
        self._record_trace()
        return rested

    def _record_trace(self) -> None:
        """Emit an event with the messages of the line, if messages are being recorded."""
        traced = self.trace.take()
        if traced:
            self.state.traced = traced
            missed, self.trace.missed = self.trace.missed, 0
            message = lines(chart(traced, names(self)))
            more = [f"{missed:,} more were sent"] if missed else []
            self.runtime.emit("messages", None, "\n".join([*message, *more]), "info")

    def snapshot(self) -> Snapshot:
        """Take a snapshot of the system; between lines, keep it for the hints of the next line."""
        snapshot = take(self)
        if self._line is None:
            self._snapshot = snapshot
        return snapshot

    def events(self) -> list[Event]:
        """Return what happened in the background since the last call."""
        return self.runtime.drain_events()

    @property
    def on_event(self) -> Callable[[Event], None] | None:
        """The callback that is called, from any thread, when an event is available."""
        return self.runtime.on_event

    @on_event.setter
    def on_event(self, call: Callable[[Event], None] | None) -> None:
        self.runtime.on_event = call

    def run_as(self, client: str, text: str, timeout_s: float | None = None) -> list[Result]:
        """Hand a line to another client, settle, and return its answers.

        Empty if the client is still waiting; its later answer is an event.
        """
        answers = Answers()
        self.past.add("as", text, client)
        self._client(client).give(text, answers)
        try:
            self.settle(timeout_s)
        finally:
            answers.listening = False
        return answers.results

    def interrupt(self) -> None:
        """End the wait of the running command, for Ctrl-C. Takes no lock."""
        self.given_up = self.waiting()
        self.interrupted = True
        self.runtime.interrupt(self.shell)

    def waiting(self) -> Waiting | None:
        """Return what the running command waits for, or None if it does not wait."""
        return waiting(self.runtime, self.shell)

    def view(self, command: str) -> View | None:
        """Return the view of a read-only command, which is not counted and not in the history."""
        results = self.play(command)
        return results[-1].view if results else None

    def close(self) -> None:
        """End all processes and threads of the session. A second call does nothing."""
        if not self._closed:
            self._closed = True
            self.runtime.on_event = None
            self.runtime.stop()

    def __enter__(self) -> Self:
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
        """The living clients by name, without the shell."""
        return {name: c.shell for name, c in self._clients.items() if c.shell.record.alive}

    def client(self, name: str, text: str) -> None:
        """Queue a line for a client, starting the client if it is new or dead.

        Raises:
            CommandError: too many clients are alive.
        """
        if name not in self._clients and len(self.clients) >= MOST_CLIENTS:
            raise CommandError(
                f"{MOST_CLIENTS} clients are running: kill one before you start another"
            )
        self._client(name).give(text)

    def _client(self, name: str) -> Client:
        known = self._clients.get(name)
        if known is None or not known.shell.record.alive:
            known = self._clients[name] = self.client_class(self.state, self, name)
            known.start()
        return known

    def busy_clients(self) -> dict[str, tuple[Pid, str]]:
        """Return the pid and the present line of each client that is running a line, by name."""
        living = self.clients
        return {
            name: (living[name], client.at_line)
            for name, client in self._clients.items()
            if client.at_line and name in living
        }

    def progress(self, done: int, total: int) -> None:
        """Report progress to the host, if it has set `on_progress`."""
        if self.on_progress is not None:
            self.on_progress(done, total)

    def fresh(self, design: str) -> "Session":
        """Return a new controlled session whose default is `design`; the caller must close it."""
        fresh = Session("controlled", design)
        if design == OWN:
            from kvshell.session.elixir_shell import copy_own  # noqa: PLC0415  # Elixir only

            copy_own(self.state, fresh.state)
        fresh.programs = self.programs
        return fresh

    def keep_law(self, law: str) -> None:
        """Reset the session and set the delivery law, `beam` or `spec`.

        Raises:
            CommandError: other processes are alive, which the reset would end.
        """
        if law == self.options["law"]:
            return
        if any(pid is not self.shell for pid in self.runtime.processes()):
            raise CommandError(
                f"set law {law} comes before start manager; reset ends the system that runs"
            )
        self.options["law"] = law
        self.reset()

    def reset(self) -> None:
        """Start over: an empty runtime, no bindings, line number 1."""
        self._close_line()
        self.past.clear()
        self._clients.clear()
        self.state.restart()
        self.shell = self.runtime.enter()
        self.forget()
        self._open_line()

    # -- one line ------------------------------------------------------------------------------

    def _parts(self, line: ParsedLine) -> list[Result]:
        results: list[Result] = []
        for match in line.parts:
            result = self._hinted(match, line if len(line.parts) > 1 else None)
            events = self.runtime.drain_events()
            if events:
                output, rest = printed(events)
                result = result._replace(events=rest, output=output)
            results.append(result)
            if not result.ok or (result.open is not None and result.open.kind == "exit"):
                break
        return results

    def _hinted(self, match: Match, line: ParsedLine | None) -> Result:
        """Run one command and add a hint to its result, if one applies and hints are on."""
        if self.options["hints"] == "off":
            return self._quiet(match, line)
        own = self.state.designs.get(OWN)
        result = self._run_command(match, line)
        found = self.state.designs.get(OWN)
        if found in (None, own, self.design):
            return result
        hint, fresh = proposal(found), proposal(found).key not in self._shown_hints
        self._shown_hints.add(hint.key)
        return result._replace(hint=hint) if fresh else result

    def _quiet(self, match: Match, line: ParsedLine | None) -> Result:
        """Run one command with hints off: its hint has no text, but still a line for Tab."""
        self._snapshot = None
        result, _ = self._alive(match)
        if result.error is None or match.elixir is not None:
            return result
        now = self._now()
        hint = first_hint(Situation(match, result.value, result.error, None, now, now, line))
        return result if hint is None else result._replace(hint=hint._replace(text=""))

    def _run_command(self, match: Match, line: ParsedLine | None) -> Result:
        if match.elixir is not None:
            return self._worded(match, self._alive(match)[0])
        before, self._snapshot = self._snapshot or take(self), None
        result, failure = self._alive(match)
        reason = failure.reason if failure is not None else None
        situation = Situation(
            match, result.value, result.error, reason, before, self._now, line, self._runs
        )
        hint = first_hint(situation, self._shown_hints)
        if hint is None:
            return result
        self._shown_hints.add(hint.key)
        return result._replace(hint=hint)

    def _now(self) -> Snapshot:
        return take(self)

    def _runs(self) -> str | None:
        return self.design.name if self.running else None

    def _worded(self, match: Match, result: Result) -> Result:
        """Add the hint for a line of Elixir to its result."""
        from kvshell.session import near_elixir  # noqa: PLC0415  # Elixir only

        if result.error is not None:
            found = near_elixir.hint(self, match.text, result.error, self._shown_hints)
        elif not result.ok or (OWN in self.state.designs and self.design.name != OWN):
            return result
        else:
            found = near_elixir.worded(match.text, self.design.name, self._worded_once)
        return result._replace(hint=found) if found is not None else result

    def _alive(self, match: Match) -> tuple[Result, CommandFailure | None]:
        line = self.counter
        self.state.count_reads()
        try:
            result, failure = self._part(match)
        except Killed:
            result, failure = Result(line, match.text, ok=True), None
        if self._dying():
            asked_for, text = self.shell.record.doom is A.respawn, self._reborn()
            failure = None if asked_for else CommandFailure(text, A.killed)
            result = Result(line, match.text, ok=asked_for, error=failure and text)
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
        record = self.shell.record
        return not record.alive or record.doom is not NOTHING

    def _reborn(self) -> str:
        """Give the shell a new process; return iex's message about the death of the old one."""
        old, inside = self.shell, self._line is not None
        self._close_line()  # otherwise the exit of the old process is held until the line ends
        self.runtime.leave()
        self.shell = self.runtime.enter()
        self.forget()
        if inside:
            self._open_line()
        seen = self.runtime.observe(old)
        dead = seen is not None and seen.status == "dead"
        # Free scheduler: another thread ends the process and may not have set the reason yet.
        return format_banner((A.EXIT, old), seen.reason if seen and dead else old.record.doom)

    def _bury(self) -> None:
        """Report clients that died, and forget them; their next line starts a new process."""
        for name, client in list(self._clients.items()):
            seen = self.runtime.observe(client.shell)
            if seen is not None and seen.status == "dead":
                del self._clients[name]
                text = format_banner((A.EXIT, client.shell), seen.reason)
                self.runtime.emit("exit", client.shell, f"{name}: {text}")

    def forget(self) -> None:
        """Drop all bindings and answers, and restart the line numbers."""
        self.bindings.clear()
        self._elixir = self._elixir and self._elixir.reborn()
        self._answers.clear()
        self.counter, self._restarted = 1, True
