"""Keyword: lists of pairs whose keys are atoms."""

from collections.abc import Iterable, Iterator
from typing import Any

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.collections.map import one_line
from kvshell.elixir.library.kinds import ATOM, ATOMS, LIST, function
from kvshell.elixir.library.protocols import iterate
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Cost, Library
from kvshell.terms import (
    A,
    ArgumentError,
    ElixirError,
    KeyError_,
    List,
    MatchError,
    RuntimeError_,
    Term,
    equal,
    sort_key,
)

keyword = Library("Keyword", Cost.LOOPS)
Pair = tuple[Any, Any]


def is_keyword(term: Term) -> bool:
    """Whether a term is a list of pairs whose first elements are atoms."""
    return (
        type(term) is List
        and term.proper
        and all(type(each) is tuple and len(each) == 2 and type(each[0]) in ATOMS for each in term)
    )


def option(options: Term, name: Any, default: Term = None) -> Term:
    """Return the first value of `name` in a keyword list, or the default."""
    for each in options if type(options) is List else ():
        if type(each) is tuple and len(each) == 2 and each[0] is name:
            return each[1]
    return default


def _pairs(keywords: Iterable[Any]) -> Iterator[Pair]:
    for each in keywords:
        if type(each) is tuple and len(each) == 2:
            yield each


def _without(keywords: List, key: Term) -> list[Any]:
    return [each for each in keywords if not (type(each) is tuple and each and each[0] is key)]


@keyword.function(name="keyword?")
def keyword_p(term: Term) -> Term:
    """Tells whether a term is a keyword list."""
    return is_keyword(term)


@keyword.function()
def new(pairs: Term = EMPTY_LIST, transform: Term = MISSING) -> Term:
    """Creates a keyword list from pairs, or from `transform` of each element; the last key wins."""
    change = None if transform is MISSING else caller(transform, 1)
    made: list[Any] = []
    seen: dict[Any, int] = {}
    for item in iterate(pairs):
        pair = item if change is None else change(item)
        if type(pair) is not tuple or len(pair) != 2 or type(pair[0]) not in ATOMS:
            raise MatchError(pair)
        if pair[0] in seen:
            made[seen[pair[0]]] = None
        seen[pair[0]] = len(made)
        made.append(pair)
    return List(pair for pair in made if pair is not None)


@keyword.function(keywords=LIST, key=ATOM)
def get(keywords: List, key: Term, default: Term = None) -> Term:
    """Returns the first value of a key, or the default."""
    return option(keywords, key, default)


@keyword.function(keywords=LIST, key=ATOM)
def get_lazy(keywords: List, key: Term, fun: Term) -> Term:
    """Returns the first value of a key, or the result of `fun`."""
    value = option(keywords, key, MISSING)
    return caller(fun, 0)() if value is MISSING else value


@keyword.function(keywords=LIST, key=ATOM)
def fetch(keywords: List, key: Term) -> Term:
    """Fetches the first value of a key: `{:ok, value}`, or `:error` if the key is missing."""
    value = option(keywords, key, MISSING)
    return A.error if value is MISSING else (A.ok, value)


@keyword.function(name="fetch!", keywords=LIST, key=ATOM)
def fetch_or_raise(keywords: List, key: Term) -> Term:
    """Returns the first value of a key; raises KeyError if the key is missing."""
    value = option(keywords, key, MISSING)
    if value is MISSING:
        raise ElixirError(KeyError_(key, keywords).struct)  # Elixir's own, no error of the VM
    return value


@keyword.function(keywords=LIST, key=ATOM)
def get_values(keywords: List, key: Term) -> Term:
    """Returns all values of a key."""
    return List(value for name, value in _pairs(keywords) if name is key)


@keyword.function(keywords=LIST, key=ATOM, name="has_key?")
def has_key(keywords: List, key: Term) -> Term:
    """Tells whether a keyword list has a key."""
    return option(keywords, key, MISSING) is not MISSING


@keyword.function(keywords=LIST)
def keys(keywords: List) -> Term:
    """Returns the keys, including duplicates."""
    return List(_each(keywords, 0))


@keyword.function(keywords=LIST)
def values(keywords: List) -> Term:
    """Returns the values."""
    return List(_each(keywords, 1))


def _each(keywords: List, place: int) -> Iterator[Any]:
    for each in keywords:
        if type(each) is not tuple or len(each) != 2 or type(each[0]) not in ATOMS:
            raise ArgumentError(
                "expected a keyword list, but an entry in the list is not a two-element tuple with"
                f" an atom as its first element, got: {one_line(each)}"
            )
        yield each[place]


@keyword.function(keywords=LIST, key=ATOM)
def delete(keywords: List, key: Term, value: Term = MISSING) -> Term:
    """Deletes all entries of a key, or only those with a value if it is given."""
    if value is MISSING:
        return List(_without(keywords, key))
    return List(each for each in keywords if not (each[0] is key and equal(each[1], value)))


@keyword.function(keywords=LIST, key=ATOM)
def delete_first(keywords: List, key: Term) -> Term:
    """Deletes the first entry of a key."""
    for index, each in enumerate(keywords):
        if each[0] is key:
            return List((*keywords.items[:index], *keywords.items[index + 1 :]))
    return keywords


@keyword.function(keywords=LIST, keys=LIST)
def drop(keywords: List, keys: List) -> Term:
    """Deletes all entries of the given keys."""
    return List(each for each in keywords if each[0] not in keys)


@keyword.function(keywords=LIST, keys=LIST)
def take(keywords: List, keys: List) -> Term:
    """Returns the entries of the given keys."""
    return List(each for each in keywords if each[0] in keys)


@keyword.function(keywords=LIST, keys=LIST)
def split(keywords: List, keys: List) -> Term:
    """Splits the list into the entries of the given keys, and the others."""
    return take(keywords, keys), drop(keywords, keys)


@keyword.function(name="equal?", left=LIST, right=LIST)
def equal_p(left: List, right: List) -> Term:
    """Tells whether two lists have the same entries, regardless of the order of their keys."""
    return _sorted(left) == _sorted(right)


def _sorted(keywords: List) -> List:
    return List(sorted(keywords, key=sort_key))


@keyword.function(keywords=LIST, fun=function(1))
def filter_(keywords: List, fun: Term) -> Term:
    """Returns the entries for which `fun` returns a truthy value."""
    call = caller(fun, 1)
    return List([pair for pair in keywords if call(pair) not in (None, False)])


@keyword.function(keywords=LIST, fun=function(1))
def reject(keywords: List, fun: Term) -> Term:
    """Returns the entries for which `fun` returns a falsy value."""
    call = caller(fun, 1)
    return List([pair for pair in keywords if call(pair) in (None, False)])


@keyword.function(keywords=LIST, fun=function(1))
def map_(keywords: List, fun: Term) -> Term:
    """Returns the list with each value replaced by the result of `fun` for its pair."""
    call = caller(fun, 1)
    return List([(pair[0], call(pair)) for pair in keywords])


@keyword.function(keys=LIST)
def from_keys(keys: List, value: Term) -> Term:
    """Creates a keyword list with the same value for all keys."""
    return List((name, value) for name in keys)


@keyword.function(keywords=LIST, key=ATOM)
def get_and_update(keywords: List, key: Term, fun: Term) -> Term:
    """Updates the value of a key with `fun`, which returns `{get, new_value}` or `:pop`."""
    value = option(keywords, key)
    return _got_and_updated(keywords, key, value, fun)


@keyword.function(name="get_and_update!", keywords=LIST, key=ATOM)
def get_and_update_or_raise(keywords: List, key: Term, fun: Term) -> Term:
    """Like `get_and_update/3`, but raises KeyError if the key is missing."""
    return _got_and_updated(keywords, key, fetch_or_raise(keywords, key), fun)


def _got_and_updated(keywords: List, key: Term, value: Term, fun: Term) -> Term:
    match caller(fun, 1)(value):
        case (got, new_value):
            return got, _updated(keywords, key, new_value)
        case A.pop:
            return value, List(_without(keywords, key))
        case other:
            raise RuntimeError_(
                "the given function must return a two-element tuple or :pop, got: "
                + one_line(other)
            )


def _updated(keywords: List, key: Term, value: Term) -> List:
    """Return the list with the first entry of `key` replaced and its other entries removed."""
    made: list[Any] = []
    found = False
    for each in keywords:
        if each[0] is not key:
            made.append(each)
        elif not found:
            made.append((key, value))
            found = True
    if not found:
        made.insert(0, (key, value))
    return List(made)


@keyword.function()
def merge(keywords1: Term, keywords2: Term, fun: Term = MISSING) -> Term:
    """Merges two lists; for a key in both, the second list wins, or `fun` decides."""
    for place, each in enumerate((keywords1, keywords2), 1):
        if not is_keyword(each):
            number = ("first", "second")[place - 1]
            raise ArgumentError(
                f"expected a keyword list as the {number} argument, got: {one_line(each)}"
            )
    if fun is MISSING:
        replaced = {each[0] for each in keywords2}
        return List((*(each for each in keywords1 if each[0] not in replaced), *keywords2))
    call = caller(fun, 3)
    rest = list(keywords1)
    merged = []
    for name, value in keywords2:
        for index, each in enumerate(rest):
            if each[0] is name:
                merged.append((name, call(name, each[1], value)))
                del rest[index]
                break
        else:
            merged.append((name, value))
    names = {each[0] for each in keywords2}
    return List((*(each for each in keywords1 if each[0] not in names), *merged))


@keyword.function(keywords=LIST, key=ATOM)
def pop(keywords: List, key: Term, default: Term = None) -> Term:
    """Removes a key: returns its first value, or the default, and the list without it."""
    value = option(keywords, key, MISSING)
    return (default, keywords) if value is MISSING else (value, List(_without(keywords, key)))


@keyword.function(name="pop!", keywords=LIST, key=ATOM)
def pop_or_raise(keywords: List, key: Term) -> Term:
    """Like `pop/2`, but raises KeyError if the key is missing."""
    return fetch_or_raise(keywords, key), List(_without(keywords, key))


@keyword.function(keywords=LIST, key=ATOM)
def pop_first(keywords: List, key: Term, default: Term = None) -> Term:
    """Removes the first entry of a key: returns its value, or the default, and the list."""
    return option(keywords, key, default), delete_first(keywords, key)


@keyword.function(keywords=LIST, key=ATOM)
def pop_lazy(keywords: List, key: Term, fun: Term) -> Term:
    """Like `pop/3`, but calls `fun` for the default only if the key is missing."""
    return get_lazy(keywords, key, fun), List(_without(keywords, key))


@keyword.function(keywords=LIST, key=ATOM)
def pop_values(keywords: List, key: Term) -> Term:
    """Removes a key: returns all of its values and the list without it."""
    return get_values(keywords, key), List(_without(keywords, key))


@keyword.function(keywords=LIST, key=ATOM)
def put(keywords: List, key: Term, value: Term) -> Term:
    """Puts a value under a key, in place of any earlier entries of that key."""
    return List(((key, value), *_without(keywords, key)))


@keyword.function(keywords=LIST, key=ATOM)
def put_new(keywords: List, key: Term, value: Term) -> Term:
    """Puts a value under a key, unless the list has the key."""
    if option(keywords, key, MISSING) is not MISSING:
        return keywords
    return List(((key, value), *keywords))


@keyword.function(keywords=LIST, key=ATOM)
def put_new_lazy(keywords: List, key: Term, fun: Term) -> Term:
    """Puts the result of `fun` under a key, unless the list has the key."""
    if option(keywords, key, MISSING) is not MISSING:
        return keywords
    return List(((key, caller(fun, 0)()), *keywords))


@keyword.function(keywords=LIST, key=ATOM)
def replace(keywords: List, key: Term, value: Term) -> Term:
    """Replaces the value of a key, if the list has the key."""
    if option(keywords, key, MISSING) is MISSING:
        return keywords
    return _updated(keywords, key, value)


@keyword.function(name="replace!", keywords=LIST, key=ATOM)
def replace_or_raise(keywords: List, key: Term, value: Term) -> Term:
    """Replaces the value of a key; raises KeyError if the key is missing."""
    fetch_or_raise(keywords, key)
    return _updated(keywords, key, value)


@keyword.function(keywords=LIST, key=ATOM)
def replace_lazy(keywords: List, key: Term, fun: Term) -> Term:
    """Replaces the value of a key by the result of `fun` for it, if the list has the key."""
    value = option(keywords, key, MISSING)
    return keywords if value is MISSING else _updated(keywords, key, caller(fun, 1)(value))


@keyword.function(keywords=LIST)
def size(keywords: List) -> Term:
    """Returns the number of entries."""
    return len(keywords)


@keyword.function(keywords=LIST)
def to_list(keywords: List) -> Term:
    """Returns the keyword list itself."""
    return keywords


@keyword.function(keywords=LIST, key=ATOM)
def update(keywords: List, key: Term, default: Term, fun: Term) -> Term:
    """Updates the value of a key with `fun`, or adds the key with the default."""
    value = option(keywords, key, MISSING)
    if value is MISSING:
        return List((*keywords, (key, default)))
    return _updated(keywords, key, caller(fun, 1)(value))


@keyword.function(name="update!", keywords=LIST, key=ATOM)
def update_or_raise(keywords: List, key: Term, fun: Term) -> Term:
    """Updates the value of a key with `fun`; raises KeyError if the key is missing."""
    value = fetch_or_raise(keywords, key)
    return _updated(keywords, key, caller(fun, 1)(value))
