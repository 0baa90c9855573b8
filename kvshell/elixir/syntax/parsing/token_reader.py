"""TokenReader, the parser's base class: a position in the tokens, and steps to the next one."""

from typing import TypeVar

from kvshell.elixir.syntax.faults import unexpected
from kvshell.elixir.syntax.nodes import Node, Quoted
from kvshell.elixir.syntax.tokenizing.tokens import ParseWarning, SourceToken

AnyNode = TypeVar("AnyNode", bound=Node)


class TokenReader:
    """A position in a list of tokens; `token` is the next one, `last` the previous one."""

    def __init__(self, tokens: list[SourceToken], warnings: list[ParseWarning]) -> None:
        self.tokens = tokens
        self.index = 0
        self.token = tokens[0]
        self.last = tokens[0]
        self.warnings = warnings
        self.no_do = False
        self.open = False
        self.spaced: SourceToken | None = None  # the `(` of `f (`

    def advance(self) -> SourceToken:
        """Consume the current token and return it."""
        token = self.last = self.token
        self.index += 1
        self.token = self.tokens[self.index]
        return token

    def expect(self, kind: str) -> SourceToken:
        """Consume a token of that kind; raise a Fault for any other."""
        if self.token.kind != kind:
            raise unexpected(self.token)
        return self.advance()

    def close(self, kind: str) -> SourceToken:
        """Consume a closing bracket, possibly on a line of its own."""
        self.skip_eol()
        return self.expect(kind)

    def skip_eol(self) -> bool:
        """Skip a newline; return whether there was one."""
        if self.token.kind == "eol":
            self.advance()
            return True
        return False

    def separators(self) -> bool:
        """Skip separators between two expressions; return whether there were any."""
        found = self.skip_eol()
        if self.token.kind == ";":
            self.advance()
            found = True
        return found

    def ended(self, node: AnyNode) -> AnyNode:
        """Set the end of `node` to that of the last token read, and return `node`."""
        node.end_line, node.end_column = self.last.end_line, self.last.end_column
        return node

    def warn(self, token: SourceToken, message: str) -> None:
        """Record a warning at the position of `token`."""
        self.warnings.append(ParseWarning(token.line, token.column, message))

    def expression(self, floor: int = 0) -> Quoted:
        """Return the next expression; implemented by the parser."""
        raise NotImplementedError

    def operators(self, left: Quoted, floor: int = 0) -> Quoted:
        """Return `left` with the operators that follow it; implemented by the parser."""
        raise NotImplementedError
