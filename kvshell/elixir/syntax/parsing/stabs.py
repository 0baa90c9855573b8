"""Clauses and blocks: `fn`, `do ... end`, parentheses, and arguments without parentheses."""

from kvshell.elixir.syntax.faults import Fault, unexpected
from kvshell.elixir.syntax.nodes import Node, Quoted
from kvshell.elixir.syntax.parsing import build
from kvshell.elixir.syntax.parsing.containers import KEYWORDS, Containers
from kvshell.elixir.syntax.tokenizing import sentences
from kvshell.elixir.syntax.tokenizing.tokens import CLOSERS, SourceToken
from kvshell.terms import A, atom

_SECTIONS = frozenset({"end", "block_identifier"})


class Stabs(Containers):
    """Parses constructs that may contain `->`."""

    def function(self) -> Node:
        """Return `fn ... end`."""
        begin = self.advance()
        saved, self.no_do = self.no_do, False
        self.separators()
        if self.token.kind == "end":
            raise unexpected(self.token)
        items = self._statements(frozenset({"end"}))
        end = self.expect("end")
        self.no_do = saved
        clauses = self._clauses(items)
        if clauses is None:
            raise Fault(begin.line, begin.column, sentences.FN_WITHOUT_ARROW, "'fn'")
        node = Node("fn", clauses, begin.line, begin.column)
        self.open = False
        return self.closed(node, end)

    def do_block(self) -> tuple[SourceToken, list[Quoted], SourceToken]:
        """Return `do`, the sections as a keyword list, and `end`."""
        begin = self.advance()
        saved, self.no_do = self.no_do, False
        self.separators()
        sections: list[Quoted] = [(A.do, self._section())]
        while self.token.kind == "block_identifier":
            word = self.advance()
            self.separators()
            sections.append((atom(word.value), self._section()))
        end = self.expect("end")
        self.no_do = saved
        return begin, sections, end

    def _section(self) -> Quoted:
        items = self._statements(_SECTIONS)
        clauses = self._clauses(items)
        return build.block(items) if clauses is None else clauses

    def parenthesized(self) -> Quoted:
        """Return a parenthesized expression, block, or clauses."""
        begin = self.advance()
        saved, self.no_do = self.no_do, False
        spaced = begin if begin is self.spaced else None
        blank = self.separators()
        if self.token.kind == ")" and not (blank and self.last.kind == ";"):
            self.warn(begin, sentences.EMPTY_PARENTHESES)
        items = self._statements(frozenset({")"}), spaced)
        self.no_do = saved
        closing = self.close(")")
        self.open = False
        clauses = self._clauses(items)
        if clauses is not None:
            return clauses
        if len(items) == 1 and not _stays_block(items[0]):
            return items[0]
        return self.closed(Node("__block__", items, begin.line, begin.column), closing)

    def plain_arguments(self, paren: SourceToken | None = None) -> tuple[list[Quoted], bool]:
        """Return arguments without parentheses, and whether the only one is itself such a call.

        `paren` is the `(` with which the first argument starts, if it does: `f (1, 2)` is rejected.
        """
        arguments: list[Quoted] = []
        while True:
            if self.token.kind in KEYWORDS:
                arguments.append(self._plain_keywords())
                return arguments, False
            self.spaced, paren = paren, None
            item = self.expression()
            if self.open:
                if arguments:
                    raise Fault(item.line, item.column, sentences.COMMA_IN_NESTED_CALL, "','")
                return [item], True
            arguments.append(item)
            if self.token.kind != ",":
                return arguments, False
            self.advance()

    def _plain_keywords(self) -> list[Quoted]:
        pairs: list[Quoted] = []
        while True:
            key = self.keyword()
            pairs.append((key, self.expression()))
            self.open = False
            if self.token.kind != ",":
                return pairs
            comma = self.advance()
            if self.token.kind not in KEYWORDS:
                self.expression()
                problem = sentences.KEYWORD_NOT_LAST_IN_CALL
                raise Fault(comma.line, comma.column, problem, "','")

    def _parentheses(self) -> tuple[SourceToken | None, bool]:
        """Return the token after the next `(...)`, and whether the parentheses hold several items.

        The token is None if the text ends before the `)`.
        """
        depth = 0
        several = self.tokens[self.index + 1].kind in KEYWORDS
        for index in range(self.index, len(self.tokens)):
            kind = self.tokens[index].kind
            if kind in CLOSERS:
                depth += 1
            elif kind in {")", "]", "}", ">>", "end"}:
                depth -= 1
                if depth == 0:
                    return self.tokens[index + 1], several
            elif depth == 1 and kind == ",":
                several = True
        return None, several

    def _statements(
        self, closers: frozenset[str], spaced: SourceToken | None = None
    ) -> list[Quoted]:
        items: list[Quoted] = []
        while self.token.kind not in closers:
            items.append(self._statement(closers, spaced))
            spaced = None
            if not self.separators() and self.token.kind not in closers:
                raise unexpected(self.token)
        return items

    def _statement(self, closers: frozenset[str], spaced: SourceToken | None) -> Quoted:
        token = self.token
        self.open = False
        if token.kind == "stab_op":
            return self._clause([], closers)
        if token.kind == "(" and self._begins_clause():
            return self._clause(self._parenthesized_patterns(), closers)
        if token.kind in KEYWORDS:
            patterns, _ = self.plain_arguments()
            if self.token.kind != "stab_op":
                raise self._not_patterns(spaced)
            return self._clause(patterns, closers)
        first = self.expression()
        if self.token.kind == "," and not self.open:
            self.advance()
            saved, self.no_do = self.no_do, True
            more, _ = self.plain_arguments()
            self.no_do = saved
            if self.token.kind != "stab_op":
                raise self._not_patterns(spaced)
            return self._clause([first, *more], closers)
        if self.token.kind == "stab_op":
            return self._clause([first], closers)
        return first

    def _not_patterns(self, spaced: SourceToken | None) -> Fault:
        """Return the fault of several items without `->`; `spaced` is the `(` of `f (1, 2)`."""
        if spaced is None:
            return unexpected(self.token)
        self.close(")")
        return Fault(spaced.line, spaced.column, sentences.PARENTHESES_AFTER_SPACE, "'('")

    def _begins_clause(self) -> bool:
        """Whether the next parentheses contain the patterns of a clause."""
        after, several = self._parentheses()
        return several if after is None else after.kind in {"stab_op", "when_op"}

    def _parenthesized_patterns(self) -> list[Quoted]:
        self.advance()
        saved, self.no_do = self.no_do, False
        self.skip_eol()
        patterns: list[Quoted] = []
        if self.token.kind != ")":
            patterns, _ = self.plain_arguments()
        self.close(")")
        self.no_do = saved
        if self.token.kind == "when_op":
            when = self.advance()
            self.skip_eol()
            guard = self.expression()
            patterns = [self.ended(Node("when", [*patterns, guard], when.line, when.column))]
        return patterns

    def _clause(self, patterns: list[Quoted], closers: frozenset[str]) -> Node:
        arrow = self.expect("stab_op")
        newline = self.skip_eol()
        body: Quoted = None
        if self.token.kind in closers or self.token.kind in {";", "eol"}:
            self.warn(arrow, sentences.EMPTY_CLAUSE)
        else:
            body = self.expression()
        self.open = False
        node = Node("->", [_unwrapped(patterns), body], arrow.line, arrow.column)
        if newline:
            node.meta = {"newlines": 1}
        return self.ended(node)

    def _clauses(self, items: list[Quoted]) -> list[Quoted] | None:
        """Return the clauses of a block with their whole bodies, or None if it has no `->`."""
        arrows = [item for item in items if type(item) is Node and item.head == "->"]
        if not arrows:
            return None
        if items[0] is not arrows[0]:
            first = arrows[0]
            raise Fault(first.line, first.column, sentences.ARROW_AFTER_EXPRESSION, "'->'")
        bodies: list[list[Quoted]] = []
        for item in items:
            if type(item) is Node and item.head == "->":
                assert item.args is not None
                bodies.append([item.args[1]])
            else:
                bodies[-1].append(item)
        for clause, body in zip(arrows, bodies, strict=True):
            clause.args = [(clause.args or [])[0], build.block(body)]
            last = body[-1]
            if type(last) is Node and len(body) > 1:
                clause.end_line, clause.end_column = last.end_line, last.end_column
        return arrows


def _unwrapped(patterns: list[Quoted]) -> list[Quoted]:
    """Move the guard of the last pattern to all of them, as Elixir does."""
    if len(patterns) > 1:
        last = patterns[-1]
        if type(last) is Node and last.head == "when" and last.args and len(last.args) == 2:
            pattern, guard = last.args
            when = Node("when", [*patterns[:-1], pattern, guard], last.line, last.column)
            when.end_line, when.end_column = last.end_line, last.end_column
            return [when]
    return patterns


def _stays_block(item: Quoted) -> bool:
    """Whether parentheses around `item` make it a block, as in Elixir's own grammar."""
    return (
        type(item) is Node
        and item.head in {"not", "!", "unquote_splicing"}
        and len(item.args or ()) == 1
    )
