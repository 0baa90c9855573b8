"""The helpers that compiled code refers to by name, such as `_add`, `_List`, `_MatchError`."""

from __future__ import annotations

from typing import Any, Final

from kvshell.elixir.library.protocols import collect, iterate, to_string
from kvshell.elixir.running import bits, calling, errors, failing, operators, paths
from kvshell.elixir.running.step_limits import BLOCK, due, tick
from kvshell.runtime.processes.exits import Exit, Thrown
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    BadMapError,
    Bits,
    CaseClauseError,
    ElixirError,
    Function,
    KeyError_,
    List,
    Map,
    MatchError,
    Pid,
    Ref,
    Term,
    alias,
    exception,
)
from kvshell.terms.coerce import FLAT, MAX_NESTING, TOO_DEEP, levels
from kvshell.terms.comparing import key
from kvshell.terms.list import PROPER, cons, trusted
from kvshell.terms.map import trusted as trusted_map

STRUCT: Final = A.__struct__
EXCEPTION: Final = A.__exception__
MISSING: Final = bits.MISSING


class Nothing(BaseException):
    """Never raised; fills in where compiled Python needs an `except`."""


def new_tuple(items: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return `items`, a new tuple; raise if it is nested too deeply."""
    for item in items:
        if item.__class__ is tuple:
            for inner in item:  # most nested tuples are flat
                if inner.__class__ is tuple and levels(item) >= MAX_NESTING:
                    raise errors.system_limit(TOO_DEEP)
    return items


def new_list(items: Any) -> List:
    """Return a List of the terms in a tuple or a Python list; raise if it is nested too deeply."""
    items = tuple(items)
    depth = 1
    for item in items:
        kind = item.__class__
        if kind not in FLAT and kind is not str:
            level = levels(item)
            if level >= depth:
                depth = level + 1
    if depth > MAX_NESTING:
        raise errors.system_limit(TOO_DEEP)
    return trusted(items, PROPER, depth)


def new_cell(head: Term, tail: Term) -> List:
    """Return `[head | tail]`."""
    try:
        return cons(head, tail)
    except ValueError:
        raise errors.system_limit(TOO_DEEP) from None


def new_map(pairs: Any) -> Map:
    """Return a Map of key-value pairs; the last of equal keys wins."""
    return trusted_map(pairs)


def map_update(base: Term, pairs: tuple[tuple[Term, Term], ...]) -> Map:
    """Return `%{base | key: value}`; raise if `base` is not a map or lacks a key."""
    if type(base) is not Map:
        raise BadMapError(base)
    for name, value in pairs:
        if name not in base:
            raise KeyError_.of_update(name, base)
        base = base.put(name, value)
    made: Map = base
    return made


def put_all(base: Map, pairs: tuple[tuple[Term, Term], ...]) -> Map:
    """Return the struct `base` with the values of `pairs`."""
    for name, value in pairs:
        base = base.put(name, value)
    return base


def check_struct(value: Term, module: Term) -> None:
    """Raise BadStructError unless `value` is a struct of `module`, as `%Name{value | ...}` does."""
    if type(value) is not Map or value.get(STRUCT) is not module:
        raise ElixirError(exception("BadStructError", struct=module, term=value))


def append_new(result: list[Any], seen: set[Any], value: Term) -> None:
    """Append a value unless its key is in `seen`: for `uniq: true` of a comprehension."""
    form = key(value)
    if form not in seen:
        seen.add(form)
        result.append(value)


# -- guards ------------------------------------------------------------------------------------


def is_atom(value: Term) -> bool:
    """Whether `value` is an atom, including nil and the booleans."""
    return value.__class__ in _ATOMS


def is_function(value: Term, arity: Term) -> bool:
    """Whether `value` is a function of this arity."""
    if type(arity) is not int or arity < 0:
        raise ArgumentError
    return value.__class__ is Function and value.capture.arity == arity


def is_map_key(value: Term, name: Term) -> bool:
    """Whether the map `value` has the key `name`; raise BadMapError if it is not a map."""
    if type(value) is not Map:
        raise BadMapError(value)
    return name in value


def is_struct(value: Term, module: Term = MISSING) -> bool:
    """Whether `value` is a struct, of `module` if given."""
    if module is not MISSING and not is_atom(module):
        raise ArgumentError
    if value.__class__ is not Map:
        return False
    found = value.get(STRUCT, MISSING)
    return is_atom(found) if module is MISSING else found is module


def is_exception(value: Term, module: Term = MISSING) -> bool:
    """Whether `value` is an exception, of `module` if given."""
    return is_struct(value, module) and value.get(EXCEPTION) is True


def is_port(_value: Term) -> bool:
    """Return False: there are no ports here."""
    return False


def guard_field(value: Term, name: Atom) -> Term:
    """Return `value.name` in a guard."""
    if type(value) is not Map or name not in value:
        raise ArgumentError
    return value.get(name)


def parity(value: Term) -> int:
    """Return 1 for an odd integer, 0 for an even one."""
    if type(value) is not int:
        raise ArgumentError
    return value & 1


def in_range(value: Term, first: Term, last: Term, step: Term = None) -> bool:
    """Whether `value in first..last//step`."""
    if type(first) is not int or type(last) is not int:
        raise ArgumentError
    if type(value) is not int:
        return False
    if step is None:
        step = 1 if first <= last else -1
    if step > 0:
        return bool(first <= value <= last and (value - first) % step == 0)
    return bool(last <= value <= first and (first - value) % -step == 0)


def destructured(items: Term, count: int) -> List:
    """Return a list cut or filled up with nil to `count` items, as `destructure` does."""
    given = () if items is None else items.items if type(items) is List else None
    if given is None:
        raise errors.function_clause(alias("Kernel.Utils"), "destructure", 2, (items, count))
    return new_list((*given[:count], *[None] * (count - len(given))))


_ATOMS: Final = frozenset({Atom, bool, type(None)})

HELPERS: Final[dict[str, Any]] = {
    "_add": operators.add,
    "_subtract": operators.subtract,
    "_multiply": operators.multiply,
    "_divide": operators.divide,
    "_power": operators.power,
    "_negate": operators.negate,
    "_plus": operators.plus,
    "_less": operators.less,
    "_less_or_equal": operators.less_or_equal,
    "_integer_divide": operators.integer_divide,
    "_remainder": operators.remainder,
    "_append": operators.append,
    "_without": operators.without,
    "_concat": operators.concat,
    "_same": operators.same,
    "_equals": operators.equals,
    "_boolean": operators.boolean,
    "_negation": operators.negation,
    "_new_range": operators.new_range,
    "_in_range": in_range,
    "_tuple": new_tuple,
    "_list": new_list,
    "_List": List,
    "_cons": new_cell,
    "_map": new_map,
    "_map_update": map_update,
    "_put_all": put_all,
    "_check_struct": check_struct,
    "_append_new": append_new,
    "_Map": Map,
    "_Function": Function,
    "_Pid": Pid,
    "_Ref": Ref,
    "_PROPER": PROPER,
    "_MISSING": MISSING,
    "_NUMBERS": operators.NUMBERS,
    "_BINARIES": frozenset({str, bytes}),
    "_BITSTRINGS": frozenset({str, bytes, Bits}),
    "_is_atom": is_atom,
    "_is_function": is_function,
    "_is_map_key": is_map_key,
    "_is_struct": is_struct,
    "_is_exception": is_exception,
    "_is_port": is_port,
    "_guard_field": guard_field,
    "_parity": parity,
    "_destructured": destructured,
    "_make_bits": bits.make_bits,
    "_bits": bits.reader,
    "_bits_of": bits.reader_of,
    "_after_prefix": bits.after_prefix,
    "_iterate": iterate,
    "_collect": collect,
    "_to_string": to_string,
    "_MatchError": MatchError,
    "_CaseClauseError": CaseClauseError,
    "_ElixirError": ElixirError,
    "_AnonymousClauseError": errors.AnonymousClauseError,
    "_function_clause": errors.function_clause,
    "_clause_error": errors.clause_error,
    "_cond_error": errors.cond_error,
    "_raise": failing.raise_,
    "_reraise": failing.reraise,
    "_caught": failing.Caught,
    "_CATCHABLE": (Exception, Thrown, Exit),
    "_Nothing": Nothing,
    "_stacktrace": failing.stacktrace,
    "_timeout": calling.timeout,
    "_receive": calling.receive,
    "_no_message": calling.no_message,
    "_call0": calling.call0,
    "_call1": calling.call1,
    "_call2": calling.call2,
    "_call3": calling.call3,
    "_call4": calling.call4,
    "_calln": calling.calln,
    "_jump0": calling.jump0,
    "_jump1": calling.jump1,
    "_jump2": calling.jump2,
    "_jump3": calling.jump3,
    "_jump4": calling.jump4,
    "_Jump": calling.Jump,
    "_field": calling.field,
    "_invoke": calling.invoke,
    "_undefined": calling.undefined,
    "_text_matches": calling.text_matches,
    "_capture_of": calling.capture_of,
    "_put_in_path": paths.put_in,
    "_update_in_path": paths.update_in,
    "_get_and_update_in_path": paths.get_and_update_in,
    "_pop_in_path": paths.pop_in,
    "_BLOCK": BLOCK,
    "_due": due,
    "_tick": tick,
    "k__struct": STRUCT,
    "k__range": alias("Range"),
    "__builtins__": {
        "len": len,
        "set": set,
        "range": range,
        "tuple": tuple,
        "int": int,
        "float": float,
        "bool": bool,
        "str": str,
    },
}
