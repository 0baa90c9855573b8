"""The functions that guards and bodies of match specifications may call; see the ERTS guide."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from kvshell.terms import A, Atom, Function, List, Map, Pid, Ref, Term, compare, equal, term

NODE: Final = Atom("nonode@nohost")

Thunk = Callable[[], Term]


class BadArgument(Exception):  # noqa: N818  # never leaves the runtime
    """A function was called with invalid arguments."""


def call(name: Atom, arguments: list[Thunk], caller: Pid) -> Term:
    """Return the result of the function `name`; arguments are evaluated only as needed.

    Raises:
        BadArgument: the arguments are invalid.
    """
    if name in _LAZY:
        return _LAZY[name](arguments)
    if name is A.self:
        return caller
    values = [argument() for argument in arguments]
    if name is A.node:
        return NODE
    try:
        return term(_FUNCTIONS[name, len(values)](*values))
    except (ArithmeticError, KeyError, TypeError, ValueError):
        raise BadArgument from None


def _all(arguments: list[Thunk]) -> bool:
    values = [_boolean(argument()) for argument in arguments]
    return all(values)


def _any(arguments: list[Thunk]) -> bool:
    values = [_boolean(argument()) for argument in arguments]
    return any(values)


def _and_also(arguments: list[Thunk]) -> Term:
    for argument in arguments[:-1]:
        if not _boolean(argument()):
            return False
    return arguments[-1]()


def _or_else(arguments: list[Thunk]) -> Term:
    for argument in arguments[:-1]:
        if _boolean(argument()):
            return True
    return arguments[-1]()


def _boolean(value: Term) -> bool:
    if type(value) is not bool:
        raise BadArgument
    return value


def _int(value: Term) -> int:
    if type(value) is not int:
        raise BadArgument
    return value


def _number(value: Term) -> int | float:
    if type(value) is not int and type(value) is not float:
        raise BadArgument
    result: int | float = value
    return result


def _of(kind: type, value: Term) -> Any:
    if type(value) is not kind:
        raise BadArgument
    return value


def _div(left: Term, right: Term) -> int:
    quotient = abs(_int(left)) // abs(_int(right))
    return quotient if (left < 0) == (right < 0) else -quotient


def _shift(value: Term, by: Term) -> int:
    if _int(by) > 4_000_000:
        raise BadArgument
    return _int(value) << _int(by) if by >= 0 else _int(value) >> -_int(by)


def _round(value: Term) -> int:
    size = abs(_number(value))
    whole = int(size) + (size - int(size) >= 0.5)  # half away from zero
    return whole if _number(value) >= 0 else -whole


def _binary(value: Term) -> bytes:
    return value.encode() if type(value) is str else bytes(_of(bytes, value))


def _size(value: Term) -> int:
    return len(value) if type(value) is tuple else len(_binary(value))


def _length(value: Term) -> int:
    found: List = _of(List, value)
    if not found.proper:
        raise BadArgument
    return len(found)


def _element(position: Term, value: Term) -> Term:
    found: tuple[Term, ...] = _of(tuple, value)
    if not 0 < _int(position) <= len(found):
        raise BadArgument
    return found[position - 1]


def _cell(value: Term) -> List:
    found: List = _of(List, value)
    if not found.items:
        raise BadArgument
    return found


def _part(value: Term, start: Term, length: Term) -> bytes:
    whole = _binary(value)
    first, last = sorted((_int(start), start + _int(length)))
    if not 0 <= first <= last <= len(whole):
        raise BadArgument
    return whole[first:last]


def _is(*kinds: type) -> Callable[[Term], bool]:
    return lambda value: type(value) in kinds


def _is_atom(value: Term) -> bool:
    return type(value) is Atom or value is None or type(value) is bool


def _is_record(value: Term, tag: Term, size: Term) -> bool:
    return type(value) is tuple and len(value) == _int(size) and bool(value) and value[0] is tag


_LAZY: Final[Mapping[Term, Callable[[list[Thunk]], Term]]] = {
    A.and_: _all,
    A.or_: _any,
    A.andalso: _and_also,
    A.orelse: _or_else,
}
_FUNCTIONS: Final[Mapping[tuple[Term, int], Callable[..., Term]]] = {
    (A.not_, 1): lambda value: not _boolean(value),
    (A.xor, 2): lambda left, right: _boolean(left) is not _boolean(right),
    (Atom("=="), 2): lambda left, right: compare(left, right) == 0,
    (Atom("/="), 2): lambda left, right: compare(left, right) != 0,
    (Atom("=:="), 2): equal,
    (Atom("=/="), 2): lambda left, right: not equal(left, right),
    (Atom("<"), 2): lambda left, right: compare(left, right) < 0,
    (Atom("=<"), 2): lambda left, right: compare(left, right) <= 0,
    (Atom(">"), 2): lambda left, right: compare(left, right) > 0,
    (Atom(">="), 2): lambda left, right: compare(left, right) >= 0,
    (Atom("+"), 1): _number,
    (Atom("-"), 1): lambda value: -_number(value),
    (Atom("+"), 2): lambda left, right: _number(left) + _number(right),
    (Atom("-"), 2): lambda left, right: _number(left) - _number(right),
    (Atom("*"), 2): lambda left, right: _number(left) * _number(right),
    (Atom("/"), 2): lambda left, right: _number(left) / _number(right),
    (A.div, 2): _div,
    (A.rem, 2): lambda left, right: left - right * _div(left, right),
    (A.band, 2): lambda left, right: _int(left) & _int(right),
    (A.bor, 2): lambda left, right: _int(left) | _int(right),
    (A.bxor, 2): lambda left, right: _int(left) ^ _int(right),
    (A.bnot, 1): lambda value: ~_int(value),
    (A.bsl, 2): _shift,
    (A.bsr, 2): lambda value, by: _shift(value, -_int(by)),
    (A.abs, 1): lambda value: abs(_number(value)),
    (A.float, 1): lambda value: float(_number(value)),
    (A.round, 1): _round,
    (A.trunc, 1): lambda value: int(_number(value)),
    (A.hd, 1): lambda value: _cell(value).head,
    (A.tl, 1): lambda value: _cell(value).tail,
    (A.length, 1): _length,
    (A.element, 2): _element,
    (A.size, 1): _size,
    (A.byte_size, 1): lambda value: len(_binary(value)),
    (A.bit_size, 1): lambda value: 8 * len(_binary(value)),
    (A.binary_part, 2): lambda value, place: _part(value, *_of(tuple, place)),
    (A.binary_part, 3): _part,
    (A.map_size, 1): lambda value: len(_of(Map, value)),
    (A.map_get, 2): lambda name, value: _of(Map, value)[name],
    (A.is_map_key, 2): lambda name, value: name in _of(Map, value),
    (A.is_atom, 1): _is_atom,
    (A.is_binary, 1): _is(str, bytes),
    (A.is_float, 1): _is(float),
    (A.is_function, 1): _is(Function),
    (A.is_integer, 1): _is(int),
    (A.is_list, 1): _is(List),
    (A.is_map, 1): _is(Map),
    (A.is_number, 1): _is(int, float),
    (A.is_pid, 1): _is(Pid),
    (A.is_port, 1): _is(),
    (A.is_reference, 1): _is(Ref),
    (A.is_tuple, 1): _is(tuple),
    (A.is_record, 3): _is_record,
}


def _arities() -> dict[Term, set[int]]:
    """Return the possible numbers of arguments of each function."""
    found: dict[Term, set[int]] = {A.self: {0}, A.node: {0, 1}}
    for name in _LAZY:
        found[name] = set(range(1, 256))
    for name, arity in _FUNCTIONS:
        found.setdefault(name, set()).add(arity)
    return found


ARITIES: Final = _arities()
