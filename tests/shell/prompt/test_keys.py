import os
import signal
from collections.abc import Callable
from weakref import ref

import pytest
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.key_binding.key_processor import KeyProcessor

from kvshell.shell.hosts.protocol import ScreenBlock, StyledSpan
from kvshell.shell.prompt.history import HistoryFile
from kvshell.shell.prompt.key_bindings import Actions, Searching
from tests.shell.terminal import FakeHost, FakeWords, Terminal, talk

LEAVE = ("", "\x04")
UP, DOWN, RIGHT = "\x1b[A", "\x1b[B", "\x1b[C"


def remembered(*lines: str) -> HistoryFile:
    history = HistoryFile()
    for line in lines:
        history.append_string(line)
    history._loaded = True
    return history


def ready(prompt: str = "kv(1)>") -> Callable[[Terminal], bool]:
    """Return a condition for a step: the cursor is at an empty prompt."""
    return lambda terminal: terminal.lines[terminal.screen.cursor.y] == prompt


def test_enter_runs_the_line() -> None:
    host = FakeHost()

    talk(host, ("kv(1)>", "stores\r"), ("= stores", "\x04"))

    assert host.lines == ["stores"]


def test_enter_accepts_a_selected_entry_and_runs_it_the_second_time() -> None:
    host = FakeHost()

    talk(
        host,
        ("kv(1)>", "lookup s"),
        ("a store", "\t\t"),
        ("lookup shop", "\r"),
        (lambda terminal: "a store" not in terminal.text, "\r"),
        ("= lookup shop", "\x04"),
    )

    assert host.lines == ["lookup shop"]


def test_a_selected_command_with_parameters_gets_a_space() -> None:
    host = FakeHost()

    talk(
        host,
        ("kv(1)>", "loo"),
        ("a command", "\t"),
        ("lookup", "\r"),
        ("NAME", "s1\r"),
        ("= lookup s1", "\x04"),
    )

    assert host.lines == ["lookup s1"]


def test_tab_on_an_empty_line_inserts_the_suggestion() -> None:
    host = FakeHost()

    talk(host, ("Tab: start manager", "\t"), ("kv(1)> start manager", "\r"), ("=", "\x04"))

    assert host.lines == ["start manager"]


def test_up_finds_older_lines_with_the_same_prefix() -> None:
    host = FakeHost()
    history = remembered("get s1 milk", "create store s1", "get s1 eggs", "stores")

    talk(
        host,
        ("kv(1)>", "get"),
        ("kv(1)> get", UP),
        ("kv(1)> get s1 eggs", UP),
        ("kv(1)> get s1 milk", DOWN),
        ("kv(1)> get s1 eggs", "\r"),
        ("= get s1 eggs", "\x04"),
        history=history,
    )

    assert host.lines == ["get s1 eggs"]


def test_up_on_an_empty_line_recalls_the_previous_line() -> None:
    host = FakeHost()

    talk(
        host,
        ("kv(1)>", UP),
        ("kv(1)> stores", UP),
        ("kv(1)> get s1 milk", "\r"),
        ("= get", "\x04"),
        history=remembered("get s1 milk", "stores"),
    )

    assert host.lines == ["get s1 milk"]


def test_right_accepts_the_ghost_text_of_an_older_line() -> None:
    host = FakeHost()

    terminal = talk(
        host,
        ("kv(1)>", "get s"),
        ("kv(1)> get s1 milk", RIGHT),
        (lambda terminal: terminal.screen.cursor.x == len("kv(1)> get s1 milk"), "\r"),
        ("= get s1 milk", "\x04"),
        history=remembered("get s1 milk"),
    )

    assert host.lines == ["get s1 milk"]
    assert "kv(1)> get s1 milk" in terminal.seen[1]


def test_a_wrong_line_is_not_suggested_as_ghost_text() -> None:
    terminal = talk(
        FakeHost(),
        ("kv(1)>", "loo"),
        ("kv(1)> lookup s1", "\x03"),
        (ready(), "\x04"),
        history=remembered("lookup s1", "loook s1"),
    )

    assert "loook" not in terminal.seen[1]


def test_ctrl_r_searches_the_history() -> None:
    host = FakeHost()

    talk(
        host,
        ("kv(1)>", "\x12"),
        ("reverse-i-search", "milk"),
        ("get s1 milk", "\r"),
        ("kv(1)> get s1 milk", "\r"),
        ("= get s1 milk", "\x04"),
        history=remembered("get s1 milk", "stores"),
    )

    assert host.lines == ["get s1 milk"]


def test_ctrl_c_clears_the_line() -> None:
    host = FakeHost()

    talk(
        host,
        ("kv(1)>", "lookup nobody"),
        ("nobody", "\x03"),
        (ready(), "stores\r"),
        ("= stores", "\x04"),
    )

    assert host.lines == ["stores"]


def test_ctrl_d_exits_only_on_an_empty_line() -> None:
    host = FakeHost()

    talk(
        host,
        ("kv(1)>", "stores\x01\x04"),
        ("kv(1)> tores", "\r"),
        ("= tores", "\x04"),
    )

    assert host.lines == ["tores"]


def test_a_pasted_line_stays_on_the_prompt_without_its_prompt() -> None:
    host = FakeHost()

    talk(
        host,
        ("kv(1)>", "\x1b[200~kv(7)> lookup s1\n\x1b[201~"),
        ("kv(1)> lookup s1", "\r"),
        ("= lookup s1", "\x04"),
    )

    assert host.lines == ["lookup s1"]


def pasted(text: str) -> str:
    return f"\x1b[200~{text}\x1b[201~"


def test_a_pasted_block_is_shown_and_enter_runs_its_lines_one_by_one() -> None:
    host = FakeHost()
    block = "kv(1)> create store a\n#PID<0.104.0>\nkv(2)> lookup a\n{:ok, #PID<0.104.0>}\n"

    terminal = talk(
        host,
        ("kv(1)>", pasted(block)),
        ("...(1)> lookup a", "\r"),
        ("= lookup a", "stores\r"),
        ("= st", "\x04"),
    )

    assert host.lines == ["create store a", "lookup a", "stores"]
    assert "2 pasted lines are answers" in terminal.seen[1]
    assert "pasted 2 lines: Enter runs all, Ctrl-C drops them" in terminal.seen[1]
    shown = "\n".join(terminal.scrolled)
    assert "kv(1)> create store a\n= create store a\nkv(2)> lookup a\n= lookup a" in shown
    assert "...(1)>" not in terminal.text, "the block is taken away when its lines are run"


def test_an_entry_of_several_lines_in_a_pasted_block_is_shown_on_its_lines() -> None:
    block = pasted("stores\nput a [one\ntwo]\nlookup a")
    terminal = talk(
        FakeHost(), ("kv(1)>", block), ("...(1)> lookup a", "\r"), ("= lookup a", "\x04")
    )
    assert "kv(2)> put a [one\n...(2)> two]" in "\n".join(terminal.scrolled)


def test_a_pasted_block_can_be_changed_before_it_runs() -> None:
    host = FakeHost()

    talk(
        host,
        ("kv(1)>", pasted("stores\nlookup a")),
        ("...(1)> lookup a", " b" + UP + "\x05" + " c\r"),
        ("= lookup a b", "\x04"),
    )

    assert host.lines == ["stores c", "lookup a b"]


def test_a_pasted_block_is_dropped_by_ctrl_c() -> None:
    host = FakeHost()

    talk(
        host,
        ("kv(1)>", pasted("stores\nlookup a")),
        ("...(1)> lookup a", "\x03"),
        (lambda terminal: "lookup a" not in terminal.text, "get\r"),
        ("= get", "\x04"),
    )

    assert host.lines == ["get"]


def test_a_pasted_line_waits_for_enter() -> None:
    host = FakeHost()

    talk(host, ("kv(1)>", pasted("lookup a\n")), ("lookup a", " b\r"), ("= lookup a b", "\x04"))

    assert host.lines == ["lookup a b"]


def test_ctrl_c_in_a_line_of_a_block_drops_the_others() -> None:
    host = FakeHost()

    def interrupted() -> list[ScreenBlock]:
        os.kill(os.getpid(), signal.SIGINT)
        return [ScreenBlock("** (exit) interrupted")]

    host.answers["lookup a"] = interrupted
    terminal = talk(
        host,
        ("kv(1)>", pasted("lookup a\nlookup b\nlookup c\n")),
        ("lookup c", "\r"),
        ("2 lines of the block were not run", ""),
        ("kv(2)>", "\x04"),
    )

    assert host.lines == ["lookup a"]
    assert "= lookup b" not in terminal.text


def test_keys_typed_before_the_prompt_appears_are_not_lost() -> None:
    host = FakeHost()

    talk(host, ("kv(1)>", "stores\rlookup a\r"), ("= lookup a", "\x04"))

    assert host.lines == ["stores", "lookup a"]


@pytest.mark.slow  # a report is waited for, for two seconds
def test_without_cursor_position_reports_there_is_no_toolbar() -> None:
    host = FakeHost()

    terminal = talk(host, ("kv(1)>", "stores\r"), ("= stores", "\x04"), answers=False)

    assert host.lines == ["stores"]
    assert "Tab:" not in terminal.text
    assert "WARNING" not in terminal.text


def test_idle_work_is_done_at_a_later_prompt_if_the_first_line_comes_at_once() -> None:
    host = FakeHost()
    terminals: list[Terminal] = []

    def ready_at_once(terminal: Terminal) -> bool:
        terminals.append(terminal)
        return "kv(1)>" in terminal.text

    talk(
        host,
        (ready_at_once, "stores\r"),
        idle=lambda: terminals[0].keys.send_text("\x04"),
    )

    assert host.lines == ["stores"]


def test_an_internal_error_in_the_colours_ends_the_prompt() -> None:
    host = FakeHost()

    def broken(text: str) -> list[StyledSpan]:
        raise ZeroDivisionError(text)

    host.words.spans = broken  # type: ignore[method-assign]

    with pytest.raises(ZeroDivisionError, match="l"):
        talk(host, ("kv(1)>", "l"))


@pytest.mark.parametrize("colour", ["\x1b[31m", "\x1b[0m", "\x1b[<35;1;1M", "\x1b[M !!"])
def test_a_colour_sequence_in_unbracketed_paste_is_not_a_mouse_event(colour: str) -> None:
    host = FakeHost()

    talk(host, ("kv(1)>", f"{colour}stores{colour}\r"), ("= stores", "\x04"))

    assert host.lines == ["stores"]


def test_ctrl_g_cancels_a_search() -> None:
    host = FakeHost()
    history = remembered("lookup shop", "stores")

    talk(
        host,
        ("kv(1)>", "\x12"),
        ("reverse-i-search", "shop"),
        ("lookup shop", "\x07"),
        (ready(), "\x04"),
        history=history,
    )

    assert host.lines == []


def test_ctrl_l_clears_the_screen() -> None:
    host = FakeHost()

    terminal = talk(
        host,
        ("kv(1)>", "stores\r"),
        ("= stores", "\x0c"),
        (lambda terminal: "= stores" not in terminal.text, "\x04"),
    )

    assert "= stores" not in terminal.text


def test_ctrl_c_while_the_prompt_closes_has_no_effect() -> None:
    said: list[str] = []
    actions = Actions(
        FakeWords,
        Searching(),
        lambda: "",
        lambda _buffer, _data: None,
        said.append,
        lambda: said.append("left"),
    )

    actions.drop(KeyPressEvent(ref(KeyProcessor(KeyBindings())), None, [], [], False))

    assert said == []
