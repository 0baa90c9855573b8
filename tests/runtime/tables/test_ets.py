"""ets, case by case, as iex answers; the numbers are those of the recorded sessions."""

from collections.abc import Callable

import pytest

from kvshell.runtime import Runtime, ets, process
from kvshell.terms import A, Atom, List, Map, Ref, Term, inspect
from tests.nodes import said
from tests.runtime.tables.owners import (
    MISSING,
    NO_RIGHT,
    elsewhere,
    error,
    refusal,
)


def test_04_1_an_unnamed_table_is_called_by_its_reference(runtime: Runtime) -> None:
    table = ets.new(A.buckets_registry, [A.set, A.protected])

    assert type(table) is Ref
    assert ets.insert(table, ("foo", process.self_())) is True
    assert inspect(ets.lookup(table, "foo")) == '[{"foo", #PID<0.100.0>}]'
    assert inspect(ets.lookup(table, "missing")) == "[]"


def test_04_2_a_named_table_is_called_by_its_name(runtime: Runtime) -> None:
    other = ets.new(A.buckets_registry, [A.set, A.protected])

    assert ets.new(A.buckets_registry, [A.named_table]) is A.buckets_registry
    assert ets.insert(A.buckets_registry, ("foo", process.self_())) is True
    assert inspect(ets.lookup(A.buckets_registry, "foo")) == '[{"foo", #PID<0.100.0>}]'
    assert ets.lookup(other, "foo") == List()


def test_04_3_a_name_is_taken_once(runtime: Runtime) -> None:
    ets.new(A.buckets_registry, [A.named_table])

    again = said(lambda: ets.new(A.buckets_registry, [A.named_table]))

    assert again == error("1st", "table name already exists")


def test_04_4_unnamed_tables_may_share_a_name(runtime: Runtime) -> None:
    assert ets.new(A.same, []) is not ets.new(A.same, [])


def test_04_5_the_name_of_an_unnamed_table_does_not_reach_it(runtime: Runtime) -> None:
    ets.new(A.same, [])

    assert said(lambda: ets.lookup(A.same, "foo")) == error("1st", MISSING)


@pytest.mark.parametrize(
    "code",
    [
        lambda: ets.lookup(A.no_such_table, "foo"),
        lambda: ets.insert(A.no_such_table, ("foo", 1)),
        lambda: ets.delete(A.no_such_table, "foo"),
        lambda: ets.delete(A.no_such_table),
        lambda: ets.tab2list(A.no_such_table),
        lambda: ets.member(A.no_such_table, 1),
    ],
)
def test_04_6_a_missing_table_is_an_argument_error(
    runtime: Runtime, code: Callable[[], Term]
) -> None:
    assert said(code) == error("1st", MISSING)


def test_04_6_info_and_whereis_of_a_missing_table_are_undefined(runtime: Runtime) -> None:
    assert ets.info(A.no_such_table) is A.undefined
    assert ets.info(A.no_such_table, A.size) is A.undefined
    assert ets.whereis(A.no_such_table) is A.undefined


@pytest.mark.parametrize(
    ("code", "position", "problem"),
    [
        (lambda: ets.new(A.t, [A.bogus]), "2nd", "invalid options"),
        (lambda: ets.new("t", []), "1st", "not an atom"),
        (lambda: ets.insert(A.table, "not a tuple"), "2nd", "not a tuple"),
        (lambda: ets.insert(A.table, ()), "2nd", "is an empty tuple"),
        (lambda: ets.lookup("string", 1), "1st", "not an atom or a table identifier"),
        (lambda: ets.lookup(None, 1), "1st", MISSING),
        (lambda: ets.lookup(process.self_(), 1), "1st", "not an atom or a table identifier"),
    ],
)
def test_04_7_the_error_names_the_argument(
    runtime: Runtime, code: Callable[[], Term], position: str, problem: str
) -> None:
    ets.new(A.table, [A.named_table])

    assert said(code) == error(position, problem)


def test_04_8_others_read_a_protected_table_and_do_not_write_it(runtime: Runtime) -> None:
    ets.new(A.buckets_registry, [A.named_table])
    ets.insert(A.buckets_registry, ("foo", 1))
    refused = refusal("1st", NO_RIGHT)

    assert elsewhere(lambda: ets.lookup(A.buckets_registry, "foo")) == List([("foo", 1)])
    assert elsewhere(lambda: ets.insert(A.buckets_registry, ("x", 1))) == refused
    assert elsewhere(lambda: ets.delete(A.buckets_registry, "foo")) == refused
    assert elsewhere(lambda: ets.delete(A.buckets_registry)) == refused
    assert ets.tab2list(A.buckets_registry) == List([("foo", 1)])


def test_04_8_an_unrescued_refusal_kills_the_process(runtime: Runtime) -> None:
    ets.new(A.buckets_registry, [A.named_table])

    pid = process.spawn(lambda: ets.insert(A.buckets_registry, ("x", 1)))
    process.monitor(pid)
    process.receive()

    (event,) = runtime.drain_events()
    assert event.text == f"Process {inspect(pid)} raised an exception\n{error('1st', NO_RIGHT)}"


def test_04_9_only_the_owner_accesses_private_tables_and_everyone_public_ones(
    runtime: Runtime,
) -> None:
    priv, pub = ets.new(A.priv, [A.private]), ets.new(A.pub, [A.public])
    refused = refusal("1st", NO_RIGHT)

    assert elsewhere(lambda: ets.lookup(priv, 1)) == refused
    assert elsewhere(lambda: ets.member(priv, 1)) == refused
    assert elsewhere(lambda: ets.lookup_element(priv, 1, 1)) == refused
    assert elsewhere(lambda: ets.first(priv)) == refused
    assert elsewhere(lambda: ets.info(priv, A.protection)) is A.private
    assert elsewhere(lambda: ets.insert(pub, (1, 2))) is True
    assert ets.lookup(pub, 1) == List([(1, 2)])
    assert ets.insert(priv, (1, 2)) is True
    assert ets.lookup(priv, 1) == List([(1, 2)])


def test_04_11_info_has_the_fields_of_otp_25(runtime: Runtime) -> None:
    ets.new(A.buckets_registry, [A.named_table])
    ets.insert(A.buckets_registry, ("foo", process.self_()))
    ref = ets.whereis(A.buckets_registry)

    assert (
        inspect(ets.info(A.buckets_registry))
        == f"""\
[
  id: {inspect(ref)},
  decentralized_counters: false,
  read_concurrency: false,
  write_concurrency: false,
  compressed: false,
  memory: 315,
  owner: #PID<0.100.0>,
  heir: :none,
  name: :buckets_registry,
  size: 1,
  node: :nonode@nohost,
  named_table: true,
  type: :set,
  keypos: 1,
  protection: :protected
]"""
    )
    assert ets.info(A.buckets_registry, A.size) == 1
    assert ets.info(A.buckets_registry, A.type) is A.set
    assert said(lambda: ets.info(A.buckets_registry, A.nonsense)) == error(
        "2nd", "not a valid info item"
    )


def test_04_11_info_of_a_public_unnamed_table(runtime: Runtime) -> None:
    pub = ets.new(A.pub, [A.public])
    ets.insert(pub, (1, 2))

    facts = dict(ets.info(pub))

    assert facts[A.memory] == 312
    assert facts[A.named_table] is False
    assert facts[A.protection] is A.public


def test_04_12_the_options_of_the_registrys_table(runtime: Runtime) -> None:
    assert ets.new(A.rc, [A.named_table, (A.read_concurrency, True)]) is A.rc
    assert ets.info(A.rc, A.read_concurrency) is True


def test_04_13_in_a_set_1_and_1_0_are_two_keys(runtime: Runtime) -> None:
    table = ets.new(A.s, [A.set])

    assert ets.insert(table, [(1, A.int), (1.0, A.float), (1, A.int2)]) is True

    assert ets.lookup(table, 1) == List([(1, A.int2)])
    assert ets.lookup(table, 1.0) == List([(1.0, A.float)])
    assert inspect(ets.tab2list(table)) == "[{1, :int2}, {1.0, :float}]"


def test_04_14_an_ordered_set_is_in_term_order_and_1_is_1_0(runtime: Runtime) -> None:
    table = ets.new(A.o, [A.ordered_set])
    me = process.self_()
    ets.insert(table, (1, A.int))
    ets.insert(table, (1.0, A.float))
    assert inspect(ets.tab2list(table)) == "[{1.0, :float}]"

    keys = ["str", A.atom, List([97, 98, 99]), (1, 2), Map({A.a: 1}), List(), 2, me, None, (9,)]
    ets.insert(table, [(key, 1) for key in keys])

    assert [inspect(row[0]) for row in ets.tab2list(table)] == [
        *("1.0", "2", ":atom", "nil", "#PID<0.100.0>", "{9}", "{1, 2}", "%{a: 1}", "[]"),
        *("'abc'", '"str"'),
    ]
    assert inspect(ets.first(table)) == "1.0"
    assert ets.last(table) == "str"
    assert ets.next(table, 2) is A.atom
    assert inspect(ets.prev(table, 2)) == "1.0"
    assert ets.next(table, 1.5) == 2
    assert inspect(ets.next(table, "zzz")) == ':"$end_of_table"'


def test_04_15_a_bag_holds_an_object_once(runtime: Runtime) -> None:
    table = ets.new(A.b, [A.bag])
    for number in (1, 2, 1):
        ets.insert(table, (A.k, number))
    assert inspect(ets.lookup(table, A.k)) == "[k: 1, k: 2]"

    ets.insert(table, (A.k, 0))
    assert inspect(ets.lookup(table, A.k)) == "[k: 1, k: 2, k: 0]"

    assert ets.delete_object(table, (A.k, 2)) is True
    assert inspect(ets.lookup(table, A.k)) == "[k: 1, k: 0]"


def test_04_16_a_duplicate_bag_keeps_every_object(runtime: Runtime) -> None:
    table = ets.new(A.d, [A.duplicate_bag])
    ets.insert(table, [(A.k, 1), (A.k, 2), (A.k, 1)])
    assert inspect(ets.lookup(table, A.k)) == "[k: 1, k: 2, k: 1]"

    assert ets.delete_object(table, (A.k, 1)) is True
    assert inspect(ets.lookup(table, A.k)) == "[k: 2]"

    assert ets.delete(table, A.k) is True
    assert inspect(ets.lookup(table, A.k)) == "[]"


def test_04_17_insert_new_is_all_or_nothing(runtime: Runtime) -> None:
    table = ets.new(A.i, [A.set])

    assert ets.insert_new(table, (A.a, 1)) is True
    assert ets.insert_new(table, (A.a, 2)) is False
    assert ets.insert_new(table, [(A.b, 1), (A.a, 9)]) is False
    assert inspect(ets.tab2list(table)) == "[a: 1]"


def test_04_18_delete_is_always_true(runtime: Runtime) -> None:
    table = ets.new(A.i, [A.set])

    assert ets.delete(table, A.nope) is True
    assert ets.delete(table) is True
    assert ets.info(table) is A.undefined


def test_04_19_counters_and_elements_are_updated(runtime: Runtime) -> None:
    table = ets.new(A.c, [])
    ets.insert(table, (A.hits, 0))

    assert ets.update_counter(table, A.hits, 1) == 1
    assert ets.update_counter(table, A.hits, (2, 10)) == 11
    assert ets.update_counter(table, A.hits, (2, 1, 11, 0)) == 0
    assert said(lambda: ets.update_counter(table, A.nope, 1)) == error(
        "2nd", "not a key that exists in the table"
    )
    assert ets.update_counter(table, A.nope, 1, (A.nope, 0)) == 1
    ets.insert(table, (A.txt, "x"))
    assert said(lambda: ets.update_counter(table, A.txt, 1)) == error(
        "3rd", "the value in the given position, in the object, is not an integer"
    )
    assert ets.update_element(table, A.hits, (2, 100)) is True
    assert ets.update_element(table, A.missing, (2, 100)) is False
    assert ets.lookup_element(table, A.hits, 2) == 100
    assert said(lambda: ets.lookup_element(table, A.missing, 2)) == error(
        "2nd", "not a key that exists in the table"
    )

    bag = ets.new(A.bag, List([A.bag]))
    ets.insert(bag, (A.here, 1))
    no_bags = error("3rd", "out of range")  # of OTP 25, whether there is such a key or not
    assert said(lambda: ets.update_element(bag, A.here, (2, 9))) == no_bags
    assert said(lambda: ets.update_element(bag, A.missing, (2, 9))) == no_bags


ONE, TWO, ANY = Atom("$1"), Atom("$2"), Atom("_")


@pytest.fixture
def squares(runtime: Runtime) -> Ref:
    table = ets.new(A.m, [A.ordered_set])
    ets.insert(table, [(n, n * n, f"v{n}") for n in range(1, 6)])
    assert type(table) is Ref
    return table


def test_04_20_patterns_and_specifications_select_rows(squares: Ref) -> None:
    greater = Atom(">")

    assert inspect(ets.match(squares, (ONE, 4, TWO))) == '[[2, "v2"]]'
    assert inspect(ets.match(squares, (ONE, ANY, ANY))) == "[[1], [2], [3], [4], [5]]"
    assert inspect(ets.match_object(squares, (3, ANY, ANY))) == '[{3, 9, "v3"}]'
    spec: Term = [((ONE, TWO, ANY), [(greater, TWO, 5)], [((ONE, TWO),)])]
    assert inspect(ets.select(squares, spec)) == "[{3, 9}, {4, 16}, {5, 25}]"
    assert ets.select_count(squares, [((ANY, ONE, ANY), [(greater, ONE, 5)], [True])]) == 3
    assert ets.select_delete(squares, [((ANY, ONE, ANY), [(greater, ONE, 15)], [True])]) == 2
    assert ets.match_delete(squares, (1, ANY, ANY)) is True
    assert inspect(ets.tab2list(squares)) == '[{2, 4, "v2"}, {3, 9, "v3"}]'
    keys = ets.foldl(lambda row, acc: List.cons(row[0], acc), List(), squares)
    assert inspect(keys) == "[3, 2]"


def test_04_20_select_returns_chunks(squares: Ref) -> None:
    spec: Term = [((ONE, ANY, ANY), [], [ONE])]

    first, rest = ets.select(squares, spec, 2)
    second, rest_of_rest = ets.select(rest)
    third, nothing = ets.select(rest_of_rest)

    assert first == List([1, 2])
    assert rest[:4] == (squares, 2, List(), 2)
    assert rest[5:] == (List(), 0, 0)
    assert second == List([3, 4])
    assert third == List([5])
    assert nothing is ets.END
    assert ets.select(nothing) is ets.END


def test_a_full_last_chunk_does_not_know_that_it_is_the_last(squares: Ref) -> None:
    found, rest = ets.select(squares, [((ONE, ANY, ANY), [], [ONE])], 5)

    assert found == List([1, 2, 3, 4, 5])
    assert ets.select(rest) is ets.END


def test_a_continuation_of_a_deleted_table_is_refused(squares: Ref) -> None:
    _, rest = ets.select(squares, [((ONE, ANY, ANY), [], [ONE])], 2)
    ets.delete(squares)

    assert said(lambda: ets.select(rest)) == error("1st", MISSING)
    assert said(lambda: ets.select((1, 2))) == error("1st", "not a valid continuation")


def test_select_knows_the_calling_process(squares: Ref) -> None:
    assert ets.select(squares, [((1, ANY, ANY), [], [(A.self,)])]) == List([process.self_()])
