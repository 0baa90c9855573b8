"""What a word may mean, and how `explain` and errors show a name that is easily misread."""

import pytest

from kvshell.commands.help.explain import explain
from kvshell.session import Session
from kvshell.terms import inspect
from kvshell.views import Caps, render
from kvshell.views.rendering import render_view


@pytest.mark.parametrize("line", ["mailbox self", "info self", "alive self", "send self :hi"])
def test_self_is_this_shell(line: str) -> None:
    with Session() as session:
        (by_word,) = session.run(line)
        (by_call,) = session.run(line.replace("self", "self()"))

    assert by_word.ok
    assert render(by_word, Caps()) == render(by_call, Caps())


def test_self_of_a_client_is_the_client() -> None:
    with Session() as session:
        (told,) = session.run_as("b", "info self")

        assert inspect(session.clients["b"]) in render(told, Caps())


def test_stopping_oneself_exits_as_in_iex() -> None:
    with Session() as session:
        (stopped,) = session.run("stop self")

    assert stopped.error is not None
    assert stopped.error.endswith("(EXIT) process attempted to call itself")


@pytest.mark.parametrize("name", ['""', '" "', '" a"'])
def test_an_easily_overlooked_name_is_quoted(name: str) -> None:
    with Session() as session:
        session.run(f"start manager; create store {name}")
        for look in ("registry", "cache"):
            (shown,) = session.run(look)
            assert name in render(shown, Caps())


def test_at_100_columns_designs_shows_all_columns() -> None:
    with Session() as session:
        (shown,) = session.run("designs")

    assert "too narrow" not in render(shown, Caps(tty=True, width=100, plain=False))


def test_at_40_columns_explain_keeps_the_signals() -> None:
    shown = render_view(explain("create store s1", "ets"), Caps(tty=True, width=40, plain=False))

    assert '{:create, "s1"}' in shown
    assert "start a child" in shown
    assert "too narrow for: nr, from, to" in shown
