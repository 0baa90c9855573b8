"""erlang(): a term in Erlang's syntax, on one line: what `sys.trace` writes."""

import re

from kvshell.terms import Atom, Function, List, Map, Opaque, Pid, Ref, Term, inspect

_PLAIN = re.compile(r"[a-z][a-zA-Z0-9_@]*\Z")
_RESERVED = frozenset(
    [
        "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case",
        "catch", "cond", "div", "else", "end", "fun", "if", "let", "maybe", "not", "of", "or",
        "orelse", "receive", "rem", "try", "when", "xor",
    ]
)  # fmt: skip
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\"}


def erlang(term: Term) -> str:
    """Return what `~tp` of Erlang's io_lib prints for a term, without line breaks."""
    match term:
        case Atom():
            return _atom(term.name)
        case None:
            return "nil"
        case bool():
            return "true" if term else "false"
        case str():
            return _binary(term)
        case bytes():
            return f"<<{','.join(map(str, term))}>>"
        case tuple():
            return f"{{{','.join(map(erlang, term))}}}"
        case List():
            return _list(term)
        case Map():
            return f"#{{{','.join(f'{erlang(k)} => {erlang(v)}' for k, v in term.items())}}}"
        case Pid():
            return f"<0.{term.number}.0>"
        case Ref():
            return inspect(term).replace("#Reference", "#Ref")
        case Function():
            module = term.capture.module_function.rpartition(".")[0]
            return f"#Fun<Elixir.{module}.{term.capture.index}.{term.capture.uniq}>"
        case Opaque():
            return f"'{inspect(term)}'"
    return inspect(term)


def _atom(name: str) -> str:
    if _PLAIN.match(name) and name not in _RESERVED:
        return name
    return f"'{_escaped(name, chr(39))}'"


def _escaped(text: str, quote: str) -> str:
    return "".join(_ESCAPES.get(c, f"\\{c}" if c == quote else c) for c in text)


def _binary(text: str) -> str:
    if not text:
        return "<<>>"
    if not all(char.isprintable() or char in _ESCAPES for char in text):
        return f"<<{','.join(map(str, text.encode()))}>>"
    kind = "" if text.isascii() else "/utf8"
    return f'<<"{_escaped(text, chr(34))}"{kind}>>'


def _list(items: List) -> str:
    if items.proper and items.items and all(_is_char(item) for item in items.items):
        return f'"{_escaped("".join(map(chr, items.items)), chr(34))}"'
    inside = ",".join(map(erlang, items.items))
    return f"[{inside}]" if items.proper else f"[{inside}|{erlang(items.last)}]"


def _is_char(term: Term) -> bool:
    return type(term) is int and (32 <= term < 127 or term in {9, 10, 13})
