"""The information that `i` prints about a value."""

from typing import Any

from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, Atom, Function, List, Map, Pid, Ref, Term, inspect

Section = tuple[str, str]
_TEXT_PROTOCOLS = "IEx.Info, Inspect, List.Chars, String.Chars"
_STRING = (
    "This is a string: a UTF-8 encoded binary. It's printed surrounded by\n"
    '"double quotes" because all UTF-8 encoded code points in it are printable.'
)
_BINARY = (
    "This is a binary: a collection of bytes. It's printed with the `<<>>`\n"
    "syntax (as opposed to double quotes) because it is not a UTF-8 encoded\nbinary."
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
    """Return the titles and texts to print for `term`."""
    kind, inner, modules, protocols = _described(term)
    found = [("Term", inspect(term)), ("Data type", kind), *inner]
    if modules:
        found.append(("Reference modules", modules))
    return [*found, ("Implemented protocols", protocols)]


def _described(term: Any) -> tuple[str, list[Section], str, str]:
    if term is None or type(term) is bool or type(term) is Atom:
        return _atom(term)
    match term:
        case int():
            return "Integer", [], "Integer", _TEXT_PROTOCOLS
        case float():
            return "Float", [], "Float", _TEXT_PROTOCOLS
        case str() | bytes():
            return _text(term)
        case List():
            return _list(term)
        case Map():
            return _map(term)
        case tuple():
            return "Tuple", [], "Tuple", "IEx.Info, Inspect"
        case Pid():
            return _pid(term)
        case Ref():
            return "Reference", [], "", "IEx.Info, Inspect"
        case Function():
            return _function(term)
    return type(term).__name__, [], "", "IEx.Info, Inspect"


def _atom(term: Any) -> tuple[str, list[Section], str, str]:
    inner: list[Section] = []
    modules = "Atom"
    if type(term) is Atom and term.name == "do not show this result in output":
        inner.append(("Description", _HIDDEN))
    elif type(term) is Atom and _is_module_name(term):
        inner.append(("Raw representation", f':"{term.name}"'))
        modules = "Module, Atom" if current().runtime.code.defines(term) else "Atom"
    return "Atom", inner, modules, _TEXT_PROTOCOLS


def _text(term: str | bytes) -> tuple[str, list[Section], str, str]:
    data = term.encode() if type(term) is str else term
    printed = inspect(term).startswith('"')
    inner = [("Byte size", str(len(data))), ("Description", _STRING if printed else _BINARY)]
    if printed:
        inner.append(("Raw representation", f"<<{', '.join(map(str, data))}>>"))
    protocols = "Collectable, IEx.Info, Inspect, List.Chars, String.Chars"
    return "BitString", inner, "String, :binary" if printed else ":binary", protocols


def _list(term: List) -> tuple[str, list[Section], str, str]:
    protocols = "Collectable, Enumerable, " + _TEXT_PROTOCOLS
    items = list(term)
    if inspect(term).startswith("'"):
        raw = inspect(term, width=None) if not items else f"[{', '.join(map(str, items))}]"
        return "List", [("Description", _CHARLIST), ("Raw representation", raw)], "List", protocols
    if items and all(map(_is_pair, items)):
        return "List", [("Description", _KEYWORDS)], "Keyword, List", protocols
    return "List", [], "List", protocols


def _map(term: Map) -> tuple[str, list[Section], str, str]:
    name = term.get(A.__struct__)
    if type(name) is Atom:
        inner = [("Description", "This is a struct. Structs are maps with a __struct__ key.")]
        return inspect(name), inner, f"{inspect(name)}, Map", "IEx.Info, Inspect"
    return "Map", [], "Map", "Collectable, Enumerable, IEx.Info, Inspect"


def _pid(term: Pid) -> tuple[str, list[Section], str, str]:
    seen = current().runtime.observe(term)
    use = "Use Process.info/1 to get more info about this process"
    if seen is None or seen.status in {"dead", "zombie"}:
        return "PID", [("Alive", "false")], "Process, Node", "IEx.Info, Inspect"
    name = "not registered" if seen.name is None else inspect(seen.name)
    links = ", ".join(map(inspect, seen.links)) or "none"
    inner = [
        ("Alive", "true"),
        ("Name", name),
        ("Links", links),
        ("Message queue length", str(len(seen.mailbox))),
        ("Description", use),
    ]
    return "PID", inner, "Process, Node", "IEx.Info, Inspect"


def _function(term: Function) -> tuple[str, list[Section], str, str]:
    external = inspect(term).startswith("&")
    arity = str(term.capture.arity)
    described = "This is a function of a module." if external else "This is an anonymous function."
    inner = [
        ("Type", "external" if external else "local"),
        ("Arity", arity),
        ("Description", described),
    ]
    return "Function", inner, "", "Enumerable, IEx.Info, Inspect"


def _is_module_name(term: Atom) -> bool:
    return term.name.startswith("Elixir.") and not inspect(term).startswith(":")


def _is_pair(item: Term) -> bool:
    return type(item) is tuple and len(item) == 2 and type(item[0]) is Atom
