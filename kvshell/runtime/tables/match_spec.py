"""Compiles the patterns of match, match_object and select.

A pattern is a term in which `:_` matches anything and `:"$1"`, `:"$2"`, ... bind what they match. A
compiled pattern is a function of a term and the bindings so far. Runs no user code.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from kvshell.runtime.tables.match_functions import ARITIES, BadArgument, call
from kvshell.terms import A, Atom, List, Map, Pid, Term, equal, key

ANYTHING: Final = A._

Bindings = dict[int, Term]
Matcher = Callable[[Term, Bindings], bool]


class BadSpec(Exception):  # noqa: N818  # never leaves the runtime: becomes an ArgumentError
    """The term is not a valid match specification."""


def variable(term: Term) -> int | None:
    """Return the number of a variable such as `:"$1"`, or None for any other term."""
    if type(term) is not Atom or term.name[:1] != "$":
        return None
    digits = term.name[1:]
    numbered = digits.isascii() and digits.isdigit() and (digits[0] != "0" or digits == "0")
    return int(digits) if numbered else None


def is_ground(term: Term) -> bool:
    """Whether a pattern matches only itself; a map pattern also matches larger maps."""
    match term:
        case Atom():
            return term is not ANYTHING and variable(term) is None
        case tuple() | List():
            last = [] if isinstance(term, tuple) or term.proper else [term.last]
            return all(map(is_ground, (*term, *last)))
        case Map():
            return False
    return True


def bound_key(pattern: Term, keypos: int) -> tuple[bool, Term]:
    """Return whether a pattern matches only one key's objects, and that key."""
    if type(pattern) is tuple and len(pattern) >= keypos and is_ground(pattern[keypos - 1]):
        return True, pattern[keypos - 1]
    return False, None


def compile_pattern(pattern: Term, seen: set[int]) -> Matcher:
    """Return a function that matches terms against `pattern`; adds its variables to `seen`."""
    number = variable(pattern)
    if number is not None:
        seen.add(number)
        return _binder(number)
    if pattern is ANYTHING:
        return lambda _term, _bindings: True
    if is_ground(pattern):
        wanted = key(pattern)
        return lambda term, _bindings: bool(key(term) == wanted)
    if type(pattern) is Map:
        return _map_matcher(pattern, seen)
    parts = [compile_pattern(each, seen) for each in pattern]
    if type(pattern) is tuple:
        return _tuple_matcher(parts)
    return _list_matcher(parts, compile_pattern(List() if pattern.proper else pattern.last, seen))


def _binder(number: int) -> Matcher:
    def bind(term: Term, bindings: Bindings) -> bool:
        if number in bindings:
            return equal(bindings[number], term)
        bindings[number] = term
        return True

    return bind


def _tuple_matcher(parts: list[Matcher]) -> Matcher:
    size = len(parts)

    def match_tuple(term: Term, bindings: Bindings) -> bool:
        if type(term) is not tuple or len(term) != size:
            return False
        return all(part(item, bindings) for part, item in zip(parts, term, strict=True))

    return match_tuple


def _list_matcher(first: list[Matcher], tail: Matcher) -> Matcher:
    def match_list(term: Term, bindings: Bindings) -> bool:
        for part in first:
            if type(term) is not List or not term.items or not part(term.head, bindings):
                return False
            term = term.tail
        return tail(term, bindings)

    return match_list


def _map_matcher(pattern: Map, seen: set[int]) -> Matcher:
    parts = []
    for name, value in pattern:
        if not is_ground(name):
            raise BadSpec
        parts.append((name, compile_pattern(value, seen)))

    def match_map(term: Term, bindings: Bindings) -> bool:
        if type(term) is not Map:
            return False
        return all(name in term and part(term.get(name), bindings) for name, part in parts)

    return match_map


def matching(pattern: Term) -> Callable[[Term], Bindings | None]:
    """Return a function that gives a row's variable bindings, or None if it does not match.

    Raises:
        BadSpec: `pattern` uses a variable as a map key.
    """
    matcher = compile_pattern(pattern, set())

    def bindings_of(row: Term) -> Bindings | None:
        bindings: Bindings = {}
        return bindings if matcher(row, bindings) else None

    return bindings_of


def in_order(bindings: Bindings) -> List:
    """Return the values of the variables as a List, ordered by number."""
    return List([value for _, value in sorted(bindings.items(), key=_number)])


def _number(binding: tuple[int, Term]) -> int:
    return binding[0]


WHOLE: Final = Atom("$_")
VARIABLES: Final = Atom("$$")


class Env(NamedTuple):
    """What an expression can refer to: the row, its bindings and the caller."""

    row: Term
    bindings: Bindings
    caller: Pid


Expression = Callable[[Env], Term]


def compile_expression(term: Term, seen: set[int], guard: bool) -> Expression:
    """Return a function that evaluates `term`, whose variables must be in `seen`.

    In a body a failing call gives `:EXIT`; in a guard it makes the whole guard fail.
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
    """A compiled clause `{pattern, guards, body}` of a match specification."""

    pattern: Term
    matcher: Matcher
    guards: list[Expression]
    body: list[Expression]


def compile_spec(spec: Term) -> list[Clause]:
    """Return the clauses of a match specification.

    Raises:
        BadSpec: it is not a valid specification.
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
    """Return the result of the first matching clause for `row`, or `nothing`."""
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
