"""inspect(): what iex prints. Oracle cases 15.8 to 15.13, and the session in iex.txt."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvshell.terms import (
    A,
    Atom,
    Capture,
    Function,
    List,
    Map,
    Opaque,
    Pid,
    Ref,
    alias,
    inspect,
    read,
    term,
)
from tests.terms.strategies import terms

SESSION = Path(__file__).with_name("iex.txt").read_text(encoding="utf-8")


def _session() -> list[tuple[str, str]]:
    """Return the expressions of iex.txt with what iex 1.14 printed for each at 80 columns."""
    cases = [case.split("\n", 1) for case in SESSION.strip("\n").split("\n\niex> ")]
    return [(first.removeprefix("iex> "), printed) for first, printed in cases]


@pytest.mark.parametrize(("source", "printed"), _session())
def test_iex_prints_the_same(source: str, printed: str) -> None:
    assert inspect(read(source)) == printed


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Pid(155), "#PID<0.155.0>"),
        (Atom("nonode@nohost"), ":nonode@nohost"),
        (alias("KV.Registry"), "KV.Registry"),
        (List(b"abc"), "'abc'"),
        (List(), "[]"),
        ("", '""'),
        (None, "nil"),
        (List([("foo", Pid(148))]), '[{"foo", #PID<0.148.0>}]'),
    ],
)
def test_oracle_15_8_to_15_12_terms_are_printed_as_in_iex(value: object, printed: str) -> None:
    assert inspect(value) == printed


def test_oracle_08_3_a_function_names_where_it_was_written() -> None:
    capture = Capture("KV.Bucket.get/2", 1, 16313657, 1, lambda state, name: state.get(name))
    function = Function(capture, ("milk",))

    assert inspect(function) == "#Function<1.16313657/1 in KV.Bucket.get/2>"
    assert function(Map({"milk": 3})) == 3
    assert not function.never_waits


def test_oracle_15_12_a_named_function_prints_as_its_capture() -> None:
    assert inspect(Function(Capture("String.length/1", -1, 0, 1, len))) == "&String.length/1"


def test_references_print_their_number_last() -> None:
    assert inspect(Ref(128703)).startswith("#Reference<0.")
    assert inspect(Ref(128703)).endswith(".128703>")


def test_oracle_15_13_a_text_beyond_4096_characters_is_cut() -> None:
    assert inspect("x" * 5000) == '"' + "x" * 4096 + '" <> ...'
    assert inspect(List([120] * 5000)) == "'" + "x" * 4096 + "' ++ ..."
    assert inspect("x" * 5000, limit=None) == '"' + "x" * 5000 + '"'


def test_oracle_15_13_a_large_map_prints_in_term_order() -> None:
    lines = inspect(Map({n: n for n in range(60, 0, -1)})).split("\n")

    assert lines == ["%{", *(f"  {n} => {n}," for n in range(1, 51)), "  ...", "}"]


def test_oracle_04_11_the_fields_of_a_table_one_to_a_line() -> None:
    fields = [(A.id, Ref(1)), (A.memory, 318), (A.owner, Pid(148)), (A.name, A.buckets_registry)]

    assert inspect(List([*fields, (A.type, A.set)])) == (
        f"[\n  id: {inspect(Ref(1))},\n  memory: 318,\n  owner: #PID<0.148.0>,\n"
        "  name: :buckets_registry,\n  type: :set\n]"
    )


def test_a_width_of_none_never_breaks_a_line() -> None:
    wide = List([(A.alpha, "0123456789" * 9), (A.beta, List(range(40, 80)))])

    assert "\n" in inspect(wide)
    assert "\n" not in inspect(wide, width=None)


def test_deep_nesting_is_abbreviated() -> None:
    deep: Any = 1
    for _ in range(10_000):
        deep = (deep,)

    assert inspect(deep) == "{" * 51 + "..." + "}" * 51
    assert inspect(deep, limit=None) == "{" * 200 + "..." + "}" * 200


def test_integers_of_any_length_print() -> None:
    assert inspect(10**20_000) == "1" + "0" * 20_000
    assert inspect(-(10**6_000) + 1) == "-" + "9" * 6_000
    assert inspect((7**9000,)) == "{" + inspect(7**9000) + "}"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("\x1b[31mred", '"\\e[31mred"'),
        ("a\0b", "<<97, 0, 98>>"),
        ("\x85", "<<194, 133>>"),
        ("a\u202eb", '"a\\u202Eb"'),
        ("a\u2028b", '"a\\u2028b"'),
        ("\u2066x\u2069", '"\\u2066x\\u2069"'),
        ("\ufffe", "<<239, 191, 190>>"),
    ],
)
def test_control_characters_are_escaped(text: str, printed: str) -> None:
    assert inspect(text) == printed


def test_controls_in_atoms_are_escaped() -> None:
    assert inspect(Atom("\x1b[31m\x85\u202e\0")) == ':"\\e[31m\\x85\\u202E\\0"'
    assert inspect(Map({Atom("\x1b"): 1})) == '%{"\\e": 1}'


@pytest.mark.slow
@given(st.one_of(terms, st.text().map(lambda text: Map({text: 1}))))
def test_whatever_is_printed_is_printable(value: object) -> None:
    for char in inspect(value, width=None):
        assert char.isprintable() or not char.isascii()
        assert char not in "\x85\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def test_an_opaque_names_its_class() -> None:
    assert inspect((A.ok, Opaque({1}))) == "{:ok, #Opaque<set>}"


def test_our_classes_print_as_in_iex() -> None:
    assert repr(A.ok) == ":ok"
    assert repr(List([A.ok])) == "[:ok]"
    assert repr((Pid(1), Map({"k": 1}))) == '(#PID<0.1.0>, %{"k" => 1})'


def test_values_that_are_not_terms_print_without_control_characters() -> None:
    assert inspect((A.state, {1})) == "{:state, {1}}"
    assert inspect(float("nan")) == "nan"


def test_a_long_binary_is_abbreviated() -> None:
    assert inspect(term(bytes([255] * 60))).endswith("255, ...>>")
    assert inspect(term(bytes([255] * 60)), limit=None).endswith("255>>")
