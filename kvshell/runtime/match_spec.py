"""Match specifications: what select makes of the rows that match, compiled.

`[{pattern, guards, body}, ...]`: of the first pattern that matches and whose guards are all true,
the last value of the body. What a guard or body may call is in kvshell.runtime.match_functions.
Runs no code of a user.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from kvshell.runtime.match_functions import ARITIES, BadArgument, call
from kvshell.runtime.match_pattern import (
    BadSpec,
    Bindings,
    Matcher,
    compile_pattern,
    in_order,
    variable,
)
from kvshell.terms import A, Atom, List, Map, Pid, Term

WHOLE: Final = Atom("$_")
VARIABLES: Final = Atom("$$")


class Env(NamedTuple):
    """What an expression may refer to."""

    row: Term
    bindings: Bindings
    caller: Pid


Expression = Callable[[Env], Term]


def compile_expression(term: Term, seen: set[int], guard: bool) -> Expression:
    """Return the function that computes `term`, whose variables must be in `seen`.

    In a body a call that fails is the value `:EXIT`; in a guard it makes the whole guard fail.
    """

    def inner(part: Term) -> Expression:
        return compile_expression(part, seen, guard)

    number = variable(term)
    if number is not None:
        if number not in seen:
            raise BadSpec
        return lambda env: env.bindings[number]
    match term:
        case Atom():
            return _named(term)
        case (A.const, value):
            return lambda _env: value
        case (tuple() as parts,):
            return _builder(list(map(inner, parts)), tuple)
        case tuple():
            return _call(term, list(map(inner, term[1:])), guard)
        case List():
            return _list_builder(term, inner)
        case Map():
            pairs = [(inner(name), inner(value)) for name, value in term]
            return lambda env: Map([(name(env), value(env)) for name, value in pairs])
    return lambda _env: term


def _named(term: Atom) -> Expression:
    if term is WHOLE:
        return lambda env: env.row
    if term is VARIABLES:
        return lambda env: in_order(env.bindings)
    return lambda _env: term


def _builder(parts: list[Expression], make: Callable[[Iterable[Term]], Term]) -> Expression:
    return lambda env: make([part(env) for part in parts])


def _list_builder(term: List, inner: Callable[[Term], Expression]) -> Expression:
    items = list(map(inner, term))
    if term.proper:
        return _builder(items, List)
    last = inner(term.last)

    def build(env: Env) -> List:
        values = [item(env) for item in items]
        tail = last(env)
        whole = type(tail) is List
        return List((*values, *tail.items), tail.last) if whole else List(values, tail)

    return build


def _call(term: tuple[Term, ...], parts: list[Expression], guard: bool) -> Expression:
    if not term or len(parts) not in ARITIES.get(term[0], ()):
        raise BadSpec
    name = term[0]

    def compute(env: Env) -> Term:
        try:
            return call(name, [_lazy(part, env) for part in parts], env.caller)
        except BadArgument:
            if guard:
                raise
            return A.EXIT

    return compute


def _lazy(part: Expression, env: Env) -> Callable[[], Term]:
    return lambda: part(env)


# -- whole specifications ------------------------------------------------------------------------


class Clause(NamedTuple):
    """One `{pattern, guards, body}`."""

    pattern: Term
    matcher: Matcher
    guards: list[Expression]
    body: list[Expression]


def compile_spec(spec: Term) -> list[Clause]:
    """Return the clauses of a match specification.

    Raises:
        BadSpec: it is none.
    """
    if type(spec) is not List or not spec.proper:
        raise BadSpec
    return [_clause(each) for each in spec]


def _clause(term: Term) -> Clause:
    match term:
        case (pattern, List() as guards, List() as body) if guards.proper and body.proper and body:
            seen: set[int] = set()
            matcher = compile_pattern(pattern, seen)
            return Clause(
                pattern,
                matcher,
                [compile_expression(each, seen, guard=True) for each in guards],
                [compile_expression(each, seen, guard=False) for each in body],
            )
    raise BadSpec


def run(clauses: list[Clause], row: Term, caller: Pid, nothing: Any) -> Any:
    """Return what the first clause that fits makes of `row`; `nothing` when none does."""
    for clause in clauses:
        bindings: Bindings = {}
        if not clause.matcher(row, bindings):
            continue
        env = Env(row, bindings, caller)
        if _passes(clause.guards, env):
            value = None
            for expression in clause.body:
                value = expression(env)
            return value
    return nothing


def _passes(guards: list[Expression], env: Env) -> bool:
    try:
        return all(guard(env) is True for guard in guards)
    except BadArgument:
        return False
