"""A session whose commands run as the Elixir that `explain` shows, on kvshell's runtime.

Commands that inspect the system or concern the shell run as in any session.
"""

from collections.abc import Callable
from typing import Final

from kvshell.commands.language.message import Message
from kvshell.commands.read.match import Match
from kvshell.commands.result import Answer, CommandError, Value
from kvshell.engines.elixir.lines import REFUSED, line_of, runs
from kvshell.session.client import Client
from kvshell.session.client_context import ClientContext
from kvshell.session.session import Session

RESTART: Final = "restart manager"


class ElixirClient(Client):
    """A client started by `as b LINE`, whose commands also run as Elixir."""

    def _evaluate(self, match: Match) -> Answer:
        return as_elixir(self, match, super()._evaluate)


class ElixirSession(Session):
    """A Session whose commands run as the Elixir that `explain` shows."""

    client_class = ElixirClient
    engine = Message("each command runs as the Elixir that explain shows: help engines")

    def _evaluate(self, match: Match) -> Answer:
        return as_elixir(self, match, super()._evaluate)


def as_elixir(client: ClientContext, match: Match, own: Callable[[Match], Answer]) -> Answer:
    """Return the answer of a part of a line; `own` runs parts that do not run as Elixir.

    Raises:
        CommandError: the engine cannot run this command.
    """
    words = match.command.words if match.command is not None else ""
    if match.elixir is None and not match.problems and words in REFUSED:
        raise CommandError(REFUSED[words])
    if words == RESTART and not match.problems:
        return _restart(client, match, own)
    if words == "start manager" and not match.problems:
        _use(client, match)
    if not runs(match):
        return own(match)
    line = line_of(client, match)
    if line is None:
        return own(match)
    value = client.elixir.evaluate(line.text, line.names, "" if line.answer else line.pattern)
    if line.answer is not None:
        value = line.answer(value)
        if line.pattern:
            client.elixir.evaluate("answer", {"answer": value}, line.pattern)
    return Value(value)


def _use(client: ClientContext, match: Match) -> None:
    """Make the requested design the current one if no system is running."""
    wanted = match.args.get("design")
    if not client.running:
        design = client.designs.get(wanted) if wanted else client.default
        if design is not None:
            client.use(design)


def _restart(client: ClientContext, match: Match, own: Callable[[Match], Answer]) -> Answer:
    """Run `restart manager` as the lines of `stop manager` and `start manager`."""
    args = match.args
    if client.running:
        stop = client.read_part("stop manager")
        as_elixir(client, stop, own)
    wanted = args.get("design")
    design = client.designs.get(wanted) if wanted else client.design
    if design is None:
        return own(match)
    client.use(design)
    start = client.read_part(f"start manager {design.name}")
    return as_elixir(client, start._replace(pattern=match.pattern, text=match.text), own)
