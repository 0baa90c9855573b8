"""What clients do with tables."""

from collections.abc import Callable
from typing import Final

from kvshell.runtime import ets, shared
from kvshell.runtime.shared import SharedName
from kvshell.terms import A, Atom, ElixirError, List, Term
from tests.explore.search.program_actions import Action, ProgramClient

ANY_ROW: Final = (Atom("$1"), Atom("_"))
OF_K: Final = (A.k, Atom("$1"))


def _own_table(client: ProgramClient) -> Term:
    table = ets.new(A.mine, [A.named_table, (A.heir, client.targets.heir, A.late)])
    ets.insert(table, (1, 2))
    return table


def _walk(step: Callable[[Term, Term], Term], start: Callable[[Term], Term]) -> Term:
    """Return the keys of a table, visited one by one from `start`."""
    seen = []
    key = start(A.shared)
    while key is not ets.END:
        seen.append(key)
        try:
            key = step(A.shared, key)
        except ElixirError:
            seen.append(A.gone)
            break
    return List(seen)


def _spec(pattern: Term, *result: Term) -> List:
    return List([(pattern, List(), List(result))])


ETS: dict[str, Action] = {
    "lookup": lambda s: ets.lookup(A.shared, A.k),
    "lookup owned": lambda s: ets.lookup(A.owned, A.k),
    "lookup element": lambda s: ets.lookup_element(A.shared, A.k, 2),
    "member": lambda s: ets.member(A.shared, A.k),
    "insert": lambda s: ets.insert(A.shared, (A.k, 1)),
    "insert other": lambda s: ets.insert(A.shared, (A.j, 1)),
    "insert two": lambda s: ets.insert(A.shared, [(A.k, 2), (A.i, 2)]),
    "insert new": lambda s: ets.insert_new(A.shared, (A.k, 3)),
    "delete": lambda s: ets.delete(A.shared, A.k),
    "delete object": lambda s: ets.delete_object(A.shared, (A.k, 1)),
    "delete all": lambda s: ets.delete_all_objects(A.shared),
    "take": lambda s: ets.take(A.shared, A.k),
    "count": lambda s: ets.update_counter(A.shared, A.n, 1, (A.n, 0)),
    "element": lambda s: ets.update_element(A.shared, A.k, (2, 9)),
    "replace": lambda s: ets.select_replace(A.shared, _spec(OF_K, ((A.k, Atom("$1"), 5),))),
    "rows": lambda s: ets.tab2list(A.shared),
    "size": lambda s: ets.info(A.shared, A.size),
    "match": lambda s: ets.match(A.shared, ANY_ROW),
    "match k": lambda s: ets.match_object(A.shared, OF_K),
    "match delete": lambda s: ets.match_delete(A.shared, OF_K),
    "select": lambda s: ets.select(A.shared, _spec(ANY_ROW, Atom("$1"))),
    "select k": lambda s: ets.select(A.shared, _spec(OF_K, Atom("$1"))),
    "select count": lambda s: ets.select_count(A.shared, _spec(ANY_ROW, True)),
    "select delete": lambda s: ets.select_delete(A.shared, _spec(OF_K, True)),
    "walk": lambda s: _walk(ets.next, ets.first),
    "walk back": lambda s: _walk(ets.prev, ets.last),
    "fold": lambda s: ets.foldl(lambda row, keys: List([*keys, row[0]]), List(), A.shared),
    "tables": lambda s: ets.all_(),
    "own table": _own_table,
    "read own": lambda s: ets.lookup(A.mine, 1),
    "heir": lambda s: ets.setopts(A.mine, (A.heir, s.targets.heir, A.set)),
    "give own": lambda s: ets.give_away(A.mine, s.targets.heir, A.given),
    "rename": lambda s: ets.rename(A.shared, A.renamed),
    "where table": lambda s: A.undefined if ets.whereis(A.shared) is A.undefined else A.there,
    "drop": lambda s: ets.delete(A.owned),
    "drop shared": lambda s: ets.delete(A.shared),
}

_N, _K, _J = (SharedName("s", key, f"the value {key}") for key in ("n", "k", "j"))

SHARED: dict[str, Action] = {
    "shared get": lambda s: shared.get(_K, A.none),
    "shared put": lambda s: _put(_K, 1),
    "shared put more": lambda s: _put(_K, 2),
    "shared put other": lambda s: _put(_J, 1),
    "shared delete": lambda s: shared.delete(_K),
    "shared count": lambda s: shared.update(_N, lambda value: value + 1, 0)[1],
    "shared all": lambda s: List(shared.everything("s", "all")),
}


def _put(name: SharedName, value: int) -> Term:
    shared.put(name, value)
    return A.ok
