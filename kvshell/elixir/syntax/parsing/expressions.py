"""Expressions: operators and operands, by precedence climbing.

It accepts the grammar of Elixir 1.14, and stops at the same token with the same message. Two facts
depend on what surrounds an expression and are kept in fields: `no_do`, because inside the
arguments of a call without parentheses a do-block belongs to that call; and `open`, because a call
such as `f a, b` may not be one of several arguments.
"""

from kvshell.elixir.syntax.faults import Fault, unexpected
from kvshell.elixir.syntax.nodes import Node, Quoted
from kvshell.elixir.syntax.parsing import build
from kvshell.elixir.syntax.parsing.calls import Calls
from kvshell.elixir.syntax.tokenizing import sentences
from kvshell.elixir.syntax.tokenizing.tokens import ABOVE_CAPTURE, BINARY, SourceToken


class Parser(Calls):
    """Parses a list of tokens that ends with `eof`."""

    def program(self) -> Quoted:
        """Return all expressions of the tokens."""
        expressions = []
        self.separators()
        while self.token.kind != "eof":
            expressions.append(self.expression())
            if not self.separators() and self.token.kind != "eof":
                raise unexpected(self.token)
        return build.block(expressions)

    def expression(self, floor: int = 0) -> Quoted:
        """Return the next expression; its operators bind at least as tightly as `floor`."""
        return self.operators(self._prefix(), floor)

    def operators(self, left: Quoted, floor: int = 0) -> Quoted:
        """Return `left` with the following operators that bind at least as tightly."""
        while True:
            token = self.token
            binding = BINARY.get(token.kind)
            if binding is None or binding[0] < floor:
                return left
            precedence, to_right = binding
            self.advance()
            self.skip_eol()
            self.open = False
            right = self.expression(precedence if to_right else precedence + 1)
            left = self._operation(token, left, right)

    def _operation(self, token: SourceToken, left: Quoted, right: Quoted) -> Quoted:
        operator = token.value
        line, column = token.line, token.column
        if operator == "//":
            if type(left) is not Node or left.head != ".." or len(left.args or ()) != 2:
                raise Fault(line, column, sentences.STEP_WITHOUT_RANGE, "'//'")
            assert left.args is not None
            node = Node("..//", [*left.args, right], left.line, left.column)
        elif operator == "not in":
            node = Node("not", [Node("in", [left, right], line, column)], line, column)
        elif operator == "in" and type(left) is Node and _is_negation(left):
            assert left.args is not None
            self.warn(token, sentences.NOT_IN)
            node = Node(left.head, [Node("in", [left.args[0], right], line, column)], line, column)
        else:
            node = Node(operator, [left, right], line, column)
            if token.newlines:
                node.meta = {"newlines": token.newlines}
        return self.ended(node)

    def _prefix(self) -> Quoted:
        token = self.token
        kind = token.kind
        if kind in {"dual_op", "unary_op", "ternary_op"}:
            self.advance()
            self.skip_eol()
            operand = self._prefix()
            if kind == "ternary_op":
                nothing = Node("/", None, token.line, token.column)
                return self.ended(Node("/", [nothing, operand], token.line, token.column + 1))
            return self.ended(Node(token.value, [operand], token.line, token.column))
        if kind == "capture_op":
            self.advance()
            self.skip_eol()
            operand = self.expression(ABOVE_CAPTURE)
            return self.ended(Node("&", [operand], token.line, token.column))
        if kind == "at_op":
            return self._attribute(token)
        self.open = False
        return self.postfix(*self.primary())

    def _attribute(self, at: SourceToken) -> Quoted:
        self.advance()
        self.skip_eol()
        if self.token.kind in {"dual_op", "unary_op", "capture_op", "at_op", "ternary_op"}:
            operand, indexed = self._prefix(), False
        else:
            self.open = False
            operand, indexed = self.primary()
        node = self.ended(Node("@", [operand], at.line, at.column))
        return self.postfix(node, indexed)


def _is_negation(node: Node) -> bool:
    return node.head in {"not", "!"} and node.args is not None and len(node.args) == 1
