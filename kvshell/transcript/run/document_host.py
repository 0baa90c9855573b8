"""Runs the lines of a document, and explains why a system does not settle."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from time import monotonic
from typing import NamedTuple

from kvshell.commands.result import Open, Result
from kvshell.commands.view import Cell, Text
from kvshell.elixir.running.step_limits import DOCUMENT_BYTES, adding_at_most, bytes_used
from kvshell.runtime import Event, Observation
from kvshell.runtime.processes.observation import LOOKED_AT
from kvshell.runtime.schedule.controlled import Controlled
from kvshell.session import Session, here, preload
from kvshell.session.host import Host, Opened, OverdueError, Ran, Runner, once, refuse
from kvshell.session.session_state import Programs
from kvshell.terms import Pid, inspect
from kvshell.transcript.format.document import Front
from kvshell.transcript.format.holes import output_lines, visible
from kvshell.transcript.format.targets import TargetError
from kvshell.transcript.match.bindings import Scope
from kvshell.transcript.run.exploring import Explore, explored
from kvshell.transcript.run.line_timeout import LineTimeout
from kvshell.views import DOCUMENT, Caps, render, safe

MOST = 20
LEAST_OF_LIMIT = 4  # settling gets at least a quarter of the limit, on a busy machine, too
MOST_PROCESSES = 20_000  # processes of an untrusted document; each takes about 3 KB


def dump(session: Session, scope: Scope, seconds: float, waiting: Sequence[str] = ()) -> list[str]:
    """Return a line for each process that is busy, waits or has messages.

    Cycles of calls are marked. `waiting` is what the scheduler reported when it gave up: by now the
    shell no longer waits.
    """
    names = _names(session, scope)
    runtime = session.runtime
    living = runtime.processes()
    seen = [runtime.observe(pid) for pid in living[:LOOKED_AT]]
    rows: list[tuple[str, str, str, str, str]] = []
    cycles: set[Pid] = set()
    for each in seen:
        if each is None or (each.status == "idle" and not each.mailbox):
            continue
        name = names.get(each.pid, "")
        if each.pid is session.shell:
            what = _shell(each.pid, waiting)
            if not what:
                continue
        else:
            what = _doing(each, names, seconds, session, waiting)
        mail = f"mailbox {len(each.mailbox)}"
        rows.append((name, inspect(each.pid), what, mail, _cycle(each.pid, names, cycles)))
    if len(rows) > MOST:
        rest = f"{len(rows) - MOST} more"
        if len(living) > LOOKED_AT:  # too many to look at, as of a line that spawns without end
            rest = f"more of {len(living):,} processes"
        rows = [*rows[:MOST], ("", f"... and {rest}", "", "", "")]
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(4)]
    return [
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]
        ).rstrip()
        for row in rows
    ]


def shell_waits(session: Session) -> list[str]:
    """Return what the shell is waiting for, in the words of the controlled scheduler."""
    record = session.shell.record
    wait = record.waiting_for if record is not None else None
    if wait is None or wait[0] is None:
        return []
    seen = session.runtime.observe(wait[0].pid)
    target = inspect(wait[0].pid if seen is None or seen.name is None else seen.name)
    request = visible(safe(inspect(wait[2], width=None)))
    return [f"{inspect(session.shell)}  waiting  for {target} ({wait[1]} {request})  mailbox 0"]


def _names(session: Session, scope: Scope) -> dict[Pid, str]:
    names = {session.shell: "shell"}
    manager = session.runtime.whereis(session.design.manager)
    if manager is not None:
        names[manager] = "manager"
    texts = {binding.text: name for name, binding in scope if binding.kind == "pid"}
    for pid in session.runtime.processes()[:LOOKED_AT]:
        if pid not in names and (name := texts.get(inspect(pid))) is not None:
            names[pid] = name
        seen = session.runtime.observe(pid)
        if pid not in names and seen is not None and seen.name is not None:
            names[pid] = inspect(seen.name)
    for name, pid in session.clients.items():
        names.setdefault(pid, name)
    return names


def _shell(pid: Pid, waiting: Sequence[str]) -> str:
    for line in waiting:
        if line.startswith(f"{inspect(pid)}  ") and "  for " in line:
            return f"waiting for {line.partition('  for ')[2].rpartition('  mailbox')[0]}"
    return ""


def _doing(
    seen: Observation,
    names: dict[Pid, str],
    seconds: float,
    session: Session,
    waiting: Sequence[str],
) -> str:
    waits = _waits_for(seen.pid)
    if waits is not None:
        target, what = waits
        return f"waiting for {names.get(target) or inspect(target)} ({what})"
    if seen.status in {"idle", "suspended"}:
        return seen.status
    if seen.status != "running":
        return f"{seen.status} {seen.waiting_for}".rstrip()
    handling = _request_in_work(seen, session) or _request_of_shell(seen, waiting)
    inside = f" in {handling}" if handling else ""
    return f"busy {seconds:.1f}s{inside}"


def _request_in_work(seen: Observation, session: Session) -> str:
    """Return the call that a process is handling and its caller waits for, or ""."""
    for pid in session.runtime.processes():
        record = pid.record
        wait = record.waiting_for if record is not None else None
        if wait is None or wait[0] is None or wait[0].pid is not seen.pid or wait[1] != "call":
            continue
        if not any(_holds(message, wait[2]) for message in seen.mailbox):
            return f"handle_call {visible(safe(inspect(wait[2], width=None)))}"
    return ""


def _request_of_shell(seen: Observation, waiting: Sequence[str]) -> str:
    """Return the call of the shell that a process is handling, or "".

    It is taken from `waiting`, the scheduler's report, because the shell no longer waits.
    """
    shown = inspect(seen.name if seen.name is not None else seen.pid)
    before = f"  for {shown} (call "
    for line in waiting:
        if before in line and not seen.mailbox:
            request = line.partition(before)[2].rpartition(")  mailbox")[0]
            return f"handle_call {visible(safe(request))}"
    return ""


def _holds(message: object, request: object) -> bool:
    return isinstance(message, tuple) and any(part is request for part in message)


def _waits_for(pid: Pid) -> tuple[Pid, str] | None:
    record = pid.record
    wait = record.waiting_for if record is not None else None
    if wait is None or wait[0] is None:
        return None
    return wait[0].pid, str(wait[1])


def _cycle(start: Pid, names: dict[Pid, str], seen: set[Pid]) -> str:
    """Return the cycle of calls that `start` is in; "" if there is none or it was shown before."""
    path = [start]
    while start not in seen and (waits := _waits_for(path[-1])) is not None:
        target = waits[0]
        if target is start:
            seen.update(path)
            shown = [names.get(pid) or inspect(pid) for pid in [*path, start]]
            return f"← call cycle: {' → '.join(shown)}"
        if target in path:
            break
        path.append(target)
    return ""


# The error for requests that a transcript does not carry out. `exit` ends it, and `clear` does
# nothing.
_REFUSED = "{kind} opens something for the prompt: a transcript does not"
_UNTRUSTED = "{kind} reads a file: in a transcript only with --trust"
EXPLORING_S = 20.0  # seconds for a search, if the document sets no limit
NO_VERDICT = "no verdict within"
_TOLD_ALWAYS = {"answer", "exit"}  # not written by the logger
_LEVELS = {"off": (), "info": ("error", "warning", "notice", "info")}


class PlayedLine(NamedTuple):
    """The results of a line: its output and events, and the time it took.

    `quit` says that it was `exit`, `stuck` why it did not finish, `dump` which processes wait.
    """

    printed: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    ms: float = 0.0
    quit: bool = False
    stuck: str = ""
    dump: tuple[str, ...] = ()


class DocumentHost:
    """Runs the lines of a document; also the Guard of its Host, since each line has a time limit.

    `read` runs commands that read files, if the document is trusted. `programs` finds the files for
    `load`, if allowed; those in `preloaded` run before the first line. `explore` runs explorations
    in separate systems.
    """

    def __init__(
        self,
        front: Front,
        design: str,
        timeout: LineTimeout,
        read: Callable[[str], str] | None = None,
        programs: Programs = None,
        preloaded: tuple[str, ...] = (),
        explore: Explore = explored,
        runner: type[Session] = Session,
    ) -> None:
        self._front = front
        self._design = design or front.design or "ets"
        self._timeout = timeout
        self._read = read
        self._programs = programs
        self._preloaded = preloaded
        self._explore = explore
        self._runner = runner
        self._caps = DOCUMENT._replace(width=front.width)
        self._host: Host | None = None
        self._session: Session | None = None
        self._abandoned = False
        self._seconds = self._begun = 0.0
        self._held: list[str] = []  # what the shell waited for when the alarm rang
        self._no_verdict = ""
        self._is_timed = False
        self._is_own = read is not None or programs is not None
        self._base = bytes_used()  # an untrusted document may add only a little memory
        self.results: Sequence[Result] = ()  # results of the last line, to draw them again
        self.events: tuple[str, ...] = ()

    @property
    def session(self) -> Session:
        """The session, which is created on first use."""
        if self._session is None:
            scheduler = "free" if self._front.clock == "real" else "controlled"
            law = "off" if scheduler == "free" else self._front.law
            session = self._runner(scheduler, self._design, law=law)  # type: ignore[arg-type]  # both are
            session.options.update(hints="off", watch="off")
            session.runtime.most_processes = 0 if self._is_own else MOST_PROCESSES
            self._session = session
            self._abandoned = False
            session.programs = here
            failed = preload(session, self._preloaded)
            if failed is not None:
                raise TargetError(failed.partition(") ")[2])
            session.programs = self._programs
            openers = dict.fromkeys(("bench", "learn", "record", "test"), refuse(_REFUSED))
            openers |= {"explore": self._explored, "watch": once}
            openers["replay"] = self._replayed if self._read is not None else refuse(_UNTRUSTED)
            self._host = Host(
                session, openers=openers, interrupts=self._timeout.interrupts, guard=self
            )
        return self._session

    def close(self) -> None:
        """End the system; the next line starts another one."""
        session, self._session = self._session, None
        if session is not None and not self._abandoned:
            session.close()

    def around(self, runner: Runner, *, resting: bool) -> AbstractContextManager[object]:  # noqa: ARG002  # a protocol
        """Limit the time of a line; to settle, the system has what the line left of that time."""
        seconds = self._seconds
        if not resting:
            self._begun = monotonic()
        elif self._host is not None:
            left = self._begun + seconds - monotonic()
            seconds = self._host.rest_s = max(left, seconds / LEAST_OF_LIMIT)
        return self._timeout.bound(seconds, self._give_up)

    @property
    def overdue(self) -> bool:
        """Whether the last time limit was reached."""
        return self._timeout.rang

    def _give_up(self) -> None:
        session = self.session
        self._held.extend(shell_waits(session))
        session.interrupt()

    def run(
        self,
        text: str,
        scope: Scope,
        timeout_ms: int,
        client: str,
        *,
        settle: bool,
        counted: bool = True,
        timed: bool = False,
    ) -> PlayedLine:
        """Run a line, let the system settle, and return its output and events.

        If `timed`, the document sets a time limit for lines, which then also applies to a search.
        """
        session, host = self.session, self._host
        assert host is not None
        self._seconds = host.rest_s = timeout_ms / 1000
        if isinstance(session.runtime.scheduler, Controlled):
            session.runtime.scheduler.patience_s = self._seconds
        self._held.clear()
        self._no_verdict = ""
        self._is_timed = timed
        session.prepare(text)
        try:
            with self._memory():
                ran = host.line(text, client=client, counted=counted, settle=settle)
        except BaseException:
            self._abandoned = True  # its state is unknown
            raise
        stuck = self._why_stuck(ran, timeout_ms)
        dumped: tuple[str, ...] = ()
        if stuck:
            waiting = ran.stuck.waiting if ran.stuck is not None else self._held
            dumped = tuple(dump(session, scope, ran.ms / 1000, waiting))
        events = [event for result in ran.results for event in result.events]
        self.results = ran.results
        self.events = self._event_lines([*events, *ran.events])
        try:
            with self._timeout.bound(self._seconds, lambda: None):
                printed = tuple(output_lines(self.drawn(self._caps)))
        except OverdueError:
            printed = ()
            stuck = stuck or f"its answer cannot be printed within {_seconds(timeout_ms)}"
        return PlayedLine(printed, self.events, ran.ms, ran.left, stuck, dumped)

    def _memory(self) -> AbstractContextManager[None]:
        """Limit the memory of an untrusted document; a trusted one has the limit of the prompt."""
        return nullcontext() if self._is_own else adding_at_most(DOCUMENT_BYTES, self._base)

    def _why_stuck(self, ran: Ran, timeout_ms: int) -> str:
        if ran.stuck is not None:
            message = str(ran.stuck)
            self._abandoned = "settlement" in message
            return f"no settlement within {_seconds(timeout_ms)}" if self._abandoned else message
        self._abandoned = ran.abandoned
        if self._no_verdict:
            return self._no_verdict
        # After Ctrl-C the system is not to blame.
        if ran.overdue or not (ran.rested or ran.interrupted):
            return f"no settlement within {_seconds(timeout_ms)}"
        return ""

    def _explored(self, wish: Open, host: Host) -> Opened:
        """Explore in separate systems; reaching the time limit is not an error."""
        seconds = self._seconds if self._is_timed else EXPLORING_S
        asked = Result(0, "", ok=True, open=wish)
        with host.interrupts.search() as pressed, self._timeout.bound(seconds, lambda: None):
            timeout = self._timeout
            found = self._explore(asked, self.session, lambda: timeout.rang or pressed())
            if timeout.rang:
                self._no_verdict = f"{NO_VERDICT} {seconds:g}s: timeout= gives it longer"
        return Opened(tuple(found))

    def _replayed(self, wish: Open, _host: Host) -> Opened:
        """Replay the document that the line names, and return its results."""
        assert self._read is not None
        content = self._read(wish.args["path"])
        if content.startswith("** "):
            return Opened((Result(0, "", ok=False, error=content),))
        lines = tuple((Cell(line),) for line in content.split("\n"))
        return Opened((Result(0, "", ok=True, view=Text(lines, kept=True)),))

    def drawn(self, caps: Caps) -> str:
        """Return the output of the last line, rendered for these capabilities."""
        return "\n".join(filter(None, (render(result, caps) for result in self.results)))

    def _event_lines(self, events: list[Event]) -> tuple[str, ...]:
        lines: list[str] = []
        for event in events:
            if event.kind in _TOLD_ALWAYS:
                lines += event.text.split("\n")
            elif self._front.logs != "off":
                levels = _LEVELS.get(self._front.logs)
                if levels is None or event.level in levels:
                    lines += f"[{event.level}] {event.text}".split("\n")
        return tuple(visible(line.rstrip()) for line in lines if line.strip())


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:g}s"
