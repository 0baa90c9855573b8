"""explain LINE: its Elixir, its Python, and who sends what to whom. Runs nothing."""

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, Final

from kvshell.commands.arguments import TypedTerm, Word, outside_strings
from kvshell.commands.assist.slips import page_of
from kvshell.commands.assist.wrapped_text import text
from kvshell.commands.read.match import Match, pattern_text
from kvshell.commands.read.matcher import parse
from kvshell.commands.result import CommandError
from kvshell.commands.table import nodes, stores
from kvshell.commands.table.row import Command, filled, for_design, text_for
from kvshell.commands.types.parameter import quote
from kvshell.commands.types.simple_types import DESIGNS
from kvshell.commands.view import Cell, Column, Panel, Role, TableView, View
from kvshell.systems.designs.signals import Signals
from kvshell.terms import Atom, List, Map, Term, atom, inspect

NO_LINES: Final[Mapping[str, str]] = MappingProxyType({})
_WATCHING: Final = frozenset({"registry", "cache", "tree"})  # their Elixir cannot be run here
_IDENTIFIER: Final = re.compile(r"[a-z_]\w*$")
_PID: Final = re.compile(r"#PID<(\d+)\.(\d+)\.(\d+)>")
_REFERENCE: Final = re.compile(r"#Reference<([\d.]+)>")
_ROLES: Final = {
    "supervisor": ("KV.Supervisor", "supervisor.NAME"),
    "buckets": ("KV.BucketSupervisor", "bucket_supervisor.NAME"),
    "shell": ("self()", "process.self_()"),
    "self": ("self()", "process.self_()"),
    "self()": ("self()", "process.self_()"),
}


def explain(
    line: str, design: str, bound: Collection[str] = (), own: Mapping[str, str] = NO_LINES
) -> View:
    """Return the Elixir and the signals behind each command of `line` in `design`.

    `own` maps commands to Elixir for a design that runs the reader's modules.
    """
    parts = [_with_table(part, bound, design) for part in parse(line).parts]
    if not parts:
        raise CommandError("usage: explain LINE")
    for part in parts:
        if part.command is None or part.problems:
            raise CommandError(page_of(part) if part.problems else "a command is missing")
    views = tuple(_own(part, design, own) if own else _part(part, design) for part in parts)
    return views[0] if len(views) == 1 else Panel(f"{line.strip()}, back to back", views)


def _with_table(match: Match, bound: Collection[str], design: str) -> Match:
    """Write a table's name as an atom, unless it is a variable or the manager's."""
    table = match.args.get("table")
    if not isinstance(table, Word) or table.text in bound or not _IDENTIFIER.match(table.text):
        return match
    named = f":{table.text}"
    if table.text in {"manager", "registry"} and not table.quoted:
        named = "KeyVal.Manager" if design == "plain" else "KV.Registry"
    return match._replace(args={**match.args, "table": Word(named)})


def elixir_line(match: Match, design: str) -> str:
    """Return the Elixir of a command with its arguments filled in."""
    return _filled(match, design, 0)


def python_line(match: Match, design: str) -> str:
    """Return the Python of a command with its arguments filled in."""
    return _filled(match, design, 1)


def _part(match: Match, design: str) -> View:
    command = match.command
    assert command is not None
    lines = [(Cell("Elixir  ", Role.hint), Cell(line)) for line in _lines(match, design, 0)] + [
        (Cell("Python  ", Role.hint), Cell(line)) for line in _lines(match, design, 1)
    ]
    body: list[View] = [text(lines)]
    sends = for_design(command.sends, design)
    if sends:
        body.append(_signals(match, sends, design))
    else:
        body.append(text([(Cell(_nothing_sent(command, design)),)]))
    return Panel(f"{match.text} (design {design})", tuple(body))


def _own(match: Match, design: str, own: Mapping[str, str]) -> View:
    """Return the Elixir for the reader's modules; what they send is up to their author."""
    command = match.command
    assert command is not None
    if command.words in own:
        command = command._replace(elixir=own[command.words])
    shown = match._replace(command=command)
    found = [_filled(shown, "plain" if "KeyVal." in own["lookup"] else design, 0)]
    word = match.args.get("store") or match.args.get("process")
    if isinstance(word, Word) and _is_name(word):
        asked = own["lookup"].replace("<name>", quote(word.text))
        found.insert(0, f"{{:ok, {_variable(word)}}} = {asked}")
    runs = command.words in own and command.words not in _WATCHING
    if (runs or for_design(command.sends, design)) and found[-1].count("\n") == 0:
        about = "It runs this Elixir, on your modules."
    else:
        about = _nothing_sent(command, design)
    lines = [(Cell("Elixir  ", Role.hint), Cell(line)) for line in found]
    return Panel(f"{match.text} (design {design})", (text(lines), text([(Cell(about),)])))


def _lines(match: Match, design: str, language: int) -> list[str]:
    """Return the lines of code; a store named by name is looked up first, as in the chapter."""
    found: list[str] = []
    word = match.args.get("store") or match.args.get("process")
    if isinstance(word, Word) and _is_name(word):
        bound, name = _variable(word), quote(word.text)
        kv = design != "plain"
        if language == 0:
            match design:
                case "plain":
                    found.append(f"{bound} = KeyVal.Manager.create_store({name})")
                case "library":
                    found.append(f"[{{{bound}, _}}] = Registry.lookup(KV.Registry, {name})")
                case _:
                    found.append(f"{{:ok, {bound}}} = KV.Registry.lookup(KV.Registry, {name})")
        else:
            asked = f"_ok, {bound} = registry.lookup({name})"
            found.append(asked if kv else f"{bound} = manager.create_store({name})")
    return [*found, _filled(match, design, language)]


def _filled(match: Match, design: str, language: int) -> str:
    command = match.command
    if command is None:
        return ""
    source = _source(match, command, design, language)
    words = {name: _argument(name, value, design, language) for name, value in match.args.items()}
    if language == 0 and _WANTS_PID.search(source) and _is_registered(words.get("process", "")):
        words["process"] = f"Process.whereis({words['process']})"
    if "line" in words and language == 0 and command.words == "repeat":
        words["line"] = _each_round(_inner(match.args["line"], design, numbered=True))
    if "<atom>" in source and command.path == ("ets", "new"):
        made = atom(match.args.get("name", "t"))
        words["atom"] = (inspect(made), _python(made))[language]
    for name, word in words.items():
        if not word:  # an omitted argument drops its comma, too
            source = source.replace(f", <{name}>", "")
    line = filled(source, words)
    if match.pattern is not None and language == 0 and not line.startswith("#"):
        return f"{pattern_text(match)} = {line}"
    return line


def _source(match: Match, command: Command, design: str, language: int) -> str:
    if command.words == "exit" and match.args.get("process") is not None:
        return _EXIT[language]
    if command.path == ("create", "store") and match.args.get("node") is not None:
        return _CREATE_ON[language]
    process = match.args.get("process")
    if command.words == "crash" and isinstance(process, Word) and _is_server(process):
        return _CRASH_SERVER[language]
    return text_for(command.elixir if language == 0 else command.python, design)


def _argument(name: str, value: Any, design: str, language: int) -> str:
    if isinstance(value, Word):
        if name == "table":
            atom_ = language == 1 and value.text.startswith(":")
            return f"A.{value.text[1:]}" if atom_ else value.text
        return _process(value, design)[language]
    if isinstance(value, TypedTerm):
        return _term(value)[language]
    if isinstance(value, tuple):
        return ", ".join(_term(item)[language] for item in value if isinstance(item, TypedTerm))
    if value is None:
        return (":normal", "A.normal")[language] if name == "reason" else ""
    if name == "name":
        return quote(value)
    if name == "line":
        return _inner(value, design) if language == 0 else quote(value)
    return quote(value) if isinstance(value, str) and language == 1 else str(value)


def _inner(line: str, design: str, *, numbered: bool = False) -> str:
    """Return the Elixir of LINE, or LINE itself if it cannot be parsed."""
    parts = parse(line).parts
    if any(part.command is None for part in parts):
        return line
    if numbered:
        parts = [_with_number(part) for part in parts]
    return "; ".join(each for part in parts for each in _lines(part, design, 0))


def _with_number(match: Match) -> Match:
    """Turn a KEY or VALUE that is `{n}` into the number itself; inside text it stays text."""
    args = {
        name: value._replace(dynamic=True, plain=False)
        if isinstance(value, TypedTerm) and value.text == "{n}"
        else value
        for name, value in match.args.items()
    }
    return match._replace(args=args)


# These take a pid, not a name.
_WANTS_PID: Final = re.compile(r"Process\.(?:exit|info|alive\?|link|unlink)\(<process>")
_ROUND: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\{n\}')


_CREATE_ON: Final = (
    'KV.Registry.create(KV.Registry, <name>, :"kv_<node>@127.0.0.1")',
    "# one process of Python is one node",
)
_EXIT: Final = ("Process.exit(<process>, <reason>)", "process.exit(<process>, <reason>)")
# Only an agent runs functions that are sent to it.
_CRASH_SERVER: Final = (
    "GenServer.call(<process>, :boom)",
    "gen_server.call(<process>, A.boom)",
)


def _is_server(word: Word) -> bool:
    """Whether the word names the manager, in any of its spellings."""
    return not word.quoted and word.text in {
        "manager",
        "registry",
        "KV.Registry",
        "KeyVal.Manager",
    }


def _is_registered(process: str) -> bool:
    return process[:1].isupper() or process.startswith(":")


def _each_round(line: str) -> str:
    """Return the body of a loop over `n`, which replaces `{n}`; the whole line is inside."""

    def numbered(found: re.Match[str]) -> str:
        return found[0].replace("{n}", "#{n}") if found[0].startswith('"') else "n"

    line = _ROUND.sub(numbered, line)
    return f"({line})" if "; " in line else line


def _process(word: Word, design: str) -> tuple[str, str]:
    if not word.quoted:
        if word.text in {"manager", "registry"}:
            plain = design == "plain"
            return ("KeyVal.Manager", "manager.NAME") if plain else ("KV.Registry", "registry.NAME")
        if word.text in _ROLES:
            return _ROLES[word.text]
        if numbers := _PID.fullmatch(word.text):
            return f"pid({', '.join(numbers.groups())})", f"runtime.pid({numbers[2]})"
        if word.text[:1].isupper():
            return word.text, f"alias({quote(word.text)})"
        if word.text[:1] == ":":
            return word.text, f"A.{word.text[1:]}"
    name = _variable(word)
    return name, name


def _variable(word: Word) -> str:
    name = word.text.removeprefix("$")
    return name if _IDENTIFIER.match(name) else "pid"


def _is_name(word: Word) -> bool:
    """Whether the word is looked up as a name: not a role, a pid or a registered name."""
    if word.quoted:
        return True
    known = word.text in {"manager", "registry", *_ROLES} or word.text.startswith(("#", "$", ":"))
    return not known and not word.text[:1].isupper()


def _term(value: TypedTerm) -> tuple[str, str]:
    if value.dynamic:
        elixir = outside_strings(value.text, _spelled)
        python = outside_strings(value.text, lambda part: part.replace("$", ""))
        return elixir, python.replace("self()", "process.self_()")
    return inspect(value.value, width=None), _python(value.value)


def _spelled(part: str) -> str:
    """Write pids, references and variables as one types them in iex."""
    part = _PID.sub(lambda found: f"pid({', '.join(found.groups())})", part.replace("$", ""))
    return _REFERENCE.sub(lambda found: f'ref("{found[1]}")', part)


def _python(term: Term) -> str:
    """Return a Python expression for `term`."""
    match term:
        case str():
            return quote(term)
        case Atom():
            return f"A.{term.name}" if term.name.isidentifier() else f"Atom({quote(term.name)})"
        case tuple():
            inner = ", ".join(map(_python, term))
            return f"({inner},)" if len(term) == 1 else f"({inner})"
        case List():
            return f"List([{', '.join(map(_python, term))}])"
        case Map():
            pairs = ", ".join(f"{_python(k)}: {_python(v)}" for k, v in term.items())
            return f"Map({{{pairs}}})"
    return repr(term)


def _signals(match: Match, sends: Signals, design: str) -> TableView:
    words = {name: _argument(name, value, design, 0) for name, value in match.args.items()}
    rows = []
    named = match.args.get("store") or match.args.get("process")
    if isinstance(named, Word) and _is_name(named):
        words["name"] = quote(named.text)
        sends = (*for_design(_LOOKUP.sends, design), *sends)
    for number, signal in enumerate(sends, 1):
        how = f"later: {signal.how}" if signal.later else signal.how
        rows.append(
            (
                Cell(str(number), Role.number),
                Cell(filled(signal.source, words), Role.name),
                Cell(how, Role.pending if signal.later else Role.command),
                Cell(filled(signal.target, words), Role.name),
                Cell(filled(signal.what, words)),
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
