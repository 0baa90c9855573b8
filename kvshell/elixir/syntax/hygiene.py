"""Names of variables in quoted code: those of a macro are others than those of its caller.

Elixir tells variables apart by name, context and counter. Here a variable with a context has a name
that contains both, behind a character that no text can have in a name.
"""

from typing import Final

SEPARATOR: Final = "\0"
# Names that mean the same in every context.
_COMMON: Final = frozenset(
    ["_", "__MODULE__", "__ENV__", "__DIR__", "__CALLER__", "__STACKTRACE__", "..."]
)


def hygienic(name: str, context: str, counter: int | None = None) -> str:
    """Return the name in a scope of a variable with this context and counter."""
    if name in _COMMON:
        return name
    return f"{name}{SEPARATOR}{context}{SEPARATOR}{'' if counter is None else counter}"


def spelled(name: str) -> str:
    """Return the name as it was written."""
    return name.partition(SEPARATOR)[0]


def parts(name: str) -> tuple[str, str | None, int | None]:
    """Return name, context and counter of a name in a scope."""
    if SEPARATOR not in name:
        return name, None, None
    written, context, counter = name.split(SEPARATOR)
    return written, context, int(counter) if counter else None
