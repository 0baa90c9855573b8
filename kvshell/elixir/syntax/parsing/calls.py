"""Calls: names with their arguments and do-blocks, dots, and primary expressions."""

from kvshell.elixir.syntax.faults import Fault, unexpected
from kvshell.elixir.syntax.nodes import Node, Quoted
from kvshell.elixir.syntax.parsing import build
from kvshell.elixir.syntax.parsing.containers import KEYWORDS
from kvshell.elixir.syntax.parsing.literals import CONSTANTS, TEXTS, VALUES
from kvshell.elixir.syntax.parsing.stabs import Stabs
from kvshell.elixir.syntax.tokenizing import sentences
from kvshell.elixir.syntax.tokenizing.tokens import SourceToken
from kvshell.terms import Atom, atom

NAMES = frozenset(
    ["identifier", "paren_identifier", "bracket_identifier", "do_identifier", "op_identifier"]
)
_BEGINS_ARGUMENT = (
    NAMES
    | VALUES
    | TEXTS
    | KEYWORDS
    | frozenset(CONSTANTS)
    | frozenset(["(", "[", "{", "<<", "%", "%{}", "fn", "alias", "atom_unsafe", "capture_int"])
    | frozenset(["unary_op", "at_op", "capture_op"])
)


class Calls(Stabs):
    """Parses primaries: everything except unary and binary operators."""

    def primary(self) -> tuple[Quoted, bool]:
        """Return the next primary, and whether `[key]` may follow it directly."""
        token = self.token
        kind = token.kind
        if kind in NAMES:
            self.advance()
            return self._named(token, None)
        if kind in VALUES:
            self.advance()
            return token.value, True
        if kind in TEXTS:
            self.advance()
            return self.text(token), True
        if kind in CONSTANTS:
            self.advance()
            return CONSTANTS[kind], True
        match kind:
            case "alias":
                self.advance()
                name = Node("__aliases__", [token.value], token.line, token.column)
                return self.ended(name.put("last", (token.line, token.column))), True
            case "[":
                return self.list_literal(), True
            case "{":
                return self.tuple_literal(), True
            case "(":
                return self.parenthesized(), True
            case "%{}":
                return self.map_literal(), True
            case "%":
                return self.struct_literal(), True
            case "<<":
                return self.binary_literal(), True
            case "fn":
                return self.function(), True
            case "capture_int":
                self.advance()
                number = self.expect("int")
                return self.ended(Node("&", [number.value], token.line, token.column)), True
            case "atom_unsafe":
                self.advance()
                return self.quoted_atom(token), True
            case "range_op":
                self.advance()
                return self.ended(Node(token.value, [], token.line, token.column)), True
        raise unexpected(token)

    def postfix(self, subject: Quoted, indexed: bool) -> Quoted:
        """Return `subject` with the dots, calls and `[key]` that follow it."""
        while True:
            kind = self.token.kind
            if kind == "[" and indexed:
                subject = self.access(subject)
            elif kind == ".":
                if self._ends_in_block(subject):
                    raise unexpected(self.token)
                subject, indexed = self._dotted(subject)
            elif kind == "dot_call_op":
                if self._ends_in_block(subject):
                    raise unexpected(self.token)
                dot = self.advance()
                node = Node(Node(".", [subject], dot.line, dot.column), [], dot.line, dot.column)
                subject, indexed = self._parens_call(node), True
                indexed = not self._ends_in_block(subject)
            elif kind in KEYWORDS and indexed:
                raise self._misplaced_keyword()
            else:
                return subject

    def struct_base(self) -> Quoted:
        """Return the name of a struct: an alias, a variable, `__MODULE__`, a call."""
        saved, self.no_do = self.no_do, True
        subject, _ = self._struct_primary()
        while self.token.kind in {".", "dot_call_op"}:
            dot = self.advance()
            if dot.kind == "dot_call_op":
                node = Node(Node(".", [subject], dot.line, dot.column), [], dot.line, dot.column)
                subject = self._parens_call(node)
            elif self.token.kind == "alias":
                subject = self._dot_alias(dot, subject)
            elif self.token.kind == "identifier":
                token = self.advance()
                dotted = Node(".", [subject, atom(token.value)], dot.line, dot.column)
                node = Node(self.ended(dotted), [], token.line, token.column)
                subject = self.ended(node.put("no_parens", value=True))
            elif self.token.kind in NAMES:
                subject, _ = self._named(self.advance(), (dot, subject))
            else:
                raise unexpected(self.token)
        self.no_do = saved
        return subject

    def _struct_primary(self) -> tuple[Quoted, bool]:
        token = self.token
        if token.kind == "identifier":
            self.advance()
            return self.ended(Node(token.value, None, token.line, token.column)), False
        return self.primary()

    def _misplaced_keyword(self) -> Fault:
        token = self.token
        if token.kind == "kw_identifier":
            name = str(token.value.name) if type(token.value) is Atom else _constant(token.value)
            if name == "do":
                message = sentences.invalid_do("unexpected keyword: ")
                return Fault(token.line, token.column, message, "do:")
            return Fault(token.line, token.column, "syntax error before: ", f"'{name}:'")
        return unexpected(token)

    def _ends_in_block(self, subject: Quoted) -> bool:
        return type(subject) is Node and subject.meta is not None and "do" in subject.meta

    def _dotted(self, subject: Quoted) -> tuple[Quoted, bool]:
        dot = self.advance()
        token = self.token
        if token.kind in NAMES:
            self.advance()
            return self._named(token, (dot, subject))
        if token.kind == "alias":
            return self._dot_alias(dot, subject), True
        if token.kind == "{":
            self.advance()
            items, closing = self.with_keywords("}")
            node = build.remote(subject, Atom("{}"), items, dot.line, dot.column)
            return self.closed(node, closing), True
        raise unexpected(token)

    def _dot_alias(self, dot: SourceToken, subject: Quoted) -> Node:
        token = self.advance()
        last = (token.line, token.column)
        if type(subject) is Node and subject.head == "__aliases__" and subject.args is not None:
            node = Node("__aliases__", [*subject.args, token.value], subject.line, subject.column)
        elif type(subject) is Atom or subject is None or type(subject) is bool:
            raise Fault(token.line, token.column, sentences.ALIAS_AFTER_ATOM, "'.'")
        else:
            node = Node("__aliases__", [subject, token.value], dot.line, dot.column)
        return self.ended(node.put("last", last))

    def _named(
        self, token: SourceToken, dotted: tuple[SourceToken, Quoted] | None
    ) -> tuple[Quoted, bool]:
        """Return the variable or call that `token` names, and whether `[key]` may follow it.

        `dotted` is the dot before the name and the expression before the dot.
        """
        name = token.value
        head: str | Node = name
        if dotted is not None:
            dot, subject = dotted
            head = self.ended(Node(".", [subject, atom(name)], dot.line, dot.column))
        node = Node(head, None, token.line, token.column)
        kind = token.kind
        if kind == "paren_identifier":
            called = self._parens_call(node)
            return called, not self._ends_in_block(called)
        if kind == "op_identifier" or (kind == "identifier" and self._begins_argument()):
            called = self._no_parens_call(node)
            if kind == "op_identifier" and len(called.args or ()) == 1:
                called.put("ambiguous_op", value=True)
            return called, False
        if kind == "do_identifier" and not self.no_do:
            node.args = []
            return self._with_block(node), False
        if dotted is not None:
            node.args = []
            node.meta = {"no_parens": True}
        return self.ended(node), kind == "bracket_identifier"

    def _begins_argument(self) -> bool:
        kind = self.token.kind
        if kind == "identifier" and self.token.value == "...":
            return True
        return kind in _BEGINS_ARGUMENT

    def _parens_call(self, node: Node) -> Node:
        node.args, closing = self._arguments()
        self.closed(node, closing)
        if self.token.kind == "(":
            outer = Node(node, [], node.line, node.column)
            outer.args, closing = self._arguments()
            node = self.closed(outer, closing)
        if self.token.kind == "do" and not self.no_do:
            return self._with_block(node)
        return node

    def _arguments(self) -> tuple[list[Quoted], SourceToken]:
        """Return the arguments between parentheses."""
        self.expect("(")
        saved, self.no_do = self.no_do, False
        self.skip_eol()
        arguments: list[Quoted] = []
        while self.token.kind != ")":
            if self.token.kind in KEYWORDS:
                arguments.append(self.keyword_list(sentences.KEYWORD_NOT_LAST_IN_CALL))
                break
            item = self.expression()
            if self.open and arguments:
                raise Fault(item.line, item.column, sentences.COMMA_IN_NESTED_CALL, "','")
            arguments.append(item)
            if self.token.kind != ",":
                break
            self.advance()
            if self.token.kind == ")":
                raise unexpected(self.token)
        self.open = False
        closing = self.close(")")
        self.no_do = saved
        return arguments, closing

    def _no_parens_call(self, node: Node) -> Node:
        saved, self.no_do = self.no_do, True
        paren = self.token if self.token.kind == "(" else None
        arguments, ambiguous = self.plain_arguments(paren)
        self.no_do = saved
        node.args = arguments
        self.ended(node)
        self.open = ambiguous or len(arguments) > 1
        if self.token.kind == "do" and not saved:
            return self._with_block(node)
        return node

    def _with_block(self, node: Node) -> Node:
        """Append the following do-block to the arguments of `node`."""
        begin, sections, end = self.do_block()
        assert node.args is not None
        node.args.append(sections)
        node.put("do", (begin.line, begin.column)).put("end", (end.line, end.column))
        self.open = False
        return self.ended(node)


def _constant(value: bool | None) -> str:
    return {None: "nil", True: "true", False: "false"}[value]
