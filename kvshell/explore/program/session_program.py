"""SessionProgram: explores what can still happen from the current state of a session.

A search runs everything from the start, repeatedly; so the lines run since the system was empty are
repeated, and must lead to the same state. Then the shell continues as one of the clients, with its
own pid, mailbox and monitors; signals in flight, waiting processes and armed timers are as before.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import zip_longest
from typing import Final

from kvshell.commands.read.match import Match
from kvshell.commands.result import Answer
from kvshell.explore.program.document_parts import ALONE, Parts, typed
from kvshell.explore.program.document_program import DocumentProgram, variables
from kvshell.explore.program.program import (
    NOTHING,
    REFERENCE,
    Doing,
    NotRepeatableError,
    Observed,
    ScheduleFailure,
    called,
    kinds,
    registered,
    unfinished,
)
from kvshell.explore.program.search_client import (
    Called,
    Driver,
    ParsedLines,
    SearchClient,
    look,
    observes,
)
from kvshell.runtime import Event, Exit, NotAtRest, Runtime
from kvshell.runtime.processes.signals import Channels
from kvshell.runtime.schedule.controlled import Controlled
from kvshell.runtime.search.hand_over import hand_over, leave_quietly
from kvshell.session.client import Client
from kvshell.session.past import PastStep
from kvshell.session.resolving import Resolver
from kvshell.session.session import Session
from kvshell.systems import DESIGNS
from kvshell.terms import A, List, Pid, Term, inspect
from kvshell.transcript.format.document import Front

SHELL: Final = "shell"
STORES: Final = "stores in the end"
_FLUSH: Final = "flush"
_CONTROLLED: Final = (
    "from here needs a session that runs in fixed steps, and this one runs on real threads: "
    "after a reset, `set law spec` or `set law beam` makes one; then repeat what led here"
)


class SessionProgram(DocumentProgram):
    """Runs a line in the current state of a session; without a line, only what is pending there."""

    def __init__(self, session: Session, line: str) -> None:
        """Remember the lines run so far.

        Raises:
            NotRepeatableError: they cannot be repeated, or nothing would happen.
        """
        if session.scheduler != "controlled":
            raise NotRepeatableError(_CONTROLLED)
        if cut := session.past.cut_short:
            raise NotRepeatableError(
                f"from here cannot repeat a line that Ctrl-C interrupted: `{cut}`; reset starts "
                "over"
            )
        self._waiting = {name: text for name, (_, text) in session.busy_clients().items()}
        self._session = session
        self._watches = not line and not self._waiting  # no client acts: the stores are the answer
        runs = line or ("" if self._waiting else _until_all_fired(session))
        if not runs and not self._waiting and not self.in_flight:
            raise NotRepeatableError(
                "from here needs something to run: `explore from here LINE`, a client that waits, "
                "such as after `as b get s k`, a signal on its way or a timer"
            )
        parts = Parts((), {SHELL: typed((), runs).clients[ALONE]} if runs else {}, ())
        super().__init__(f"from here {line}".rstrip(), parts, Front())
        self._past = tuple(session.past)
        self._there = tuple(_present(session))
        self._checked = False

    @property
    def law(self) -> str:
        """The session's delivery law."""
        return self._session.options["law"]

    @property
    def in_flight(self) -> int:
        """The number of signals in flight."""
        channels = self._session.runtime.channels
        return 0 if channels is None else len(channels)

    def begin(self, runtime: Runtime) -> tuple[Pid, tuple[Pid, ...]]:
        """Repeat the lines, and let the shell continue as a client.

        Raises:
            NotRepeatableError: they lead to a different state.
        """
        self._driver = driver = _Again(self._session, runtime, self._lines, self._call)
        self._begin_run()
        for step in self._past:
            driver.again(step)
        self._check(driver)
        for name in (*self._waiting, STORES):
            self._seen[name] = []
        waiting = driver.busy_clients()
        self._others = {name: pid for name, (pid, _) in waiting.items()}
        clients = tuple(self._others.values())
        if self.parts.clients:
            client = _Shell(driver, ALONE, self._lines, self._call)
            self._clients = {SHELL: client}
            self._scopes = {SHELL: self._scope.copy()}
            clients = (driver.shell, *clients)
            client.go_on(self._work)
        return driver.shell, clients

    def names(self, runtime: Runtime) -> dict[Pid, str]:
        """Return the names of stores, registered processes, the shell and clients."""
        driver = self._driver
        entries = {entry.pid: entry.name for entry in driver.design.entries(runtime)}
        shells = {client.shell: SHELL for client in self._clients.values()} or {driver.shell: SHELL}
        clients = {pid: name for name, pid in driver.clients.items()}
        clients |= {pid: name for name, pid in self._others.items()}
        others = variables(driver) | driver.stores | entries | registered(runtime)
        unnamed = {pid: kind for pid, kind in kinds(runtime).items() if pid is not driver.shell}
        return called(shells | clients, unnamed | others)

    def doing(self, client: Pid) -> Doing | None:
        """Return the line that a client is running, unless nobody has typed it."""
        return None if self._watches else super().doing(client)

    def _check(self, driver: "_Again") -> None:
        if self._checked:
            return
        for before, now in zip_longest(self._there, _present(driver), fillvalue=NOTHING):
            if before != now:
                raise NotRepeatableError(
                    f"repeating the session led to a different state: {now} instead of {before}; "
                    "it depends on something outside its lines"
                )
        self._checked = True

    def _work(self, client: SearchClient) -> None:
        super()._work(client)
        leave_quietly(client.shell.record)  # the shell lives on, in the session

    def _notice(self, runtime: Runtime, events: Sequence[Event]) -> None:
        """Take the answers of clients that were waiting for them, and record which still wait.

        If no client has a line, the messages to the shell and the stores in the end are the answer.
        """
        if self._watches:
            if SHELL in self._seen:
                self._seen[SHELL] = [*self._own_messages(self._seen[SHELL])]
            names = sorted(entry.name for entry in self._driver.design.entries(runtime))
            self._seen[STORES].append(Observed(STORES, 0, "", ", ".join(names) or "none"))
        answered = set()
        for name, text in self._waiting.items():
            begins = f"{name}: "
            for event in events:
                if event.kind == "answer" and event.text.startswith(begins):
                    message = event.text.removeprefix(begins)
                    self._seen[name].append(Observed(name, 0, text, message))
                    answered.add(name)
        for name, pid in self._others.items():
            if name not in answered:
                why = unfinished(runtime, pid)
                text = self._waiting[name]
                self._seen[name].append(Observed(name, 0, text, why))
                self._failures.append(ScheduleFailure(name, 0, text, "an answer", why))

    def _own_messages(self, seen: Sequence[Observed]) -> Iterator[Observed]:
        """Yield the messages that the shell has flushed, in place of lines that nobody typed."""
        for each in seen:
            if each.text == _FLUSH:
                messages = each.answer.split("\n")[:-1]  # without its own answer
                yield each._replace(text="its messages", answer="\n".join(messages) or "none")


def _until_all_fired(session: Session) -> str:
    """Return a line during which every armed timer fires; empty if there is none.

    Time passes only while a client lives. If one of the timers is for the shell, the line also
    shows the shell's messages.
    """
    scheduler = session.runtime.scheduler
    armed = list(scheduler.armed()) if isinstance(scheduler, Controlled) else []
    if not armed:
        return ""
    last = max(timer.due for timer in armed) - scheduler.now() + 1
    mine = any(timer.dest in {session.shell, session.shell.record} for timer in armed)
    return f"sleep {last}; {_FLUSH}" if mine else f"sleep {last}"


class _Waiting(Client):
    """A client that may be waiting for an answer to its line, whose rest the search explores."""

    def processes(self) -> tuple[Pid, ...]:
        """Return the living processes, except the one that carries out the search."""
        watched = self.runtime.watch is not None
        hidden = self._session.shell if watched else None
        return tuple(pid for pid in super().processes() if pid is not hidden)

    def _resolver(self) -> Resolver:
        look(self.runtime)
        return super()._resolver()

    def _evaluate(self, match: Match) -> Answer:
        if match.command is not None and observes(match, self.state.design.name):
            look(self.runtime, match.command.words)
        return super()._evaluate(match)

    def _ran(self) -> None:
        if self.runtime.watch is not None and not self._lines:
            leave_quietly(self.shell.record)
            raise Exit(A.normal)


class _Again(Driver):
    """A session in which the lines are repeated."""

    client_class = _Waiting

    def __init__(self, of: Session, runtime: Runtime, lines: ParsedLines, called: Called) -> None:
        law = of.options["law"]
        if law == "spec":
            runtime.channels = Channels()
        name = of.default.name
        Session.__init__(
            self, "controlled", name if name in DESIGNS else next(iter(DESIGNS)), runtime, law
        )
        self.state.options.update(of.options)
        self.state.options.update(hints="off", watch="off")
        self.state.designs.update(of.designs)
        self.state.default = self.state.design = of.default
        self.programs = of.programs
        self._share(lines, called)

    def again(self, step: PastStep) -> None:
        """Repeat a step; a line that never settled does not settle now either."""
        with suppress(NotAtRest):
            match step.kind:
                case "line":
                    self.run(step.text)
                case "as":
                    self.run_as(step.client, step.text)
                case "load":
                    self.play(step.text)
                case _:
                    self.settle()
        self.events()


class _Shell(SearchClient):
    """The shell, which continues as a client."""

    def go_on(self, work: Callable[[SearchClient], None]) -> None:
        """Let the shell's process run `work`; the thread belongs to another process from now on."""
        self.name = SHELL
        self.shell = self._driver.shell
        self._driver.shell = hand_over(self.runtime, lambda: work(self))


def _present(session: Session) -> Iterator[str]:
    """Yield the state of a system at rest: clock, processes, signals, tables, bindings."""
    runtime = session.runtime
    yield f"{runtime.now_ms()} ms on the clock"
    for pid in runtime.processes():
        seen = runtime.observe(pid)
        if seen is not None:
            mail = _plain(List(seen.mailbox))
            state = _plain(seen.state) if seen.state is not None else "no state"
            yield f"{inspect(pid)} {seen.status} {seen.waiting_for} with {mail}, {state}"
    channels = runtime.channels
    for flight in channels.all() if isinstance(channels, Channels) else ():
        ends = f"{inspect(flight.source.pid)} to {inspect(flight.target.pid)}"
        yield f"{flight.arrive.__name__.removeprefix('arrive_')} from {ends}"
    for table in runtime.tables.all():
        yield f"table {_plain(table.shown())} with {_plain(List(table.rows()))}"
    for name, term in session.bindings.items():
        yield f"{name} = {_plain(term)}"
    yield f"line {session.counter}"


def _plain(term: Term) -> str:
    return REFERENCE.sub("#Reference<_>", inspect(term, width=None))
