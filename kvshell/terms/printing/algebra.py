"""The part of Elixir's Inspect.Algebra that inspecting terms needs.

A document is a str, a tuple of adjacent documents, or a LayoutGroup: items between brackets that
stay on one line if they fit. A strict group that does not fit puts every item on its own line; a
flex group fills its lines. Widths are counted in UTF-8 bytes, and a line without a possible break
may be too long, both as in Elixir 1.14.
"""

from typing import Any

Doc = Any  # str | tuple[Doc, ...] | LayoutGroup


class LayoutGroup:
    """A document of `items` between `left` and `right`, on one line if they fit.

    With `bar` the last two are separated by ` |`.
    """

    __slots__ = ("bar", "flex", "indent", "items", "left", "right")

    def __init__(
        self,
        left: str,
        items: list[Doc],
        right: str,
        flex: bool,
        indent: int = 0,
        bar: bool = False,
    ) -> None:
        self.left = left
        self.items = items
        self.right = right
        self.flex = flex
        self.indent = indent or (1 if flex else 2)
        self.bar = bar


class _Break:
    __slots__ = ("flex", "text")

    def __init__(self, text: str, flex: bool) -> None:
        self.text = text
        self.flex = flex


class _End:
    """The end of a group: breaks inside it do not count outside."""

    __slots__ = ("broken",)

    def __init__(self, broken: bool) -> None:
        self.broken = broken


_EDGE, _GAP, _FILL = _Break("", flex=False), _Break(" ", flex=False), _Break(" ", flex=True)
_Entry = tuple[int, bool, Any]  # indentation, broken (otherwise flat), document


def simple(doc: Doc) -> bool:
    """Whether `doc` contains no group; lists of simple documents are filled."""
    kind = type(doc)
    return kind is str or (kind is tuple and all(map(simple, doc)))


def flat(doc: Doc) -> str:
    """Return `doc` on one line."""
    kind = type(doc)
    if kind is str:
        return doc  # type: ignore[no-any-return]  # a Doc of this class is a str
    if kind is tuple:
        return "".join(map(flat, doc))
    texts = list(map(flat, doc.items))
    if doc.bar:
        last = texts.pop()
        texts[-1] += " | " + last
    return f"{doc.left}{', '.join(texts)}{doc.right}"


def layout(doc: Doc, width: int, indent: int = 0) -> str:
    """Return `doc` broken into lines of at most `width`; all but the first begin at `indent`."""
    out: list[str] = []
    column = 0
    stack: list[_Entry] = [(indent, False, doc)]
    while stack:
        indent, broken, doc = stack.pop()
        kind = type(doc)
        if kind is str:
            out.append(doc)
            column += _size(doc)
        elif kind is tuple:
            stack.extend((indent, broken, part) for part in reversed(doc))
        elif kind is LayoutGroup:
            entries = _entries(doc, indent, broken=False)
            if not _fits(width, column, entries, broken=False):
                entries = _entries(doc, indent, broken=True)
            stack += entries
        elif broken and not (doc.flex and _fits(width, column + 1, stack, broken=True)):
            out.append("\n" + " " * indent)
            column = indent
        else:
            out.append(doc.text)
            column += len(doc.text)
    return "".join(out)


def _entries(group: LayoutGroup, indent: int, broken: bool) -> list[_Entry]:
    """Return the parts of `group` in reverse order, as the layout stacks need them."""
    inner = indent + group.indent
    between = _FILL if group.flex else _GAP
    last = len(group.items) - 1
    entries: list[_Entry] = [(indent, broken, group.left)]
    if not group.flex:
        entries.append((inner, broken, _EDGE))
    for index, item in enumerate(group.items):
        entries.append((inner, broken, item))
        if index < last:
            bar = group.bar and index == last - 1
            entries.append((inner, broken, " |" if bar else ","))
            entries.append((inner, broken, between))
    if not group.flex:
        entries.append((indent, broken, _EDGE))
    entries.append((indent, broken, group.right))
    entries.reverse()
    return entries


def _fits(width: int, column: int, stack: list[_Entry], broken: bool) -> bool:
    """Whether the content of `stack` fits up to its first line break, which `broken` allows."""
    below = len(stack)
    above: list[_Entry] = []
    while column <= width or not broken:
        if above:
            indent, breaks, doc = above.pop()
        elif below:
            below -= 1
            indent, breaks, doc = stack[below]
        else:
            return True
        kind = type(doc)
        if kind is str:
            column += _size(doc)
        elif kind is tuple:
            above.extend((indent, breaks, part) for part in reversed(doc))
        elif kind is LayoutGroup:
            above.append((indent, breaks, _End(broken)))
            above += _entries(doc, indent, broken=False)
        elif kind is _End:
            broken = doc.broken
        elif breaks:
            return True
        else:
            column += len(doc.text)
            broken = True
    return False


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
