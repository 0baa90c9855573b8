import sys
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from types import FrameType

import pytest

from kvshell.commands.result import Result
from kvshell.runtime import NotAtRest
from kvshell.session import Session, Waiting
from kvshell.session.interrupts import Interrupts
from kvshell.shell.hosts.protocol import Display, ScreenBlock
from kvshell.shell.hosts.sentences import describe_wait
from kvshell.shell.hosts.session_prompt import SessionPrompt
from kvshell.systems import DESIGNS
from kvshell.views import Caps
from tests.shell.terminal import shown_by

CAPS = Caps(tty=True, width=80, plain=False, interactive=True)


@pytest.fixture
def session() -> Iterator[Session]:
    with Session("free") as session:
        yield session


@pytest.fixture
def host(session: Session) -> SessionPrompt:
    return SessionPrompt(session, lambda: CAPS)


def answers(blocks: "Iterator[ScreenBlock]") -> list[str]:
    return [block.text for block in blocks if not block.narration]


def typed(host: SessionPrompt, *lines: str) -> list[str]:
    """Type lines; return everything shown, with narration in brackets."""
    shown = []
    for line in lines:
        for block in shown_by(host, line):
            shown.append(f"[{block.text}]" if block.narration else block.text)
    return shown


def test_the_welcome_has_three_lines_at_any_width(session: Session) -> None:
    for width in (40, 80):
        narrow = SessionPrompt(session, lambda width=width: CAPS._replace(width=width))  # type: ignore[misc]

        lines = "\n".join(answers(narrow.welcome())).split("\n")

        assert len(lines) == 3
        assert max(map(len, lines)) <= width
        assert lines[2] == "Try: start manager"


def test_the_prompt_counts_lines_and_the_toolbar_shows_what_runs(host: SessionPrompt) -> None:
    assert host.prompt == "kv(1)> "
    assert [part.text for part in host.status.parts] == ["nothing runs"]
    assert host.status.next == "start manager"

    typed(host, "start manager plain", "create store s1")

    assert host.prompt == "kv(3)> "
    assert [part.text for part in host.status.parts] == ["plain", "1 store"]


def test_an_error_is_marked_and_its_fix_is_suggested(host: SessionPrompt) -> None:
    shown = typed(host, "start manager plain", "lokup s1")

    assert shown[1] == "[" + " " * len("kv(2)> ") + "^^^^^]"
    assert shown[2].startswith("** (CommandError) no command lokup: did you mean `lookup s1`?")
    assert host.status.next == "lookup s1"
    assert host.prompt == "kv(2)> "


def test_with_hints_off_no_hint_is_shown(host: SessionPrompt) -> None:
    shown = typed(host, "set hints off", "lokup s1")

    assert not [text for text in shown if text.startswith("[")]


def test_a_suspended_process_turns_the_prompt_yellow(host: SessionPrompt) -> None:
    typed(host, "start manager plain", "suspend manager")

    assert host.alert
    assert "manager suspended" in [part.text for part in host.status.parts]

    typed(host, "resume manager")

    assert not host.alert


def test_the_suggestions_lead_through_the_stale_row(host: SessionPrompt) -> None:
    typed(host, "start manager", "create store s1", "suspend manager; stop s1")
    walked = []
    for _ in range(3):
        walked.append(host.status.next)
        typed(host, host.status.next)

    # The history of s1 ends with `next: step manager`, and Tab types the line proposed last.
    assert walked == ["registry s1", "step manager", "resume manager"]


def test_tab_types_what_the_end_of_a_view_proposes_unless_it_ends_something(
    host: SessionPrompt,
) -> None:
    typed(host, "start manager plain", "create store s1", "create store s2", "registry s2")
    assert host.status.next == "get s2 milk"

    typed(host, "suspend s2", "registry s2")
    assert host.status.next == "resume s2"

    shown = typed(host, "stop s1", "registry s1")
    assert "restart manager plain" in shown[-1]  # which would end s2
    assert not host.status.next.startswith("restart")


def test_exit_and_clear_work_at_the_prompt(host: SessionPrompt) -> None:
    (wipe,) = shown_by(host, "clear")
    assert wipe.wipes
    assert not host.left

    typed(host, "exit")

    assert host.left


def test_watch_shows_the_registry_again_only_when_it_changed(host: SessionPrompt) -> None:
    typed(host, "start manager plain", "set watch registry")

    changed = typed(host, "create store s1")
    same = typed(host, "get s1 milk")

    assert len(changed) == 2
    assert "fresh" in changed[1]
    assert same == ["nil"]


def test_another_clients_answer_is_shown_as_news(session: Session, host: SessionPrompt) -> None:
    called: list[str] = []
    typed(host, "start manager plain")
    host.on_news(lambda: called.append("!"))

    shown = typed(host, "as b create store s1")

    assert called
    assert shown[-1].startswith("~ b: #PID<0.")


def test_an_interrupted_wait_names_the_process_that_keeps_running(host: SessionPrompt) -> None:
    def interrupt() -> None:
        while not host.waits():
            pass  # the line below waits for five seconds, or until this
        host.interrupt()

    typed(host, "start manager plain", "suspend manager")
    other = threading.Thread(target=interrupt)
    other.start()
    shown = [block.text for block in shown_by(host, "create store s1")]
    other.join()

    assert shown[0].endswith("** (EXIT) interrupted")
    assert any("KeyVal.Manager keeps running" in text for text in shown[1:])


@pytest.mark.parametrize(
    ("waiting", "text"),
    [
        (
            Waiting("KV.Registry", "suspended", 4_620),
            "waiting for KV.Registry (suspended), 4.6 s left; Ctrl-C gives up,"
            " the request stays in its mailbox",
        ),
        (Waiting("sleep", "", 900), "sleep, 0.9 s left; Ctrl-C gives up"),
        (
            Waiting("#PID<0.104.0>", "idle", None),
            "waiting for #PID<0.104.0>; Ctrl-C gives up, the request stays in its mailbox",
        ),
    ],
)
def test_a_wait_is_described_in_words(waiting: Waiting, text: str) -> None:
    assert describe_wait(waiting) == text


def test_a_line_that_can_never_end_is_answered(session: Session, host: SessionPrompt) -> None:
    def never(text: str, *, counted: bool = True) -> list[Result]:
        raise NotAtRest(f"{text} waits forever")

    session.run = never  # type: ignore[method-assign]

    assert typed(host, "call manager :x") == ["** call manager :x waits forever"]


def test_a_long_command_shows_its_progress(session: Session, host: SessionPrompt) -> None:
    assert host.notice() is None
    assert session.on_progress is not None

    session.on_progress(1_500, 20_000)

    assert host.notice() == "1,500 of 20,000; Ctrl-C stops"


def test_of_a_flood_of_events_the_newest_are_shown(session: Session, host: SessionPrompt) -> None:
    for number in range(1_045):
        session.runtime.emit("notice", None, f"event {number}")

    shown = answers(iter(host.news()))

    assert shown[0] == "~ 1,005 earlier events left out"
    assert shown[-1] == "~ event 1044"
    assert len(shown) == 41


def test_an_event_follows_the_answer_during_which_it_arrived(host: SessionPrompt) -> None:
    typed(host, "start manager", "suspend manager", "as b create store s1")

    shown = typed(host, "step manager")

    assert shown == ['handled {:create, "s1"}, 0 left', "~ b: #PID<0.105.0>"]


def test_a_crash_is_reported_below_its_answer(host: SessionPrompt) -> None:
    shown = typed(host, "start manager plain", "set hints off", "crash manager")

    assert shown[2].startswith("** (exit) exited in: GenServer.call(KeyVal.Manager, :boom, 5000)")
    assert shown[3].startswith("~ GenServer KeyVal.Manager terminating")


def test_a_hint_is_wrapped_between_words(session: Session) -> None:
    narrow = SessionPrompt(session, lambda: CAPS._replace(width=40))
    shown = typed(narrow, "start manager ets-cast", "create store a; lookup a")

    (hint,) = [text.strip("[]") for text in shown if text.startswith("[hint:")]
    assert hint.split("\n")[0] == "hint: create is a cast here: KV.Registry"
    assert all(len(line) <= 40 for line in hint.split("\n"))


def test_a_dumb_terminal_shows_no_mention_of_tab(session: Session) -> None:
    dumb = SessionPrompt(session, lambda: CAPS._replace(interactive=False))

    shown = [*answers(dumb.welcome()), *typed(dumb, "strat")]

    assert not [text for text in shown if "Tab" in text]


@pytest.mark.parametrize("design", DESIGNS)
def test_a_put_at_the_prompt_takes_a_few_hundred_calls_with_its_hints(
    session: Session, design: str
) -> None:
    """One parse and one snapshot per line; before that, a `put` took 702 calls.

    The cheapest of five counts: now and then the pool starts a thread while a line is run, or
    the garbage collector calls back, and neither is a part of what the line does.
    """
    prompt = SessionPrompt(session, Caps)
    display = Display(list, Interrupts(), nullcontext)
    for line in (f"start manager {design}", "create store s1", "put s1 a b"):
        prompt.line(line, display)

    def calls_of_a_put() -> list[str]:
        calls: list[str] = []

        def count(frame: FrameType, event: str, _: object) -> None:
            if event == "call":
                calls.append(frame.f_code.co_qualname)

        prompt.words.spans("put s1 k v")  # as at the last key
        sys.setprofile(count)
        try:
            prompt.line("put s1 k v", display)
        finally:
            sys.setprofile(None)
        return calls

    calls = min((calls_of_a_put() for _ in range(5)), key=len)

    assert session.options["hints"] == "on"
    assert calls.count("parse") == 0
    assert len(calls) <= 351, len(calls)
