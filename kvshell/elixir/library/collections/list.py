"""List: operations on linked lists."""

from collections.abc import Iterator
from typing import Any

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.collections.map import one_line
from kvshell.elixir.library.collections.myers import difference
from kvshell.elixir.library.enumerables.sorting import sorted_by_choice
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import E_LIST, INTEGER, LIST, NON_NEGATIVE, Kind, function
from kvshell.elixir.library.protocols import list_to_string
from kvshell.elixir.library.registry import MISSING, Cost, Library
from kvshell.elixir.running.step_limits import room_for
from kvshell.terms import A, ArgumentError, Atom, ElixirError, List, Term, atom, equal, exception
from kvshell.terms.list import PROPER

list_ = Library("List", Cost.LOOPS)

POSITION = Kind(lambda term: type(term) is int and term >= 0, "is_integer({0}) and {0} >= 0")


@list_.function(name="ascii_printable?", list_=LIST)
def ascii_printable(list_: List, limit: Term = A.infinity) -> Term:
    """Tells whether all elements, or the first `limit` ones, are printable ASCII characters."""
    items = list_.items if type(limit) is not int else list_.items[:limit]
    if list_.last is not PROPER and (type(limit) is not int or limit > len(items)):
        return False
    return all(
        type(each) is int and (32 <= each <= 126 or 7 <= each <= 13 or each == 27) for each in items
    )


@list_.function(list_=LIST)
def delete(list_: List, element: Term) -> Term:
    """Deletes the first occurrence of an element."""
    for index, each in enumerate(list_.items):
        if equal(each, element):
            return _without(list_, index)
    return list_


def _without(list_: List, index: int) -> List:
    return List((*list_.items[:index], *list_.items[index + 1 :]))


@list_.function(list_=LIST, index=INTEGER)
def delete_at(list_: List, index: int) -> Term:
    """Deletes the element at an index; a negative index counts from the end."""
    spot = _spot(list_, index)
    return list_ if spot is None else _without(list_, spot)


def _spot(list_: List, index: int) -> int | None:
    spot = index + len(list_) if index < 0 else index
    return spot if 0 <= spot < len(list_) else None


@list_.function(n=NON_NEGATIVE)
def duplicate(elem: Term, n: int) -> Term:
    """Returns a list that repeats an element `n` times."""
    return List((elem,) * room_for(n))


@list_.function(
    list_=LIST, clauses=("def first(-[]-, default)", "def first(-[head | _]-, _default)")
)
def first(list_: List, default: Term = None) -> Term:
    """Returns the first element, or the default for an empty list."""
    return list_.items[0] if list_.items else default


@list_.function(list_=LIST)
def last(list_: List, default: Term = None) -> Term:
    """Returns the last element, or the default for an empty list."""
    return list_.items[-1] if list_.items else default


@list_.function(list_=LIST)
def flatten(list_: List, tail: Term = MISSING) -> Term:
    """Flattens nested lists into one, followed by `tail`."""
    made = list(_flat(list_))
    return List(made) if tail is MISSING else _onto(made, tail)


def _onto(items: list[Any], tail: Term) -> List:
    if type(tail) is List:
        return List((*items, *tail.items), tail.last)
    return List(items, tail) if items else tail


def _flat(list_: List) -> Iterator[Any]:
    levels = [iter(list_.items)]
    if list_.last is not PROPER:
        raise no_clause(":lists", "do_flatten", (list_.last, List()))
    while levels:
        for each in levels[-1]:
            if type(each) is List:
                if each.last is not PROPER:
                    raise no_clause(":lists", "do_flatten", (each.last, List()))
                levels.append(iter(each.items))
                break
            yield each
        else:
            levels.pop()


@list_.function(list_=LIST, fun=function(2))
def foldl(list_: List, acc: Term, fun: Term) -> Term:
    """Folds the list from the left with `fun`, which gets an element and the accumulator."""
    call = caller(fun, 2)
    for each in list_.items:
        acc = call(each, acc)
    return acc


@list_.function(list_=LIST, fun=function(2))
def foldr(list_: List, acc: Term, fun: Term) -> Term:
    """Folds the list from the right with `fun`, which gets an element and the accumulator."""
    call = caller(fun, 2)
    for each in reversed(list_.items):
        acc = call(each, acc)
    return acc


@list_.function(name="improper?", list_=LIST)
def improper(list_: List) -> Term:
    """Tells whether a list is improper."""
    return list_.last is not PROPER


@list_.function(list_=LIST, index=INTEGER)
def insert_at(list_: List, index: int, value: Term) -> Term:
    """Inserts a value at an index; a negative index counts from the end."""
    spot = max(index + len(list_) + 1, 0) if index < 0 else min(index, len(list_))
    return List((*list_.items[:spot], value, *list_.items[spot:]))


def _holds(each: Term, position: int, key: Term) -> bool:
    # Erlang's key functions compare with ==, and skip anything that is not a long enough tuple.
    return type(each) is tuple and len(each) > position and alike(each[position], key)


def alike(left: Term, right: Term) -> bool:
    """Whether `left == right` in Elixir, where `1 == 1.0`."""
    if type(left) is type(right) and type(left) in {str, int, float, Atom}:
        return bool(left == right)
    from kvshell.terms import compare  # noqa: PLC0415  # the slow way is rare

    return compare(left, right) == 0


@list_.function(list_=LIST, position=POSITION)
def keydelete(list_: List, key: Term, position: int) -> Term:
    """Deletes the first tuple with `key` at a position."""
    for index, each in enumerate(list_.items):
        if _holds(each, position, key):
            return _without(list_, index)
    return list_


@list_.function(list_=LIST, position=INTEGER)
def keyfind(list_: List, key: Term, position: int, default: Term = None) -> Term:
    """Returns the first tuple with `key` at a position, or the default."""
    for each in list_.items:
        if _holds(each, position, key):
            return each
    return default


@list_.function(name="keyfind!", list_=LIST, position=INTEGER)
def keyfind_or_raise(list_: List, key: Term, position: int) -> Term:
    """Returns the first tuple with `key` at a position; raises KeyError if there is none."""
    found = keyfind(list_, key, position, MISSING)
    if found is MISSING:
        raise ElixirError(
            exception(
                "KeyError",
                key=key,
                term=list_,
                message=f"key {one_line(key)} at position {position} not found in:"
                f" {one_line(list_)}",
            )
        )
    return found


@list_.function(name="keymember?", list_=LIST, position=INTEGER)
def keymember(list_: List, key: Term, position: int) -> Term:
    """Tells whether there is a tuple with `key` at a position."""
    return any(_holds(each, position, key) for each in list_.items)


@list_.function(list_=LIST, position=INTEGER)
def keyreplace(list_: List, key: Term, position: int, new_tuple: Term) -> Term:
    """Replaces the first tuple with `key` at a position."""
    for index, each in enumerate(list_.items):
        if _holds(each, position, key):
            return List((*list_.items[:index], new_tuple, *list_.items[index + 1 :]))
    return list_


@list_.function(list_=LIST, position=INTEGER)
def keystore(list_: List, key: Term, position: int, new_tuple: Term) -> Term:
    """Replaces the first tuple with `key` at a position, or appends the new tuple."""
    if keymember(list_, key, position):
        return keyreplace(list_, key, position, new_tuple)
    return List((*list_.items, new_tuple))


@list_.function(list_=LIST, position=INTEGER)
def keytake(list_: List, key: Term, position: int) -> Term:
    """Removes the first tuple with `key` at a position: returns it and the list, or nil."""
    for index, each in enumerate(list_.items):
        if _holds(each, position, key):
            return each, _without(list_, index)
    return None


@list_.function(list_=LIST, position=POSITION)
def keysort(list_: List, position: int, sorter: Term = A.asc) -> Term:
    """Sorts tuples by the element at a position."""
    if len(list_) < 2:
        return list_
    return List(sorted_by_choice(list_.items, sorter, lambda each: each[position]))


@list_.function(list1=LIST, list2=LIST)
def myers_difference(list1: List, list2: List, diff_script: Term = None) -> Term:
    """Returns the edit script from one list to the other: `:eq`, `:del` and `:ins`."""
    return difference(list1.items, list2.items, diff_script)


@list_.function(list_=LIST, index=INTEGER)
def pop_at(list_: List, index: int, default: Term = None) -> Term:
    """Removes the element at an index: returns it, or the default, and the list without it."""
    spot = _spot(list_, index)
    return (default, list_) if spot is None else (list_.items[spot], _without(list_, spot))


@list_.function(list_=LIST, index=INTEGER)
def replace_at(list_: List, index: int, value: Term) -> Term:
    """Replaces the element at an index."""
    spot = _spot(list_, index)
    if spot is None:
        return list_
    return List((*list_.items[:spot], value, *list_.items[spot + 1 :]))


@list_.function(list_=LIST, index=INTEGER)
def update_at(list_: List, index: int, fun: Term) -> Term:
    """Updates the element at an index with `fun`."""
    spot = _spot(list_, index)
    return list_ if spot is None else replace_at(list_, spot, caller(fun, 1)(list_.items[spot]))


@list_.function(name="starts_with?", list_=LIST, prefix=LIST)
def starts_with(list_: List, prefix: List) -> Term:
    """Tells whether a list starts with the elements of `prefix`."""
    return List(list_.items[: len(prefix)]) == prefix


@list_.function(charlist=E_LIST)
def to_atom(charlist: List) -> Term:
    """Converts a charlist to an atom."""
    return atom(_text(charlist))


@list_.function(charlist=E_LIST)
def to_existing_atom(charlist: List) -> Term:
    """Converts a charlist to an atom that already exists; raises if it does not."""
    return existing_atom(_text(charlist))


def existing_atom(name: str) -> Term:
    """Return the atom called `name`; raise ArgumentError if it does not exist yet."""
    known = atom(name) if name in {"nil", "true", "false"} else Atom._interned.get(name)  # noqa: SLF001  # asking must not make it
    if known is None and name != "nil":
        raise ArgumentError.at(1, "not an already existing atom")
    return known


def _text(charlist: List) -> str:
    try:
        return "".join(map(chr, charlist.items))
    except (TypeError, ValueError):
        raise ArgumentError.at(1, "not a list of characters") from None


@list_.function()
def to_charlist(list_: Term) -> Term:
    """Converts nested chardata to a charlist."""
    if type(list_) is not List:
        raise no_clause("List", "to_charlist", (list_,))
    return List(map(ord, str(list_to_string(list_))))


@list_.function(charlist=E_LIST)
def to_float(charlist: List) -> Term:
    """Converts a charlist to the float it represents."""
    from kvshell.elixir.library.numbers.reading import float_of  # noqa: PLC0415

    return float_of(_text(charlist), "not a textual representation of a float")


@list_.function(charlist=E_LIST)
def to_integer(charlist: List, base: int = 10) -> Term:
    """Converts a charlist to the integer it represents in a base."""
    from kvshell.elixir.library.numbers.reading import integer_text_of  # noqa: PLC0415

    return integer_text_of(_text(charlist), base)


@list_.function(list_=LIST)
def to_string(list_: List) -> Term:
    """Converts a charlist or nested chardata to a string."""
    return list_to_string(list_)


@list_.function(list_=E_LIST)
def to_tuple(list_: List) -> Term:
    """Converts a list to a tuple."""
    return tuple(list_.items)


@list_.function(cost=Cost.SHORT)
def wrap(term: Term) -> Term:
    """Wraps a term in a list, unless it is a list; nil becomes the empty list."""
    if type(term) is List:
        return term
    return List() if term is None else List((term,))


@list_.function(list_of_lists=LIST)
def zip_(list_of_lists: List) -> Term:
    """Zips corresponding elements of lists into tuples, up to the shortest list."""
    if not list_of_lists.items:
        return list_of_lists
    return List(zip(*(each.items for each in list_of_lists.items), strict=False))
