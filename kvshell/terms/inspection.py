"""inspect(): a term as iex prints it. First version: never wrapped."""

from typing import Any

from kvshell.terms.atom import Atom
from kvshell.terms.function import Function
from kvshell.terms.list import List
from kvshell.terms.map import Map
from kvshell.terms.opaque import Opaque
from kvshell.terms.pid import Pid
from kvshell.terms.ref import Ref
from kvshell.terms.shown import print_with


def inspect(term: Any, *, width: int | None = 80, limit: int | None = 50) -> str:
    """Return `term` as iex prints it."""
    kind = type(term)
    if term is None:
        return "nil"
    if kind is bool:
        return "true" if term else "false"
    if kind is Atom:
        name: str = term.name
        return name.removeprefix("Elixir.") if name.startswith("Elixir.") else f":{name}"
    if kind is Pid:
        return f"#PID<0.{term.number}.0>"
    if kind is Ref:
        return f"#Reference<0.2849681648.2724265986.{term.number}>"
    if kind is Function:
        capture = term.capture
        return f"#Function<{capture.index}.{capture.uniq}/{capture.arity} in {capture.module_function}>"
    if kind is Opaque:
        return f"#Opaque<{type(term.value).__name__}>"
    if kind is str:
        return '"' + term.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if kind is tuple:
        return "{" + ", ".join(map(inspect, term)) + "}"
    if kind is List:
        return "[" + _pairs(term.items) + ("" if term.proper else f" | {inspect(term.last)}") + "]"
    if kind is Map:
        return "%{" + _pairs(tuple(term), " => ") + "}"
    return repr(term)


def _pairs(items: tuple[Any, ...], arrow: str = "") -> str:
    if all(type(i) is tuple and len(i) == 2 and type(i[0]) is Atom for i in items):
        return ", ".join(f"{k.name}: {inspect(v)}" for k, v in items)
    if arrow:
        return ", ".join(f"{inspect(k)}{arrow}{inspect(v)}" for k, v in items)
    return ", ".join(map(inspect, items))


print_with(inspect)
