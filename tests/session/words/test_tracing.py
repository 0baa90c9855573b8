"""The command `messages`: who sent what to whom."""

from collections.abc import Iterator

import pytest

from kvshell.session import Session
from kvshell.views import Caps, render, render_event

WIDE = Caps(tty=True, unicode=True, width=100, plain=False)


@pytest.fixture(params=["controlled", "free"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    with Session(request.param) as session:
        yield session


def told(session: Session, text: str) -> list[str]:
    """Run a line and return the messages reported for it."""
    session.run(text)
    session.settle(5)
    plain = Caps()
    return [
        line
        for event in session.events()
        if event.kind == "messages"
        for line in render_event(event, plain).splitlines()
    ]


def test_nothing_is_recorded_while_messages_are_off(session: Session) -> None:
    assert told(session, "start manager; create store s1") == []


def test_a_put_is_recorded_as_a_call_and_a_reply(session: Session) -> None:
    told(session, "start manager plain; create store s1")
    told(session, "messages on")

    assert told(session, "put s1 milk 1; get s1 milk") == [
        '~ shell -> s1  cast {:put, "milk", 1}',
        '~ shell -> s1  call {:get, "milk"}',
        "~ s1 -> shell  reply 1",
    ]


def test_signals_of_a_death_are_recorded_under_the_old_name(session: Session) -> None:
    told(session, "start manager; create store s1")
    told(session, "messages on")

    assert told(session, "stop s1") == [
        "~ shell -> s1  monitor",
        "~ shell -> s1  stop :normal",
        "~ s1  dies: :normal",
        "~ s1 -> KV.BucketSupervisor  :EXIT :normal",
        "~ s1 -> KV.Registry  :DOWN :normal",
        "~ s1 -> shell  :DOWN :normal",
        '~ KV.Registry  delete "s1" in table KV.Registry',
    ]


def test_messages_off_stops_recording(session: Session) -> None:
    told(session, "start manager; messages on")
    told(session, "messages off")

    assert told(session, "create store s1") == []


def test_messages_show_draws_the_last_line(session: Session) -> None:
    told(session, "start manager plain; create store s1")
    told(session, "messages on")
    told(session, "get s1 milk")
    drawn = render(session.run("messages show")[0], WIDE)

    assert drawn.splitlines()[0].split() == ["shell", "s1"]
    assert 'call {:get, "milk"}' in drawn
    assert "▶│" in drawn
    mermaid = render(session.run("messages show --mermaid")[0], WIDE)
    assert '    p0->>p1: call {:get, "milk"}' in mermaid.splitlines()


def test_recording_continues_after_a_reset(session: Session) -> None:
    told(session, "messages on")
    told(session, "reset")

    assert told(session, "start manager plain")[0] == "~ shell  spawn"


def test_a_dead_server_keeps_its_name_in_the_recording(session: Session) -> None:
    told(session, "start manager ets")
    told(session, "messages on")

    said = told(session, "kill registry")

    assert "~ shell -> KV.Registry  exit :kill" in said
    assert "~ KV.Registry  dies: :killed" in said
