"""`BeamRunner`: runs kvshell's commands on a node of the BEAM.

Like a Session, it is a Runner: it uses the same parser, sends each command as Elixir, and converts
the answers into the same results. All commands of a line are one frame and one evaluation, so other
processes run between them only if the BEAM's scheduler chooses so. Read-only commands query the
system within that evaluation, and the command's own handler renders the result.
"""

from collections.abc import Iterable
from typing import Final, Self

from kvshell.commands.language.message import Message
from kvshell.commands.read.match import Match
from kvshell.commands.result import NOTHING, Result, StreamedOutput
from kvshell.commands.snapshot import EMPTY, Snapshot
from kvshell.commands.view import View
from kvshell.engines.beam.beam_client import BeamClient, failure
from kvshell.engines.beam.conversation import (
    Conversation,
    LineAnswer,
    NodeDownError,
    NodeNotice,
    Part,
    Show,
)
from kvshell.engines.beam.decoding import Decoder
from kvshell.engines.beam.events import NodeEvents, interrupted
from kvshell.engines.beam.line_steps import LineStep, Local, Planner, ok
from kvshell.engines.beam.mirror import Mirror, NodeSnapshot
from kvshell.engines.beam.node import BeamNode, EngineError
from kvshell.engines.beam.runner_state import RunnerState
from kvshell.runtime import Event
from kvshell.session.client import plain
from kvshell.session.client_context import answer_of
from kvshell.session.snapshot_builder import take
from kvshell.systems import DESIGNS
from kvshell.terms import A, Pid, format_banner

REST_S: Final = 5.0
SOURCE_S: Final = 60.0
SILENT: Final = "the node does not answer"


class BeamRunner(RunnerState):
    """A conversation with one node. Use it as a context manager, or call `close`."""

    gone = Message("the node is gone: type reset to start another")
    after_end = "reset"  # the line to type once the node has ended

    def __init__(
        self, design: str = "ets", node: BeamNode | None = None, *, as_here: bool = False
    ) -> None:
        """Start the node, unless one is given.

        With `as_here`, answers are changed to kvshell's form in details that always differ: see
        Decoder.

        Raises:
            EngineError: the engine is not available.
        """
        super().__init__("ets" if design == "cluster" else design)
        self._default = design
        self._as_here = as_here
        self._events = NodeEvents(lambda: self.shell.counter)
        self._handed: dict[int, tuple[str, list[LineStep]]] = {}
        self._closed = False
        self.node = node or BeamNode()
        self._converse()

    def _converse(self) -> None:
        self._missed = False  # whether the end of the node was reported
        self.talk = Conversation(self.node)
        self.talk.late = self._late
        other = self._as_here and not self.node.versions.is_reference
        self.decoder = Decoder(as_here=self._as_here, as_terms=other)
        self.planner = Planner(self.decoder, self._look, self._client, self._hand)
        self.clients: dict[str, BeamClient] = {}
        self.shell = self._client("")
        self._drawn: tuple[BeamClient, list[LineStep], LineAnswer]
        self._drawn = (self.shell, [], LineAnswer((), "", ""))
        default = f'Kvshell.Words.set_default("{self._default}")'
        self.talk.wait(self.talk.begin("", [("value", default)]), REST_S)

    # -- for hosts -----------------------------------------------------------------------------

    def view(self, command: str) -> View | None:
        """Return the view of a read-only command, which is not counted and not in the history."""
        results = self.run(command, counted=False)
        return results[-1].view if results else None

    def run(self, text: str, *, counted: bool = True) -> list[Result]:
        """Run one line; return one result per command up to the first error."""
        parts = self.shell.read(self.decoder.there(text))
        if not parts:
            return []
        if counted:
            self.shell.inputs.append((self.shell.counter, text))
        shell, counter = self.shell, self.shell.counter
        shell.interrupted, self.overdue = False, 0.0
        try:
            results = self._run(self.shell, parts, self.on_output)
        except NodeDownError:
            results = [self._gone(parts[0])]
        same = self.shell is shell and self.shell.counter == counter
        if counted and results and results[-1].ok and same:
            self.shell.remember(answer_of(results[-1]))
        return results

    def run_as(self, client: str, text: str, timeout_s: float | None = None) -> list[Result]:
        """Hand a line to another client, settle, and return its answers so far."""
        self.overdue = 0.0
        text = self.decoder.there(text)
        other = self._client(client)
        parts = other.read(text)
        if not parts:
            return []
        try:
            steps = self.planner.steps(other, text)
            number = self.talk.begin(client, [step.frame for step in steps])
            self.settle(timeout_s)
            answered = self.talk.wait(number, 0.0)
            if answered is None:
                self._handed[number] = (client, steps)
                return []
            return self._results(other, steps, answered)
        except NodeDownError:
            return [self._gone(parts[0])]

    def settle(self, timeout_s: float | None = None) -> bool:
        """Wait until the node is at rest; return False if that takes longer than `timeout_s`."""
        seconds = REST_S if timeout_s is None else timeout_s
        try:
            busy = self.talk.ask("rest", int(seconds * 1000), seconds + 1.0)
        except NodeDownError:
            return True
        self._take_notices()
        stopped = self.talk.forget_interrupt()
        self.busy = str(busy) if busy is not None else "" if stopped else SILENT
        return busy == ""

    def events(self) -> list[Event]:
        """Return what happened in the background since the last call."""
        try:
            self.talk.poll()
        except NodeDownError:
            self._tell_end()
        self._take_notices()
        return self._events.take()

    def _tell_end(self) -> None:
        """Report that the node has ended by itself; only the first call does anything."""
        if not self._missed and not self._closed:
            self._missed = True
            self._events.add("notice", self.gone, "notice")

    def descriptors(self) -> tuple[int, ...]:
        """Return the descriptors that are readable when `events` may have something."""
        return self.node.port.descriptors

    def interrupt(self) -> None:
        """End the current line. Safe in a signal handler: only sets flags."""
        self.shell.interrupted = True
        self.talk.interrupt()

    def snapshot(self) -> Snapshot:
        """Take a snapshot of the node for toolbar, completion and help."""
        nothing = EMPTY._replace(counter=self.counter, default=self.state.default.name)
        try:
            facts = self.talk.ask("look", "", REST_S)
        except NodeDownError:
            return nothing._replace(gone=self.after_end)
        if facts is None:
            return nothing
        self._mirror(self.shell, NodeSnapshot(self.decoder.term(facts)))
        return take(self.shell)

    def fresh(self, design: str = "") -> None:
        """Reset the node, with `design` as the default: nothing is running and nothing is bound."""
        self.talk.ask("reset", "", REST_S)
        self._events.take()
        self._handed.clear()
        self._default = design or self._default
        self.state.default = DESIGNS.get(self._default, self.state.default)
        self.state.design = self.state.default
        self._converse()

    def close(self) -> None:
        """End the node. A second call does nothing."""
        if not self._closed:
            self._closed = True
            self.node.close()
            self.state.runtime.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_ended: object) -> None:
        self.close()

    def run_source(
        self, elixir: str, kind: str = "value", timeout_s: float | None = SOURCE_S
    ) -> Result:
        """Evaluate Elixir of our own in the shell; for kind `data` the value is a kvshell term.

        Raises:
            EngineError: the node does not answer in time.
            NodeDownError: the node has terminated.
        """
        answered = self.talk.answer("", self.talk.begin("", [(kind, elixir)]), timeout_s)
        if answered.end == "interrupted":
            name = f"node {self.node.name}" if self.node.name else "the node"
            late = f"{name} has not answered within {timeout_s or 0:g} s"
            raise EngineError("interrupted" if self.shell.interrupted else late)
        if not answered.parts:
            raise NodeDownError
        (part,) = answered.parts
        line = self.shell.counter
        if part.kind == "error":
            return Result(line, elixir, ok=False, error=self.decoder.here(part.answer))
        if kind == "data":
            return Result(line, elixir, ok=True, value=self.decoder.term(part.answer))
        return self.planner.value(self.shell, part)._replace(input=elixir)

    # -- one line ------------------------------------------------------------------------------

    def play(self, client: BeamClient, text: str) -> list[Result]:
        """Run a line inside the current line, as a round of `repeat`."""
        results = self._run(client, client.read(text))
        self._tell(event for result in results for event in result.events)
        return results

    def _tell(self, events: Iterable[Event]) -> None:
        """Pass on notices at once, because the other events of a round are dropped."""
        for event in events:
            if event.kind == "notice" and self.on_notice is not None:
                self.on_notice(event)

    def _run(self, client: BeamClient, parts: list[Match], show: Show = None) -> list[Result]:
        """Run the parts of a line; consecutive ones for the node are sent as one frame."""
        results: list[Result] = []
        at = 0
        while at < len(parts) and (not results or results[-1].ok):
            steps: list[LineStep] = []
            local: Local | None = None
            while at < len(parts) and local is None:
                local = self._local(client, parts[at])
                if local is None:
                    steps.append(self.planner.step(client, parts[at]))
                at += 1
            if steps:
                results += self._evaluate(client, steps, None if results else show)
            if local is not None and (not results or results[-1].ok):
                done = local()
                results += done if isinstance(done, list) else [done]
        return results

    def _local(self, client: BeamClient, match: Match) -> Local | None:
        if not match.problems and match.command is not None and match.command.words == "reset":
            return lambda: self._reset(match)
        return self.planner.local(client, match)

    def _evaluate(
        self, client: BeamClient, steps: list[LineStep], show: Show = None
    ) -> list[Result]:
        """Run the steps on the node; `show` is called with the first one's output while it runs."""
        self.node.send("line", "", client.counter)
        number = self.talk.begin(client.name, [step.frame for step in steps], show)
        answered = self.talk.answer(client.name, number, self.line_s)
        results = self._results(client, steps, answered)
        self._take_notices()
        if results:
            results[-1] = results[-1]._replace(events=tuple(self._events.take()))
        return results

    def _results(
        self, client: BeamClient, steps: list[LineStep], answered: LineAnswer
    ) -> list[Result]:
        self._drawn = (client, steps, answered)
        results = self.redrawn()
        if answered.end == "done":
            client.bind(set(filter(None, answered.text.split("\n"))))
        elif len(results) < len(steps):
            ended = self._ended(client, steps[len(results)], answered)
            results.append(ended._replace(output=self._output(answered.printed)))
        return results

    def redrawn(self) -> list[Result]:
        """Build the results of the last frame again from its answers."""
        (client, steps, answered), results = self._drawn, []
        for step, part in zip(steps, answered.parts, strict=False):
            if part.kind == "error":
                error = client.error_text(step.match, self.decoder.here(part.answer))
                result = failure(client, step.match, error)
            else:
                result = step.result(client, part)
            results.append(result._replace(output=self._output(part.printed)))
        return results

    def _output(self, printed: str) -> str:
        here = self.decoder.here(printed)
        return StreamedOutput(here) if isinstance(printed, StreamedOutput) else here

    def _ended(self, client: BeamClient, step: LineStep, answered: LineAnswer) -> Result:
        """Return the result of the command during which the evaluator ended."""
        if answered.end == "interrupted":
            self.overdue = 0.0 if self.shell.interrupted else self.line_s or 0.0
            pid, _, place = answered.text.partition(" ")
            self.busy = f"the line in {place}" if place else "the line"
            self._events.add("notice", interrupted(pid, place), "info")
            return failure(client, step.match, format_banner(A.exit, A.interrupted))
        ended = failure(client, step.match, answered.text)
        self._bury(client.name)
        return ended

    def _bury(self, name: str) -> None:
        """Forget a client that died; the shell keeps its history."""
        if name:
            self.clients.pop(name, None)
        else:
            self.shell.begin_anew()

    def _gone(self, part: Match) -> Result:
        self._missed = True
        message = self.node.port.printed().strip()
        if message:
            self._events.add("crash", message[-500:])
        return failure(self.shell, part, f"** (CommandError) {self.gone}")

    def _reset(self, match: Match) -> Result:
        """Start over on a new node."""
        self.node.close()
        inputs = self.shell.inputs
        self._handed.clear()
        self.state.design = self.state.default
        self.node = self.node.another()
        self._converse()
        self.shell.inputs = inputs
        return ok(self.shell, match)

    # -- observing -----------------------------------------------------------------------------

    def _look(self, client: BeamClient, part: Part) -> Result:
        """Take a snapshot from an answer, for the command's own handler to render."""
        self._mirror(client, NodeSnapshot(self.decoder.term(part.answer)))
        return Result(client.counter, "", ok=True, value=NOTHING)

    def _mirror(self, client: BeamClient, snapshot: NodeSnapshot) -> None:
        mirror = Mirror(snapshot)
        self.state.runtime.stop()
        self.state.runtime = mirror.runtime
        self.state.design = DESIGNS.get(snapshot.get("design"), self.state.default)
        self.state.follow(snapshot.get("supervisor"))
        client.target = snapshot.get("target")
        client.memory = snapshot.memory(client.target)
        others = {name: pid for name, pid in snapshot.clients.items() if name}
        for name, pid in snapshot.clients.items():
            known = self._client(name)
            known.shell, known.others = pid, others

    # -- other clients, and background events --------------------------------------------------

    def _client(self, name: str) -> BeamClient:
        if name not in self.clients:
            read = self.clients.get("") if name else None
            self.clients[name] = BeamClient(self.state, Pid(0), name, self, read)
        return self.clients[name]

    def _hand(self, name: str, steps: list[LineStep]) -> int:
        number = self.talk.announce(name)
        self._handed[number] = (name, steps)
        return number

    def _late(self, name: str, number: int, answered: LineAnswer) -> None:
        """Turn the answers of a handed-over line that has finished into events."""
        known = self._handed.pop(number, None)
        if known is None:
            return
        self.talk.taken(number)
        self._take_notices()  # the line's output comes before its answer
        client = self._client(name)
        for result in self._results(client, known[1], answered):
            pid = client.shell if client.shell.number else None
            self._events.add("answer", f"{name}: {plain(result)}", "info", pid)

    def _report(self, notice: NodeNotice) -> None:
        """Turn a notice, which the node sent by itself, into an event."""
        text = self.decoder.here(notice.text).rstrip("\n")
        if notice.kind == "shell":
            self._bury(notice.client)
        self._events.add_notice(notice.kind, notice.client, text)

    def _take_notices(self) -> None:
        taken, self.talk.notices = self.talk.notices, []
        for notice in taken:
            self._report(notice)
        printed = self.node.port.printed()
        if printed.strip():
            self._events.add("output", printed.rstrip("\n"), "info")
