"""Containers: lists, tuples, binaries, maps, structs, keyword lists and `value[key]`."""

from kvshell.elixir.syntax.faults import Fault, unexpected
from kvshell.elixir.syntax.nodes import Node, Quoted
from kvshell.elixir.syntax.parsing import build
from kvshell.elixir.syntax.parsing.literals import Literals
from kvshell.elixir.syntax.tokenizing import sentences
from kvshell.elixir.syntax.tokenizing.tokens import ABOVE_PIPE, SourceToken
from kvshell.terms import A, Atom

KEYWORDS = frozenset({"kw_identifier", "kw_identifier_unsafe"})


class Containers(Literals):
    """Parses bracketed expressions."""

    def bracketed(self, closer: str) -> tuple[list[Quoted], list[Quoted] | None, SourceToken]:
        """Return the items up to `closer`, their trailing keywords, and the closing token."""
        saved, self.no_do = self.no_do, False
        items: list[Quoted] = []
        keywords: list[Quoted] | None = None
        self.skip_eol()
        while self.token.kind != closer:
            if self.token.kind in KEYWORDS:
                keywords = self.keyword_list(sentences.KEYWORD_NOT_LAST_IN_DATA)
                break
            items.append(self.container_item())
            if self.token.kind != ",":
                break
            self.advance()
        closing = self.close(closer)
        self.no_do = saved
        return items, keywords, closing

    def container_item(self, floor: int = 0) -> Quoted:
        """Return one expression of a container, which may not be a call such as `f a, b`."""
        item = self.expression(floor)
        if self.open:
            raise Fault(item.line, item.column, sentences.COMMA_IN_CONTAINER, "','")
        return item

    def keyword_list(self, not_last: str) -> list[Quoted]:
        """Return `a: 1, b: 2` as a list; `not_last` is the message if something else follows."""
        pairs: list[Quoted] = []
        in_call = not_last is sentences.KEYWORD_NOT_LAST_IN_CALL
        while True:
            pairs.append((self.keyword(), self.container_item()))
            if self.token.kind != ",":
                return pairs
            comma = self.advance()
            if self.token.kind in KEYWORDS:
                continue
            if self.token.kind in {")", "]", "}", ">>"}:
                if in_call:
                    self.warn(comma, sentences.TRAILING_COMMA)
                return pairs
            self.expression()
            raise Fault(comma.line, comma.column, not_last, "','")

    def keyword(self) -> Quoted:
        """Return the atom of a `key:`, skipping a newline after it."""
        token = self.advance()
        if token.kind == "kw_identifier":
            key: Quoted = token.value
        else:
            key = self.quoted_atom(token).put("format", "keyword")
        self.skip_eol()
        return key

    def list_literal(self) -> list[Quoted]:
        """Return `[...]`; keywords become items of the list itself."""
        self.advance()
        items, keywords, _ = self.bracketed("]")
        return items + (keywords or [])

    def tuple_literal(self) -> Quoted:
        """Return `{...}`; keywords become one item, a list."""
        begin = self.advance()
        items, closing = self.with_keywords("}")
        if len(items) == 2:
            return (items[0], items[1])
        return self.closed(Node("{}", items, begin.line, begin.column), closing)

    def binary_literal(self) -> Node:
        """Return `<<...>>`."""
        begin = self.advance()
        items, closing = self.with_keywords(">>")
        return self.closed(Node("<<>>", items, begin.line, begin.column), closing)

    def with_keywords(self, closer: str) -> tuple[list[Quoted], SourceToken]:
        """Return the items up to `closer`, with keywords after them as one item, and `closer`."""
        first = self.tokens[self.index + 1] if self.token.kind == "eol" else self.token
        items, keywords, closing = self.bracketed(closer)
        if keywords is not None:
            if not items:
                raise unexpected(first)
            items.append(keywords)
        return items, closing

    def map_literal(self) -> Node:
        """Return `%{...}`."""
        self.advance()
        return self._map_body()

    def struct_literal(self) -> Node:
        """Return `%Name{...}`."""
        begin = self.advance()
        name = self._struct_name()
        self.skip_eol()
        if self.token.kind != "{" or not _is_name(name):
            raise unexpected(self.token)
        body = self._map_body()
        return self.ended(Node("%", [name, body], begin.line, begin.column))

    def _struct_name(self) -> Quoted:
        token = self.token
        if token.kind in {"at_op", "unary_op", "dual_op", "ternary_op"}:
            self.advance()
            self.skip_eol()
            operand = self._struct_name()
            return self.ended(Node(token.value, [operand], token.line, token.column))
        return self.struct_base()

    def _map_body(self) -> Node:
        begin = self.expect("{")
        saved, self.no_do = self.no_do, False
        self.skip_eol()
        pairs: list[Quoted] = []
        update: Node | None = None
        while self.token.kind != "}":
            if self.token.kind in KEYWORDS:
                pairs.extend(self.keyword_list(sentences.KEYWORD_NOT_LAST_IN_DATA))
                break
            item = self.container_item(ABOVE_PIPE)
            if self.token.kind in {"when_op", "in_match_op", "type_op"}:
                item = self.operators(item)
            if self.token.kind == "pipe_op" and update is None and not pairs:
                pipe = self.advance()
                self.skip_eol()
                update = Node("|", [item], pipe.line, pipe.column)
                if self.token.kind == "}":
                    raise unexpected(self.token)
                continue
            pairs.append(self._pair(item))
            if self.token.kind != ",":
                break
            self.advance()
        closing = self.close("}")
        self.no_do = saved
        if update is not None:
            assert update.args is not None
            update.args.append(pairs)
            pairs = [self.ended(update)]
        return self.closed(Node("%{}", pairs, begin.line, begin.column), closing)

    def _pair(self, key: Quoted) -> Quoted:
        if self.token.kind != "assoc_op":
            if type(key) is not Node:
                raise unexpected(self.token)
            return key
        self.advance()
        self.skip_eol()
        return (key, self.container_item())

    def access(self, subject: Quoted) -> Node:
        """Return `subject[key]`."""
        begin = self.advance()
        saved, self.no_do = self.no_do, False
        self.skip_eol()
        if self.token.kind in KEYWORDS:
            key: Quoted = self.keyword_list(sentences.KEYWORD_NOT_LAST_IN_DATA)
        else:
            key = self.container_item()
            if self.token.kind == ",":
                self.advance()
        closing = self.close("]")
        self.no_do = saved
        node = build.remote(build.ACCESS, A.get, [subject, key], begin.line, begin.column)
        return self.closed(node, closing).put("from_brackets", value=True)

    def closed(self, node: Node, closing: SourceToken) -> Node:
        """Record the closing bracket of `node`, which ends there."""
        node.meta = {"closing": (closing.line, closing.column)}
        return self.ended(node)

    def struct_base(self) -> Quoted:
        """Return the part between `%` and `{`; implemented by the parser of calls."""
        raise NotImplementedError


def _is_name(name: Quoted) -> bool:
    """Whether `name` is allowed between `%` and `{`."""
    if type(name) is Node:
        return name.head != "&" and not (type(name.head) is str and name.head.startswith("sigil_"))
    return type(name) is Atom
