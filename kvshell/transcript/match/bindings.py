"""The names that a document's holes bind, and the texts they are bound to.

The first hole with a name binds it, and every later one must have the same text; two names of
processes never mean the same process.
"""

from collections.abc import Iterator
from typing import NamedTuple

DISTINCT = frozenset({"pid", "ref"})  # kinds in which two names mean two different things

Bindings = tuple[tuple[str, str, str], ...]  # name, kind, text: in binding order


class Binding(NamedTuple):
    """The text bound to a name, and the line that bound it.

    `tentative` is 0 if the binding is certain; otherwise it was bound by a matching line of a
    command that failed, and `tentative` is the line of that command.
    """

    text: str
    kind: str
    line: int
    tentative: int = 0


class Scope:
    """The names bound so far; `owed` are names that a failed command should have bound."""

    def __init__(self) -> None:
        self._bound: dict[str, Binding] = {}
        self._owners: dict[str, str] = {}
        self.owed: dict[str, int] = {}

    def get(self, name: str) -> Binding | None:
        """Return the binding of `name`, or None."""
        return self._bound.get(name)

    def owner(self, text: str) -> str | None:
        """Return the name that is already bound to this pid or reference, or None."""
        return self._owners.get(text)

    def bind(self, name: str, kind: str, text: str, line: int, tentative: int = 0) -> None:
        """Bind a name that is not yet bound."""
        self._bound[name] = Binding(text, kind, line, tentative or self.owed.pop(name, 0))
        if kind in DISTINCT:
            self._owners.setdefault(text, name)

    def clear(self) -> None:
        """Forget all names, because a `fresh` block begins."""
        self._bound.clear()
        self._owners.clear()
        self.owed.clear()

    def copy(self) -> "Scope":
        """Return an independent copy."""
        other = Scope()
        other._bound = dict(self._bound)
        other._owners = dict(self._owners)
        other.owed = dict(self.owed)
        return other

    def __iter__(self) -> Iterator[tuple[str, Binding]]:
        return iter(self._bound.items())

    def __len__(self) -> int:
        return len(self._bound)


class Known:
    """A scope together with the names bound by the match in progress."""

    __slots__ = ("_names", "_owners", "_scope", "distinct")

    def __init__(self, scope: Scope, bindings: Bindings = (), *, distinct: bool = True) -> None:
        self._scope = scope
        self.distinct = distinct
        self._names = {name: text for name, _, text in bindings}
        self._owners = {text: name for name, kind, text in bindings if kind in DISTINCT}

    def get(self, name: str) -> str | None:
        """Return the text bound to `name`, or None."""
        text = self._names.get(name)
        if text is None and (bound := self._scope.get(name)) is not None:
            text = bound.text
        return text

    def free(self, name: str, kind: str, text: str) -> bool:
        """Whether `name` may be bound to `text`: pids and references have only one name."""
        if kind not in DISTINCT or not self.distinct:
            return True
        owner = self._owners.get(text) or self._scope.owner(text)
        return owner is None or owner == name
