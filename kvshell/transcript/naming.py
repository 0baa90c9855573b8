"""Names for processes and references that a document is about to mention (R4, U3).

A pid that has a name keeps it; one that a later hole of the document binds gets that name; any
other a new one from what the line is about: the binding, the store, the role, else `p1`.
"""

import re
from collections.abc import Mapping

from kvshell.commands.matching import parse
from kvshell.transcript.document import Hole, Pattern
from kvshell.transcript.lines import SHAPES
from kvshell.transcript.patterns import hole_text, joined
from kvshell.transcript.scope import Scope

_THING = re.compile(f"(?P<pid>{SHAPES['pid'].pattern})|(?P<ref>{SHAPES['ref'].pattern})")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_BOUND = re.compile(r"[a-z_][A-Za-z0-9_]*")
_NAMED_BY = {"create store", "lookup", "ets new", "registry"}
_LABEL = re.compile(r" (shell|[A-Z]\w*(?:\.[A-Z]\w*)+)")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CALLED = {"start manager": "manager", "restart manager": "manager", "self": "shell"}


class Namer:
    """Gives names, and binds them in the scope as it gives them.

    `taken` are the document's own names with the texts that they come to stand for, "" where
    that is not known.
    """

    def __init__(self, scope: Scope, taken: Mapping[str, str] | None = None) -> None:
        self.scope = scope
        self._taken = dict(taken or {})
        self._later = {text: name for name, text in self._taken.items() if text}

    def named(self, text: str, hints: list[str], line: int) -> Pattern:
        """Return the line with a named hole for each pid and reference; uses hints up."""
        if "#" not in text:
            return (text,) if text else ()
        parts: list[str | Hole] = []
        place = 0
        for found in _THING.finditer(text):
            kind = found.lastgroup or "pid"
            label = _LABEL.match(text, found.end())
            mine = [label[1]] if label else hints
            parts += [text[place : found.start()], self.hole(found.group(), kind, mine, line)]
            place = found.end()
        return joined([*parts, text[place:]])

    def hole(self, text: str, kind: str, hints: list[str], line: int) -> Hole:
        """Return the hole that stands for a pid or reference; a hint that is used up is removed."""
        name = self.scope.owner(text)
        if name is None:
            name = self._later.get(text) or self._new(kind, text, hints)
            self.scope.bind(name, kind, text, line)
        return Hole(name, kind, hole_text(name, kind))

    def _new(self, kind: str, text: str, hints: list[str]) -> str:
        while hints:
            hint = hints.pop(0)
            wanted = re.sub(r"\W", "_", _plain(hint), flags=re.ASCII)
            if _NAME.fullmatch(wanted) and len(wanted) <= 20:
                return self._free(wanted, text)
        return self._numbered("p" if kind == "pid" else "r", 1)

    def _free(self, wanted: str, text: str) -> str:
        if self.scope.get(wanted) is None and self._taken.get(wanted, "") in {"", text}:
            return wanted
        return self._numbered(f"{wanted}_", 2)

    def _numbered(self, stem: str, number: int) -> str:
        while self.scope.get(f"{stem}{number}") is not None or f"{stem}{number}" in self._taken:
            number += 1
        return f"{stem}{number}"


def _plain(hint: str) -> str:
    """A module's name as one would call its process: `KV.BucketSupervisor`, `bucket_supervisor`."""
    head, _, last = hint.rpartition(".")
    return _HUMP.sub("_", last).lower() if head and last[:1].isupper() else hint


def hints_of(command: str) -> list[str]:
    """Return what the processes that a command answers with may be called, in order."""
    hints = []
    for match in parse(command).parts:
        words = match.command.words if match.command is not None else ""
        bound = match.pattern is not None and _bound_name(match.text)
        if bound:
            hints.append(bound)
        elif words == "as" and isinstance(line := match.args.get("line"), str):
            hints += hints_of(line)
        elif words in _NAMED_BY and isinstance(name := match.args.get("name"), str):
            hints.append(name)
        elif words in _CALLED:
            hints.append(_CALLED[words])
    return hints


def _bound_name(text: str) -> str:
    """The name that `b = ...` or `{:ok, b} = ...` binds, if it is one."""
    left = text.partition("=")[0].replace(":ok", "")
    names = _BOUND.findall(re.sub(r":\w+|\"[^\"]*\"", "", left))
    return names[0] if len(names) == 1 else ""
