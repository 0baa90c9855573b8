"""Spells atoms: as a literal `:ok`, as a key `ok:`, and as a function in a call."""

import re

from kvshell.terms.atom import Atom
from kvshell.terms.escape import quoted

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_@]*[?!]?")
_ALIAS = re.compile(r"Elixir(?:\.[A-Z][A-Za-z0-9_]*)*")
# fmt: off
_CALLABLE_OPERATORS = frozenset({
    "&", "!", "^", "not", "+", "-", "@", "<-", "\\\\", "when", "|", "=", "||", "|||", "or",
    "&&", "&&&", "and", "==", "!=", "=~", "===", "!==", "<", "<=", ">=", ">", "|>", "<<<",
    ">>>", "<~", "~>", "<<~", "~>>", "<~>", "in", "//", "++", "--", "<>", "+++", "---", "*",
    "/", "**",
})
# fmt: on
_spelled: dict[Atom, str] = {}  # bounded by the number of atoms, which are never forgotten either
QUOTED_OPERATORS = frozenset({"::", "^^^", "~~~", "<|>"})
OPERATORS = _CALLABLE_OPERATORS | {"%", "%{}", "{}", "<<>>", "...", "..", ".", "..//", "->"}


def literal(atom: Atom) -> str:
    """Return `atom` as Elixir writes it: `:ok`, `:"a b"`, `KV.Registry`."""
    known = _spelled.get(atom)
    if known is None:
        known = _spelled[atom] = _literal(atom.name)
    return known


def _literal(name: str) -> str:
    if is_alias(name):
        short = name[7:]
        return name if not short or short == "Elixir" or short.startswith("Elixir.") else short
    return ":" + (name if _unquoted(name) else quoted(name))


def as_key(name: str) -> str:
    """Return the atom `name` as the key of a keyword list: `ok:`, `"a b":`."""
    return (name if _unquoted(name) else quoted(name)) + ":"


def as_call(name: str) -> str:
    """Return the atom `name` as it is written in a remote call: `get`, `"get-all"`."""
    callable_word = (
        name in _CALLABLE_OPERATORS
        or name in QUOTED_OPERATORS
        or (_unquoted(name) and name not in OPERATORS and not name[0].isupper() and "@" not in name)
    )
    return name if callable_word else quoted(name)


def is_alias(name: str) -> bool:
    """Whether the atom `name` is a module alias such as `Elixir.KV.Registry`."""
    return name.startswith("Elixir") and _ALIAS.fullmatch(name) is not None


def operator(text: str, start: int) -> str:
    """Return the longest operator at `start` of `text`, or ""."""
    for size in (4, 3, 2, 1):
        name = text[start : start + size]
        if len(name) == size and (name in OPERATORS or name in QUOTED_OPERATORS):
            return name
    return ""


def _unquoted(name: str) -> bool:
    if _WORD.fullmatch(name) or name in OPERATORS:
        return not is_alias(name)
    return not name.isascii() and is_word(name)


def is_word(name: str) -> bool:
    """Whether `name` can be written after a colon without quotes."""
    if name.isascii():
        return _WORD.fullmatch(name) is not None
    from kvshell.terms.printing.letters import (  # noqa: PLC0415  # only for names beyond ASCII
        is_plain,
    )

    body = name[:-1] if name[-1] in "?!" else name
    return is_plain(body)
