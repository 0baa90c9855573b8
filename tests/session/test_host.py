"""Running a line for a mode: answers, opened views, settling and events, in this order."""

from collections.abc import Iterator, Sequence

import pytest

from kvshell.commands.result import Open, Result
from kvshell.runtime import Event
from kvshell.session import Session
from kvshell.session.host import Host, NoGuard, Opened, OverdueError, Ran, Runner, Silent, refuse
from kvshell.session.interrupts import Interrupts
from kvshell.terms import inspect
from tests.session.test_interrupts import press


class Book(Silent):
    """A writer that records each call as a word."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def record(self, text: str, results: Sequence[Result]) -> None:
        self.said.append(text)

    def answer(self, text: str, number: int, result: Result) -> None:
        told = result.open.kind if result.open is not None else result.error
        self.said.append(f"{number}: {told or inspect(result.value)}")

    def events(self, events: Sequence[Event]) -> None:
        self.said += [event.kind for event in events]

    def ended(self, ran: Ran) -> None:
        self.said.append("ended")


@pytest.fixture
def session() -> Iterator[Session]:
    with Session("controlled") as session:
        session.options["hints"] = "off"
        yield session


def test_answers_come_before_later_events(session: Session) -> None:
    book = Book()
    host = Host(session, book)

    ran = host.line("self; as b self")

    assert book.said == ["self; as b self", "0: #PID<0.100.0>", "1: :ok", "answer", "ended"]
    assert [event.kind for event in ran.events] == ["answer"]
    assert not ran.failed
    assert ran.rested


def test_an_open_is_carried_out_at_its_place_in_the_line(session: Session) -> None:
    book = Book()

    def opener(wish: Open, host: Host) -> Opened:
        book.said.append(f"opens {wish.args['path']}")
        assert host.runner is session
        return Opened((Result(0, "", ok=True, value=7),), code=1)

    ran = Host(session, book, {"replay": opener}).line("self; replay x.md; self")

    assert book.said == [
        "self; replay x.md; self",
        "0: #PID<0.100.0>",
        "1: replay",
        "opens x.md",
        "1: 7",
        "2: #PID<0.100.0>",
        "ended",
    ]
    assert [(each.line, each.input) for each in ran.results] == [
        (1, "self"),
        (1, "replay x.md"),
        (1, "self"),
    ]
    assert ran.code == 1


def test_the_highest_exit_code_counts(session: Session) -> None:
    codes = iter((0, 4, 1))

    ran = Host(session, openers={"clear": lambda *_: Opened(code=next(codes))}).line(
        "clear; clear; clear"
    )

    assert ran.code == 4


def test_the_system_settles_before_an_open_is_carried_out(session: Session) -> None:
    host = Host(session, openers={"clear": lambda *_: Opened((alive(),))})
    host.line("start manager ets-cast")

    def alive() -> Result:
        return session.play("lookup s1")[0]

    found = host.line("create store s1; lookup s1; clear").results

    assert [inspect(each.value) for each in found[1:]] == [":error", "{:ok, #PID<0.104.0>}"]


def test_an_open_without_an_opener_is_left_for_the_mode(session: Session) -> None:
    ran = Host(session).line("clear")

    assert ran.results[0].open is not None


def test_a_refused_open_is_an_error_of_its_command(session: Session) -> None:
    ran = Host(session, openers={"learn": refuse("{kind} needs the prompt")}).line("learn")

    assert [each.error for each in ran.results] == ["** (CommandError) learn needs the prompt"]
    assert ran.failed
    assert ran.code == 1


def test_exit_needs_no_opener(session: Session) -> None:
    assert Host(session).line("exit").left


def test_a_client_answers_instead_of_the_shell(session: Session) -> None:
    host = Host(session)

    ran = host.line("self", client="b")

    assert [inspect(each.value) for each in ran.results] == ["#PID<0.101.0>"]
    assert ran.events == ()


def test_a_line_that_can_never_end_is_stuck(session: Session) -> None:
    host = Host(session)
    host.line("start manager plain")
    host.line("as b self")

    ran = host.line("stop #PID<0.102.0>")

    assert ran.stuck is not None
    assert ran.failed


def test_ctrl_c_while_a_line_runs_is_recorded(session: Session) -> None:
    class Pressing(NoGuard):
        def around(self, runner: Runner, *, resting: bool) -> "Pressing":
            return self

        def __enter__(self) -> None:
            if not interrupts.pressed:
                press()

        def __exit__(self, *_: object) -> None: ...

    with Interrupts() as interrupts:
        ran = Host(session, interrupts=interrupts, guard=Pressing()).line("sleep 60000")

    assert ran.interrupted
    assert ran.results[0].error == "** (exit) interrupted"


def test_an_abandoned_line_is_marked(session: Session) -> None:
    class Left(NoGuard):
        def around(self, runner: Runner, *, resting: bool) -> "Left":
            return self

        def __enter__(self) -> None:
            raise OverdueError

        def __exit__(self, *_: object) -> None: ...

    ran = Host(session, guard=Left()).line("self")

    assert ran.abandoned
    assert ran.overdue
    assert ran.results == ()


def test_the_snapshot_is_taken_once_a_line(session: Session) -> None:
    host = Host(session)
    before = host.snapshot
    assert host.snapshot is before

    host.line("start manager")

    assert before.design is None
    assert host.snapshot.design == "ets"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("create store s\udcff", "byte 0xff at column 15"),
        ("put s1 k caf\udce9", "byte 0xe9 at column 13"),
        ('x = "\ud800"', "U+D800 at column 6"),
        ("as b create store \udc80", "byte 0x80 at column 19"),
        ("load \udcff.py", "byte 0xff at column 6"),
        ("call manager :\udcfe", "byte 0xfe at column 15"),
    ],
)
def test_invalid_utf_8_is_an_error_and_nothing_is_sent(
    line: str, said: str, session: Session
) -> None:
    host = Host(session)
    host.line("start manager")
    host.line("create store s1")

    (result,) = host.line(line).results

    assert result.error == f"** (CommandError) not UTF-8: {said}; the line was not run"
    assert inspect(host.line("stores").results[0].value) == '["s1"]'
    assert inspect(host.line("alive s1").results[0].value) == "true"
