"""Lines that the toolbar, help and Tab propose can run, and end no living process."""

from collections.abc import Sequence

import pytest

from kvshell.commands import complete, parse
from kvshell.commands.assist.advice import advice
from kvshell.commands.assist.proposals import _served
from kvshell.commands.assist.slips import line_for
from kvshell.session import Session
from kvshell.session.host import Host

SETUPS = [
    [],
    ["start manager"],
    ["start manager", "stop manager"],
    ["spawn"],
    ["start manager", "s1 = create store s1", "stop s1", "create store s1"],
    ["start manager", "s1 = create store s1", "stop s1"],
    ["start manager", "create store s2", "put s2 a 1"],
    ["start manager", "create store s1", "suspend s1"],
    ["start manager", "create store s1", "suspend s1", "as b get s1 a"],
    ["start manager", 'create store "a b"', 'suspend "a b"', 'as b get "a b" x'],
    ["start manager", 'create store ""'],
    ["start manager", "s1 = create store s2", "create store s1", 'suspend "s1"'],
    ["start manager", "create store manager", "create store self"],
    ["start manager", "create store s1", "put s1 a 1", "suspend manager"],
    ["start manager", "suspend manager", "as b create store s1"],
    ["start manager", "create store s1", "suspend manager; stop s1"],
    ["start manager plain", "create store s1", "stop s1"],
    *(
        [f"start manager {design}", *typed]
        for design in ("plain", "map", "ets", "ets-cast", "library")
        for typed in (
            ["create store s1", "put s1 a 1"],
            ["create store x", "put x a 1"],
            ["create store s1", "put s1 a 1", "x = 5", "y = self"],
            ["create store s1", "create store s2", "put s1 a 1", "put s2 a 1"],
        )
    ),
    ["start manager plain", "create store s1", "kill manager"],
    ["start manager ets-cast", "suspend manager", "create store a"],
    ["start manager", *["kill manager"] * 4],
    ["set law spec", "start manager ets-cast", "create store a"],
]


def opened(lines: Sequence[str]) -> tuple[Session, Host]:
    session = Session()
    host = Host(session)
    for line in lines:
        host.line(line)
    return session, host


def living(session: Session) -> set[tuple[str, str]]:
    """Return the living stores, by name and pid."""
    return {(row.name, row.pid) for row in session.snapshot().stores if row.state == "fresh"}


@pytest.mark.parametrize("setup", SETUPS, ids="; ".join)
def test_every_suggested_line_can_run(setup: list[str]) -> None:
    session, _ = opened(setup)
    with session:
        proposed = [each.line for each in advice(session.snapshot())]

    assert proposed
    for line in proposed:
        session, host = opened(setup)
        with session:
            lived = living(session)
            ran = host.line(line)
            assert ran.stuck is None, line
            assert [result.error for result in ran.results if not result.ok] == [], line
            assert lived <= living(session), line


@pytest.mark.parametrize("setup", SETUPS, ids="; ".join)
def test_candidates_for_a_store_are_living_processes(setup: list[str]) -> None:
    session, host = opened(setup)
    with session:
        snapshot = session.snapshot()
        offered = [each.text for each in complete("info ", snapshot)]
        offered += [each.text for each in complete("get ", snapshot)]
        dead = {row.name for row in snapshot.stores if row.state != "fresh"}
        for word in offered:
            if word.strip('"') in dead or (
                word in {"supervisor", "buckets"} and snapshot.design != "ets"
            ):
                continue
            if word == "manager" and snapshot.design is None:
                continue
            (result,) = host.line(f"alive {word}").results
            assert result.value is True, word


@pytest.mark.parametrize("typed", ['rest"', "rest", "rset", "restart"])
def test_a_command_that_ends_the_system_is_never_guessed(typed: str) -> None:
    session, host = opened(["start manager"])
    with session:
        (result,) = host.line(typed).results

    assert not result.ok
    assert "`reset" not in str(result.error)
    line = result.hint.line if result.hint is not None else ""
    assert line.split(" ")[0] not in {"reset", "restart"} or typed == "restart"


@pytest.mark.parametrize(
    ("typed", "message"),
    [("stopp s1", "stop s1`? To read about it: help stop"),
     ("sto s1", "stop s1`? To read about it: help stop"),
     ("kil s1", "kill s1`? To read about it: help kill"),
     ("stopp manager", "stop manager`? To read about it: help stop manager"),
     ("kil nobody", "kill PROCESS`? To read about it: help kill")],
)  # fmt: skip
def test_a_typo_in_a_command_that_ends_a_process_names_the_line_but_tab_types_the_help(
    typed: str, message: str
) -> None:
    session, host = opened(["start manager", "create store s1"])
    with session:
        (result,) = host.line(typed).results
        proposed = line_for(parse(typed).parts[0], session.snapshot(), result.error)

    assert str(result.error).endswith(f": did you mean `{message}")
    assert proposed == message.rpartition(": ")[2]


def test_a_typo_in_a_full_command_is_corrected() -> None:
    assert "did you mean `restart manager`?" in parse("restrt manager").parts[0].problems[0].message


def test_a_command_that_calls_every_store_is_proposed_only_if_all_can_answer() -> None:
    session, host = opened(["start manager", "create store s1", "create store s2", "suspend s2"])
    with session:
        (match,) = parse("keys s1").parts
        assert match.command is not None
        every = match._replace(command=match.command._replace(asks="stores"))

        assert not _served(every, session.snapshot(), set())
        host.line("resume s2")
        assert _served(every, session.snapshot(), set())
