"""Turns nodes into source text, as `Macro.to_string` does: for ExUnit, errors and warnings.

Whatever fits stays on one line of 98 characters; larger calls and containers put each item on its
own line, like `mix format`.
"""

from typing import Any, ClassVar

from kvshell.elixir.syntax.nodes import Node, Quoted, is_call
from kvshell.elixir.syntax.writing import precedence
from kvshell.elixir.syntax.writing.layout import (
    ENDLESS,
    LINE_END,
    NodeLayout,
    fits,
    indent,
    is_hugged,
    keyword_tail,
    split_pairs,
)
from kvshell.elixir.syntax.writing.literal_text import (
    atom_text,
    binary_text,
    escape,
    float_text,
    int_text,
    key_text,
    sigil_text,
)
from kvshell.terms import A, Atom, alias

_KERNEL, _LIST, _ACCESS = alias("Kernel"), alias("List"), alias("Access")


def text_of(node: Quoted, width: int = 98) -> str:
    """Return `node` as source with lines of at most `width`, if possible."""
    if is_call(node, "__block__") and len(node.args) > 1:
        return _with_line_ends(NodeWriter().lines(node.args, width))
    return _with_line_ends(NodeWriter().text(node, width))


def _with_line_ends(text: str) -> str:
    return text.replace(LINE_END, "\n")


class NodeWriter(NodeLayout):
    """Writes nodes as source."""

    def text(self, node: Quoted, width: int) -> str:
        """Return `node` on one line if it fits in `width`, otherwise on several lines."""
        flat = self._compose(node, ENDLESS)
        if width >= ENDLESS or fits(flat, width):
            return flat
        return self._compose(node, width)

    def _compose(self, node: Quoted, width: int) -> str:
        kind = type(node)
        if kind is Node:
            return self._node(node, width)
        if kind is tuple:
            return self._container("{", list(node), "}", width)
        if isinstance(node, list):
            return self._list(node, width)
        if kind is str or kind is bytes:
            return '"' + escape(node, '"') + '"'
        if kind is float:
            return float_text(node)
        return int_text(node) if kind is int else atom_text(node)

    def _node(self, node: Node, width: int) -> str:
        head, args = node.head, node.args
        if args is None:
            return head if type(head) is str else self.text(head, width)
        if type(head) is Node:
            return self._remote(node, head, args, width)
        assert type(head) is str
        if head.startswith("sigil_") and len(args) == 2 and is_call(args[0], "<<>>"):
            return sigil_text(node, self._interpolated).replace("\n", LINE_END)
        special = self._special.get(head)
        if special is not None:
            text: str = special(self, node, args, width)
            return text
        if len(args) == 1 and head in precedence.UNARY:
            return self._unary(head, args[0], width)
        if len(args) == 2 and head in precedence.BINARY:
            return self._binary(head, args[0], args[1], width)
        return self._call(head, args, width, parens=not precedence.without_parens(head, len(args)))

    def _unary(self, operator: str, operand: Quoted, width: int) -> str:
        if operator == "not" and is_call(operand, "in", 2):
            return self._binary("not in", operand.args[0], operand.args[1], width)
        text = self.text(operand, width)
        if type(operand) is Node and type(operand.head) is str and operand.args is not None:
            count = len(operand.args)
            binary = count == 2 and operand.head in precedence.BINARY
            if binary or (operand.head in {"..//"}):
                text = f"({text})"
            elif count == 1 and operand.head in precedence.UNARY and not _is_plain(operand):
                same_word = operator == operand.head and operator in {"!", "not"}
                text = text if same_word else f"({text})"
        return f"not {text}" if operator == "not" else operator + text

    def _binary(
        self, operator: str, left: Quoted, right: Quoted, width: int, *, broken: bool = False
    ) -> str:
        first = self._operand(operator, left, "left", width)
        space = "" if operator == ".." else " "
        flat = first + space + operator + space + self._operand(operator, right, "right", ENDLESS)
        if fits(flat, width) and not broken:
            return flat
        if operator == "|>":
            if is_call(left, "|>", 2):
                first = self._binary("|>", left.args[0], left.args[1], width, broken=True)
            return f"{first}\n|> {self._operand(operator, right, 'right', width - 3)}"
        lead = first.rsplit("\n", 1)[-1] + f" {operator} "
        if is_hugged(right):
            hugged = self._operand(operator, right, "right", max(width - len(lead), 1))
            return f"{first} {operator} {hugged}"
        last = self._operand(operator, right, "right", ENDLESS)
        if space and "\n" in first and "\n" not in last and len(lead) + len(last) <= width:
            return f"{first} {operator} {last}"
        if operator == "|" or not space:
            return first + space + operator + space + self._operand(operator, right, "right", width)
        return f"{first} {operator}\n" + indent(
            self._operand(operator, right, "right", width - 2), 2
        )

    def _operand(self, operator: str, operand: Quoted, side: str, width: int) -> str:
        text = self.text(operand, width)
        if is_call(operand, "..//", 3):
            return f"({text})" if precedence.needs_parens(operator, "..", side) else text
        if type(operand) is Node and type(operand.head) is str and len(operand.args or ()) == 2:
            inner = "not in" if operand.head == "not in" else operand.head
            if inner in precedence.BINARY and precedence.needs_parens(operator, inner, side):
                return f"({text})"
        elif is_call(operand, "not", 1) and is_call(operand.args[0], "in", 2):
            return f"({text})" if precedence.needs_parens(operator, "in", side) else text
        elif (
            is_call(operand, "&", 1)
            and type(operand.args[0]) is not int
            and (side == "left" or operator == "|>")
        ):
            return f"({text})"
        return text

    def _remote(self, node: Node, head: Node, args: list[Quoted], width: int) -> str:
        if head.head != ".":
            return self._call(self.text(head, width), args, width)
        assert head.args is not None
        subject = head.args[0]
        if len(head.args) == 1:  # f.(1)
            text = self.text(subject, width)
            plain = type(subject) is not Node or (
                subject.head != "fn" and not _is_operation(subject)
            )
            return self._call((text if plain else f"({text})") + ".", args, width)
        name = head.args[1]
        if subject == _ACCESS and name == A.get and node.get("from_brackets") and len(args) == 2:
            inner = self._call("", [args[1]], width, brackets="[]")
            return self._subject(args[0], width) + inner
        if subject == _LIST and name == A.to_charlist and node.get("delimiter"):
            return "'" + self._interpolated(args[0], "'") + "'"
        if subject == A.erlang and name == A.binary_to_atom and is_call(args[0], "<<>>"):
            return ':"' + self._interpolated(args[0].args, '"') + '"'
        if name == Atom("{}"):
            return self._subject(subject, width) + "." + self._container("{", args, "}", width)
        callee = f"{self._subject(subject, width)}.{key_text(name)}"
        named = type(subject) is not Atom and not is_call(subject, "__aliases__")
        if not args and node.get("no_parens") and named:
            return callee
        return self._call(callee, args, width)

    def _subject(self, node: Quoted, width: int) -> str:
        text = self.text(node, width)
        return f"({text})" if _is_operation(node) else text

    def _call(
        self,
        callee: str,
        args: list[Quoted],
        width: int,
        *,
        parens: bool = True,
        brackets: str = "()",
    ) -> str:
        sections = _sections(args)
        if sections is not None and brackets == "()":
            return self._do_call(callee, args[:-1], sections, width, parens=parens)
        items, keywords = keyword_tail(args)
        if not parens:
            lead = len(callee) + 1
            return f"{callee} " + indent(self._joined(items, keywords, width - lead), lead).lstrip(
                " "
            )
        return callee + self._bracketed(
            brackets[0], items, keywords, brackets[1], width - len(callee)
        )

    def _do_call(
        self, callee: str, args: list[Quoted], sections: list[Quoted], width: int, *, parens: bool
    ) -> str:
        items, keywords = keyword_tail(args)
        if items or keywords:
            remote = "." in callee and not callee.endswith(".")
            if parens and not remote:
                callee += self._bracketed("(", items, keywords, ")", width - len(callee) - 3)
            else:
                lead = len(callee) + 1
                callee += " " + indent(self._joined(items, keywords, width - lead), lead).lstrip(
                    " "
                )
        lines = []
        for word, body in sections:
            text = self._block(body, width - 2)
            word_text = key_text(word)
            lines.append(f"{callee} do" if word is A.do else word_text)
            if text:
                lines.append(indent(text, 2))
        return "\n".join([*lines, "end"])

    def _aliases(self, _node: Node, args: list[Quoted], width: int) -> str:
        return ".".join(a.name if type(a) is Atom else self._subject(a, width) for a in args)

    def _paren_block(self, _node: Node, args: list[Quoted], width: int) -> str:
        if not args:
            return ""
        if len(args) == 1:
            return self.text(args[0], width)
        return f"(\n{indent(self.lines(args, width - 2), 2)}\n)"

    def _tuple(self, _node: Node, args: list[Quoted], width: int) -> str:
        return self._container("{", args, "}", width)

    def _bits(self, node: Node, args: list[Quoted], _width: int) -> str:
        if node.get("delimiter") or (args and all(type(each) is str for each in args)):
            return '"' + self._interpolated(args, '"') + '"'
        return binary_text(args, self._segment)

    def _segment(self, part: Quoted) -> str:
        if is_call(part, "::", 2):
            left, right = part.args
            return f"{self.text(left, ENDLESS)}::{self._size(right)}"
        return self.text(part, ENDLESS)

    def _size(self, right: Quoted) -> str:
        if is_call(right, "-", 2):
            return f"{self._size(right.args[0])}-{self._size(right.args[1])}"
        if is_call(right, "*", 2):
            return f"{self._size(right.args[0])}*{self._size(right.args[1])}"
        text = self.text(right, ENDLESS)
        return f"({text})" if _is_operation(right) else text

    def _map(self, _node: Node, args: list[Quoted], width: int, name: str = "") -> str:
        opener = f"%{name}{{"
        if len(args) == 1 and is_call(args[0], "|", 2):
            subject, pairs = args[0].args
            opener += f"{self.text(subject, width)} | "
            args = pairs
        plain, keywords = split_pairs(args)
        pairs_texts = [
            f"{self._operand('=>', pair[0], 'left', width)} => {self.text(pair[1], width)}"
            if type(pair) is tuple
            else self.text(pair, width)
            for pair in plain
        ]
        flat = opener + ", ".join([*pairs_texts, *self._item_texts([], keywords, ENDLESS)]) + "}"
        if fits(flat, width):
            return flat
        inner = ",\n".join([*pairs_texts, *self._item_texts([], keywords, width - 2)])
        return f"{opener}\n{indent(inner, 2)}\n}}"

    def _struct(self, _node: Node, args: list[Quoted], width: int) -> str:
        name = self.text(args[0], width)
        return self._map(args[1], args[1].args, width, name)

    def _capture(self, _node: Node, args: list[Quoted], width: int) -> str:
        operand = args[0]
        if type(operand) is int:
            return f"&{operand}"
        text = self.text(operand, width)
        if is_call(operand, "/", 2) and type(operand.args[1]) is int:
            name = operand.args[0]
            if type(name) is Node and (name.args is None or name.args == []):
                target = (
                    name.head if name.args is None else self.text(name, width).removesuffix("()")
                )
                return f"&{target}/{operand.args[1]}"
        if _is_operation(operand):
            return f"&({text})"
        return f"& {text}" if text.startswith("&") else f"&{text}"

    def _step_range(self, _node: Node, args: list[Quoted], width: int) -> str:
        first, last, step = (self._operand("..", part, "left", width) for part in args)
        return f"{first}..{last}//{step}"

    def _nullary_range(self, _node: Node, args: list[Quoted], width: int) -> str:
        return ".." if not args else self._binary("..", args[0], args[1], width)

    def _attribute(self, _node: Node, args: list[Quoted], width: int) -> str:
        operand = args[0]
        if type(operand) is Node and type(operand.head) is str and len(operand.args or ()) == 1:
            assert operand.args is not None
            if not operand.get("do") and _sections(operand.args) is None:
                return "@" + self._call(operand.head, operand.args, width - 1, parens=False)
        return "@" + self.text(operand, width)

    _special: ClassVar[dict[str, Any]] = {
        "__aliases__": _aliases,
        "__block__": _paren_block,
        "{}": _tuple,
        "<<>>": _bits,
        "%{}": _map,
        "%": _struct,
        "fn": NodeLayout._fn,  # noqa: SLF001  # the class this one is made of
        "&": _capture,
        "@": _attribute,
        "..//": _step_range,
        "..": _nullary_range,
    }


def _is_operation(node: Quoted) -> bool:
    if type(node) is not Node or type(node.head) is not str or node.args is None:
        return False
    count = len(node.args)
    return (count == 2 and node.head in precedence.BINARY) or (
        count == 1 and node.head in precedence.UNARY and not _is_plain(node)
    )


def _is_plain(node: Node) -> bool:
    """Whether a prefix acts as part of the name: `@name`, `&1`."""
    return node.head == "@" or (node.head == "&" and type((node.args or [None])[0]) is int)


def _sections(args: list[Quoted]) -> list[Quoted] | None:
    last = args[-1] if args else None
    if not isinstance(last, list) or not last:
        return None
    pairs = all(type(pair) is tuple and type(pair[0]) is Atom for pair in last)
    return last if pairs and last[0][0] is A.do else None
