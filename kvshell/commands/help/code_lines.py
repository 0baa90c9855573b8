"""Translates a command into equivalent Elixir or Python code with its arguments filled in."""

import keyword
import re
from collections.abc import Container
from typing import Any, Final, NamedTuple

from kvshell.commands.arguments import TypedTerm, Word, outside_strings
from kvshell.commands.read.match import Match, pattern_text
from kvshell.commands.read.matcher import parse
from kvshell.commands.table.row import Command, filled, text_for
from kvshell.commands.types.parameter import quote
from kvshell.commands.types.patterns import variables
from kvshell.terms import Atom, List, Map, Opaque, Term, atom, inspect
from kvshell.terms.reading.reader import read

_IDENTIFIER: Final = re.compile(r"[a-z_]\w*$")
# Words that cannot be variable names in Elixir; `keyword` knows those of Python.
_RESERVED: Final = frozenset(
    {"_", "after", "and", "catch", "do", "else", "end", "false", "fn", "in", "nil", "not", "or"}
    | {"rescue", "true", "when"}
    | {"__CALLER__", "__DIR__", "__ENV__", "__MODULE__", "__STACKTRACE__"}
)
_NAME: Final = re.compile(r"(?<![\w:.@^])[a-z_]\w*[?!]?(?![\w(.:])")
_MODULE: Final = re.compile(r"[A-Z]\w*(?:\.[A-Z]\w*)*$")
_PID: Final = re.compile(r"#PID<(\d+)\.(\d+)\.(\d+)>")
_REFERENCE: Final = re.compile(r"#Reference<([\d.]+)>")
_ROLES: Final = {
    "supervisor": ("KV.Supervisor", "supervisor.NAME"),
    "buckets": ("KV.BucketSupervisor", "bucket_supervisor.NAME"),
    "shell": ("self()", "process.self_()"),
    "self": ("self()", "process.self_()"),
    "self()": ("self()", "process.self_()"),
}


class KnownNames(NamedTuple):
    """What the words of a line may mean apart from commands.

    Attributes:
        bound: the variables.
        stores: the names of the system's stores.
        here: the variables that hold the pid of the shell itself.
        atoms: the variables that hold a registered name.
    """

    bound: frozenset[str] = frozenset()
    stores: Container[str] = ()
    here: frozenset[str] = frozenset()
    atoms: frozenset[str] = frozenset()

    def after(self, match: Match) -> "KnownNames":
        """Return the names known once the command has run, including the variables it binds."""
        if match.elixir is not None:
            left, equals, _ = match.text.partition(" = ")
            fresh = frozenset(_NAME.findall(left) if equals else ())
        elif match.pattern is not None:
            fresh = frozenset(variables(match.pattern))
        else:
            return self
        return self._replace(
            bound=self.bound | fresh, here=self.here - fresh, atoms=self.atoms - fresh
        )


NOTHING: Final = KnownNames()


def settled(match: Match, known: KnownNames, design: str) -> Match:
    """Return the command with unambiguous words: `$b` for a variable, quotes for a store."""
    args = match.args
    for name in ("store", "process"):
        word = args.get(name)
        if not isinstance(word, Word) or word.quoted or word.text in _ROLES or _is_manager(word):
            continue
        if word.text in known.bound:
            args = {**args, name: Word(f"${word.text}")}
        elif word.text in known.stores:
            args = {**args, name: Word(word.text, quoted=True)}
    table = args.get("table")
    if isinstance(table, Word) and table.text not in known.bound and _IDENTIFIER.match(table.text):
        named = f":{table.text}"
        if _is_manager(table):
            named = "KeyVal.Manager" if design == "plain" else "KV.Registry"
        args = {**args, "table": Word(named)}
    return match._replace(args=args)


def calls_itself(match: Match, known: KnownNames) -> bool:
    """Whether the command makes the shell wait for a reply from itself, which never comes."""
    command, word = match.command, match.args.get("store") or match.args.get("process")
    if command is None or not isinstance(word, Word):
        return False
    if command.words == "step" or "call" not in text_for(command.effects, "ets"):
        return False  # `step` refuses the shell first: it is not suspended
    if word.text.startswith("$"):
        return word.text[1:] in known.here
    return not word.quoted and word.text in _HERE


_HERE: Final = frozenset({"self", "self()", "shell"})


def _is_manager(word: Word) -> bool:
    return not word.quoted and word.text in {"manager", "registry"}


def elixir_line(match: Match, design: str, known: KnownNames = NOTHING) -> str:
    """Return the line of Elixir that does the same as a command, with its arguments filled in."""
    return _filled(match, design, 0, known)


def python_line(match: Match, design: str) -> str:
    """Return the line of Python that does the same as a command, with its arguments filled in."""
    return _filled(match, design, 1, NOTHING)


def lines_of(match: Match, design: str, language: int, known: KnownNames = NOTHING) -> list[str]:
    """Return a command as lines of code, in which a store given by name is looked up first.

    `language` is 0 for Elixir and 1 for Python.
    """
    found: list[str] = []
    word = match.args.get("store") or match.args.get("process")
    if isinstance(word, Word) and is_name(word):
        bound, name = variable_for(word, known), quote(word.text)
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
    return [*found, _filled(match, design, language, known)]


def _filled(match: Match, design: str, language: int, known: KnownNames) -> str:
    command = match.command
    if command is None:
        return ""
    source = _source(match, command, design, language)
    words = arguments_of(match, design, language, known)
    process = words.get("process", "")
    named = process[:1].isupper() or process.startswith(":") or process in known.atoms
    if language == 0 and named and _WANTS_PID.search(source):
        words["process"] = f"Process.whereis({process})"
    if language == 1 and _REGISTERED.match(process) and "runtime.observe(<process>)" in source:
        words["process"] = f"process.whereis({process})"
    if "line" in words and language == 0 and command.words == "repeat":
        words["line"] = _each_round(match.args["line"], design, known)
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


def arguments_of(match: Match, design: str, language: int, known: KnownNames) -> dict[str, str]:
    """Return the code of each argument by its parameter's name; `language` as in `lines_of`."""
    return {
        name: _argument(name, value, design, language, known) for name, value in match.args.items()
    }


def _argument(name: str, value: Any, design: str, language: int, known: KnownNames) -> str:
    if isinstance(value, Word):
        if name == "table":
            return _table_in_python(value.text) if language == 1 else value.text
        return _process(value, design, known)[language]
    if isinstance(value, TypedTerm):
        return _term(value)[language]
    if isinstance(value, tuple):
        return ", ".join(_term(item)[language] for item in value if isinstance(item, TypedTerm))
    if value is None:
        return (":normal", "A.normal")[language] if name == "reason" else ""
    if name == "name":
        return quote(value)
    if name == "line":
        return _inner(value, design, known) if language == 0 else quote(value)
    return quote(value) if isinstance(value, str) and language == 1 else str(value)


def _table_in_python(text: str) -> str:
    if _MODULE.match(text):
        return f"alias({quote(text)})"
    return f"A.{text[1:]}" if text.startswith(":") else text


def _inner(line: str, design: str, known: KnownNames) -> str:
    """Return the Elixir for the commands of `line`, or `line` itself if it cannot be parsed."""
    found: list[str] = []
    for part in parse(line).parts:
        if part.command is None:
            return line
        found += lines_of(settled(part, known, design), design, 0, known)
        known = known.after(part)
    return "; ".join(found)


_REGISTERED: Final = re.compile(r"\w+\.NAME$|alias\(|A\.")  # a registered name in Python
# These functions take a pid, not a name.
_WANTS_PID: Final = re.compile(r"Process\.(?:exit|info|alive\?|link|unlink)\(<process>")

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
    """Whether the word means the manager: the word itself, or a module name of the tutorials."""
    named = {"KV.Registry", "KeyVal.Manager"}
    return _is_manager(word) or (not word.quoted and word.text in named)


# `{n}` may be anywhere in LINE, so LINE is parsed with a number in its place: a large one, which
# cannot be a character of a charlist, or a small one for a time such as `{n}s`.
_NUMBERS: Final = (4003, 211, 53)


def _each_round(line: str, design: str, known: KnownNames) -> str:
    """Return the Elixir for one round of `repeat`, in which the variable `n` replaces `{n}`.

    If the line cannot be parsed with numbers in place of `{n}`, it is returned as it is.
    """
    code = line.replace("{n}", "n")
    for number in _NUMBERS:
        numbered = line.replace("{n}", str(number))
        parts = parse(numbered, guesses=False).parts
        if str(number) not in line and all(part.complete for part in parts):
            # An inner `repeat` uses the round number of this one, so its own loop has no `n`.
            inner = _inner(numbered, design, known)
            code = _with_n(inner.replace("for n <- ", "for _ <- "), number)
            break
    return f"({code})" if "; " in code else code


def _with_n(code: str, number: int) -> str:
    """Replace `number` in `code` by the variable `n`: on its own, in a string, in a name."""
    digits = str(number)
    units = {str(number * unit): f"n * {unit}" for unit in (1000, 60_000)}

    def written(found: re.Match[str]) -> str:
        text = found[0]
        if text.startswith('"'):
            return text.replace(digits, "#{n}")
        if text == digits:
            return "n"
        if text in units:
            return units[text]
        if digits not in text:
            return text
        inside = text.replace(digits, "#{n}")
        if text.startswith(":"):
            return f':"{inside[1:]}"'
        if text[0].isdigit():
            return f'String.to_{"float" if "." in text else "integer"}("{inside}")'
        if text[0].isupper():
            return f'Module.concat(["{inside}"])'
        return text.replace(digits, "_n")  # a variable named like a store

    return _PIECE.sub(written, code)


_PIECE: Final = re.compile(r'"(?:[^"\\]|\\.)*"|:[a-zA-Z_]\w*[?!]?|[A-Z][\w.]*|\w+(?:\.\d+)?')


def _process(word: Word, design: str, known: KnownNames) -> tuple[str, str]:
    if not word.quoted:
        if word.text in {"manager", "registry"}:
            plain = design == "plain"
            return ("KeyVal.Manager", "manager.NAME") if plain else ("KV.Registry", "registry.NAME")
        if word.text in _ROLES:
            return _ROLES[word.text]
        if numbers := _PID.fullmatch(word.text):
            return f"pid({', '.join(numbers.groups())})", f"runtime.pid({numbers[2]})"
        if _MODULE.match(word.text):
            return word.text, f"alias({quote(word.text)})"
        if word.text[:1] == ":":
            return word.text, f"A.{word.text[1:]}"
    name = variable_for(word, known)
    return name, name


def variable_for(word: Word, known: KnownNames) -> str:
    """Return a variable for a process: its own name if that is a valid, unused variable name."""
    name = word.text
    if name.startswith("$") and not word.quoted:
        return name[1:]
    usable = (
        _IDENTIFIER.match(name)
        and name.isidentifier()
        and not keyword.iskeyword(name)
        and name not in _RESERVED
    )
    if usable and name not in known.bound:
        return name
    number = 0
    while (name := f"pid{number or ''}") in known.bound:
        number += 1
    return name


def is_name(word: Word) -> bool:
    """Whether the word names a store, which has to be looked up: not a role, pid or module."""
    if word.quoted:
        return True
    if word.text in _ROLES or _is_manager(word) or _MODULE.match(word.text):
        return False
    return not word.text.startswith(("$", ":")) and not _PID.fullmatch(word.text)


def _term(value: TypedTerm) -> tuple[str, str]:
    if value.dynamic:
        elixir = outside_strings(value.text, _spelled)
        return elixir, _python(read(value.text, pid=_pid_code, ref=_ref_code, variable=_variable))
    return inspect(value.value, width=None), _python(value.value)


def _pid_code(number: int) -> Opaque:
    return Opaque(f"runtime.pid({number})")


def _ref_code(number: int) -> Opaque:
    return Opaque(f"Ref({number})")


def _variable(name: str) -> Opaque:
    return Opaque("process.self_()" if name == "self()" else name)


def _spelled(part: str) -> str:
    """Rewrite pids, references and variables as iex accepts them: `pid(0, 104, 0)`, `b`."""
    part = _PID.sub(lambda found: f"pid({', '.join(found.groups())})", part.replace("$", ""))
    return _REFERENCE.sub(lambda found: f'ref("{found[1]}")', part)


def _python(term: Term) -> str:
    """Return a Python expression for `term`, in which Opaque values stand for their code."""
    match term:
        case Opaque():
            return str(term.value)
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
