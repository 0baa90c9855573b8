"""What `i` prints about a value."""

from typing import Any

from kvshell.elixir.library.kernel.protocol_modules import implementation_of
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, Atom, Function, List, Map, Pid, Ref, Term, inspect
from kvshell.terms.escape import printable

Section = tuple[str, str]
_STRING = (
    "This is a string: a UTF-8 encoded binary. It's printed surrounded by\n"
    '"double quotes" because all UTF-8 encoded code points in it are printable.'
)
_BINARY = (
    "This is a binary: a collection of bytes. It's printed with the `<<>>`\n"
    "syntax (as opposed to double quotes) because it is not a UTF-8 encoded\n"
    "binary (the first invalid byte being `<<{}>>`)"
)
_UNPRINTABLE = (
    "This is a string: a UTF-8 encoded binary. It's printed with the `<<>>`\n"
    "syntax (as opposed to double quotes) because it contains non-printable\n"
    "UTF-8 encoded code points (the first non-printable code point being\n{})."
)
_CHARLIST = (
    "This is a list of integers that is printed as a sequence of characters\n"
    "delimited by single quotes because all the integers in it represent printable\n"
    "ASCII characters. Conventionally, a list of Unicode code points is known as a\n"
    "charlist and a list of ASCII characters is a subset of it."
)
_KEYWORDS = (
    'This is what is referred to as a "keyword list". A keyword list is a list\n'
    "of two-element tuples where the first element of each tuple is an atom."
)
_HIDDEN = (
    "This atom is returned by IEx when a function that should not print its\n"
    "return value on screen is executed."
)


def sections(term: Term) -> list[Section]:
    """Return the sections to print about `term`, each a title and a text."""
    kind, inner, modules = _described(term)
    found = [("Term", inspect(term)), ("Data type", kind), *inner]
    if modules:
        found.append(("Reference modules", modules))
    named = [each for each in _PROTOCOLS if implementation_of(each, term) is not None]
    return [*found, ("Implemented protocols", ", ".join(sorted([*named, "IEx.Info"])))]


_PROTOCOLS = ("Collectable", "Enumerable", "Inspect", "List.Chars", "String.Chars")


def _described(term: Any) -> tuple[str, list[Section], str]:
    if term is None or type(term) is bool or type(term) is Atom:
        return _atom(term)
    match term:
        case int():
            return "Integer", [], "Integer"
        case float():
            return "Float", [], "Float"
        case str() | bytes():
            return _text(term)
        case List():
            return _list(term)
        case Map():
            return _map(term)
        case tuple():
            return "Tuple", [], "Tuple"
        case Pid():
            return _pid(term)
        case Ref():
            return "Reference", [], ""
        case Function():
            return _function(term)
    return type(term).__name__, [], ""


def _atom(term: Any) -> tuple[str, list[Section], str]:
    inner: list[Section] = []
    modules = "Atom"
    if type(term) is Atom and term.name == "do not show this result in output":
        inner.append(("Description", _HIDDEN))
    elif type(term) is Atom and _is_module_name(term):
        inner.append(("Raw representation", f':"{term.name}"'))
        modules = "Module, Atom" if current().runtime.code.defines(term) else "Atom"
    return "Atom", inner, modules


def _text(term: str | bytes) -> tuple[str, list[Section], str]:
    data = term.encode() if type(term) is str else term
    printed = inspect(term).startswith('"')
    described = _STRING
    if not isinstance(term, str):
        described = _BINARY.format(data[_first_invalid(term)])
    elif not printed:
        first = next(char for char in term if not printable(char))
        code = ", ".join(map(str, first.encode()))
        described = _UNPRINTABLE.format(f"`<<{code}>>`")
    inner = [("Byte size", str(len(data))), ("Description", described)]
    if printed:
        inner.append(("Raw representation", f"<<{', '.join(map(str, data))}>>"))
    return "BitString", inner, "String, :binary" if type(term) is str else ":binary"


def _first_invalid(data: bytes) -> int:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _list(term: List) -> tuple[str, list[Section], str]:
    items = list(term)
    if inspect(term).startswith("'"):
        raw = inspect(term, width=None) if not items else f"[{', '.join(map(str, items))}]"
        return "List", [("Description", _CHARLIST), ("Raw representation", raw)], "List"
    if items and all(map(_is_pair, items)):
        return "List", [("Description", _KEYWORDS)], "Keyword, List"
    return "List", [], "List"


def _map(term: Map) -> tuple[str, list[Section], str]:
    name = term.get(A.__struct__)
    if type(name) is Atom:
        inner = [("Description", "This is a struct. Structs are maps with a __struct__ key.")]
        return inspect(name), inner, f"{inspect(name)}, Map"
    return "Map", [], "Map"


def _pid(term: Pid) -> tuple[str, list[Section], str]:
    seen = current().runtime.observe(term)
    use = "Use Process.info/1 to get more info about this process"
    if seen is None or seen.status in {"dead", "zombie"}:
        return "PID", [("Alive", "false")], "Process, Node"
    name = "not registered" if seen.name is None else inspect(seen.name)
    links = ", ".join(map(inspect, seen.links)) or "none"
    inner = [
        ("Alive", "true"),
        ("Name", name),
        ("Links", links),
        ("Message queue length", str(len(seen.mailbox))),
        ("Description", use),
    ]
    return "PID", inner, "Process, Node"


def _function(term: Function) -> tuple[str, list[Section], str]:
    external = inspect(term).startswith("&")
    arity = str(term.capture.arity)
    inner = [("Type", "external" if external else "local"), ("Arity", arity)]
    if not external:
        inner.append(("Description", "This is an anonymous function."))
    return "Function", inner, ""


def _is_module_name(term: Atom) -> bool:
    return term.name.startswith("Elixir.") and not inspect(term).startswith(":")


def _is_pair(item: Term) -> bool:
    return type(item) is tuple and len(item) == 2 and type(item[0]) is Atom
