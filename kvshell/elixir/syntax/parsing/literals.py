"""Literals: numbers, atoms, strings with their interpolations, sigils."""

from typing import Any

from kvshell.elixir.syntax.nodes import Charlist, Node, Quoted
from kvshell.elixir.syntax.parsing import build
from kvshell.elixir.syntax.parsing.token_reader import TokenReader
from kvshell.elixir.syntax.tokenizing.tokens import Interpolation, SourceToken
from kvshell.terms import A

CONSTANTS = {"true": True, "false": False, "nil": None}
VALUES = frozenset({"int", "flt", "char", "atom", "atom_quoted"})
TEXTS = frozenset({"bin_string", "bin_heredoc", "list_string", "list_heredoc", "sigil"})


class Literals(TokenReader):
    """Parses tokens that are values by themselves."""

    def text(self, token: SourceToken) -> Quoted:
        """Return the string, charlist or sigil of the token."""
        parts: list[Any] = token.value
        if token.kind == "sigil":
            return self._sigil(token)
        plain = parts[0] if len(parts) == 1 and type(parts[0]) is not Interpolation else None
        if token.kind.startswith("bin"):
            return self._binary(token, parts) if plain is None else plain
        if plain is not None:
            codes = map(ord, plain) if type(plain) is str else plain
            return Charlist(codes)
        line, column = token.line, token.column
        pieces = [self._piece(part, segment=False) for part in parts]
        node = build.remote(build.LIST, A.to_charlist, [pieces], line, column)
        return self._noted(node, token)

    def quoted_atom(self, token: SourceToken) -> Node:
        """Return the call that creates the atom of a `:"..."` with interpolations."""
        line, column = token.line, token.column
        text = self._binary(token, token.value)
        return self.ended(build.remote(A.erlang, A.binary_to_atom, [text, A.utf8], line, column))

    def _sigil(self, token: SourceToken) -> Node:
        extra = token.extra or {}
        line, column = token.line, token.column
        pieces = [self._piece(part, segment=True) for part in token.value]
        content = self.ended(Node("<<>>", pieces, line, column))
        if extra.get("indentation") is not None:
            content.put("indentation", extra["indentation"])
        modifiers = Charlist(map(ord, extra["modifiers"]))
        node = Node("sigil_" + extra["name"], [content, modifiers], line, column)
        return self._noted(node, token)

    def _binary(self, token: SourceToken, parts: list[Any]) -> Node:
        pieces = [self._piece(part, segment=True) for part in parts]
        return self._noted(Node("<<>>", pieces, token.line, token.column), token)

    def _noted(self, node: Node, token: SourceToken) -> Node:
        extra = token.extra or {"delimiter": '"'}
        node.meta = {"delimiter": extra["delimiter"]}
        if extra.get("indentation") is not None:
            node.meta["indentation"] = extra["indentation"]
        return self.ended(node)

    def _piece(self, part: Any, *, segment: bool) -> Quoted:
        if type(part) is not Interpolation:
            return part
        expression = type(self)(part.tokens, self.warnings).program()
        make = build.segment if segment else build.to_text
        node = make(expression, part.line, part.column)
        node.end_line, node.end_column = part.end_line, part.end_column + 1
        node.meta = {"closing": (part.end_line, part.end_column)}
        return node

    def program(self) -> Quoted:
        """Return all expressions; implemented by the parser."""
        raise NotImplementedError
