"""Code.eval_string, eval_quoted and string_to_quoted: evaluate and parse source text."""

from __future__ import annotations

from typing import Any

from kvshell.elixir.evaluate import Evaluator
from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.kinds import LIST
from kvshell.elixir.library.registry import EMPTY_LIST, Cost, Library
from kvshell.elixir.macros.environments import environment_of, is_environment
from kvshell.elixir.macros.expressions import QuotedReader
from kvshell.elixir.macros.terms import program_of
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.elixir.running.errors import refused
from kvshell.elixir.syntax import hygiene
from kvshell.elixir.syntax.faults import Fault, to_error
from kvshell.elixir.syntax.parser import read
from kvshell.elixir.syntax.tokenizing.tokens import ParseWarning
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, Atom, List, Term, inspect

code = Library.of("Code", Cost.WAITS)
_READING = frozenset({A.file, A.line, A.columns, A.emit_warnings, A.warnings, A.column})


@code.function(binding=LIST, cost=Cost.WAITS)
def eval_string(string: Term, binding: Term = EMPTY_LIST, opts: Any = EMPTY_LIST) -> Term:
    """Evaluates source text with the given bindings; returns `{value, bindings}`."""
    evaluator = _evaluator(binding, opts)
    line = 1 if is_environment(opts) else option(opts, A.line, 1)
    value = evaluator.evaluate(_text(string), line, [])
    return value, _bindings(evaluator)


@code.function(binding=LIST, cost=Cost.WAITS)
def eval_quoted(quoted: Term, binding: Term = EMPTY_LIST, env_or_opts: Any = EMPTY_LIST) -> Term:
    """Evaluates a quoted expression with the given bindings; returns `{value, bindings}`."""
    evaluator = _evaluator(binding, env_or_opts)
    line = 0 if is_environment(env_or_opts) else option(env_or_opts, A.line, 0)
    value = evaluator.run(QuotedReader(evaluator.env.file, line).node(quoted), [])
    return value, _bindings(evaluator)


def _evaluator(binding: Any, opts: Any) -> Evaluator:
    modules = current().runtime.code
    assert isinstance(modules, ElixirCode)
    names: dict[str, Term] = {}
    for name, value in binding.items:
        if type(name) is tuple and len(name) == 2 and type(name[1]) is Atom:
            names[hygiene.hygienic(name[0].name, name[1].name)] = value
        else:
            names[name[0].name if type(name) is tuple else name.name] = value
    if is_environment(opts):
        evaluator = Evaluator(modules, names)
        evaluator.env = environment_of(opts, modules, modules.defining)
    else:
        evaluator = Evaluator(modules, names, option(opts, A.file, "nofile"))
    evaluator.keeps_contexts = True
    return evaluator


def _bindings(evaluator: Evaluator) -> Term:
    """Return the variables, last name first; the key of a quoted one is `{name, context}`."""
    pairs = []
    for name, value in sorted(evaluator.bindings.items(), reverse=True):
        written, context, counter = hygiene.parts(name)
        if counter is None:
            key = Atom(written)
            pairs.append((key if context is None else (key, Atom(context)), value))
    return List(pairs)


def _text(string: Any) -> str:
    return string if type(string) is str else "".join(map(chr, string))


@code.function(cost=Cost.LOOPS)
def string_to_quoted(string: Term, opts: Term = EMPTY_LIST) -> Term:
    """Parses source text to `{:ok, quoted}`, or `{:error, {position, message, token}}`."""
    try:
        return (A.ok, _read(string, opts))
    except Fault as fault:
        place = List([(A.line, fault.line), (A.column, fault.column)])
        return (A.error, (place, fault.message, fault.token))


@code.function(name="string_to_quoted!", cost=Cost.LOOPS)
def string_to_quoted_or_raise(string: Term, opts: Term = EMPTY_LIST) -> Term:
    """Parses source text to its quoted form; raises if it is not valid Elixir."""
    try:
        return _read(string, opts)
    except Fault as fault:
        file, line = option(opts, A.file, "nofile"), option(opts, A.line, 1)
        raise to_error(fault, _text(string), file, line) from None


def _read(string: Term, opts: Any) -> Term:
    for each in opts.items:
        if each[0] not in _READING and each[1] is not False and each[1] is not None:
            raise refused(f"{inspect(each[0])} of Code.string_to_quoted")
    warnings: list[ParseWarning] = []
    node = read(_text(string), option(opts, A.line, 1), warnings)
    return program_of(node, columns=option(opts, A.columns, default=False) is True)
