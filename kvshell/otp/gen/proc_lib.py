"""Processes with ancestors and an initial call. Mirrors proc_lib."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from kvshell.runtime import process
from kvshell.runtime.processes.dictionary import INITIAL_CALL, started_as
from kvshell.runtime.processes.naming import current_process, record_of
from kvshell.runtime.processes.record import Process
from kvshell.runtime.processes.thread_context import carrier
from kvshell.terms import A, Atom, Function, List, Pid, Term, alias

InitialCall = tuple[Atom, Atom, int]
_PLACE: Final = re.compile(r'(.*?)\.("(?:[^"\\]|\\.)*"|[^."]+)/(\d+)\Z')
_PLAIN: Final = (A.proc_lib, A.init_p, 5)
_APPLY: Final = (A.erlang, A.apply, 2)


def spawn(function: Callable[[], Any], label: str, called: InitialCall, *, link: bool) -> Pid:
    """Start a process that runs `function`; `called` is reported as its initial call."""
    me = current_process(carrier())

    def prepare(child: Process) -> None:
        child.label = label
        child.initial_call = called
        child.ancestors = me.lineage()

    return me.runtime.spawn(me, lambda _process: function(), prepare, link=link).pid


def call_of(code: Term) -> InitialCall:
    """Return `{module, function, arity}` of a function, or of `{module, function, args}`."""
    if type(code) is tuple:
        module, name, args = code
        if module is A.erlang and name is A.apply and len(args) == 2:
            return call_of(args.items[0])
        return (module, name, len(args))
    return initial_call_of(code) if isinstance(code, Function) else _APPLY


def initial_call_of(function: Function) -> InitialCall:
    """Return module, name and arity of a function, as in Function.info/1."""
    capture = function.capture
    return _named(capture.module_function, capture.index, capture.arity)


@lru_cache(maxsize=256)  # each start of a server asks for its own
def _named(module_function: str, index: int, arity: int) -> InitialCall:
    found = _PLACE.match(module_function)
    if found is None:
        owner, _, name = module_function.rpartition(".")
        return (_module(owner), Atom(name), arity)
    owner, name, defined = found.groups()
    if name.startswith('"'):
        name = name[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if index >= 0:
        number = index if owner == ":erl_eval" else 0  # counted for each function, not each module
        name = f"-{name}/{defined}-fun-{number}-"
    return (_module(owner), Atom(name), arity)


def _module(name: str) -> Atom:
    return Atom(name[1:]) if name.startswith(":") else alias(name)


def initial_call(pid: Pid) -> Term:
    """Return `{module, function, args}` of a process's initial call, with placeholder arguments.

    Returns False for a process that proc_lib did not start. Mirrors :proc_lib.initial_call/1.
    """
    found = _started_with(pid)
    if found is None:
        return False
    module, name, arity = found
    return (module, name, List([Atom(f"Argument__{n}") for n in range(1, arity + 1)]))


def translate_initial_call(pid: Pid) -> Term:
    """Return `{module, function, arity}` of a process's initial call.

    For a process that proc_lib did not start it is `{:proc_lib, :init_p, 5}`. Mirrors
    :proc_lib.translate_initial_call/1.
    """
    return _started_with(pid) or _PLAIN


def _started_with(pid: Pid) -> Any:
    process.info(pid, A.status)  # like any observation, it comes after the caller's signals
    record = record_of(pid)
    return None if record is None else dict(started_as(record)).get(INITIAL_CALL)
