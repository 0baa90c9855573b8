""":lists: sorting by keys, merging, zipping and mapping; `lists` has the basic functions."""

from typing import Any

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.enumerables.enum_groups import uniq as unique
from kvshell.elixir.library.enumerables.generators import true
from kvshell.elixir.library.enumerables.sorting import ascending, sorted_by_choice
from kvshell.elixir.library.erlang import lists as erlang_lists
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import Kind
from kvshell.elixir.library.registry import MISSING, Cost, Library
from kvshell.elixir.running.errors import clause_error
from kvshell.terms import A, List, Term, exception, sort_key
from kvshell.terms.printing.errors import VmError

lists = Library.of(":lists", Cost.LOOPS)
_LIST = Kind(lambda term: type(term) is List, "is_list({})")


def _once(items: list[Any], key: Any) -> List:
    """Return sorted items with only the first of those that have the same key."""
    made: list[Any] = []
    for each in items:
        if not made or sort_key(key(made[-1])) != sort_key(key(each)):
            made.append(each)
    return List(made)


def _at(n: Any) -> Any:
    return lambda each: each[n - 1]


@lists.function(list_=_LIST)
def ukeysort(n: Term, list_: Term) -> Term:
    """Sorts tuples by their `n`th element, and keeps only the first of each value."""
    return _once(ascending(list_.items, _at(n)), _at(n))


@lists.function(name="usort", list_=_LIST)
def usort_by(fun: Term, list_: Term) -> Term:
    """Sorts a list with `fun`, and removes elements that are equal by it."""
    call = caller(fun, 2)
    made: list[Any] = []
    for each in sorted_by_choice(list_.items, fun):
        if not made or not (true(call(made[-1], each)) and true(call(each, made[-1]))):
            made.append(each)
    return List(made)


@lists.function(list1=_LIST)
def merge(list1: Term, list2: Term = MISSING) -> Term:
    """Merges sorted lists into one sorted list."""
    both = erlang_lists.append(list1) if list2 is MISSING else list1 + list2
    return List(ascending(both.items))


@lists.function(name="merge", list1=_LIST, list2=_LIST)
def merge_by(fun: Term, list1: Term, list2: Term) -> Term:
    """Merges two lists sorted by `fun` into one sorted by it."""
    call, left, right = caller(fun, 2), list(list1.items), list(list2.items)
    made: list[Any] = []
    while left and right:
        made.append(left.pop(0) if true(call(left[0], right[0])) else right.pop(0))
    return List((*made, *left, *right))


@lists.function(list1=_LIST)
def umerge(list1: Term, list2: Term = MISSING) -> Term:
    """Merges sorted lists into one sorted list without duplicates."""
    return erlang_lists.usort(merge(list1, list2))


@lists.function(list1=_LIST, list2=_LIST)
def keymerge(n: Term, list1: Term, list2: Term) -> Term:
    """Merges two lists of tuples that are sorted by their `n`th element."""
    return List(ascending((*list1.items, *list2.items), _at(n)))


@lists.function(tuple_list=_LIST)
def keytake(key: Term, n: Term, tuple_list: Term) -> Term:
    """Removes the first tuple whose `n`th element is `key`: `{:value, tuple, rest}`, or false."""
    found = erlang_lists.keyfind(key, n, tuple_list)
    return found if found is False else (A.value, found, erlang_lists.keydelete(key, n, tuple_list))


@lists.function(tuple_list=_LIST)
def keysearch(key: Term, n: Term, tuple_list: Term) -> Term:
    """Returns `{:value, tuple}` for the first tuple whose `n`th element is `key`, or false."""
    found = erlang_lists.keyfind(key, n, tuple_list)
    return found if found is False else (A.value, found)


@lists.function(tuple_list=_LIST)
def keyreplace(key: Term, n: Term, tuple_list: Term, new: Term) -> Term:
    """Replaces the first tuple whose `n`th element equals `key`."""
    known = erlang_lists.keyfind(key, n, tuple_list) is not False
    return erlang_lists.keystore(key, n, tuple_list, new) if known else tuple_list


@lists.function(tuple_list=_LIST)
def keymap(fun: Term, n: Term, tuple_list: Term) -> Term:
    """Replaces the `n`th element of each tuple by the result of `fun` for it."""
    call = caller(fun, 1)
    return List((*each[: n - 1], call(each[n - 1]), *each[n:]) for each in tuple_list.items)


def _folded(items: Any, fun: Any, acc: Any) -> tuple[list[Any], Any]:
    call = caller(fun, 2)
    made = []
    for each in items:
        answer = call(each, acc)
        if type(answer) is not tuple or len(answer) != 2:
            raise VmError(exception("MatchError", term=answer), (A.badmatch, answer))
        made.append(answer[0])
        acc = answer[1]
    return made, acc


@lists.function(list_=_LIST)
def mapfoldl(fun: Term, acc: Term, list_: Term) -> Term:
    """Maps and folds from the left at once: returns `{list, acc}`."""
    made, acc = _folded(list_.items, fun, acc)
    return List(made), acc


@lists.function(list_=_LIST)
def mapfoldr(fun: Term, acc: Term, list_: Term) -> Term:
    """Maps and folds from the right at once: returns `{list, acc}`."""
    made, acc = _folded(reversed(list_.items), fun, acc)
    return List(reversed(made)), acc


@lists.function(list_=_LIST)
def flatmap(fun: Term, list_: Term) -> Term:
    """Concatenates the lists that `fun` returns for the elements."""
    call = caller(fun, 1)
    return erlang_lists.append(List([call(each) for each in list_.items]))


@lists.function(list_=_LIST)
def filtermap(fun: Term, list_: Term) -> Term:
    """Filters and maps at once: `fun` returns a boolean or `{true, value}`."""
    call = caller(fun, 1)
    made: list[Any] = []
    for each in list_.items:
        match call(each):
            case True:
                made.append(each)
            case (True, value):
                made.append(value)
            case False:
                pass
            case other:
                raise clause_error("CaseClauseError", other)
    return List(made)


@lists.function(list_=_LIST)
def search(fun: Term, list_: Term) -> Term:
    """Returns `{:value, element}` for the first element for which `fun` is true, or false."""
    call = caller(fun, 1)
    for each in list_.items:
        if true(call(each)):
            return A.value, each
    return False


@lists.function(list_=_LIST)
def join(sep: Term, list_: Term) -> Term:
    """Inserts `sep` between each two elements."""
    return List(each for item in list_.items for each in (sep, item)).tail if list_.items else list_


@lists.function(list_=_LIST)
def uniq(list_: Term) -> Term:
    """Removes duplicates."""
    return unique(list_)


@lists.function(list_=_LIST)
def flatlength(list_: Term) -> Term:
    """Returns the number of elements of the flattened list."""
    return len(erlang_lists.flatten(list_))


@lists.function(name="prefix", list1=_LIST, list2=_LIST)
def prefix(list1: Term, list2: Term) -> Term:
    """Tells whether the first list is a prefix of the second."""
    return List(list2.items[: len(list1)]) == list1


@lists.function(name="suffix", list1=_LIST, list2=_LIST)
def suffix(list1: Term, list2: Term) -> Term:
    """Tells whether the first list is a suffix of the second."""
    return len(list1) <= len(list2) and List(list2.items[len(list2) - len(list1) :]) == list1


@lists.function(list1=_LIST, list2=_LIST, list3=_LIST)
def zip3(list1: Term, list2: Term, list3: Term) -> Term:
    """Zips three lists of the same length into a list of triples."""
    if not len(list1) == len(list2) == len(list3):
        short = min(map(len, (list1, list2, list3)))
        rest = tuple(List(each.items[short:]) for each in (list1, list2, list3))
        raise no_clause(":lists", "zip3", rest)
    return List(zip(list1.items, list2.items, list3.items, strict=True))


@lists.function(list_=_LIST)
def unzip3(list_: Term) -> Term:
    """Splits a list of triples into three lists."""
    return tuple(List(each[spot] for each in list_.items) for spot in range(3))


@lists.function(list1=_LIST, list2=_LIST)
def zipwith(fun: Term, list1: Term, list2: Term) -> Term:
    """Combines corresponding elements of two lists of the same length with `fun`."""
    call = caller(fun, 2)
    return List([call(*each) for each in erlang_lists.zip_(list1, list2).items])
