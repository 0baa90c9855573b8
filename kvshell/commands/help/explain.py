"""`explain LINE`: its Elixir, its Python, and who sends what to whom. Nothing is run."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kvshell.commands.arguments import Word
from kvshell.commands.assist.slips import page_of
from kvshell.commands.assist.wrapped_text import text
from kvshell.commands.help.code_lines import (
    NOTHING,
    KnownNames,
    arguments_of,
    calls_itself,
    elixir_line,
    is_name,
    lines_of,
    settled,
    variable_for,
)
from kvshell.commands.read.match import Match, ParsedLine
from kvshell.commands.read.matcher import parse
from kvshell.commands.result import CommandError
from kvshell.commands.table import nodes, stores
from kvshell.commands.table.row import Command, filled, for_design, text_for
from kvshell.commands.types.parameter import quote
from kvshell.commands.types.simple_types import DESIGNS
from kvshell.commands.view import Cell, Column, Panel, Role, TableView, View
from kvshell.systems.designs.interactions import Interactions

NO_LINES: Final[Mapping[str, str]] = MappingProxyType({})
_WATCHING: Final = frozenset({"registry", "cache", "tree"})  # their Elixir cannot be run here


def explain(
    line: str | ParsedLine,
    design: str,
    known: KnownNames = NOTHING,
    own: Mapping[str, str] = NO_LINES,
) -> View:
    """Return the Elixir and the signals behind each command of `line` in `design`.

    A part parsed as Elixir, which only a session does, is shown as it is. `own` maps commands to
    their Elixir in a design that runs the user's modules. Raises CommandError if a part cannot be
    parsed.
    """
    read = parse(line) if isinstance(line, str) else line
    if not read.parts:
        raise CommandError("usage: explain LINE")
    for number, part in enumerate(read.parts):
        bare = None if part.bare is None else part.bare.removeprefix("$")
        if part.elixir is None and (part.command is None or part.problems):
            if bare in known.bound or (number and bare is not None):
                continue
            raise CommandError(page_of(part) if part.problems else "a command is missing")
    views = []
    for part in read.parts:
        if part.command is None:
            views.append(_elixir(part, design))
            known = known.after(part)
            continue
        if part.pattern is not None and part.command.words in _VIEWS:
            raise CommandError(f"{part.command.words} has no value that could be bound")
        meant = settled(part, known, design)
        views.append(_own(meant, design, own, known) if own else _part(meant, design, known))
        known = known.after(part)
    if len(views) == 1:
        return views[0]
    return Panel(f"{read.text.strip()}, back to back", tuple(views))


def _elixir(match: Match, design: str) -> View:
    """Return the explanation of a part that is Elixir or the name of a binding."""
    shown = match.text.strip()
    lines = [(Cell("Elixir  ", Role.hint), Cell(line)) for line in shown.splitlines()]
    sentence = "That is Elixir: it runs as it is typed."
    if getattr(match.elixir, "error", None) is not None:
        sentence = "That is Elixir, and it cannot be parsed: typed by itself, it says where."
    if match.elixir is None:
        sentence = f"Sends nothing: {shown} is a binding, and its value is shown."
    return Panel(f"{shown} (design {design})", (text(lines), text([(Cell(sentence),)])))


def _part(match: Match, design: str, known: KnownNames) -> View:
    command = match.command
    assert command is not None
    lines = [
        (Cell(f"{name}  ", Role.hint), Cell(line))
        for language, name in enumerate(("Elixir", "Python"))
        for line in lines_of(match, design, language, known)
    ]
    body: list[View] = [text(lines)]
    sends = for_design(command.sends, design)
    if command.words == "exit" and match.args.get("process") is None:
        sends = ()  # without a process, it leaves the shell
    if calls_itself(match, known):
        body.append(text([(Cell(_TO_ITSELF),)]))
    elif sends:
        body.append(_interactions(match, sends, design, known))
    else:
        body.append(text([(Cell(_nothing_sent(command, design)),)]))
    return Panel(f"{match.text} (design {design})", tuple(body))


def _own(match: Match, design: str, own: Mapping[str, str], known: KnownNames) -> View:
    """Return the Elixir of a command that calls the user's modules; what these send is unknown."""
    command = match.command
    assert command is not None
    if command.words in own:
        command = command._replace(elixir=own[command.words])
    shown = match._replace(command=command)
    found = [elixir_line(shown, "plain" if "KeyVal." in own["lookup"] else design, known)]
    word = match.args.get("store") or match.args.get("process")
    if isinstance(word, Word) and is_name(word):
        asked = own["lookup"].replace("<name>", quote(word.text))
        found.insert(0, f"{{:ok, {variable_for(word, known)}}} = {asked}")
    runs = command.words in own and command.words not in _WATCHING
    if calls_itself(match, known):
        about = _TO_ITSELF
    elif (runs or for_design(command.sends, design)) and found[-1].count("\n") == 0:
        about = "It runs this Elixir, on your modules."
    else:
        about = _nothing_sent(command, design)
    lines = [(Cell("Elixir  ", Role.hint), Cell(line)) for line in found]
    return Panel(f"{match.text} (design {design})", (text(lines), text([(Cell(about),)])))


def _interactions(match: Match, sends: Interactions, design: str, known: KnownNames) -> TableView:
    words = arguments_of(match, design, 0, known)
    rows = []
    named = match.args.get("store") or match.args.get("process")
    if isinstance(named, Word) and is_name(named):
        words["name"] = quote(named.text)
        sends = (*for_design(_LOOKUP.sends, design), *sends)
    for number, each in enumerate(sends, 1):
        how = f"later: {each.how}" if each.later else each.how
        rows.append(
            (
                Cell(str(number), Role.number),
                Cell(filled(each.source, words), Role.name),
                Cell(how, Role.pending if each.later else Role.command),
                Cell(filled(each.target, words), Role.name),
                Cell(filled(each.what, words)),
            )
        )
    columns = (
        Column("nr", 4, "right"),
        Column("from", 3),
        Column("does", 0),
        Column("to", 1),
        Column("what", 0),
    )
    return TableView("", columns, tuple(rows))


_VIEWS: Final = frozenset({"explain", "help"})
_TO_ITSELF: Final = (
    "Sends nothing: it exits at once, as the shell would have to answer itself"
    " (process attempted to call itself)."
)
_LOOKUP: Final = next(row for row in stores.ROWS if row.path == ("lookup",))
_RACE: Final = {
    "explore": "Sends nothing here: it runs in fresh systems of its own, and yours is not touched.",
    "deliver": "Sends nothing: it lets a signal arrive that was sent earlier.",
}


def _nothing_sent(command: Command, design: str) -> str:
    if command.words in _RACE:
        return _RACE[command.words]
    if command in nodes.ROWS:
        return "Sends no message within the system: it acts on the nodes that the system runs on."
    effects = text_for(command.effects, design)
    if effects == "look":
        return "Sends nothing: it looks from outside and waits for no process."
    return f"Sends nothing. It is about the shell: {command.summary}."


assert set(DESIGNS) == {"plain", "map", "ets-cast", "ets", "library"}  # used by the tables above
