"""The Elixir that a command runs on kvshell's own runtime: the line that `explain` shows.

A word that names a process is resolved as the command itself resolves it, and becomes a variable of
that line only. If a command answers something other than the bare function, as `start manager`
does, the value of the line is converted to that answer.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from kvshell.commands.arguments import TypedTerm, Word
from kvshell.commands.help.code_lines import elixir_line
from kvshell.commands.read.match import Match, pattern_text
from kvshell.commands.result import CommandError
from kvshell.session.client_context import ClientContext
from kvshell.terms import A, Atom, List, Pid, Term, inspect, sort_key

# Commands that this engine cannot run, and what to do instead.
REFUSED: Final[Mapping[str, str]] = {
    "explore": "explore runs commands in systems of its own: use kvshell without --engine",
    "compare": "compare runs commands in five systems of its own: use kvshell without --engine",
    "learn": "lessons run on commands: use kvshell learn without --engine",
    "test": "test runs on kvshell's own runtime: use kvshell test without --engine",
    "bench": "bench measures commands: use kvshell bench without --engine",
}

Names = dict[str, Term]


class ElixirLine(NamedTuple):
    """The line of Elixir that one command runs.

    Attributes:
        text: the Elixir, without the pattern.
        names: its variables: the processes and tables that the command names.
        pattern: the left side of `PATTERN = command`, empty if there is none.
        answer: converts the value to the command's answer; None if they are the same.
    """

    text: str
    names: Names
    pattern: str = ""
    answer: Callable[[Term], Term] | None = None


def runs(match: Match) -> bool:
    """Whether a command runs as Elixir with this engine."""
    if match.command is None or match.problems or match.elixir is not None:
        return False
    words = match.command.words
    if words == "create store" and match.args.get("node") is not None:
        return False  # there is only one node
    if words == "exit" and match.args.get("reason") is None:
        return False  # leaves the shell
    return match.command.runs_as_elixir


def line_of(client: ClientContext, match: Match) -> ElixirLine | None:
    """Return the line of a command that `runs` accepts; None if its target does not exist.

    Raises:
        CommandError: an argument is a name that is not bound.
        MatchError: a store does not exist.
    """
    assert match.command is not None
    words = match.command.words
    names: Names = {}
    taken = _variables(match)
    args: dict[str, Any] = {}
    for name, value in match.args.items():
        args[name] = value
        if isinstance(value, Word):
            found = client.table(value) if name == "table" else client.server(value)
            args[name] = _named(value, found, client, names, taken)
        elif isinstance(value, TypedTerm):
            client.term(value)  # fails here if it uses an unbound name
        elif isinstance(value, tuple):
            for each in value:
                client.term(each)
    if words == "alive" and _is_nobody(client, match.args["process"]):
        return None  # Process.alive?(nil) raises
    design = client.design.name
    text = elixir_line(match._replace(args=args, pattern=None), design)
    if words == "crash" and not _is_agent(client, match.args["process"]):
        text = f"GenServer.call({args['process'].text}, :boom)"
    return ElixirLine(text, names, pattern_text(match), _answer(client, words, design))


def _named(
    word: Word, found: Term, client: ClientContext, names: Names, taken: Iterable[str]
) -> Word:
    """Return the word that stands for a process or a table in the line of Elixir.

    A new variable is added to `names`; it must not be in `taken`.
    """
    if type(found) is Atom:
        return Word(inspect(found))
    name = word.text.removeprefix("$")
    if name == "self()" or word.text == "shell" or word.text.startswith("#PID<"):
        return word
    bound = client.bindings.get(name, found)
    if word.quoted or not name.isidentifier() or bound is not found:
        name = "pid"
        while name in taken or name in client.bindings:
            name += "_"
    names[name] = found
    return Word(name)


def _variables(match: Match) -> str:
    """Return all arguments typed as terms in one text; names in it cannot be new variables."""
    typed: list[str] = []
    for value in match.args.values():
        if isinstance(value, TypedTerm):
            typed.append(value.text)
    return " ".join(typed)


def _whereis(client: ClientContext, word: Word) -> Pid | None:
    found = client.server(word)
    return found if type(found) is Pid else client.runtime.whereis(found)


def _is_nobody(client: ClientContext, word: Word) -> bool:
    return _whereis(client, word) is None


def _is_agent(client: ClientContext, word: Word) -> bool:
    pid = _whereis(client, word)
    seen = client.runtime.observe(pid) if pid is not None else None
    return seen is not None and seen.behaviour == "Agent"


# -- answers ---------------------------------------------------------------------------------------


def _answer(client: ClientContext, words: str, design: str) -> Callable[[Term], Term] | None:
    if words == "start manager":
        return lambda value: _started(client, value)
    if words == "stores":
        return _in_order
    if design == "library" and words == "create store":
        return _created
    if design == "library" and words == "lookup":
        return _looked_up
    return None


def _started(client: ClientContext, value: Term) -> Term:
    """Return `{:ok, pid}` with the manager's pid; the function returns the supervisor's."""
    manager = client.runtime.whereis(client.design.manager)
    match value:
        case (A.ok, Pid()) if manager is not None:
            return (A.ok, manager)
        case (A.error, (A.already_started, Pid())):
            return (A.error, (A.already_started, manager))
        case _:
            return value


def _in_order(value: Term) -> Term:
    return List(sorted(value, key=sort_key)) if type(value) is List else value


def _created(value: Term) -> Term:
    """Return the pid from `{:ok, pid}`, because `create` answers the bare pid in other designs."""
    match value:
        case (A.ok, Pid() as pid) | (A.error, (A.already_started, Pid() as pid)):
            return pid
        case _:
            raise CommandError(f"no store was created: {inspect(value)}")


def _looked_up(value: Term) -> Term:
    match value:
        case List(items=[(Pid() as pid, _), *_]):
            return (A.ok, pid)
        case _:
            return A.error
