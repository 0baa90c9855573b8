"""Less common functions of :erlang, :lists, :maps, :queue, :math, :rand, :os and others."""

import math
import zlib
from typing import Any

from kvshell.elixir.library import chance
from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.collections import list as own_list
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kernel.applying import function_exported as is_exported
from kvshell.elixir.library.kernel.operators import without
from kvshell.elixir.library.kinds import E_LIST, E_MAP
from kvshell.elixir.library.protocols import list_to_string, octets, text
from kvshell.elixir.library.registry import MISSING, Cost, Library
from kvshell.elixir.library.system import system
from kvshell.elixir.library.text.io import gathered
from kvshell.elixir.running.step_limits import room_for, room_for_octets
from kvshell.otp.gen import naming
from kvshell.runtime import process
from kvshell.runtime.processes.exits import Exit
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, ArgumentError, ArithmeticError_, List, Map, Term, equal, key

erlang = Library.of(":erlang")
lists = Library.of(":lists", Cost.LOOPS)
maps = Library.of(":maps", Cost.LOOPS)
queue = Library.of(":queue", Cost.LOOPS)
math_ = Library.of(":math")
rand = Library.of(":rand", Cost.LOOPS)
os_ = Library.of(":os")
crypto = Library.of(":crypto")
global_ = Library(":global", Cost.WAITS)

# -- :erlang -------------------------------------------------------------------------------------


@erlang.function()
def function_exported(module: Term, function: Term, arity: Term) -> Term:
    """Tells whether a module has a public function of this name and arity."""
    return is_exported(module, function, arity)


@erlang.function()
def module_loaded(module: Term) -> Term:
    """Tells whether a module is loaded."""
    return current().runtime.code.defines(module)


@erlang.function()
def now() -> Term:
    """Returns the time since 1970 as `{megaseconds, seconds, microseconds}`."""
    micro = system.system_time(A.microsecond)
    return micro // 10**12, micro // 10**6 % 10**6, micro % 10**6


@erlang.function(cost=Cost.LOOPS)
def make_tuple(arity: Term, initial_value: Term, init_list: Term = MISSING) -> Term:
    """Creates a tuple with the same term everywhere, except at the positions in `init_list`."""
    if type(arity) is not int or arity < 0:
        raise ArgumentError.at(1, "not an integer" if type(arity) is not int else "out of range")
    made = [initial_value] * room_for(arity)
    for position, element in () if init_list is MISSING else init_list.items:
        made[position - 1] = element
    return tuple(made)


@erlang.function(name="binary_to_list")
def bytes_between(binary: Term, start: Term, stop: Term) -> Term:
    """Returns the bytes of a binary from `start` to `stop`, counted from 1."""
    return List(octets(binary)[start - 1 : stop])


@erlang.function(name="append", cost=Cost.LOOPS)
def append(left: Term, right: Term) -> Term:
    """Concatenates two lists: `left ++ right`."""
    return left + right


@erlang.function(name="subtract", cost=Cost.LOOPS)
def subtract(left: Term, right: Term) -> Term:
    """Removes the first occurrence of each element of the right list: `left -- right`."""
    return without(left, right)


@erlang.function(name="crc32")
def crc32_on(old: Term, data: Term) -> Term:
    """Continues a CRC32 checksum with more iodata."""
    return zlib.crc32(gathered(data), old)


@erlang.function(name="adler32")
def adler32_on(old: Term, data: Term) -> Term:
    """Continues an Adler-32 checksum with more iodata."""
    return zlib.adler32(gathered(data), old)


@erlang.function(name="erase")
def erase_all() -> Term:
    """Empties the process dictionary; returns its entries."""
    found = process.get_all()
    for name, _value in found.items:
        process.delete(name)
    return found


# -- :lists, :maps, :queue -----------------------------------------------------------------------


@lists.function(name="flatten", deep_list=E_LIST)
def flatten_onto(deep_list: Term, tail: Term) -> Term:
    """Flattens nested lists into one, followed by `tail`."""
    return own_list.flatten(deep_list) + tail


@lists.function(name="enumerate")
def enumerate_from(index: Term, list_: Term) -> Term:
    """Returns `{index, element}` for each element, counted from `index`."""
    return List(enumerate(list_.items, index))


@lists.function(name="uniq")
def uniq_by(fun: Term, list_: Term) -> Term:
    """Removes elements for which `fun` returns a value it returned before."""
    call = caller(fun, 1)
    found: dict[Any, Any] = {}
    for each in list_.items:
        found.setdefault(key(call(each)), each)
    return List(found.values())


@lists.function(name="zipwith3")
def zip_three_with(combine: Term, list1: Term, list2: Term, list3: Term) -> Term:
    """Combines corresponding elements of three lists of the same length with `combine`."""
    call = caller(combine, 3)
    columns = (list1.items, list2.items, list3.items)
    if len(set(map(len, columns))) > 1:
        raise no_clause(":lists", "zipwith3", (combine, list1, list2, list3))
    return List(call(*each) for each in zip(*columns, strict=True))


@maps.function(map_=E_MAP)
def iterator(map_: Term) -> Term:
    """Returns an iterator over a map, for `:maps.next`."""
    return List((0,), map_)


@maps.function(name="next")
def next_(iterator: Term) -> Term:
    """Returns `{key, value, iterator}`, or `:none` at the end."""
    match iterator:
        case A.none:
            return A.none
        case tuple():
            return iterator
        case List() if len(iterator.items) == 1 and type(iterator.last) is Map:
            following: Term = A.none
            for name, value in reversed(list(iterator.last.items())):
                following = (name, value, following)
            return following
    raise ArgumentError("argument error")


@maps.function(map1=E_MAP, map2=E_MAP)
def intersect_with(combiner: Term, map1: Term, map2: Term) -> Term:
    """Returns the keys that two maps share, with the results of `combiner` as values."""
    call = caller(combiner, 3)
    return Map(
        [(name, call(name, _value, map2[name])) for name, _value in map1.items() if name in map2]
    )


def _queue(items: Any) -> Term:
    from kvshell.elixir.library.erlang.data import from_list  # noqa: PLC0415  # registers :queue

    return from_list(List(items))


def _items(given: Term) -> list[Any]:
    from kvshell.elixir.library.erlang.data import to_list  # noqa: PLC0415  # as above

    return list(to_list(given).items)


@queue.function()
def filtermap(fun: Term, queue: Term) -> Term:
    """Filters and maps a queue at once: `fun` returns a boolean or `{true, value}`."""
    call = caller(fun, 1)
    made = []
    for each in _items(queue):
        match call(each):
            case True:
                made.append(each)
            case (True, value):
                made.append(value)
    return _queue(made)


def _dropped(queue: Term, fits: Any, *, last: bool) -> Term:
    items = _items(queue)
    places = range(len(items) - 1, -1, -1) if last else range(len(items))
    at = next((place for place in places if fits(items[place])), None)
    return queue if at is None else _queue(items[:at] + items[at + 1 :])


@queue.function()
def delete_r(item: Term, queue: Term) -> Term:
    """Deletes the last occurrence of an item from a queue."""
    return _dropped(queue, lambda each: equal(each, item), last=True)


@queue.function()
def delete_with(pred: Term, queue: Term) -> Term:
    """Deletes the first item for which `pred` returns true."""
    return _dropped(queue, caller(pred, 1), last=False)


@queue.function()
def delete_with_r(pred: Term, queue: Term) -> Term:
    """Deletes the last item for which `pred` returns true."""
    return _dropped(queue, caller(pred, 1), last=True)


# -- :math, :rand, :crypto, :os ------------------------------------------------------------------


def _of_one(name: str, code: Any) -> None:
    def function(x: Term) -> Term:
        if type(x) is not int and type(x) is not float:
            raise ArgumentError.at(1, "not a number")
        try:
            return float(code(x))
        except (ValueError, OverflowError):
            raise ArithmeticError_ from None

    function.__doc__ = f"Returns the {name} of a number."
    math_.function(name=name)(function)


for _name in ("acosh", "asinh", "atanh", "erf", "erfc"):
    _of_one(_name, getattr(math, _name))


@rand.function(name="bytes")
def bytes_(n: Term) -> Term:
    """Returns a binary of `n` random bytes."""
    room_for_octets(n)
    return text(bytes(chance.below(256) for _ in range(n)))


@crypto.function(cost=Cost.LOOPS)
def strong_rand_bytes(n: Term) -> Term:
    """Returns `n` random bytes; in a search, reproducible ones."""
    return bytes_(n)


def _name_of(variable: Any) -> str:
    return str(list_to_string(variable)) if type(variable) is List else str(variable)


@os_.function()
def getenv(var_name: Term, default: Term = False) -> Term:
    """Returns an environment variable set in this shell as a charlist, or the default."""
    value = system.get_env(_name_of(var_name), None)
    return default if value is None else List(map(ord, value))


@os_.function()
def putenv(var_name: Term, value: Term) -> Term:
    """Sets an environment variable, for this shell only."""
    system.put_env(_name_of(var_name), _name_of(value))
    return True


@os_.function()
def unsetenv(var_name: Term) -> Term:
    """Deletes an environment variable, for this shell only."""
    system.delete_env(_name_of(var_name))
    return True


# -- :global -------------------------------------------------------------------------------------


@global_.function()
def whereis_name(name: Term) -> Term:
    """Returns the pid registered under a global name, or `:undefined`."""
    return naming.whereis_name(name) or A.undefined


@global_.function()
def register_name(name: Term, pid: Term) -> Term:
    """Registers a process under a global name: `:yes`, or `:no` if it is taken."""
    return naming.register_name(name, pid)


@global_.function()
def unregister_name(name: Term) -> Term:
    """Unregisters a global name."""
    return naming.unregister_name(name)


@global_.function(name="send")
def send_to_name(name: Term, msg: Term) -> Term:
    """Sends a message to the process registered under a global name; returns its pid."""
    pid = naming.whereis_name(name)
    if pid is None:
        raise Exit((A.badarg, (name, msg)))
    process.send(pid, msg)
    return pid
