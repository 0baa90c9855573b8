"""Suggestions for a name that Elixir does not know: a variable, a function or a module."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from kvshell.commands.assist.hints import Hint
from kvshell.commands.help.same_command import command_for
from kvshell.commands.language.message import Message
from kvshell.commands.nearest import nearby
from kvshell.commands.read.guesses import MOST, proposed
from kvshell.commands.read.matcher import parse
from kvshell.commands.types.parameter import Meant
from kvshell.elixir.library import registry
from kvshell.elixir.library.kernel.forms_help import FORMS
from kvshell.terms import alias

if TYPE_CHECKING:
    from kvshell.session.client_context import ClientContext

_FUNCTION: Final = re.compile(r"undefined function (?P<name>[a-z_]\w*[?!]?)/(?P<arity>\d+) \(")
_MODULE: Final = re.compile(r"\(module (?P<name>(?:[A-Z]|:[a-z])[\w.]*) is not available\)")
_KERNEL, _HELPERS = alias("Kernel"), alias("IEx.Helpers")
SHORTEST: Final = 4
_OUTSIDE: Final = re.compile(
    r"\s*(?P<word>def|defp|setup|setup_all|test|describe)\b.*\bdo\b", re.DOTALL
)


def functions(word: str, arity: int | None = None) -> list[Meant]:
    """Return the functions of Kernel and of IEx's helpers with names similar to `word`.

    If `arity` is given, only functions with that arity.
    """
    if len(word) < SHORTEST:
        return []
    names = [
        name
        for module in (_KERNEL, _HELPERS)
        for name, takes in registry.functions(module)
        if arity in {None, takes}
    ]
    names = [name for name in dict.fromkeys(names) if name[0].isalpha() and name != word]
    return [Meant("Elixir function", name, f"h {name}") for name in nearby(word, names, MOST)]


def is_function(name: str) -> bool:
    """Whether `name` is a function of Kernel, a helper of IEx or a special form."""
    return name in FORMS or any(
        name == each for module in (_KERNEL, _HELPERS) for each, _ in registry.functions(module)
    )


def hint(client: "ClientContext", typed: str, error: str, shown: set[str]) -> Hint | None:
    """Return a hint for a line of Elixir that failed because of an unknown name, or None.

    The hint has no text if its key is in `shown`; otherwise its key is added there.
    """
    if outside := _OUTSIDE.match(typed):
        return _of_a_module(outside["word"], shown)
    if found := _MODULE.search(error):
        word, meant = found["name"], _modules(client, found["name"])
    elif found := _FUNCTION.search(error):
        word, arity = found["name"], int(found["arity"])
        variables = _variables(client, word) if arity == 0 else []
        # Without parentheses, the word may also be a mistyped command.
        called = functions(word, arity) if f"{word}(" in typed or arity == 0 else []
        meant = [*variables, *called][:MOST]
    else:
        return None
    if not meant:
        return None
    line = re.sub(rf"(?<![\w.]){re.escape(word)}(?![\w?!])", meant[0].text, typed, count=1)
    if client.refusal(line) is not None:
        return None  # so another word of the line is unknown
    message = Message("there is no {word}; did you mean {names}", word=word, names=proposed(meant))
    text: str = Message("{sentence}: {line}", sentence=message, line=line)
    key = f"near {word}"
    if key in shown:
        text = ""
    shown.add(key)
    return Hint(key, text, line)


def _once(shown: set[str], key: str, text: str) -> Hint:
    message = "" if key in shown else text
    shown.add(key)
    return Hint(key, message, "help elixir")


def worded(text: str, design: str, reported: set[tuple[str, ...]]) -> Hint | None:
    """Return the hint with the command that does the same as a line of Elixir, or None.

    Each command is suggested once: its path is added to `reported`.
    """
    line = command_for(text, design, reported)
    command = parse(line).parts[0].command if line else None
    if line is None or command is None or command.path in reported:
        return None
    reported.add(command.path)
    return Hint("word", Message("the same as a command: {line}", line=line), line)


def _modules(client: "ClientContext", word: str) -> list[Meant]:
    own: Iterable[object] = getattr(client.runtime.code, "modules", {})
    names = [str(getattr(module, "name", "")) for module in [*registry.modules(), *own]]
    names = [name.removeprefix("Elixir.") for name in names if name.startswith("Elixir.")]
    return [Meant("module", name, f"exports {name}") for name in nearby(word, names, MOST)]


def _variables(client: "ClientContext", word: str) -> list[Meant]:
    near = nearby(word, client.bindings, MOST) if len(word) >= SHORTEST else []
    return [Meant("binding", name, name) for name in near]


def _of_a_module(word: str, shown: set[str]) -> Hint:
    """Return the hint for a fragment of a module that was pasted on its own."""
    if word in {"def", "defp"}:
        text = Message(
            "{word} belongs in a module: paste the whole module with it, or run the page that it "
            "comes from with `kvshell replay --elixir`",
            word=word,
        )
    else:
        text = Message(
            "{word} belongs in a module with `use ExUnit.Case`: paste it with that module, then "
            "ExUnit.run(), or run its page with `kvshell replay --elixir`",
            word=word,
        )
    return _once(shown, f"{word} outside a module", text)
