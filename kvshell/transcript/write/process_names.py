"""Assigns names to the processes and references that a document mentions.

A pid with a name keeps it; if a later hole of the document binds it, it gets that name; any other
pid is named after the line's variable, store or role, or else `p1`.
"""

import re
from collections.abc import Mapping

from kvshell.commands.read.matcher import parse
from kvshell.transcript.format.document import Hole, Pattern
from kvshell.transcript.format.holes import hole_text, joined
from kvshell.transcript.match.bindings import Scope
from kvshell.transcript.match.line_match import SHAPES

_THING = re.compile(f"(?P<pid>{SHAPES['pid'].pattern})|(?P<ref>{SHAPES['ref'].pattern})")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_BOUND = re.compile(r"[a-z_][A-Za-z0-9_]*")
_NAMED_BY = {"create store", "lookup", "ets new", "registry"}
_LABEL = re.compile(r" (shell|[A-Z]\w*(?:\.[A-Z]\w*)+)")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CALLED = {"start manager": "manager", "restart manager": "manager", "self": "shell"}


class Namer:
    """Assigns names, and binds them in a scope.

    `taken` maps the names that the document already uses to the texts they will be bound to, or to
    "" if these are unknown.
    """

    def __init__(self, scope: Scope, taken: Mapping[str, str] | None = None) -> None:
        self.scope = scope
        self._taken = dict(taken or {})
        self._later = {text: name for name, text in self._taken.items() if text}

    def named(self, text: str, hints: list[str], line: int) -> Pattern:
        """Return a line as a pattern with a named hole for each pid and reference.

        New names are taken from `hints`, which is emptied in this way.
        """
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
        """Return the hole for a pid or reference; a name taken from `hints` is removed there."""
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
    """Return a name made from a module's: `bucket_supervisor` from `KV.BucketSupervisor`."""
    head, _, last = hint.rpartition(".")
    return _HUMP.sub("_", last).lower() if head and last[:1].isupper() else hint


def hints_of(command: str) -> list[str]:
    """Return suitable names for the processes in a command's answer, in order."""
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
    """Return the variable that `b = ...` or `{:ok, b} = ...` binds, or ""."""
    left = text.partition("=")[0].replace(":ok", "")
    names = _BOUND.findall(re.sub(r":\w+|\"[^\"]*\"", "", left))
    return names[0] if len(names) == 1 else ""
