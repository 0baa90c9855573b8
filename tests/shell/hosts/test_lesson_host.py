from collections.abc import Iterator
from contextlib import closing

import pytest

from kvshell.commands.language.texts import Texts
from kvshell.learn.walk.lesson_run import LessonRun
from kvshell.shell.hosts.lesson_prompt import LessonPrompt
from kvshell.shell.hosts.protocol import ScreenBlock
from kvshell.shell.hosts.session_prompt import ScreenOpener
from kvshell.views import Caps
from tests.learn.lessons import lesson
from tests.shell.terminal import shown_by

CAPS = Caps(tty=True, width=80, plain=False, interactive=True)


@pytest.fixture
def host() -> Iterator[LessonPrompt]:
    run = LessonRun(lesson(), Texts())
    with closing(LessonPrompt(run, run.begin(), lambda: CAPS)) as host:
        yield host


def typed(host: LessonPrompt, *lines: str) -> str:
    shown = []
    for line in lines:
        shown = [block.text for block in shown_by(host, line)]
    return "\n".join(shown)


def test_the_welcome_is_the_introduction_and_the_first_frame(host: LessonPrompt) -> None:
    shown = "\n".join(block.text for block in host.welcome())

    assert shown.startswith("A manager and its stores.\n\n┌ Two stores ── step 1/5 ●○○○○ ─")


def test_the_sessions_answer_precedes_the_lessons_feedback(host: LessonPrompt) -> None:
    shown = typed(host, "start manager")

    assert shown.startswith("{:ok, #PID<0.103.0>}\n  ✓ goal: alive manager → true\n")
    assert host.prompt == "kv(2)> "


def test_the_position_of_an_error_is_marked(host: LessonPrompt) -> None:
    assert typed(host, "strat manager").split("\n")[0] == " " * 7 + "^^^^^"


def test_the_toolbar_shows_the_step_without_the_solution(host: LessonPrompt) -> None:
    assert host.status.next == ":hint"
    assert [part.text for part in host.status.parts][:1] == ["step 1/5"]

    typed(host, "start manager")

    assert host.status.next == ":play"
    assert "Enter: next step" in [part.text for part in host.status.parts]
    typed(host, ":play")
    assert (host.prompt, host.status.next) == ("kv(play)> ", ":resume")
    assert "Enter: next step" not in [part.text for part in host.status.parts]
    typed(host, ":resume", "", ":play")
    assert host.status.next == ":resume"


def test_tab_types_what_an_error_proposes_and_no_solution(host: LessonPrompt) -> None:
    said = typed(host, "crate store s1")
    assert "start manager" in said
    assert host.status.next == "start manager"

    typed(host, "state manager")  # its error is OTP's and proposes nothing
    assert host.status.next == ":hint"

    typed(host, "start manager", "lokup s1")
    assert host.status.next == "lookup s1"


def test_the_toolbar_of_a_russian_lesson_is_russian() -> None:
    run = LessonRun(lesson(), Texts("ru"))
    with closing(LessonPrompt(run, run.begin(), lambda: CAPS)) as host:
        typed(host, "start manager", "create store a; create store b", "suspend manager; stop a")

        said = [part.text for part in host.status.parts]

    assert said == [
        "шаг 1/5",
        "Enter: следующий шаг",
        "ets",
        "manager приостановлен",
        "1 строка устарела",
        "1 сообщение ждёт",
        "2 хранилища",
    ]
    assert host.status.label == "дальше: "


def test_bench_runs_if_the_lesson_has_an_opener_for_it() -> None:
    run = LessonRun(lesson(), Texts())
    screen_openers: dict[str, ScreenOpener] = {"bench": lambda *_: [ScreenBlock("measured")]}
    with closing(
        LessonPrompt(run, run.begin(), lambda: CAPS, screen_openers=screen_openers)
    ) as host:
        assert typed(host, "bench") == "measured"
        assert "not in a lesson: :quit first" in typed(host, "learn")


def test_the_toolbar_knows_the_last_step(host: LessonPrompt) -> None:
    typed(host, ":goto another", "stop s1; create store s1")

    assert "Enter: end of the lesson" in [part.text for part in host.status.parts]


def test_completion_offers_learner_words_steps_and_commands(host: LessonPrompt) -> None:
    words = host.words

    assert [entry.text for entry in words.complete(":re")] == [":reset", ":resume"]
    assert [entry.text for entry in words.complete(":goto l")] == ["look"]
    assert [entry.text for entry in words.complete(":resume ")] == ["keep"]
    assert "start manager" in [entry.text for entry in words.complete("sta")]
    assert words.spans(":hint")[0].role == "command"
    assert words.spans(":nosuch")[0].role == "error"
    assert [span.role for span in words.spans(":goto look")] == ["command", "name"]
    assert words.spans("start manager")[0].role == "command"
    assert words.signature(":goto ") == [(":goto", False), ("STEP", True)]
    assert words.drop_prompt("kv(play)> stores") == "stores"
    assert words.drop_prompt("kv(3)> stores") == "stores"


def test_a_lesson_refuses_other_opens(host: LessonPrompt) -> None:
    for line in ("replay x.md", "learn 2", "record x.md"):
        assert "not in a lesson: :quit first" in typed(host, line)


def test_clear_and_exit_work_in_a_lesson(host: LessonPrompt) -> None:
    assert [block.wipes for block in shown_by(host, "clear")] == [True]
    typed(host, "exit")
    assert host.left


def test_progress_is_saved_after_every_line() -> None:
    run = LessonRun(lesson(), Texts())
    saves: list[tuple[int, int]] = []
    host = LessonPrompt(
        run,
        run.begin(),
        lambda: CAPS,
        save=lambda each: saves.append((len(each.done), len(each.journal))),
    )

    typed(host, "stores", "start manager", "registry", "", " ")
    host.close()

    assert saves == [(0, 1), (1, 2), (1, 3), (1, 3), (1, 3)]


def test_ctrl_c_ends_a_wait_in_a_lesson(host: LessonPrompt) -> None:
    host.interrupt()

    assert not host.waits()
    assert host.notice() is None
    assert host.busy() is False
    assert list(host.news()) == []


def test_another_clients_answer_is_shown_below_the_line(host: LessonPrompt) -> None:
    typed(host, "start manager", "create store s1")

    assert typed(host, "as b get s1 milk").startswith(":ok\n~ b: nil")


def test_a_narrow_terminal_gets_lines_without_frames() -> None:
    run = LessonRun(lesson(), Texts())
    with closing(LessonPrompt(run, run.begin(), lambda: CAPS._replace(width=50))) as host:
        shown = "\n".join(block.text for block in host.welcome())

    assert "Two stores, step 1/5: Start it\nStart the manager.\ncommands: :hint" in shown
    assert "┌" not in shown
    assert max(map(len, shown.split("\n"))) <= 50
