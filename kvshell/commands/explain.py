"""explain LINE: the Elixir, the Python, and who sends what to whom. Runs nothing."""

import re
from typing import Any, Final

from kvshell.commands.command import Command, filled, said
from kvshell.commands.kinds import DESIGNS
from kvshell.commands.match import Match
from kvshell.commands.matching import parse
from kvshell.commands.params import quote
from kvshell.commands.prose import text
from kvshell.commands.result import CommandError
from kvshell.commands.steps import LATER, STEPS
from kvshell.commands.values import Typed, Word
from kvshell.commands.view import Cell, Column, Panel, Role, Table, View
from kvshell.terms import Atom, List, Map, Term, atom, inspect

_IDENTIFIER: Final = re.compile(r"[a-z_]\w*$")
_ROLES: Final = {
    "supervisor": ("KV.Supervisor", "supervisor.NAME"),
    "buckets": ("KV.BucketSupervisor", "bucket_supervisor.NAME"),
    "shell": ("self()", "process.self_()"),
    "self()": ("self()", "process.self_()"),
}


def explain(line: str, design: str) -> View:
    """Return what each command of `line` stands for in `design`."""
    parts = parse(line).parts
    if not parts:
        raise CommandError("usage: explain LINE")
    for part in parts:
        if part.command is None or part.problems:
            problem = part.problems[0].message if part.problems else "a command is missing"
            raise CommandError(problem)
    views = tuple(_part(part, design) for part in parts)
    return views[0] if len(views) == 1 else Panel(f"{line.strip()}, back to back", views)


def elixir_line(match: Match, design: str) -> str:
    """Return the Elixir of a command, its arguments filled in."""
    return _filled(match, design, 0)


def python_line(match: Match, design: str) -> str:
    """Return the Python of a command, its arguments filled in."""
    return _filled(match, design, 1)


def _part(match: Match, design: str) -> View:
    command = match.command
    assert command is not None
    lines = [(Cell("Elixir  ", Role.hint), Cell(line)) for line in _lines(match, design, 0)] + [
        (Cell("Python  ", Role.hint), Cell(line)) for line in _lines(match, design, 1)
    ]
    body: list[View] = [text(lines)]
    steps = _steps(match, command, design)
    if steps is None:
        body.append(text([(Cell(_nothing_sent(command, design)),)]))
    else:
        body.append(steps)
    return Panel(f"{match.text} (design {design})", tuple(body))


def _lines(match: Match, design: str, language: int) -> list[str]:
    """The lines of code: where a store is named, its lookup comes first, as in the chapter."""
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
    source = said(command.elixir if language == 0 else command.python, design)
    words = {name: _argument(name, value, design, language) for name, value in match.args.items()}
    if "<atom>" in source and command.path == ("ets", "new"):
        made = atom(match.args.get("name", "t"))
        words["atom"] = (inspect(made), _python(made))[language]
    for name, word in words.items():
        if not word:  # an argument that was left out takes its comma along
            source = source.replace(f", <{name}>", "")
    line = filled(source, words)
    if match.pattern is not None and language == 0 and not line.startswith("#"):
        return f"{match.text.split('=')[0].strip()} = {line}"
    return line


def _argument(name: str, value: Any, design: str, language: int) -> str:
    if isinstance(value, Word):
        return value.text if name == "table" else _process(value, design)[language]
    if isinstance(value, Typed):
        return _term(value)[language]
    if isinstance(value, tuple):
        return ", ".join(_term(item)[language] for item in value if isinstance(item, Typed))
    if value is None:
        return (":normal", "A.normal")[language] if name == "reason" else ""
    if name == "name":
        return quote(value)
    if name == "line":
        return _inner(value, design) if language == 0 else quote(value)
    return quote(value) if isinstance(value, str) and language == 1 else str(value)


def _inner(line: str, design: str) -> str:
    """The Elixir of LINE, or LINE itself when that cannot be read."""
    parts = parse(line).parts
    lines = [elixir_line(part, design) for part in parts if part.command is not None]
    return "; ".join(lines) if len(lines) == len(parts) else line


def _process(word: Word, design: str) -> tuple[str, str]:
    if not word.quoted:
        if word.text in {"manager", "registry"}:
            plain = design == "plain"
            return ("KeyVal.Manager", "manager.NAME") if plain else ("KV.Registry", "registry.NAME")
        if word.text in _ROLES:
            return _ROLES[word.text]
        if numbers := re.fullmatch(r"#PID<(\d+)\.(\d+)\.(\d+)>", word.text):
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
    """Whether it is looked up by name: no role, no pid, no registered name."""
    if word.quoted:
        return True
    known = word.text in {"manager", "registry", *_ROLES} or word.text.startswith(("#", "$", ":"))
    return not known and not word.text[:1].isupper()


def _term(value: Typed) -> tuple[str, str]:
    if value.dynamic:
        text_ = value.text.replace("$", "")
        return text_, text_.replace("self()", "process.self_()")
    return inspect(value.value, width=None), _python(value.value)


def _python(term: Term) -> str:
    """Return the Python that makes `term`."""
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


def _steps(match: Match, command: Command, design: str) -> Table | None:
    known = STEPS.get(command.words)
    if known is None:
        return None
    words = {name: _argument(name, value, design, 0) for name, value in match.args.items()}
    rows = []
    named = match.args.get("store") or match.args.get("process")
    steps = known[design] if design in known else known["*"]
    if isinstance(named, Word) and _is_name(named):
        lookup = STEPS["lookup"][design if design in {"plain", "map"} else "*"]
        words["name"] = quote(named.text)
        steps = (*lookup, *steps)
    for number, step in enumerate(steps, 1):
        late = step.how.startswith(LATER)
        rows.append(
            (
                Cell(str(number), Role.number),
                Cell(filled(step.source, words), Role.name),
                Cell(step.how, Role.pending if late else Role.command),
                Cell(filled(step.target, words), Role.name),
                Cell(filled(step.what, words)),
            )
        )
    columns = (
        Column("nr", 4, "right"),
        Column("from", 1),
        Column("does", 0),
        Column("to", 0),
        Column("what", 2),
    )
    return Table("", columns, tuple(rows))


_RACE: Final = {
    "explore": "Sends nothing here: it runs in fresh systems of its own, and yours is not touched.",
    "deliver": "Sends nothing: it lets a signal arrive that was sent before.",
}


def _nothing_sent(command: Command, design: str) -> str:
    if command.words in _RACE:
        return _RACE[command.words]
    effects = said(command.effects, design)
    if effects == "look":
        return "Sends nothing: it looks from outside and waits for nobody."
    return f"Sends nothing. It is about the shell: {command.summary}."


assert set(DESIGNS) == {"plain", "map", "ets-cast", "ets", "library"}  # the tables above name them
