"""NodeLayout: items between brackets, clauses and blocks, on one or several lines."""

from kvshell.elixir.syntax.nodes import Node, Quoted, is_call
from kvshell.elixir.syntax.writing.literal_text import (
    atom_text,
    charlist_text,
    escape,
    is_printable,
    key_text,
)
from kvshell.terms import Atom

ENDLESS = 1_000_000
# A newline inside a sigil during layout, where a real one would count as a broken line.
LINE_END = "\ud800"
_HUGGED = frozenset({"fn", "%{}", "%", "{}", "<<>>"})


class NodeLayout:
    """Lays out the source of nodes on one line or on several; `text` formats one node."""

    def text(self, node: Quoted, width: int) -> str:
        """Return `node` on one line if it fits in `width`, otherwise on several lines."""
        raise NotImplementedError

    def _compose(self, node: Quoted, width: int) -> str:
        raise NotImplementedError

    def _list(self, items: list[Quoted], width: int) -> str:
        if items and all(type(item) is int for item in items) and is_printable(items):
            return charlist_text(items)
        if items and all(is_call(item, "->", 2) for item in items):
            return f"({self._clauses(items, width)})"
        plain, keywords = split_pairs(items)
        return self._bracketed("[", plain, keywords, "]", width)

    def _container(self, opener: str, items: list[Quoted], closer: str, width: int) -> str:
        plain, keywords = keyword_tail(items)
        if not plain and keywords is not None:
            plain, keywords = items, None
        return self._bracketed(opener, plain, keywords, closer, width)

    def _item_texts(
        self, items: list[Quoted], keywords: list[Quoted] | None, width: int
    ) -> list[str]:
        texts = [self.text(item, width) for item in items]
        for key, value in keywords or ():
            name = f"{self._key(key)}: "
            texts.append(name + self.text(value, width - len(name)))
        return texts

    def _key(self, key: Quoted) -> str:
        if type(key) is Node:
            assert key.args is not None
            return '"' + self._interpolated(key.args[0].args, '"') + '"'
        return key_text(key)

    def _joined(self, items: list[Quoted], keywords: list[Quoted] | None, width: int) -> str:
        flat = ", ".join(self._item_texts(items, keywords, ENDLESS))
        if fits(flat, width):
            return flat
        if len(items) + len(keywords or ()) == 1:
            return self._item_texts(items, keywords, width)[0]
        return ",\n".join(self._item_texts(items, keywords, width))

    def _bracketed(
        self,
        opener: str,
        items: list[Quoted],
        keywords: list[Quoted] | None,
        closer: str,
        width: int,
    ) -> str:
        flat = opener + ", ".join(self._item_texts(items, keywords, ENDLESS)) + closer
        if fits(flat, width) or not (items or keywords):
            return flat
        if opener == "{":
            return filled(opener, self._item_texts(items, keywords, width - 1), closer, width)
        if opener == "(" and items and not keywords and is_hugged(items[-1]):
            before = ", ".join([*self._item_texts(items[:-1], None, ENDLESS), ""])
            if "\n" not in before:
                hugged = opener + before + self._compose(items[-1], max(width - len(before) - 1, 1))
                first = hugged.split("\n", 1)[0]
                if len(first) <= width:
                    return hugged + closer
        inner = ",\n".join(self._item_texts(items, keywords, width - 2))
        return f"{opener}\n{indent(inner, 2)}\n{closer}"

    def _interpolated(self, parts: list[Quoted], quote: str) -> str:
        texts = []
        for part in parts:
            if type(part) is str or type(part) is bytes:
                texts.append(escape(part, quote))
            else:
                inner = part.args[0] if is_call(part, "::", 2) else part
                texts.append("#{" + self.text(inner.args[0], ENDLESS) + "}")
        return "".join(texts)

    def _block(self, body: Quoted, width: int) -> str:
        if isinstance(body, list) and body and all(is_call(item, "->", 2) for item in body):
            return self._clauses(body, width)
        if is_call(body, "__block__"):
            return self.lines(body.args, width)
        return self.text(body, width)

    def lines(self, expressions: list[Quoted], width: int) -> str:
        """Return expressions on separate lines, with blank lines around multi-line ones."""
        text = ""
        several = False
        for expression in expressions:
            line = self.text(expression, width)
            if text:
                text += "\n\n" if several or "\n" in line else "\n"
            several = "\n" in line
            text += line
        return text

    def _clauses(self, clauses: list[Node], width: int) -> str:
        texts = [self._clause(clause, width) for clause in clauses]
        if not any("\n" in text for text in texts):
            return "\n".join(texts)
        return "\n\n".join(self._clause(clause, width, broken=True) for clause in clauses)

    def _clause(self, clause: Node, width: int, *, broken: bool = False) -> str:
        assert clause.args is not None
        patterns, body = clause.args
        head = self._patterns(patterns, width)
        text = self._block(body, width - 2)
        arrow = f"{head} ->" if head else "->"
        if broken or "\n" in text or len(arrow) + 1 + len(text) > width:
            return f"{arrow}\n{indent(text, 2)}"
        return f"{arrow} {text}"

    def _patterns(self, patterns: list[Quoted], width: int) -> str:
        if len(patterns) == 1 and is_call(patterns[0], "when"):
            *inner, guard = patterns[0].args
            head = self._patterns(inner, width) or "()"
            return f"{head} when {self.text(guard, width)}"
        items, keywords = keyword_tail(patterns)
        return self._joined(items, keywords, width)

    def _fn(self, _node: Node, clauses: list[Quoted], width: int) -> str:
        if len(clauses) > 1:
            return f"fn\n{indent(self._clauses(clauses, width - 2), 2)}\nend"
        patterns, body = clauses[0].args
        head = self._patterns(patterns, width)
        begin = f"fn {head} ->" if head else "fn ->"
        text = self._block(body, width - 2)
        if "\n" in text or len(begin) + len(text) + 5 > width:
            return f"{begin}\n{indent(text, 2)}\nend"
        return f"{begin} {text} end"


def split_pairs(items: list[Quoted]) -> tuple[list[Quoted], list[Quoted] | None]:
    """Split trailing pairs that can be written `key: value` from `items`."""
    at = len(items)
    while at and type(items[at - 1]) is tuple and is_key(items[at - 1][0]):
        at -= 1
    return items[:at], items[at:] or None


def keyword_tail(args: list[Quoted]) -> tuple[list[Quoted], list[Quoted] | None]:
    """Split a trailing keyword list from the arguments."""
    last = args[-1] if args else None
    if isinstance(last, list) and last and not split_pairs(last)[0]:
        return args[:-1], last
    return args, None


def is_key(key: Quoted) -> bool:
    """Return whether a key is written `key:`."""
    if type(key) is Node:
        return bool(key.get("format") == "keyword")
    if type(key) is Atom:
        return not (key.name.startswith("Elixir.") and atom_text(key)[0] != ":")
    return key is None or type(key) is bool


def filled(opener: str, texts: list[str], closer: str, width: int) -> str:
    """Return `texts` in brackets with as many on each line as fit, as in a tuple."""
    text, column = opener, len(opener)
    for index, item in enumerate(texts):
        if index:
            text += ","
            if column + 2 + len(item) >= width or "\n" in item:
                text, column = text + "\n ", 1
            else:
                text, column = text + " ", column + 2
        text += indent(item, 1).lstrip(" ")
        column = column + len(item) if "\n" not in item else len(item.rsplit("\n", 1)[1]) + 1
    return text + closer


def fits(text: str, width: int) -> bool:
    """Whether `text` is a single line (newlines in sigils aside) of at most `width` columns."""
    return "\n" not in text and len(text) <= width


def indent(text: str, by: int) -> str:
    """Return `text` indented by `by` columns."""
    space = " " * by
    return "\n".join(space + line if line else line for line in text.split("\n"))


def is_hugged(node: Quoted) -> bool:
    """Whether a `node` of several lines starts on the line of the text before it."""
    if type(node) is Node:
        return node.head in _HUGGED and bool(node.args)
    return (isinstance(node, list) and bool(node)) or type(node) is tuple
