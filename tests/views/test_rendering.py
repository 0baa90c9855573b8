"""Rendering a result for the prompt, a pipe and a document."""

import pytest

from kvshell.commands.result import Result
from kvshell.commands.view import Role, View
from kvshell.runtime import Event
from kvshell.runtime.processes.exits import PRINTED
from kvshell.terms import A, List, Map, Pid
from kvshell.views import (
    DOCUMENT,
    Caps,
    render,
    render_event,
    render_line,
    render_note,
    render_view,
)
from kvshell.views.output import tame
from kvshell.views.widths import cell_width
from tests.views.samples import EXIT, HELP, STORY, TREE, VIEWS, answer, failed, shown

TERMINAL = Caps(tty=True, colour="16", width=80, plain=False)


def test_a_value_prints_as_iex_prints_it() -> None:
    assert render(answer((A.ok, Pid(104))), Caps()) == "{:ok, #PID<0.104.0>}"


def test_a_value_is_coloured_on_a_terminal() -> None:
    assert render(answer(A.ok), TERMINAL) == "\x1b[36m:ok\x1b[0m"


def test_a_long_value_wraps_at_the_width_but_never_beyond_80() -> None:
    value = List(range(1_000_000, 1_000_030))

    wide = render(answer(value), DOCUMENT._replace(width=200)).split("\n")
    narrow = render(answer(value), DOCUMENT._replace(width=40)).split("\n")

    assert max(map(len, wide)) in range(70, 81)
    assert max(map(len, narrow)) <= 40


def test_a_pipe_wraps_values_as_iex_does() -> None:
    value = Map({f"key {n}": "v" * 30 for n in range(4)})

    assert render(answer(value), Caps()) == render(answer(value), DOCUMENT)


@pytest.mark.parametrize("caps", [Caps(), DOCUMENT, TERMINAL])
def test_a_tab_that_a_line_printed_stays_other_control_characters_are_escaped(caps: Caps) -> None:
    said = Result(1, "", ok=True, output="a\tb\x07\n\tc\x1b[2J\n")
    wanted = "a\tb\\a\n\tc\\e[2J"

    assert render(said, caps) == wanted
    assert render_event(Event(1, PRINTED, None, said.output, 1), caps) == wanted
    assert tame(wanted, colour=False) == wanted


def test_an_error_keeps_its_lines() -> None:
    assert render(failed(EXIT), Caps()) == EXIT
    assert render(failed(EXIT), TERMINAL).count("\x1b[31m") == 2


def test_nothing_prints_nothing() -> None:
    assert render(Result(1, "exit", ok=True), Caps()) == ""


@pytest.mark.parametrize("name", VIEWS)
def test_a_document_has_no_escape_sequences_and_80_columns(name: str) -> None:
    text = render(shown(VIEWS[name]), DOCUMENT)

    assert "\x1b" not in text
    assert max(map(cell_width, text.split("\n"))) <= 80
    assert not any(line.endswith(" ") for line in text.split("\n"))


@pytest.mark.parametrize("name", VIEWS)
def test_the_same_view_is_the_same_text(name: str) -> None:
    assert render_view(VIEWS[name], DOCUMENT) == render_view(VIEWS[name], DOCUMENT)


@pytest.mark.parametrize("view", [TREE, STORY, HELP])
def test_without_unicode_all_is_ascii(view: View) -> None:
    assert render_view(view, DOCUMENT._replace(unicode=False)).isascii()


def test_a_tree_has_guides() -> None:
    assert render_view(TREE, DOCUMENT).split("\n")[1:3] == [
        "├── KV.BucketSupervisor #PID<0.102.0>",
        "│   ├── s1 #PID<0.104.0>",
    ]


def test_a_tree_of_many_children_shows_some() -> None:
    text = render_view(TREE, DOCUMENT._replace(rows=1))

    assert "and 1 more" in text
    assert "s2" not in text


def test_a_panel_is_framed() -> None:
    assert render_view(STORY, DOCUMENT).split("\n") == [
        "╭─ s1 ───────────────────────────────╮",
        "│ written by #PID<0.103.0> at line 2 │",
        "│ next: resume manager               │",
        "╰────────────────────────────────────╯",
    ]


def test_markdown_has_its_headings_at_the_left() -> None:
    lines = render_view(HELP, DOCUMENT).split("\n")

    assert lines[0] == "put STORE KEY VALUE"
    assert "  kv> put s1 milk 1" in lines


def test_text_wider_than_the_terminal_breaks_between_words() -> None:
    text = render_view(STORY.body[0], DOCUMENT._replace(width=20))

    assert text.split("\n") == ["written by", "#PID<0.103.0> at", "line 2"]


def test_an_event_is_marked_line_by_line() -> None:
    event = Event(1, "crash", Pid(104), "[error] it fell\n** (stop) :x\n", 1)

    assert render_event(event, Caps()) == "~ [error] it fell\n~ ** (stop) :x\n~"


def test_narration_has_its_role() -> None:
    assert (
        render_line("try: start manager", Role.hint, TERMINAL) == "\x1b[2mtry: start manager\x1b[0m"
    )


def test_a_note_breaks_between_words() -> None:
    narrow = TERMINAL._replace(colour="none", width=24)

    lines = render_note("hint: let another client wait: as b create store y", narrow).split("\n")

    assert lines == ["hint: let another client", "wait: as b create store", "y"]
    assert render_note("a\x1b[2J", narrow) == "a\\e[2J"
    assert render_note("on a pipe as it is, " * 9, Caps()) == "on a pipe as it is, " * 9


NOPROC = (
    "** (exit) exited in: GenServer.call(KeyVal.Manager, :x, 5000)\n"
    "    ** (EXIT) no process: the process is not alive or there's no process"
)


def test_an_error_is_broken_between_words_where_a_person_reads_it() -> None:
    narrow = Caps(tty=True, plain=False, width=40)
    error = Result(1, "get", ok=False, error=NOPROC)

    assert [line.rstrip() for line in render(error, narrow).split("\n")] == [
        "** (exit) exited in:",
        "GenServer.call(KeyVal.Manager, :x, 5000)",
        "    ** (EXIT) no process: the process is",
        "    not alive or there's no process",
    ]
    assert render(error, Caps(width=40, plain=False)) == NOPROC, "a document keeps its lines"
    assert render(error, narrow._replace(plain=True)) == NOPROC, "--plain never breaks one"


def test_every_line_of_a_broken_event_is_marked() -> None:
    text = "the registry ended, and its supervisor has started it again"
    event = Event(1, "log", Pid(104), text, 1)

    drawn = render_event(event, Caps(tty=True, plain=False, width=40))

    assert [line.rstrip() for line in drawn.split("\n")] == [
        "~ the registry ended, and its supervisor",
        "~ has started it again",
    ]
