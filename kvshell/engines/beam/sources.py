"""The Elixir that a command runs on a node.

For most commands it is the line that `explain` shows. If kvshell first looks a store up, or answers
something other than the bare function - `{:ok, pid}` instead of the `[{pid, nil}]` of
`Registry.lookup` - a helper of the bridge, `Kvshell.Words`, is used instead.
"""

import re
from collections.abc import Container, Mapping
from typing import Any, Final, NamedTuple

from kvshell.commands.arguments import ROLES, TypedTerm, Word, outside_strings
from kvshell.commands.read.match import Match, pattern_text
from kvshell.commands.result import CommandError
from kvshell.commands.table import nodes
from kvshell.commands.table.nodes import ONE_NODE
from kvshell.commands.table.row import Command, filled, text_for
from kvshell.commands.types.parameter import quote
from kvshell.engines.beam.node import DESIGNS
from kvshell.engines.beam.packets import Frame
from kvshell.terms import Term, atom, inspect

_VARIABLE: Final = re.compile(r"[a-z_]\w*[?!]?$")
_MODULE: Final = re.compile(r"[A-Z]\w*(?:\.[A-Z]\w*)*$")
_PID: Final = re.compile(r"#PID<(\d+\.\d+\.\d+)>")
_REF: Final = re.compile(r"#Reference<([\d.]+)>")

# The Elixir of commands for which it is not that of their row; per design if that matters.
_WORDS: Final = "Kvshell.Words"
SOURCES: Final[Mapping[str, str | Mapping[str, str]]] = {
    "start manager": f"{_WORDS}.start(<design>)",
    "stop manager": f"{_WORDS}.stop()",
    "restart manager": f"{_WORDS}.restart(<design>)",
    "create store": {"library": f"{_WORDS}.create(<name>)"},
    "lookup": {
        "plain": "KeyVal.Manager.lookup(<name>)",
        "library": f"{_WORDS}.lookup(<name>)",
    },
    "stores": f"{_WORDS}.stores()",
    "kill": f"Process.exit({_WORDS}.whereis(<process>), :kill)",
    "crash": f"{_WORDS}.crash(<process>)",
    "alive": f"{_WORDS}.alive(<process>)",
    "state": ":sys.get_state(<process>)",
    "link": f"Process.link({_WORDS}.whereis(<process>))",
    "unlink": f"Process.unlink({_WORDS}.whereis(<process>))",
    "exit": f"Process.exit({_WORDS}.whereis(<process>), <reason>)",
}

# Read-only commands: the query to the node, whose answer the command's own handler renders.
LOOKS: Final[Mapping[str, str]] = {
    "registry": "Kvshell.Snapshot.take()",
    "cache": "Kvshell.Snapshot.take()",
    "processes": "Kvshell.Snapshot.take()",
    "tree": "Kvshell.Snapshot.take()",
    "tables": "Kvshell.Snapshot.take()",
    "designs": "Kvshell.Snapshot.take()",
    "help": "Kvshell.Snapshot.take()",
    "ets info": "Kvshell.Snapshot.take(<table>)",
    "info": f"Kvshell.Snapshot.take({_WORDS}.known(<process>))",
    "mailbox": f"Kvshell.Snapshot.take({_WORDS}.known(<process>))",
}
STEP: Final = f"{_WORDS}.step(<process>, <count>)"
FLUSH: Final = f"{_WORDS}.flush()"

NODE_WORDS: Final = frozenset(each.words for each in nodes.ROWS)

# Commands that the BEAM cannot run, and what to do instead.
REFUSED: Final[Mapping[str, str]] = {
    "explore": "explore runs every schedule, and the BEAM shows one: use kvshell without --engine",
    "compare": "compare runs five systems of kvshell's own: use kvshell without --engine",
    "deliver": "the BEAM delivers by itself: deliver is for kvshell's own runtime",
    "inflight": "what is on its way cannot be seen on the BEAM: "
    "inflight is for kvshell's own runtime",
    "next": "next walks through a schedule of kvshell's own runtime",
    "back": "back walks through a schedule of kvshell's own runtime",
    "learn": "lessons run on kvshell's own runtime: use kvshell learn without --engine",
    "test": "test runs on kvshell's own runtime: use kvshell test without --engine",
    "bench": "bench measures kvshell's own runtime: use kvshell bench without --engine",
    "load": "load runs files on kvshell's own runtime: use kvshell without --engine",
    "watch": "watch looks into kvshell's own runtime: type the line again, or use it without "
    "--engine",
    **dict.fromkeys(NODE_WORDS, ONE_NODE),
    "messages": "messages on records what kvshell's own runtime sends: "
    "use kvshell without --engine, or messages off",
}

NO_OWN: Final = "own is made of your modules on kvshell's own runtime: use kvshell without --engine"


class ElixirSource(NamedTuple):
    """Elixir source code for each design; often the same line for all."""

    texts: Mapping[str, str]

    @property
    def frame(self) -> Frame:
        """Return the frame to send: the line, or `[{design, line}]` if the designs differ."""
        lines = set(self.texts.values())
        if len(lines) == 1:
            return lines.pop()
        return [(design, line) for design, line in self.texts.items()]


def source(match: Match, template: str | Mapping[str, str], bound: Container[str]) -> ElixirSource:
    """Return the Elixir of a command, with its arguments filled into `template`.

    `bound` holds the names that arguments may use as variables.

    Raises:
        CommandError: an argument is a name that is not bound.
    """
    command = match.command
    assert command is not None
    left = pattern_text(match)
    texts = {}
    for design in DESIGNS:
        line = _template(template, command, design)
        words = {name: _argument(name, value, design, bound) for name, value in match.args.items()}
        if "<atom>" in line:
            words["atom"] = inspect(atom(match.args.get("name", "t")))
        for name, word in words.items():
            if not word:  # an omitted argument drops its comma, too
                line = line.replace(f", <{name}>", "").replace(f"(<{name}>)", "()")
        line = filled(line, words)
        texts[design] = f"{left} = ({line})" if left else line
    return ElixirSource(texts)


def is_known(command: Command) -> bool:
    """Whether a node can run a command."""
    return command.runs_as_elixir or command.words in SOURCES


def template_of(command: Command) -> str | Mapping[str, str]:
    """Return the template for a command's Elixir: an entry of `SOURCES`, or that of its row."""
    own = SOURCES.get(command.words, {})
    if isinstance(own, str):
        return own
    return {design: own.get(design) or text_for(command.elixir, design) for design in DESIGNS}


def _template(template: str | Mapping[str, str], command: Command, design: str) -> str:
    if isinstance(template, str):
        return template
    return template.get(design) or text_for(command.elixir, design)


def _argument(name: str, value: Any, design: str, bound: Container[str]) -> str:
    match value:
        case Word():
            return (
                _table(value, design, bound) if name == "table" else process(value, design, bound)
            )
        case TypedTerm():
            return term(value, bound)
        case tuple():
            return ", ".join(term(item, bound) for item in value if isinstance(item, TypedTerm))
        case None:
            return {"reason": ":normal", "design": "Kvshell.Words.default()"}.get(name, "")
        case str():
            return quote(value)
        case _:
            return str(value)


def process(word: Word, design: str, bound: Container[str]) -> str:
    """Return the Elixir expression for a PROCESS or STORE."""
    text = word.text
    if not word.quoted:
        if text in {"self", "self()"}:
            return "self()"
        if text.startswith("$"):
            return _bound(text[1:], bound)
        if text in ROLES:
            return _role(text, design)
        if text in bound:
            return text
        if found := _PID.fullmatch(text):
            return f'{_WORDS}.pid("{found[1]}")'
        if _MODULE.match(text) or (text.startswith(":") and len(text) > 1):
            return f"{_WORDS}.named({quote(text.removeprefix(':'))}, {text})"
    return f"{_WORDS}.store({quote(text)})"


def _role(role: str, design: str) -> str:
    plain = design == "plain"
    if role == "shell":
        return "self()"
    if role in {"manager", "registry"}:
        if design == "cluster":
            return "{:global, KV.Registry}"
        return "KeyVal.Manager" if plain else "KV.Registry"
    if plain or (design == "cluster" and role == "supervisor"):
        return f"{_WORDS}.no_role({quote(role)})"
    return "KV.Supervisor" if role == "supervisor" else "KV.BucketSupervisor"


def _table(word: Word, design: str, bound: Container[str]) -> str:
    text = word.text
    if not word.quoted:
        if text.startswith("$"):
            return _bound(text[1:], bound)
        if text in bound:
            return text
        if found := _REF.fullmatch(text):
            return f'{_WORDS}.ref("{found[1]}")'
        if text in {"manager", "registry"}:
            return f"{_WORDS}.table(:{text}, {_role(text, design)})"
        if _MODULE.match(text) or text.startswith(":"):
            return text
    return inspect(atom(text))


def term(typed: TypedTerm, bound: Container[str]) -> str:
    """Return the Elixir expression for a KEY, VALUE, TERM or REASON."""
    if not typed.dynamic:
        return _literal(typed.value)
    return outside_strings(typed.text, lambda part: _dynamic(part, bound))


def _dynamic(part: str, bound: Container[str]) -> str:
    part = re.sub(r"\$([A-Za-z_]\w*[?!]?)", lambda found: _bound(found[1], bound), part)
    part = _PID.sub(lambda found: f'{_WORDS}.pid("{found[1]}")', part)
    return _REF.sub(lambda found: f'{_WORDS}.ref("{found[1]}")', part)


def _literal(value: Term) -> str:
    return inspect(value, width=None, limit=None)


def _bound(name: str, bound: Container[str]) -> str:
    if name not in bound:
        raise CommandError(f"{name} is not bound: {name} = create store s1 would bind it")
    return name
