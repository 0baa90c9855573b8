"""Kinds, the types of arguments that library functions declare, and the errors for other types."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from kvshell.terms import (
    ArgumentError,
    Atom,
    BadMapError,
    Function,
    FunctionClauseError,
    List,
    Map,
    Pid,
    Ref,
)
from kvshell.terms.coerce import TOO_DEEP


class Kind(NamedTuple):
    """The type of an argument that a function accepts.

    `guard` is the guard in Elixir's source, such as `is_binary({})`; without one, the function is
    Erlang's, and a wrong argument raises an ArgumentError with `problem`.
    """

    fits: Callable[[Any], bool]
    guard: str = ""
    problem: str = ""
    types: tuple[type, ...] = ()
    parts: "tuple[Kind, ...]" = ()
    joint: str = " and "

    def shown(self, term: Any, name: str) -> str:
        """Return the guard for an argument; the parts that fail for `term` are between hyphens."""
        if self.parts:
            return self.joint.join(part.shown(term, name) for part in self.parts)
        text = self.guard.format(name)
        return text if self.fits(term) else f"-{text}-"


def all_of(*parts: Kind) -> Kind:
    """Return the kind of terms that are of all these kinds."""
    return Kind(
        lambda term: all(part.fits(term) for part in parts),
        " and ".join(part.guard for part in parts),
        parts=parts,
    )


def any_of(*parts: Kind) -> Kind:
    """Return the kind of terms that are of at least one of these kinds."""
    return Kind(
        lambda term: any(part.fits(term) for part in parts),
        " or ".join(part.guard for part in parts),
        parts=parts,
        joint=" or ",
    )


def of_types(*types: type, guard: str = "", problem: str = "") -> Kind:
    """Return the kind of terms of these Python classes."""
    wanted = frozenset(types)
    return Kind(lambda term: type(term) in wanted, guard, problem, types)


ATOMS = (Atom, bool, type(None))
BINARY = of_types(str, bytes, guard="is_binary({})")
INTEGER = of_types(int, guard="is_integer({})")
FLOAT = of_types(float, guard="is_float({})")
NUMBER = of_types(int, float, guard="is_number({})")
ATOM = of_types(*ATOMS, guard="is_atom({})")
LIST = of_types(List, guard="is_list({})")
TUPLE = of_types(tuple, guard="is_tuple({})")
PID = of_types(Pid, guard="is_pid({})")
REF = of_types(Ref, guard="is_reference({})")
MAP = of_types(Map, guard="is_map({})")


def at_least(low: int, guard: str) -> Kind:
    """Return the kind of integers from `low` up; `guard` is `{} >= 0` or similar."""
    return all_of(INTEGER, Kind(lambda term: type(term) is not int or term >= low, guard))


NON_NEGATIVE = at_least(0, "{} >= 0")
POSITIVE = at_least(1, "{} > 0")


def function(*arities: int) -> Kind:
    """Return the kind of functions with one of these arities."""
    guard = " or ".join(f"is_function({{0}}, {arity})" for arity in arities)

    def fits(term: Any) -> bool:
        return type(term) is Function and term.capture.arity in arities

    return Kind(fits, guard)


# The argument types of Erlang's own functions, whose errors name the position.
E_LIST = of_types(List, problem="not a list")
E_TUPLE = of_types(tuple, problem="not a tuple")
E_ATOM = of_types(*ATOMS, problem="not an atom")
E_INTEGER = of_types(int, problem="not an integer")
E_NUMBER = of_types(int, float, problem="not a number")
E_FLOAT = of_types(float, problem="not a float")
E_BINARY = of_types(str, bytes, problem="not a binary")
E_PID = of_types(Pid, problem="not a pid")
E_REF = of_types(Ref, problem="not a reference")
E_MAP = Kind(lambda term: type(term) is Map, problem="bad map", types=(Map,))


def checked(
    code: Callable[..., Any],
    module: Atom,
    name: str,
    kinds: dict[str, Kind],
    clauses: Sequence[str] = (),
) -> Callable[..., Any]:
    """Return a wrapper of `code` that checks each argument's kind.

    `kinds` are by parameter name; `clauses` replace the clause shown in a FunctionClauseError.
    """
    count = code.__code__.co_argcount
    if not count:
        return code
    names = code.__code__.co_varnames[:count]
    spots = [(index, kinds[names[index]]) for index in range(count) if names[index] in kinds]
    if len(spots) != len(kinds):
        raise AssertionError(f"{module.name}.{name}: kinds {sorted(kinds)} of {names}")
    refuse = _refusal(module, name, names, spots, clauses)
    scope: dict[str, Any] = {"code": code, "refuse": refuse}
    tests = []
    for index, kind in spots:
        if kind.types:
            scope[f"k{index}"] = frozenset(kind.types)
            tests.append(f"type(a{index}) not in k{index}")
        else:
            scope[f"k{index}"] = kind.fits
            tests.append(f"not k{index}(a{index})")
    defaults = code.__defaults__ or ()
    taken = [f"a{index}" for index in range(count)]
    heads = list(taken)
    for place, value in enumerate(defaults):
        index = count - len(defaults) + place
        scope[f"d{index}"] = value
        heads[index] = f"a{index}=d{index}"
    head = f"def call({', '.join(heads)}):\n"
    if tests:
        head += f"    if {' or '.join(tests)}: refuse(({', '.join(taken)},))\n"
    scope["WRONG"], scope["unfit"] = WRONG, _unfit(module, name)
    source = (
        f"{head}    try: return code({', '.join(taken)})\n"
        f"    except WRONG as error: raise unfit(({', '.join(taken)},), error) from error\n"
    )
    exec(compile(source, f"<{module.name}.{name}>", "exec"), scope)  # noqa: S102  # names are ours
    made = scope["call"]
    made.__name__ = name
    return made  # type: ignore[no-any-return]  # a function


# What Python raises if a function finds an unexpected term inside its arguments.
WRONG = (TypeError, AttributeError, IndexError, KeyError, ValueError, OverflowError)


def _unfit(module: Atom, name: str) -> Callable[[tuple[Any, ...], Exception], Exception]:
    def unfit(args: tuple[Any, ...], error: Exception) -> Exception:
        if str(error).endswith(TOO_DEEP):  # the text before it says where in the term
            return error
        given = tuple(each for each in args if not is_missing(each))
        return FunctionClauseError(module, Atom(name), len(given), given)

    return unfit


def is_missing(term: Any) -> bool:
    """Whether an argument was not given, and has no default in Elixir either."""
    return type(term) is object


def _refusal(
    module: Atom,
    name: str,
    names: Sequence[str],
    spots: list[tuple[int, Kind]],
    clauses: Sequence[str],
) -> Callable[[tuple[Any, ...]], None]:
    def refuse(given: tuple[Any, ...]) -> None:
        args = tuple(each for each in given if not is_missing(each))
        wrong = {index: kind for index, kind in spots if not kind.fits(given[index])}
        first = next(iter(wrong.values()))
        if first.problem == "bad map":
            raise BadMapError(given[next(iter(wrong))])
        if first.problem:
            raise ArgumentError.among(
                {index + 1: kind.problem for index, kind in wrong.items() if kind.problem}
            )
        guards = [
            kind.shown(given[index], names[index].rstrip("_"))
            for index, kind in spots
            if kind.guard
        ]
        shown = ", ".join(each.rstrip("_") for each in names[: len(args)])
        own = f"def {name}({shown})"
        tried = clauses or [f"{own} when {' and '.join(guards)}"]
        raise FunctionClauseError(module, Atom(name), len(args), args, tried)

    return refuse
