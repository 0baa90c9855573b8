"""Fast versions of frequently called library functions, which skip most argument checks.

Each checks the class of its first argument, and passes anything unusual to the library function,
which reports errors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kvshell.otp import agent, gen_server
from kvshell.runtime import ets
from kvshell.terms import Atom, Function, Map, Pid, Term, alias

Make = Callable[[Callable[..., Any]], Callable[..., Any]]
_MISSING: Any = object()
_OK = Atom("ok")


def _call(library: Callable[..., Any]) -> Callable[..., Any]:
    ask = gen_server.call

    def call(server: Term, request: Term) -> Term:
        if server.__class__ is Pid or server.__class__ is Atom:
            return ask(server, request)
        return library(server, request)

    return call


def _cast(library: Callable[..., Any]) -> Callable[..., Any]:
    send = gen_server.cast

    def cast(server: Term, request: Term) -> Term:
        if server.__class__ is Pid or server.__class__ is Atom:
            return send(server, request)
        return library(server, request)

    return cast


def _get(library: Callable[..., Any]) -> Callable[..., Any]:
    def get(map_: Term, key: Term) -> Term:
        return map_.get(key) if map_.__class__ is Map else library(map_, key)

    return get


def _fetch(library: Callable[..., Any]) -> Callable[..., Any]:
    def fetch(map_: Term, key: Term) -> Term:
        if map_.__class__ is not Map:
            return library(map_, key)
        found = map_.get(key, _MISSING)
        return _ERROR if found is _MISSING else (_OK, found)

    return fetch


_ERROR = Atom("error")


def _put(library: Callable[..., Any]) -> Callable[..., Any]:
    def put(map_: Term, key: Term, value: Term) -> Term:
        return map_.put(key, value) if map_.__class__ is Map else library(map_, key, value)

    return put


def _delete(library: Callable[..., Any]) -> Callable[..., Any]:
    def delete(map_: Term, key: Term) -> Term:
        return map_.delete(key) if map_.__class__ is Map else library(map_, key)

    return delete


def _agent(run: Callable[..., Any], arity: int) -> Make:
    def make(library: Callable[..., Any]) -> Callable[..., Any]:
        def ask(agent_: Term, function: Term) -> Term:
            usual = agent_.__class__ is Pid and function.__class__ is Function
            if usual and function.capture.arity == arity:
                return run(agent_, function)
            return library(agent_, function)

        return ask

    return make


def _started(start: Callable[..., Any]) -> Make:
    def make(library: Callable[..., Any]) -> Callable[..., Any]:
        def begin(function: Term) -> Term:
            if function.__class__ is Function and function.capture.arity == 0:
                return start(function)
            return library(function)

        return begin

    return make


def _itself(function: Callable[..., Any]) -> Make:
    """Use `function` itself as the fast version: it checks its argument."""
    return lambda _library: function


FAST: dict[tuple[Term, str, int], Make] = {
    (alias("GenServer"), "call", 2): _call,
    (alias("GenServer"), "cast", 2): _cast,
    (alias("Agent"), "get", 2): _agent(agent.get, 1),
    (alias("Agent"), "update", 2): _agent(agent.update, 1),
    (alias("Agent"), "get_and_update", 2): _agent(agent.get_and_update, 1),
    (alias("Agent"), "start", 1): _started(agent.start),
    (alias("Agent"), "start_link", 1): _started(agent.start_link),
    (Atom("ets"), "lookup", 2): _itself(ets.lookup),
    (Atom("ets"), "insert", 2): _itself(ets.insert),
    (alias("Map"), "get", 2): _get,
    (alias("Map"), "fetch", 2): _fetch,
    (alias("Map"), "put", 3): _put,
    (alias("Map"), "delete", 2): _delete,
}


def fast(module: Term, name: str, arity: int, library: Callable[..., Any]) -> Callable[..., Any]:
    """Return the fast version of a library function, or the function itself."""
    make = FAST.get((module, name, arity))
    return library if make is None else make(library)
