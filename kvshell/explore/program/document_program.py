"""DocumentProgram: a transcript, or a line, as a program for the search.

Holes are bound again in every schedule: each client starts with the bindings of the set-up and adds
its own; in the end, the bindings of two clients must agree, as they do in a replay.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from kvshell.commands.result import Result
from kvshell.explore.program.document_parts import ClientLine, Parts
from kvshell.explore.program.program import (
    CHECK,
    NOTHING,
    SETUP,
    Doing,
    Ending,
    Observed,
    ScheduleFailure,
    by_name,
    called,
    cycles,
    in_order,
    kinds,
    registered,
    unfinished,
    waits_for,
)
from kvshell.explore.program.search_client import Driver, ParsedLines, SearchClient
from kvshell.runtime import Event, Runtime, WaitsForever
from kvshell.runtime.search.stepped import Stepped
from kvshell.session.session import Session
from kvshell.session.session_state import Programs, SessionState, here, preload
from kvshell.terms import Atom, Pid, Term
from kvshell.transcript.format.document import Front
from kvshell.transcript.format.holes import output_lines
from kvshell.transcript.format.targets import TargetError
from kvshell.transcript.match.bindings import DISTINCT, Scope
from kvshell.transcript.match.judge import judge
from kvshell.views import DOCUMENT, render

_CANNOT: Final = "** (CommandError)"
_DRAWN_ONCE: Final = frozenset({Atom, int})


class _SetUp(NamedTuple):
    """A successful set-up: its lines as run, its bindings, and whether it was the same twice."""

    texts: tuple[str, ...]
    scope: Scope
    twice: bool = False

    def is_same(self, texts: Sequence[str], scope: Scope) -> bool:
        """Whether another run of it had the same result."""
        return self.texts == tuple(texts) and dict(self.scope) == dict(scope)


class DocumentProgram:
    """A program whose lines are those of a document; it can be run repeatedly."""

    def __init__(
        self,
        title: str,
        parts: Parts,
        front: Front,
        design: str = "",
        programs: Programs = None,
        load: tuple[str, ...] = (),
    ) -> None:
        """Prepare the program; `programs` finds the files that its lines load.

        The files in `load` are loaded before the first line.
        """
        self.title = title
        self._programs, self._load = programs, load
        self.parts = parts
        self.expects = any(line.entry.stated for line in _judged(parts))
        self._front = front
        self._design = design or front.design or "ets"
        self._caps = DOCUMENT._replace(width=front.width)
        self._lines = ParsedLines()
        self._known: _SetUp | None = None
        self._drawn: dict[Term, list[str]] = {}

    def begin(self, runtime: Runtime) -> tuple[Pid, tuple[Pid, ...]]:
        """Run the set-up, settling after each line, and spawn the clients."""
        self._enter(runtime)
        return self._spawn() if self._set_up(runtime) else (self._driver.shell, ())

    def _enter(self, runtime: Runtime) -> None:
        """Make the calling thread the shell of the set-up."""
        state = SessionState(
            "controlled", self._design, runtime, environment={}
        )  # the same for every client
        self._driver = Driver(state, self._lines, self._call)
        self._begin_run()
        self._preload()

    @property
    def repeatable(self) -> "DocumentProgram | None":
        """This program, if its set-up was the same twice and no line runs Elixir or Python."""
        if self._known is None or not self._known.twice or self._load or self._programs:
            return None
        contexts = (self._driver, *self._clients.values())
        return None if any(context.uses_elixir for context in contexts) else self

    def set_up(self, runtime: Runtime) -> None:
        """Run the set-up, which is known to succeed."""
        self._enter(runtime)
        self._set_up(runtime)

    def start(self, session: Driver) -> tuple[Pid, tuple[Pid, ...]]:
        """Spawn the clients in the state that `set_up` left, when `session` was its session."""
        assert self._known is not None
        self._driver = session
        self._begin_run()
        self._scope = self._known.scope.copy()
        return self._spawn()

    def _spawn(self) -> tuple[Pid, tuple[Pid, ...]]:
        """Spawn the clients; return the pids of the shell and of the clients."""
        driver = self._driver
        self._clients = {
            name: SearchClient(driver, name, self._lines, self._call, rests=self.parts.rests)
            for name in self.parts.clients
        }
        self._scopes = {name: self._scope.copy() for name in self._clients}
        return driver.shell, tuple(client.start(self._work) for client in self._clients.values())

    def _begin_run(self) -> None:
        """Forget the previous run."""
        self._scope = Scope()
        self._seen: dict[str, list[Observed]] = {name: [] for name in [*self.parts.clients, CHECK]}
        self._failures: list[ScheduleFailure] = []
        self._doing: dict[Pid, ClientLine] = {}
        self._done: set[str] = set()
        self._clients = {}
        self._scopes = {}

    def end(self, runtime: Runtime) -> Ending:
        """Judge unfinished clients, run the final checks, and collect the results."""
        events = runtime.drain_events()
        self._notice(runtime, events)
        if self._scopes:
            for name, client in self._clients.items():
                if name not in self._done:
                    self._stuck(runtime, name, client.shell)
        agreed = bool(self._scopes) and not self._failures and self._agree()
        answers = [seen for own in self._seen.values() for seen in own]
        names: dict[Pid, str] = {}
        pids = any("#" in seen.answer for seen in answers)  # perhaps
        if pids or events or self._failures or self.parts.checks:
            names = self.names(runtime)
        if agreed and self.parts.checks:
            for line in self.parts.checks:
                if not self._settled(CHECK, line, self._scope):
                    break
            names = self.names(runtime) | names
            answers = [seen for own in self._seen.values() for seen in own]
        return Ending(
            tuple(
                [
                    seen._replace(answer=by_name(seen.answer, names))
                    if "#" in seen.answer
                    else seen
                    for seen in answers
                ]
            ),
            tuple(
                failure._replace(
                    expected=by_name(failure.expected, names), actual=by_name(failure.actual, names)
                )
                for failure in in_order(self._failures, (SETUP, *self.parts.clients))
            ),
            cycles([*events, *runtime.drain_events()], names),
        )

    def _notice(self, runtime: Runtime, events: Sequence[Event]) -> None:
        """Look at the events of a run; only a session's program finds answers in them."""

    def doing(self, client: Pid) -> Doing | None:
        """Return the line that a client is running."""
        line = self._doing.get(client)
        return None if line is None else Doing(line.number, line.text)

    def names(self, runtime: Runtime) -> dict[Pid, str]:
        """Return the names of stores, registered processes, clients, the shell, and variables."""
        entries = {entry.pid: entry.name for entry in self._driver.design.entries(runtime)}
        shell = {self._driver.shell: "shell"}
        clients = (
            {client.shell: name for name, client in self._clients.items()} if self._scopes else {}
        )
        known = self._driver.stores | entries | registered(runtime) | shell
        return called(clients, kinds(runtime) | variables(self._driver) | known)

    @property
    def typed(self) -> bool:
        """Whether the program is a line typed at a prompt, which has no token to replay."""
        return not any(line.number for own in self.parts.clients.values() for line in own)

    @property
    def kind(self) -> str:
        """What error messages call the program."""
        return "line" if self.typed else "document"

    @property
    def session(self) -> Driver:
        """The session of the current run, for observation."""
        return self._driver

    # -- lines -----------------------------------------------------------------------------------

    def _call(self, name: str, pid: Pid) -> None:
        self._driver.stores.setdefault(pid, name)

    def _preload(self) -> None:
        """Run the programs of `--load`.

        Raises:
            TargetError: one could not be loaded.
        """
        driver = self._driver
        driver.programs = here if self._load else self._programs
        failed = preload(driver, self._load)
        driver.programs = self._programs
        if failed is not None:
            raise TargetError(failed.partition(") ")[2])

    def _set_up(self, runtime: Runtime) -> bool:
        """Run the set-up; False if one of its lines failed.

        It is the same in every schedule: lines judged twice with the same bindings are only
        executed.
        """
        known = self._known if isinstance(runtime.scheduler, Stepped) else None
        if known is not None and known.twice:
            for line, text in zip(self.parts.setup, known.texts, strict=True):
                if line.is_beside:
                    self._settled(SETUP, line, self._scope)
                else:
                    self._driver.answers(text)
                    self._driver.settle()
            self._scope = known.scope.copy()
            return True
        texts = []
        for line in self.parts.setup:
            texts.append(line.filled(self._scope))
            if not self._settled(SETUP, line, self._scope):
                self._known = None
                return False
        if isinstance(runtime.scheduler, Stepped):
            twice = known is not None and known.is_same(texts, self._scope)
            self._known = _SetUp(tuple(texts), self._scope.copy(), twice)
        return True

    def _work(self, client: SearchClient) -> None:
        """Run a client's lines back to back. Runs in the client."""
        scope = self._scopes[client.name]
        for line in self.parts.clients[client.name]:
            self._doing[client.shell] = line
            if not self._run(client, client.name, line, scope):
                break
            if self.parts.rests:
                client.rest()
        self._done.add(client.name)

    def _settled(self, who: str, line: ClientLine, scope: Scope) -> bool:
        """Run a line of the shell and let the system settle."""
        passed = self._run(self._driver, who, line, scope)
        self._driver.settle()
        return passed

    def _run(
        self, context: Driver | SearchClient, who: str, line: ClientLine, scope: Scope
    ) -> bool:
        """Run a line and judge it; False if it failed. Runs in the client's process."""
        text = line.filled(scope)
        if line.is_beside:
            context.pass_over(text, counted=not line.expected.startswith("** ("))
            return True
        try:
            results = context.answers(text)
        except WaitsForever as stuck:
            why = waits_for(stuck.awaited)
            if who == SETUP:  # in every schedule alike: no verdict
                place = f"line {line.number}, " if line.number else ""
                stuck.args = (f"{place}`{text}`, {why}",)
                raise
            self._waits(who, line, text, why)
            return False
        printed = self._printed(results)
        if who != SETUP:
            self._seen[who].append(Observed(who, line.number, text, "\n".join(printed)))
        if any(result.open is not None and result.open.kind == "exit" for result in results):
            return False
        if results and not results[-1].ok:  # a line ends at its first error
            if not line.number:
                return False
            if not line.entry.stated and self._cannot(who, line, text, results):
                return False
        failed = judge(line.entry, printed, (), scope, line.rules)
        if failed is None:
            return True
        expected = line.expected
        actual = "\n".join(printed) or NOTHING
        if failed.kind not in {"output", "silence"} or expected == actual:
            actual = failed.summary
        self._failures.append(ScheduleFailure(who, line.number, text, expected, actual))
        return False

    def _cannot(self, who: str, line: ClientLine, text: str, results: list[Result]) -> bool:
        """Whether a line without expectations failed because it cannot run here."""
        errors = (result.error or "" for result in results)
        error = next((error for error in errors if error.startswith(_CANNOT)), "")
        if error and line.number:
            self._failures.append(
                ScheduleFailure(who, line.number, text, "a line that runs", error)
            )
            return True
        return False

    def _printed(self, results: Sequence[Result]) -> list[str]:
        """Return the lines that a line printed; numbers and atoms are rendered once per search."""
        value = results[0].value if len(results) == 1 and not results[0].output else None
        if type(value) in _DRAWN_ONCE:
            printed = self._drawn.get(value)
            if printed is None:
                printed = self._drawn[value] = output_lines(self._drawing(results[0]))
            return printed
        return output_lines("\n".join(filter(None, map(self._drawing, results))))

    def _drawing(self, result: Result) -> str:
        if result.open is not None and result.open.kind not in {"exit", "clear"}:
            kind = result.open.kind
            return f"** (CommandError) {kind} opens something for the prompt: a search does not"
        return render(result, self._caps)

    # -- implicit checks ---------------------------------------------------------------------------

    def _stuck(self, runtime: Runtime, name: str, pid: Pid) -> None:
        line = self._doing.get(pid)
        self._waits(name, line, name if line is None else line.text, unfinished(runtime, pid))

    def _waits(self, who: str, line: ClientLine | None, text: str, why: str) -> None:
        number = 0 if line is None else line.number
        self._seen[who].append(Observed(who, number, text, why))
        self._failures.append(ScheduleFailure(who, number, text, "an answer", why))

    def _agree(self) -> bool:
        """Whether the clients' bindings agree; if so, add them to the set-up's scope."""
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
        self._failures.append(ScheduleFailure(client, number, command, expected, actual))


def variables(session: Session) -> dict[Pid, str]:
    """Return the first variable of the shell that holds each process, by pid."""
    bound = [*session.bindings.items()]
    return {term: name for name, term in reversed(bound) if isinstance(term, Pid)}


def _judged(parts: Parts) -> list[ClientLine]:
    return [*(line for own in parts.clients.values() for line in own), *parts.checks]


__all__ = ["DocumentProgram"]
