"""The owner, name, heir and end of a table; the numbers are those of the recorded sessions."""

import pytest

from kvshell.runtime import Exit, Runtime, ets, process
from kvshell.terms import A, List, Pid, Ref, inspect
from tests.nodes import said
from tests.runtime.tables.owners import (
    MISSING,
    NO_RIGHT,
    TRANSFER,
    elsewhere,
    end,
    error,
    owner_of,
    refusal,
)


def test_04_10_a_table_dies_with_its_owner(runtime: Runtime) -> None:
    owner = owner_of(lambda: ets.new(A.owned, [A.named_table, A.public]))
    ref = ets.whereis(A.owned)
    assert ets.insert(A.owned, (1, 1)) is True
    assert ets.info(A.owned, A.owner) is owner

    end(owner)

    assert ets.info(A.owned) is A.undefined
    assert said(lambda: ets.lookup(A.owned, 1)) == error("1st", MISSING)
    assert said(lambda: ets.lookup(ref, 1)) == error("1st", MISSING)
    assert len(runtime.tables) == 0


def test_a_reader_of_one_runtime_finds_no_table_of_another(runtime: Runtime) -> None:
    ets.insert(ets.new(A.first, [A.named_table]), (1, "first"))
    with Runtime("free") as other:
        with other.attach():
            ets.insert(ets.new(A.second, [A.named_table]), (1, "second"))

            assert said(lambda: ets.lookup(A.first, 1)) == error("1st", MISSING)
            assert inspect(ets.lookup(A.second, 1)) == '[{1, "second"}]'
        assert inspect(ets.lookup(A.first, 1)) == '[{1, "first"}]'
        assert said(lambda: ets.lookup(A.second, 1)) == error("1st", MISSING)

    assert inspect(ets.lookup(A.first, 1)) == '[{1, "first"}]', "found without asking again"


def test_04_21_walking_ends_with_end_of_table(runtime: Runtime) -> None:
    table = ets.new(A.m, [A.ordered_set])
    ets.insert(table, [(2, 4, "v2"), (3, 9, "v3")])

    assert ets.member(table, 2) is True
    assert inspect(ets.take(table, 2)) == '[{2, 4, "v2"}]'
    assert inspect(ets.take(table, 2)) == "[]"
    assert ets.delete_all_objects(table) is True
    assert inspect(ets.first(table)) == ':"$end_of_table"'
    assert ets.info(table, A.size) == 0


def test_04_22_whereis_follows_a_rename(runtime: Runtime) -> None:
    unnamed = ets.new(A.buckets_registry, [])
    ets.new(A.buckets_registry, [A.named_table])
    ets.insert(A.buckets_registry, ("foo", 1))

    ref = ets.whereis(A.buckets_registry)

    assert type(ref) is Ref
    assert ets.lookup(ref, "foo") == List([("foo", 1)])
    assert ets.rename(A.buckets_registry, A.renamed) is A.renamed
    assert ets.whereis(A.buckets_registry) is A.undefined
    assert ets.whereis(A.renamed) is ref
    assert ets.info(unnamed, A.name) is A.buckets_registry


def test_an_unnamed_table_takes_any_name(runtime: Runtime) -> None:
    ets.new(A.taken, [A.named_table])
    table = ets.new(A.u, [])

    assert ets.rename(table, A.taken) is table
    assert ets.info(table, A.name) is A.taken


def test_04_23_give_away_changes_the_owner(runtime: Runtime) -> None:
    me = process.self_()
    table = ets.new(A.g, [])

    def take_it() -> None:
        process.send(me, (A.got, process.receive(), process.self_()))
        process.receive(lambda m: m is A.stop)

    receiver = process.spawn(take_it)

    assert ets.give_away(table, receiver, A.gift) is True
    assert process.receive() == (A.got, (TRANSFER, table, me, A.gift), receiver)
    assert ets.info(table, A.owner) is receiver
    assert runtime.observe(receiver).tables == (table,)  # type: ignore[union-attr]  # it is known
    assert runtime.observe(me).tables == ()  # type: ignore[union-attr]
    assert said(lambda: ets.insert(table, (1, 1))) == error("1st", NO_RIGHT)
    assert said(lambda: ets.give_away(table, me, A.x)) == error("1st", NO_RIGHT)
    end(receiver)
    assert ets.info(table) is A.undefined


def test_04_23_only_another_living_process_can_be_given_a_table(runtime: Runtime) -> None:
    dead = process.spawn(lambda: None)
    process.monitor(dead)
    process.receive()
    table = ets.new(A.g2, [])

    assert said(lambda: ets.give_away(table, dead, A.x)) == error(
        "2nd", "the pid refers to a terminated process"
    )
    assert said(lambda: ets.give_away(table, Pid(7), A.x)) == error(
        "2nd", "the pid refers to a terminated process"
    )
    assert said(lambda: ets.give_away(table, process.self_(), A.x)) == error(
        "2nd", "the process is already the owner of the table"
    )


def test_others_cannot_give_a_public_table_away_nor_name_its_heir(runtime: Runtime) -> None:
    me, table = process.self_(), ets.new(A.p, [A.public])

    given = elsewhere(lambda: ets.give_away(table, me, 1))
    heired = elsewhere(lambda: ets.setopts(table, (A.heir, A.none)))

    assert given == refusal("2nd", "the current process is not the owner")
    assert heired == refusal("2nd", "invalid options")


def test_04_24_the_heir_gets_the_table(runtime: Runtime) -> None:
    me = process.self_()
    options = [A.named_table, (A.heir, me, A.legacy)]

    def own() -> None:
        ets.new(A.h, options)
        ets.insert(A.h, (1, 2))

    owner = owner_of(own)
    end(owner)

    assert process.flush() == [(TRANSFER, A.h, owner, A.legacy)]
    assert ets.info(A.h, A.owner) is me
    assert ets.info(A.h, A.heir) is me
    assert ets.lookup(A.h, 1) == List([(1, 2)])
    assert ets.setopts(A.h, (A.heir, A.none)) is True
    assert ets.info(A.h, A.heir) is A.none


def test_a_dead_heir_inherits_nothing(runtime: Runtime) -> None:
    heir = owner_of(lambda: None)
    owner = owner_of(lambda: ets.new(A.h, [A.named_table, (A.heir, heir, 1)]))
    end(heir)
    assert ets.info(A.h, A.heir) is heir

    end(owner)

    assert ets.info(A.h) is A.undefined
    ets.new(A.h, [A.named_table, (A.heir, heir, 1)])
    assert ets.info(A.h, A.heir) is A.none


def test_an_heir_that_is_the_owner_inherits_nothing(runtime: Runtime) -> None:
    def own() -> None:
        ets.new(A.h, [A.named_table, (A.heir, process.self_(), 1)])

    end(owner_of(own))

    assert ets.info(A.h) is A.undefined


def test_04_25_a_table_survives_an_error_at_the_prompt(runtime: Runtime) -> None:
    ets.new(A.keep, [A.named_table])

    with pytest.raises(Exit):
        raise Exit(A.reason)

    assert ets.info(A.keep, A.size) == 0


def test_04_26_a_table_dies_with_the_shell_process(runtime: Runtime) -> None:
    before = process.self_()
    ets.new(A.keep, [A.named_table])

    runtime.leave(A.boom)
    runtime.enter()

    assert process.self_() is not before
    assert ets.info(A.keep) is A.undefined
    assert len(runtime.tables) == 0
