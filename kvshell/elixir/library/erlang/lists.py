""":lists."""

from typing import Any

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.collections.list import alike
from kvshell.elixir.library.enumerables.generators import true
from kvshell.elixir.library.enumerables.sorting import ascending, sorted_by_choice
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import E_LIST, Kind
from kvshell.elixir.library.protocols import to_string
from kvshell.elixir.library.registry import MISSING, Cost, Library
from kvshell.elixir.running.step_limits import room_for, slices
from kvshell.terms import List, Term, equal, sort_key

lists = Library.of(":lists", Cost.LOOPS)
_LIST = Kind(lambda term: type(term) is List, "is_list({})")


@lists.function(list1=_LIST)
def append(list1: Term, list2: Term = MISSING) -> Term:
    """Joins lists into one."""
    if list2 is MISSING:
        return List(item for each in list1.items for item in each.items)
    return list1 + list2


@lists.function(list_=_LIST)
def delete(elem: Term, list_: Term) -> Term:
    """Returns the list without the first occurrence of the element."""
    for index, each in enumerate(list_.items):
        if equal(each, elem):
            return List((*list_.items[:index], *list_.items[index + 1 :]))
    return list_


@lists.function()
def duplicate(n: Term, elem: Term) -> Term:
    """Returns a list with the item repeated."""
    if type(n) is not int or n < 0:
        raise no_clause(":lists", "duplicate", (n, elem))
    return List((elem,) * room_for(n))


@lists.function(list_=_LIST)
def flatten(list_: Term) -> Term:
    """Returns the items of all nested lists in one list."""
    from kvshell.elixir.library.collections.list import flatten as flat  # noqa: PLC0415

    return flat(list_)


@lists.function(list_=_LIST)
def foldl(fun: Term, acc: Term, list_: Term) -> Term:
    """Reduces from the left."""
    call = caller(fun, 2)
    for each in list_.items:
        acc = call(each, acc)
    return acc


@lists.function(list_=_LIST)
def foldr(fun: Term, acc: Term, list_: Term) -> Term:
    """Reduces from the right."""
    call = caller(fun, 2)
    for each in reversed(list_.items):
        acc = call(each, acc)
    return acc


@lists.function(list_=_LIST)
def foreach(fun: Term, list_: Term) -> Term:
    """Calls the function with each item for its side effect."""
    from kvshell.terms import A  # noqa: PLC0415  # only here

    call = caller(fun, 1)
    for each in list_.items:
        call(each)
    return A.ok


@lists.function(name="map", list_=_LIST)
def map_(fun: Term, list_: Term) -> Term:
    """Returns the function's result for each item."""
    call = caller(fun, 1)
    return List([call(each) for each in list_.items])


@lists.function(name="filter", list_=_LIST)
def filter_(fun: Term, list_: Term) -> Term:
    """Returns the items for which the function is true."""
    call = caller(fun, 1)
    return List([each for each in list_.items if true(call(each))])


@lists.function(name="all", list_=_LIST)
def all_(fun: Term, list_: Term) -> Term:
    """Tells whether the function is true for each item."""
    call = caller(fun, 1)
    return all(true(call(each)) for each in list_.items)


@lists.function(name="any", list_=_LIST)
def any_(fun: Term, list_: Term) -> Term:
    """Tells whether the function is true for an item."""
    call = caller(fun, 1)
    return any(true(call(each)) for each in list_.items)


def _spot(n: Any) -> int:
    return n - 1 if type(n) is int else -1


@lists.function(tuple_list=_LIST)
def keyfind(key: Term, n: Term, tuple_list: Term) -> Term:
    """Returns the first tuple whose element `n`, counted from 1, equals the key; false if none."""
    spot = _spot(n)
    for each in tuple_list.items:
        if type(each) is tuple and len(each) > spot >= 0 and alike(each[spot], key):
            return each
    return False


@lists.function(tuple_list=_LIST)
def keymember(key: Term, n: Term, tuple_list: Term) -> Term:
    """Tells whether a tuple has the key at a position."""
    return keyfind(key, n, tuple_list) is not False


@lists.function(tuple_list=_LIST)
def keydelete(key: Term, n: Term, tuple_list: Term) -> Term:
    """Returns the list without the first tuple with the key at a position."""
    found = keyfind(key, n, tuple_list)
    return tuple_list if found is False else delete(found, tuple_list)


@lists.function(tuple_list=_LIST)
def keysort(n: Term, tuple_list: Term) -> Term:
    """Returns the tuples sorted by the element at a position."""
    return List(ascending(tuple_list.items, lambda each: each[_spot(n)]))


@lists.function(tuple_list=_LIST)
def keystore(key: Term, n: Term, tuple_list: Term, new: Term) -> Term:
    """Returns the list with the first such tuple replaced, or with the new one appended."""
    found = keyfind(key, n, tuple_list)
    if found is False:
        return List((*tuple_list.items, new))
    done = False
    made = []
    for each in tuple_list.items:
        made.append(new if not done and each is found else each)
        done = done or each is found
    return List(made)


@lists.function(list_=_LIST)
def last(list_: Term) -> Term:
    """Returns the last item."""
    if not list_.items:
        raise no_clause(":lists", "last", (list_,))
    return list_.items[-1]


@lists.function(name="max", list_=_LIST)
def max_(list_: Term) -> Term:
    """Returns the greatest item."""
    if not list_.items:
        raise no_clause(":lists", "max", (list_,))
    return max(list_.items, key=sort_key)


@lists.function(name="min", list_=_LIST)
def min_(list_: Term) -> Term:
    """Returns the least item."""
    if not list_.items:
        raise no_clause(":lists", "min", (list_,))
    return min(list_.items, key=sort_key)


@lists.function(list_=_LIST)
def member(elem: Term, list_: Term) -> Term:
    """Tells whether an item is the element."""
    return elem in list_


@lists.function(list_=_LIST)
def nth(n: Term, list_: Term) -> Term:
    """Returns the item at a position, counted from 1."""
    if type(n) is not int or n < 1:
        raise no_clause(":lists", "nth", (n, list_))
    if n > len(list_):
        raise no_clause(":lists", "nth", (n - len(list_), List()))
    return list_.items[n - 1]


@lists.function(list_=_LIST)
def nthtail(n: Term, list_: Term) -> Term:
    """Returns the list without its first items."""
    if type(n) is not int or not 0 <= n <= len(list_):
        raise no_clause(":lists", "nthtail", (n, list_))
    return List(list_.items[n:])


@lists.function(list_=_LIST)
def partition(fun: Term, list_: Term) -> Term:
    """Splits the items into those for which the function is true, and the others."""
    from kvshell.elixir.library.enumerables.enum_finding import split_with  # noqa: PLC0415

    return split_with(list_, fun)


@lists.function(list_=E_LIST)
def reverse(list_: Term, tail: Term = MISSING) -> Term:
    """Returns the items in reverse order, followed by a tail."""
    turned = tuple(reversed(list_.items))
    return List(turned) if tail is MISSING else List((*turned, *tail.items))


@lists.function()
def seq(first: Term, last: Term, step: Term = 1) -> Term:
    """Returns the integers from one to another, with a step."""
    if not all(type(each) is int for each in (first, last, step)) or (
        first - 1 > last and step > 0
    ):
        raise no_clause(":lists", "seq", (first, last) if step == 1 else (first, last, step))
    return List(slices(range(first, last + (1 if step > 0 else -1), step)))


@lists.function(list_=_LIST)
def sort(list_: Term) -> Term:
    """Returns the items sorted."""
    return List(ascending(list_.items))


@lists.function(name="sort", list_=_LIST)
def sort_by(fun: Term, list_: Term) -> Term:
    """Returns the items sorted by a function of two arguments."""
    return List(sorted_by_choice(list_.items, fun))


@lists.function(list_=_LIST)
def usort(list_: Term) -> Term:
    """Returns the items sorted, without duplicates."""
    made: list[Any] = []
    for each in ascending(list_.items):
        if not made or sort_key(made[-1]) != sort_key(each):
            made.append(each)
    return List(made)


@lists.function(name="sum", list_=_LIST)
def sum_(list_: Term) -> Term:
    """Returns the sum of the items."""
    from kvshell.elixir.library.enumerables.enum_walks import sum_ as total  # noqa: PLC0415

    return total(list_)


@lists.function(list_=_LIST)
def sublist(list_: Term, start: Term, length: Term = MISSING) -> Term:
    """Returns the first items, or a number of items from a position."""
    if length is MISSING:
        return List(list_.items[:start])
    return List(list_.items[start - 1 : start - 1 + length])


@lists.function(list_=_LIST)
def split(n: Term, list_: Term) -> Term:
    """Splits the items after a number of them."""
    return List(list_.items[:n]), List(list_.items[n:])


@lists.function(list_=_LIST)
def splitwith(fun: Term, list_: Term) -> Term:
    """Splits the items before the first for which the function is false."""
    from kvshell.elixir.library.enumerables.enum_finding import split_while  # noqa: PLC0415

    return split_while(list_, fun)


@lists.function(list_=_LIST)
def takewhile(fun: Term, list_: Term) -> Term:
    """Returns the leading items for which the function is true."""
    return splitwith(fun, list_)[0]


@lists.function(list_=_LIST)
def dropwhile(fun: Term, list_: Term) -> Term:
    """Returns the items starting at the first for which the function is false."""
    return splitwith(fun, list_)[1]


@lists.function(list_=_LIST)
def droplast(list_: Term) -> Term:
    """Returns the list without its last item."""
    return List(list_.items[:-1])


@lists.function(list_=_LIST)
def concat(list_: Term) -> Term:
    """Joins lists, and the texts of atoms and numbers, into one list."""
    joined: list[Any] = []
    for each in list_.items:
        joined += each.items if type(each) is List else map(ord, str(to_string(each)))
    return List(joined)


@lists.function(list1=_LIST, list2=_LIST)
def subtract(list1: Term, list2: Term) -> Term:
    """Returns the first list without the first occurrence of each item of the second."""
    from kvshell.elixir.library.kernel.operators import without  # noqa: PLC0415

    return without(list1, list2)


@lists.function(name="zip", list1=_LIST, list2=_LIST)
def zip_(list1: Term, list2: Term) -> Term:
    """Returns pairs of corresponding items of two lists of equal length."""
    short = min(len(list1), len(list2))
    if len(list1) != len(list2):
        rest = (List(list1.items[short:]), List(list2.items[short:]))
        raise no_clause(":lists", "zip", rest)
    return List(zip(list1.items, list2.items, strict=True))


@lists.function(list_=_LIST)
def unzip(list_: Term) -> Term:
    """Returns the first and the second elements of pairs as two lists."""
    return List(each[0] for each in list_.items), List(each[1] for each in list_.items)


@lists.function(list_=_LIST)
def enumerate_(list_: Term) -> Term:
    """Returns each item with its position, counted from 1."""
    return List(enumerate(list_.items, 1))
