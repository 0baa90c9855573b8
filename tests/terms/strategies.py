"""Hypothesis strategies for terms."""

from typing import Any

from hypothesis import strategies as st

from kvshell.terms import A, Atom, List, Map, atom, term

_NAMES = st.sampled_from(["ok", "a b", "x?", "é", "+", "::", "Elixir.KV.Registry", "", "1a", "nil"])

atoms = st.one_of(_NAMES.map(atom), st.text(max_size=8).filter(str.isprintable).map(atom))
texts = st.text(max_size=12)
scalars: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    atoms,
    texts,
    st.binary(max_size=12).map(term),
)


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    items = st.lists(inner, max_size=4)
    return st.one_of(
        items.map(tuple),
        items.map(List),
        st.text(alphabet="ab\n\t'\"#{", max_size=8).map(lambda text: List(map(ord, text))),
        st.lists(st.tuples(atoms, inner), max_size=3).map(List),
        st.tuples(st.lists(inner, min_size=1, max_size=3), scalars).map(lambda it: List(*it)),
        st.lists(st.tuples(inner, inner), max_size=4).map(Map),
        st.dictionaries(texts, inner, max_size=3).map(Map),
        inner.map(lambda value: Map([(A.__struct__, Atom("Elixir.Some.Struct")), (A.x, value)])),
    )


terms: st.SearchStrategy[Any] = st.recursive(scalars, _containers, max_leaves=20)
