"""Hygiene: the variables of a macro are kept apart from those of its caller.

Elixir tells variables apart by name, context and counter. Here a variable with a context gets a
name that contains all three, joined by a character that no name in source text can contain.
"""

from typing import Final

SEPARATOR: Final = "\0"
# Names that mean the same in every context.
_COMMON: Final = frozenset(
    ["_", "__MODULE__", "__ENV__", "__DIR__", "__CALLER__", "__STACKTRACE__", "..."]
)


def hygienic(name: str, context: str, counter: int | None = None) -> str:
    """Return the name under which a scope holds the variable with this context and counter."""
    if name in _COMMON:
        return name
    return f"{name}{SEPARATOR}{context}{SEPARATOR}{'' if counter is None else counter}"


def spelled(name: str) -> str:
    """Return the variable's name as it is written in the source."""
    return name.partition(SEPARATOR)[0]


def parts(name: str) -> tuple[str, str | None, int | None]:
    """Split the name of a variable in a scope into its written name, context and counter."""
    if SEPARATOR not in name:
        return name, None, None
    written, context, counter = name.split(SEPARATOR)
    return written, context, int(counter) if counter else None
