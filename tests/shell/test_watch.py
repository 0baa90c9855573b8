"""`watch` redraws a view in place until Ctrl-C."""

from collections.abc import Iterator

import pytest

from kvshell.commands.result import Open
from kvshell.session import Session
from kvshell.session.host import Host, Silent
from kvshell.session.interrupts import Interrupts
from kvshell.shell.watch_command import watch
from kvshell.views import Caps


@pytest.fixture
def session() -> Iterator[Session]:
    with Session("free") as session:
        session.run("start manager")
        yield session


def looked(session: Session, line: str, *changes: str, rows: int = 24) -> list[str]:
    """Return what `watch` draws if each of `changes` runs between two drawings."""
    with Interrupts() as interrupts:
        host = Host(session, Silent(), interrupts=interrupts)
        wish = Open("watch", {"line": line, "every_ms": 50})
        blocks = watch(wish, session, Caps(width=80), rows, host)
        drawn = [next(blocks).text]
        for change in changes:
            session.run(change)
            drawn.append(next(blocks).text)
    return drawn


def test_watch_redraws_in_place_after_a_change(session: Session) -> None:
    first, second = looked(session, "stores", "create store a")

    assert first == "[]"
    assert second == '\x1b[1A\x1b[J["a"]'


def test_processes_have_the_fullest_mailbox_first(session: Session) -> None:
    session.run("suspend manager")

    _before, after = looked(session, "processes", "cast manager :x")

    lines = after.split("\n")
    assert "KV.Registry" in lines[1]
    assert lines[1].endswith("1")


def test_rows_that_do_not_fit_are_counted(session: Session) -> None:
    (drawn,) = looked(session, "processes", rows=6)

    assert drawn.split("\n")[-1] == "... 3 more lines"
    assert len(drawn.split("\n")) == 4


def test_in_virtual_time_watch_shows_the_view_once() -> None:
    with Session("controlled") as session, Interrupts() as interrupts:
        host = Host(session, Silent(), interrupts=interrupts)
        wish = Open("watch", {"line": "mailbox shell", "every_ms": 50})

        first, note = watch(wish, session, Caps(width=80), 24, host)

    assert "no messages" in first.text
    assert note.narration


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("watch mailbox shell", "no messages"),
        ("watch 2s mailbox shell", "no messages"),
        (
            "watch lookup x",
            "** (CommandError) watch needs something to look at: watch registry, watch",
        ),
        ("watch", "** (CommandError) usage: watch [TIME] LINE"),
    ],
)
def test_a_batch_shows_a_watched_view_once(
    line: str, answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from kvshell.cli import main

    main(["-c", line])

    assert capsys.readouterr().out.startswith(answer)
