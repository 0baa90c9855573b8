""":lists: its basic functions."""

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
    """Concatenates two lists, or a list of lists."""
    if list2 is MISSING:
        return List(item for each in list1.items for item in each.items)
    return list1 + list2


@lists.function(list_=_LIST)
def delete(elem: Term, list_: Term) -> Term:
    """Deletes the first occurrence of an element."""
    for index, each in enumerate(list_.items):
        if equal(each, elem):
            return List((*list_.items[:index], *list_.items[index + 1 :]))
    return list_


@lists.function()
def duplicate(n: Term, elem: Term) -> Term:
    """Returns a list that repeats an element `n` times."""
    if type(n) is not int or n < 0:
        raise no_clause(":lists", "duplicate", (n, elem))
    return List((elem,) * room_for(n))


@lists.function(list_=_LIST)
def flatten(list_: Term) -> Term:
    """Flattens nested lists into one."""
    from kvshell.elixir.library.collections.list import flatten as flat  # noqa: PLC0415

    return flat(list_)


@lists.function(list_=_LIST)
def foldl(fun: Term, acc: Term, list_: Term) -> Term:
    """Folds the list from the left with `fun`, which gets an element and the accumulator."""
    call = caller(fun, 2)
    for each in list_.items:
        acc = call(each, acc)
    return acc


@lists.function(list_=_LIST)
def foldr(fun: Term, acc: Term, list_: Term) -> Term:
    """Folds the list from the right with `fun`, which gets an element and the accumulator."""
    call = caller(fun, 2)
    for each in reversed(list_.items):
        acc = call(each, acc)
    return acc


@lists.function(list_=_LIST)
def foreach(fun: Term, list_: Term) -> Term:
    """Calls `fun` with each element for its side effects; returns `:ok`."""
    from kvshell.terms import A  # noqa: PLC0415  # only here

    call = caller(fun, 1)
    for each in list_.items:
        call(each)
    return A.ok


@lists.function(name="map", list_=_LIST)
def map_(fun: Term, list_: Term) -> Term:
    """Returns a list of the results of calling `fun` on each element."""
    call = caller(fun, 1)
    return List([call(each) for each in list_.items])


@lists.function(name="filter", list_=_LIST)
def filter_(fun: Term, list_: Term) -> Term:
    """Returns the elements for which `fun` returns true."""
    call = caller(fun, 1)
    return List([each for each in list_.items if true(call(each))])


@lists.function(name="all", list_=_LIST)
def all_(fun: Term, list_: Term) -> Term:
    """Tells whether `fun` returns true for every element."""
    call = caller(fun, 1)
    return all(true(call(each)) for each in list_.items)


@lists.function(name="any", list_=_LIST)
def any_(fun: Term, list_: Term) -> Term:
    """Tells whether `fun` returns true for any element."""
    call = caller(fun, 1)
    return any(true(call(each)) for each in list_.items)


def _spot(n: Any) -> int:
    return n - 1 if type(n) is int else -1


@lists.function(tuple_list=_LIST)
def keyfind(key: Term, n: Term, tuple_list: Term) -> Term:
    """Returns the first tuple whose `n`th element equals `key`, or false."""
    spot = _spot(n)
    for each in tuple_list.items:
        if type(each) is tuple and len(each) > spot >= 0 and alike(each[spot], key):
            return each
    return False


@lists.function(tuple_list=_LIST)
def keymember(key: Term, n: Term, tuple_list: Term) -> Term:
    """Tells whether there is a tuple whose `n`th element equals `key`."""
    return keyfind(key, n, tuple_list) is not False


@lists.function(tuple_list=_LIST)
def keydelete(key: Term, n: Term, tuple_list: Term) -> Term:
    """Deletes the first tuple whose `n`th element equals `key`."""
    found = keyfind(key, n, tuple_list)
    return tuple_list if found is False else delete(found, tuple_list)


@lists.function(tuple_list=_LIST)
def keysort(n: Term, tuple_list: Term) -> Term:
    """Sorts tuples by their `n`th element."""
    return List(ascending(tuple_list.items, lambda each: each[_spot(n)]))


@lists.function(tuple_list=_LIST)
def keystore(key: Term, n: Term, tuple_list: Term, new: Term) -> Term:
    """Replaces the first tuple whose `n`th element equals `key`, or appends the new tuple."""
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
    """Returns the last element."""
    if not list_.items:
        raise no_clause(":lists", "last", (list_,))
    return list_.items[-1]


@lists.function(name="max", list_=_LIST)
def max_(list_: Term) -> Term:
    """Returns the greatest element."""
    if not list_.items:
        raise no_clause(":lists", "max", (list_,))
    return max(list_.items, key=sort_key)


@lists.function(name="min", list_=_LIST)
def min_(list_: Term) -> Term:
    """Returns the smallest element."""
    if not list_.items:
        raise no_clause(":lists", "min", (list_,))
    return min(list_.items, key=sort_key)


@lists.function(list_=_LIST)
def member(elem: Term, list_: Term) -> Term:
    """Tells whether a list contains an element."""
    return elem in list_


@lists.function(list_=_LIST)
def nth(n: Term, list_: Term) -> Term:
    """Returns the `n`th element, counted from 1."""
    if type(n) is not int or n < 1:
        raise no_clause(":lists", "nth", (n, list_))
    if n > len(list_):
        raise no_clause(":lists", "nth", (n - len(list_), List()))
    return list_.items[n - 1]


@lists.function(list_=_LIST)
def nthtail(n: Term, list_: Term) -> Term:
    """Returns the list without its first `n` elements."""
    if type(n) is not int or not 0 <= n <= len(list_):
        raise no_clause(":lists", "nthtail", (n, list_))
    return List(list_.items[n:])


@lists.function(list_=_LIST)
def partition(fun: Term, list_: Term) -> Term:
    """Splits the elements into those for which `fun` returns true, and the others."""
    from kvshell.elixir.library.enumerables.enum_finding import split_with  # noqa: PLC0415

    return split_with(list_, fun)


@lists.function(list_=E_LIST)
def reverse(list_: Term, tail: Term = MISSING) -> Term:
    """Reverses a list, and appends `tail`."""
    turned = tuple(reversed(list_.items))
    return List(turned) if tail is MISSING else List((*turned, *tail.items))


@lists.function()
def seq(first: Term, last: Term, step: Term = 1) -> Term:
    """Returns the integers from `first` to `last`, in steps."""
    if not all(type(each) is int for each in (first, last, step)) or (
        first - 1 > last and step > 0
    ):
        raise no_clause(":lists", "seq", (first, last) if step == 1 else (first, last, step))
    return List(slices(range(first, last + (1 if step > 0 else -1), step)))


@lists.function(list_=_LIST)
def sort(list_: Term) -> Term:
    """Sorts a list in term order."""
    return List(ascending(list_.items))


@lists.function(name="sort", list_=_LIST)
def sort_by(fun: Term, list_: Term) -> Term:
    """Sorts a list with `fun`, which tells whether its first argument comes before the second."""
    return List(sorted_by_choice(list_.items, fun))


@lists.function(list_=_LIST)
def usort(list_: Term) -> Term:
    """Sorts a list in term order, and removes duplicates."""
    made: list[Any] = []
    for each in ascending(list_.items):
        if not made or sort_key(made[-1]) != sort_key(each):
            made.append(each)
    return List(made)


@lists.function(name="sum", list_=_LIST)
def sum_(list_: Term) -> Term:
    """Returns the sum of the elements."""
    from kvshell.elixir.library.enumerables.enum_walks import sum_ as total  # noqa: PLC0415

    return total(list_)


@lists.function(list_=_LIST)
def sublist(list_: Term, start: Term, length: Term = MISSING) -> Term:
    """Returns the first `start` elements, or `length` elements from a position on."""
    if length is MISSING:
        return List(list_.items[:start])
    return List(list_.items[start - 1 : start - 1 + length])


@lists.function(list_=_LIST)
def split(n: Term, list_: Term) -> Term:
    """Splits a list after its first `n` elements."""
    return List(list_.items[:n]), List(list_.items[n:])


@lists.function(list_=_LIST)
def splitwith(fun: Term, list_: Term) -> Term:
    """Splits a list before the first element for which `fun` returns false."""
    from kvshell.elixir.library.enumerables.enum_finding import split_while  # noqa: PLC0415

    return split_while(list_, fun)


@lists.function(list_=_LIST)
def takewhile(fun: Term, list_: Term) -> Term:
    """Returns the elements before the first for which `fun` returns false."""
    return splitwith(fun, list_)[0]


@lists.function(list_=_LIST)
def dropwhile(fun: Term, list_: Term) -> Term:
    """Returns the elements from the first on for which `fun` returns false."""
    return splitwith(fun, list_)[1]


@lists.function(list_=_LIST)
def droplast(list_: Term) -> Term:
    """Returns the list without its last element."""
    return List(list_.items[:-1])


@lists.function(list_=_LIST)
def concat(list_: Term) -> Term:
    """Concatenates lists, and the text of atoms and numbers, into a charlist."""
    joined: list[Any] = []
    for each in list_.items:
        joined += each.items if type(each) is List else map(ord, str(to_string(each)))
    return List(joined)


@lists.function(list1=_LIST, list2=_LIST)
def subtract(list1: Term, list2: Term) -> Term:
    """Removes the first occurrence of each element of the second list from the first."""
    from kvshell.elixir.library.kernel.operators import without  # noqa: PLC0415

    return without(list1, list2)


@lists.function(name="zip", list1=_LIST, list2=_LIST)
def zip_(list1: Term, list2: Term) -> Term:
    """Zips two lists of the same length into a list of pairs."""
    short = min(len(list1), len(list2))
    if len(list1) != len(list2):
        rest = (List(list1.items[short:]), List(list2.items[short:]))
        raise no_clause(":lists", "zip", rest)
    return List(zip(list1.items, list2.items, strict=True))


@lists.function(list_=_LIST)
def unzip(list_: Term) -> Term:
    """Splits a list of pairs into a list of first elements and a list of second elements."""
    return List(each[0] for each in list_.items), List(each[1] for each in list_.items)


@lists.function(list_=_LIST)
def enumerate_(list_: Term) -> Term:
    """Returns `{index, element}` for each element, counted from 1."""
    return List(enumerate(list_.items, 1))
