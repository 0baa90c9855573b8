"""Inspect.Algebra: the documents that a user's Inspect builds, and their layout.

Documents are terms, the same as in Elixir: binaries, `{:doc_cons, left, right}`, breaks and groups.
"""

from typing import Any

from kvshell.elixir.library import structs
from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kernel.inspecting import BASES, printer_of
from kvshell.elixir.library.protocols import octets
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Cost, Library
from kvshell.terms import A, Atom, List, Map, Term, alias
from kvshell.terms.printing.algebra import Doc, LayoutGroup
from kvshell.terms.printing.inspection import NO_LIMIT, Printer

algebra = Library("Inspect.Algebra", Cost.LOOPS)

_NIL, _LINE = A.doc_nil, A.doc_line
_TAGS = {
    A.doc_break: 3, A.doc_collapse: 2, A.doc_color: 3, A.doc_cons: 3, A.doc_fits: 3,
    A.doc_force: 2, A.doc_group: 3, A.doc_nest: 4, A.doc_string: 3,
}  # fmt: skip


def is_document(term: Any) -> bool:
    """Whether a term is an algebra document."""
    if type(term) is tuple and term and type(term[0]) is Atom:
        return _TAGS.get(term[0]) == len(term)
    return type(term) in {str, bytes} or term is _NIL or term is _LINE


def _document(function: str, *args: Any) -> None:
    if not all(map(is_document, args)):
        raise no_clause("Inspect.Algebra", function, args)


# -- building ------------------------------------------------------------------------------------


@algebra.function()
def empty() -> Term:
    """Returns the empty document."""
    return _NIL


@algebra.function()
def string(string_: Term) -> Term:
    """Returns a document for a string whose width is its number of graphemes."""
    from kvshell.elixir.library.text.graphemes import split  # noqa: PLC0415  # rare

    return A.doc_string, string_, len(split(string_))


@algebra.function()
def concat(doc1: Term, doc2: Term = MISSING) -> Term:
    """Concatenates two documents, or those of a list."""
    if doc2 is not MISSING:
        _document("concat", doc1, doc2)
        return A.doc_cons, doc1, doc2
    return _folded(list(doc1.items), _cons)


def _cons(left: Any, right: Any) -> Any:
    return A.doc_cons, left, right


def _folded(documents: list[Any], join: Any) -> Any:
    if not documents:
        return _NIL
    made = documents.pop()
    while documents:
        made = join(documents.pop(), made)
    return made


@algebra.function()
def fold_doc(docs: Term, folder_fun: Term) -> Term:
    """Folds a list of documents into one from the right, with `folder_fun`."""
    return _folded(list(docs.items), caller(folder_fun, 2))


@algebra.function()
def nest(doc: Term, level: Term, always_or_break: Term = A.always) -> Term:
    """Indents the lines after each break inside a document by `level`."""
    _document("nest", doc)
    return doc if level == 0 else (A.doc_nest, doc, level, always_or_break)


@algebra.function(name="break")
def break_(string_: Term = " ") -> Term:
    """Returns a break: its string, or a new line if the group around it does not fit."""
    return A.doc_break, string_, A.strict


@algebra.function()
def flex_break(string_: Term = " ") -> Term:
    """Returns a flex break: a new line only if what follows it does not fit on the line."""
    return A.doc_break, string_, A.flex


def _glued(made: Any, doc1: Any, doc2: Any) -> Any:
    _document("glue", doc1, doc2)
    return A.doc_cons, doc1, (A.doc_cons, made, doc2)


@algebra.function()
def glue(doc1: Term, break_string: Term, doc2: Term = MISSING) -> Term:
    """Joins two documents with a break between them."""
    if doc2 is MISSING:
        return _glued(break_(), doc1, break_string)
    return _glued(break_(break_string), doc1, doc2)


@algebra.function()
def flex_glue(doc1: Term, break_string: Term, doc2: Term = MISSING) -> Term:
    """Joins two documents with a flex break between them."""
    if doc2 is MISSING:
        return _glued(flex_break(), doc1, break_string)
    return _glued(flex_break(break_string), doc1, doc2)


@algebra.function()
def group(doc: Term, mode: Term = A.self) -> Term:
    """Returns a group: if it fits on the line, none of its breaks becomes a new line."""
    _document("group", doc)
    return A.doc_group, doc, mode


@algebra.function()
def space(doc1: Term, doc2: Term) -> Term:
    """Joins two documents with a space between them."""
    return concat(doc1, concat(" ", doc2))


@algebra.function(arities=(0, 2))
def line(doc1: Term = MISSING, doc2: Term = MISSING) -> Term:
    """Returns a mandatory new line, or two documents with one between them."""
    return _LINE if doc1 is MISSING else concat(doc1, concat(_LINE, doc2))


@algebra.function()
def force_unfit(doc: Term) -> Term:
    """Forces the group around a document to break."""
    return A.doc_force, doc


@algebra.function()
def next_break_fits(doc: Term, mode: Term = A.enabled) -> Term:
    """Considers the next break as fitting, so that only the text before it counts."""
    return A.doc_fits, doc, mode


@algebra.function()
def collapse_lines(max_: Term) -> Term:
    """Collapses the new lines and whitespace that follow to at most `max_` new lines."""
    return A.doc_collapse, max_


@algebra.function()
def color(doc: Term, color_key: Term, opts: Term) -> Term:
    """Returns the document unchanged: this shell does not colour terms."""
    del color_key, opts
    return doc


@algebra.function()
def no_limit(opts: Term) -> Term:
    """Returns `%Inspect.Opts{}` with the limit set to `:infinity`."""
    return opts.put(A.limit, A.infinity)


@algebra.function()
def to_doc(term: Term, opts: Term) -> Term:
    """Converts a term to an algebra document according to its Inspect implementation."""
    given = List((key, value) for key, value in opts.items() if key is not A.__struct__)
    printer = printer_of(given)
    printer.left = [_MOST_NODES]
    return _as_term(printer.doc(term, printer.limit, 0))


_MOST_NODES = 10_000
structs.inspect_with(to_doc)


def _as_term(doc: Doc) -> Any:
    if type(doc) is str:
        return doc
    if type(doc) is tuple:
        return _folded([_as_term(each) for each in doc], _cons)
    return _container(doc)


def _container(doc: LayoutGroup) -> Any:
    parts = [_as_term(each) for each in doc.items]
    if not parts:
        return A.doc_cons, doc.left, doc.right
    bar = parts.pop() if doc.bar else None
    joined = _folded(parts, lambda left, right: _joined(left, right, doc.flex, ","))
    if bar is not None:
        joined = _joined(joined, bar, doc.flex, " |")
    return _wrapped(doc.left, joined, doc.right, doc.flex)


def _joined(left: Any, right: Any, flex: bool, separator: Any) -> Any:
    if left is _NIL or right is _NIL:
        return right if left is _NIL else left
    return _glued(flex_break() if flex else break_(), (A.doc_cons, left, separator), right)


def _wrapped(left: Any, docs: Any, right: Any, flex: bool) -> Any:
    if flex:
        return group(concat(concat(left, nest(docs, 1)), right))
    return group(glue(nest(glue(left, "", docs), 2), "", right))


@algebra.function()
def container_doc(
    left: Term,
    collection: Term,
    right: Term,
    inspect_opts: Term,
    fun: Term,
    opts: Term = EMPTY_LIST,
) -> Term:
    """Wraps a collection in brackets, with separators, up to the limit of items to show."""
    if type(collection) is List and not collection.items:
        return concat(left, right)
    break_mode = option(opts, A.break_, A.maybe)
    separator = option(opts, A.separator, ",")
    limit = inspect_opts.get(A.limit)
    call = caller(fun, 2)
    docs: list[Any] = []
    for item in collection.items:
        if limit == 0:
            docs.append("...")
            break
        fewer = limit - 1 if type(limit) is int else limit
        docs.append(call(item, inspect_opts.put(A.limit, fewer)))
        limit = limit if docs[-1] is _NIL else fewer
    flex = break_mode is A.flex or (break_mode is A.maybe and all(map(_is_simple, docs)))
    return _wrapped(left, _folded(docs, lambda a, b: _joined(a, b, flex, separator)), right, flex)


def _is_simple(doc: Any) -> bool:
    match doc:
        case (A.doc_cons, left, right):
            return _is_simple(left) and _is_simple(right)
        case (A.doc_string, _, _):
            return True
    return doc is _NIL or type(doc) in {str, bytes}


# -- laying out ----------------------------------------------------------------------------------

_Entry = tuple[int, Any, Any]  # indentation, mode, document
_FLAT, _BREAK, _FLAT_NO_BREAK, _BREAK_NO_FLAT = "flat", "break", "flat no break", "break no flat"
_TAIL = "tail"  # the end of a group


@algebra.function(name="format")
def format_(doc: Term, width: Term) -> Term:
    """Formats a document for a line width: returns iodata."""
    if not is_document(doc):
        raise no_clause("Inspect.Algebra", "format", (doc, width))
    return List(laid_out(doc, width if type(width) is int else None))


def laid_out(doc: Any, width: int | None) -> list[Any]:
    """Return the strings of a document laid out for a line width; None means no limit."""
    out: list[Any] = []
    column = 0
    stack: list[_Entry] = [(0, _FLAT, doc)]
    while stack:
        indent, mode, doc = stack.pop()
        match doc:
            case A.doc_nil | (A.doc_collapse, _):
                pass
            case A.doc_line:
                out.append("\n" + " " * indent)
                column = indent
            case (A.doc_cons, left, right):
                stack += [(indent, mode, right), (indent, mode, left)]
            case (A.doc_string, text, size):
                out.append(text)
                column += size
            case (A.doc_color, inner, _) | (A.doc_force, inner) | (A.doc_fits, inner, _):
                stack.append((indent, mode, inner))
            case (A.doc_break, text, kind):
                size = column + len(octets(text))
                if kind is A.flex:
                    fits = width is None or mode == _FLAT or _fits(width, size, stack, True)
                else:
                    fits = mode != _BREAK
                out.append(text if fits else "\n" + " " * indent)
                column = size if fits else indent
            case (A.doc_nest, inner, by, when):
                nested = when is A.always or mode == _BREAK
                stack.append((_nested(indent, column, by) if nested else indent, mode, inner))
            case (A.doc_group, inner, kind):
                broken = kind is A.inherit and mode == _BREAK
                if not broken and width is not None:
                    broken = not _fits(width, column, [(indent, _FLAT, inner)], False)
                stack.append((indent, _BREAK if broken else _FLAT, inner))
            case _:
                out.append(doc)
                column += len(octets(doc))
    return out


def _nested(indent: int, column: int, by: Any) -> int:
    if by is A.reset:
        return 0
    return column if by is A.cursor else indent + int(by)


def _fits(width: int, column: int, rest: list[_Entry], broken: bool) -> bool:
    """Whether the documents fit up to the next new line; `broken` tells whether a break passed."""
    stack: list[Any] = list(rest)
    while stack and (column <= width or not broken):
        indent, mode, doc = stack.pop()
        match doc:
            case _ if mode == _TAIL:
                broken = doc
            case A.doc_nil | (A.doc_collapse, _):
                pass
            case A.doc_line:
                if mode in {_BREAK, _BREAK_NO_FLAT}:
                    return True
                column, broken = indent, False
            case (A.doc_break, text, _):
                if mode in {_BREAK, _BREAK_NO_FLAT}:
                    return True
                column, broken = column + len(octets(text)), True
            case (A.doc_fits, inner, when):
                if when is A.disabled or mode == _FLAT_NO_BREAK:
                    stack.append((indent, _FLAT_NO_BREAK, inner))
                else:
                    stack.append((indent, _BREAK_NO_FLAT, inner))
            case (A.doc_force, inner):
                if mode != _BREAK_NO_FLAT:
                    return False
                stack.append((indent, mode, inner))
            case (A.doc_group, inner, _):
                stack += [(0, _TAIL, broken), (indent, _FLAT if mode == _BREAK else mode, inner)]
            case (A.doc_color, inner, _):
                stack.append((indent, mode, inner))
            case (A.doc_string, _, size):
                column += size
            case (A.doc_nest, inner, by, when):
                inside = indent if when is A.break_ else _nested(indent, column, by)
                stack.append((inside, mode, inner))
            case (A.doc_cons, left, right):
                stack += [(indent, mode, right), (indent, mode, left)]
            case _:
                column += len(octets(doc))
    return column <= width or not broken


def document_text(document: Any, width: int) -> str:
    """Return a document as text, broken into lines only if it is longer than `width`."""
    text = _joined_text(laid_out(document, None))
    fits = len(text.encode()) <= width
    return text if fits else _joined_text(laid_out(document, width))


def _joined_text(texts: list[Any]) -> str:
    return b"".join(map(octets, texts)).decode("utf-8", "replace")


def inspect_opts(printer: Printer, limit: int) -> Map:
    """Return the `%Inspect.Opts{}` of a printer with `limit` items left to show."""
    name = alias("Inspect.Opts")
    given = (
        (A.base, BASES[printer.base]),
        (A.binaries, Atom(printer.binaries)),
        (A.charlists, Atom(printer.charlists)),
        (A.limit, A.infinity if limit >= NO_LIMIT // 2 else limit),
        (A.printable_limit, printer.printable_limit or A.infinity),
        (A.structs, printer.structs),
    )
    return Map([(A.__struct__, name), *(structs.fields(name) or ()), *given])
