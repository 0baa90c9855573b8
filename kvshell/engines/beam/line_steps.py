"""What each command of a line sends to a node, and how its answer becomes a result."""

from collections.abc import Callable
from typing import Final, NamedTuple

from kvshell.commands.cells import cell, lines
from kvshell.commands.read.match import Match
from kvshell.commands.result import NOTHING, CommandError, Result
from kvshell.commands.table.nodes import ONE_NODE
from kvshell.commands.types.patterns import variables
from kvshell.commands.view import Cell, Role, Text
from kvshell.engines.beam.beam_client import BeamClient, failed, handled
from kvshell.engines.beam.conversation import Part
from kvshell.engines.beam.decoding import Decoder
from kvshell.engines.beam.packets import Frame
from kvshell.engines.beam.sources import (
    FLUSH,
    LOOKS,
    NO_OWN,
    REFUSED,
    STEP,
    is_known,
    source,
    template_of,
)
from kvshell.systems.designs.own_lines import OWN
from kvshell.terms import A, Atom, Opaque, Term, inspect
from kvshell.terms.values import Foreign

# Commands that concern the shell itself and are answered without the node.
LOCAL: Final = frozenset(
    {"history", "v", "set", "explain", "repeat", "clear", "exit", "record", "replay"}
)
OWN_LAW: Final = "the BEAM has its own delivery law: leave set law out"

# A function that answers a command without sending it to the node.
Local = Callable[[], Result | list[Result]]
Draw = Callable[[BeamClient, Part], Result]


class LineStep(NamedTuple):
    """A command of a line: the frame to send, and `draw`, which makes a result of the answer."""

    match: Match
    frame: Frame
    draw: Draw

    def result(self, client: BeamClient, part: Part) -> Result:
        """Return the result for the node's answer `part`."""
        try:
            result = self.draw(client, part)
        except CommandError as error:
            return failed(client, self.match, error.sentence)
        if result.value is NOTHING and result.view is None:
            return handled(client, self.match)  # read-only: `draw` has taken a snapshot for it
        return result._replace(input=self.match.text, elixir=self.match.elixir is not None)


class Planner(NamedTuple):
    """Creates the steps of a line.

    Attributes:
        decoder: decodes the answers.
        look: takes a snapshot of the node for read-only handlers.
        client: finds a client by its name.
        hand: announces a line of another client, and returns its number.
    """

    decoder: Decoder
    look: Draw
    client: Callable[[str], BeamClient]
    hand: Callable[[str, list["LineStep"]], int]

    def local(self, client: BeamClient, match: Match) -> Local | None:
        """Return a function that answers a command without the node; None if the node runs it."""
        if match.elixir is not None:
            client.may_have_bound = True
            return None
        if match.problems:
            bare = match.bare.removeprefix("$") if match.bare is not None else ""
            if bare and (bare in client.bound or client.may_have_bound):
                return None
            return lambda: failed(client, match, client.problem_text(match))
        assert match.command is not None
        words = match.command.words
        if words == "messages" and match.args.get("switch") == "off":
            return lambda: ok(client, match)
        if words in REFUSED:
            return lambda: failed(client, match, REFUSED[words])
        if match.args.get("design") == OWN:
            return lambda: failed(client, match, NO_OWN)
        if words == "create store" and match.args.get("node") is not None:
            return lambda: failed(client, match, ONE_NODE)
        if words == "set" and match.args.get("option") == "law" and match.args.get("value"):
            return lambda: failed(client, match, OWN_LAW)
        return (lambda: handled(client, match)) if _is_local(match) else None

    def step(self, client: BeamClient, match: Match) -> LineStep:
        """Return the step of a command, and record the names it binds for later parts."""
        if match.elixir is not None:  # the node parses it, and reports errors
            return LineStep(match, ("value", match.text), self.value)
        if match.bare is not None and match.command is None:
            return LineStep(match, ("value", match.bare.removeprefix("$")), self.value)
        try:
            step = self._of_command(client, match)
        except CommandError as error:
            # The step fails when its turn comes, so that earlier parts still run.
            message = inspect(error.sentence, width=None, limit=None)
            return LineStep(match, ("value", f"raise CommandError, message: {message}"), self.value)
        if match.pattern is not None:
            client.will_bind(variables(match.pattern))
        return step

    def steps(self, client: BeamClient, text: str) -> list[LineStep]:
        """Return the steps of a whole line that another client runs."""
        return [self.step(client, part) for part in client.read(text)]

    def _of_command(self, client: BeamClient, match: Match) -> LineStep:
        if match.problems or match.command is None:
            raise CommandError(client.problem_text(match))
        words = match.command.words
        if words in REFUSED or _is_local(match) or words == "reset":
            raise CommandError(f"{words} is for the prompt: type it without as")
        if words == "settle":
            return LineStep(match, ("rest", ""), lambda client, _part: ok(client, match))
        if words == "as":
            name = match.args["client"]
            steps = self.steps(self.client(name), match.args["line"])
            frames: list[Frame] = [step.frame for step in steps]
            handed = (name, self.hand(name, steps), frames)
            return LineStep(match, ("hand", handed), lambda client, _part: ok(client, match))
        if words in LOOKS:
            asked = source(match, LOOKS[words], client.bound)
            return LineStep(match, ("data", asked.frame), self.look)
        if words == "step":
            asked = source(match, STEP, client.bound)
            return LineStep(match, ("data", asked.frame), self._stepped)
        if words == "flush":
            return LineStep(match, ("data", FLUSH), self._flushed)
        if not is_known(match.command):
            raise CommandError(f"{words} is for kvshell's own runtime: leave --engine out")
        asked = source(match, template_of(match.command), client.bound)
        return LineStep(match, ("value", asked.frame), self.value)

    def value(self, client: BeamClient, part: Part) -> Result:
        """Return the result of a part whose answer is a value."""
        text, frame = part.answer
        return Result(client.counter, "", ok=True, value=self._term(text, frame))

    def _term(self, text: str, frame: Frame) -> Term:
        """Return the value as a term if kvshell prints it as the node does, otherwise as text."""
        shown = self.decoder.here(text)
        if frame != ():
            value = self.decoder.term(frame)
            if self.decoder.as_terms or inspect(value, width=None) == shown:
                return value
        return Opaque(Foreign(shown))

    def _stepped(self, client: BeamClient, part: Part) -> Result:
        handled_, status = self.decoder.term(part.answer)
        rows = tuple(
            (
                Cell("handled "),
                Cell(inspect(_unwrapped(message), width=None)),
                Cell(f", {left} left", Role.hint),
            )
            for message, left in handled_
        )
        if rows:
            return Result(client.counter, "", ok=True, view=Text(rows, kept=True))
        if status is Atom("suspended"):
            return Result(client.counter, "", ok=True, view=lines("nothing to handle, 0 left"))
        if status is Atom("dead"):
            raise CommandError("it is dead: info says why")
        raise CommandError("it is not suspended: type suspend first")

    def _flushed(self, client: BeamClient, part: Part) -> Result:
        rows = [(cell(message),) for message in self.decoder.term(part.answer)]
        rows.append((Cell(":ok", Role.atom),))
        return Result(client.counter, "", ok=True, view=Text(tuple(rows), kept=True))


def _is_local(match: Match) -> bool:
    """Whether a command concerns the shell itself; `exit PROCESS REASON` does not."""
    assert match.command is not None
    words = match.command.words
    return words in LOCAL and not (words == "exit" and match.args.get("reason") is not None)


def ok(client: BeamClient, match: Match) -> Result:
    """Return the result `:ok` for a command."""
    return Result(client.counter, match.text, ok=True, value=A.ok)


def _unwrapped(message: Term) -> Term:
    match message:
        case (Atom(name="$gen_call"), _, request) | (Atom(name="$gen_cast"), request):
            return request
        case _:
            return message
