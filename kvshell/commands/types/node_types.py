"""Parameter types for the nodes of a cluster."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from kvshell.commands.snapshot import Snapshot
from kvshell.commands.types.parameter import Candidate, ParameterType, Problem, excerpt, starting
from kvshell.commands.types.simple_types import ChoiceType
from kvshell.commands.types.tokens import Token
from kvshell.commands.view import Role


class NodeType(ParameterType):
    """NODE: the short or full name of a node."""

    label = "NODE"
    role = Role.name
    about = "a node by its short name, such as b: nodes lists them"
    samples: tuple[str, ...] = ("b", "shop@10.0.0.7")
    _shape: ClassVar = re.compile(r"[A-Za-z_][\w.-]{0,63}(@[\w.-]{1,255})?$")

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:  # noqa: ARG002
        """Return the node's name as typed."""
        if self._shape.match(token.text):
            return token.text
        return Problem(
            token.start, token.end, f"not a node: {excerpt(token.text)}; type a name such as b"
        )

    def complete(
        self,
        snapshot: Snapshot,
        prefix: str,
        before: Mapping[str, Any],
    ) -> Iterator[Candidate]:
        """Return the nodes, except the one typed before it."""
        names = (name for name in snapshot.nodes if name != before.get("node"))
        return starting(prefix, (Candidate(name, "a node", self.role) for name in names))


class KeywordType(ChoiceType):
    """A keyword before the next argument, such as `on` in `create store s1 on b`."""

    def __init__(self, word: str) -> None:
        super().__init__(f"[{word}", f"the word {word}", {word: ""})

    def complete(
        self, snapshot: Snapshot, prefix: str, before: Mapping[str, Any]
    ) -> Iterator[Candidate]:
        """Return the keyword, or nothing if there is only one node."""
        return super().complete(snapshot, prefix, before) if snapshot.nodes else iter(())
