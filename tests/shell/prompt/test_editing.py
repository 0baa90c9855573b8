"""Editing: several lines, vi and emacs, an editor, search, and keys that must have no effect."""

from pathlib import Path

import pytest
from prompt_toolkit.application.current import get_app
from prompt_toolkit.key_binding.key_bindings import _parse_key

from kvshell.commands.assist.keys import KEYS
from kvshell.shell.hosts.protocol import SETTINGS
from kvshell.shell.prompt.key_bindings import Actions
from tests.shell.prompt.test_keys import ready, remembered
from tests.shell.terminal import FakeHost, talk

ALT_ENTER = "\x1b\r"


def test_an_open_bracket_continues_on_the_next_line() -> None:
    host = FakeHost()

    terminal = talk(host, ("kv(1)>", "put s [1,\r"), ("...(1)>", "2]\r"), ("2]\n", "\x04"))

    assert host.lines == ["put s [1,\n  2]"]
    assert "...(1)>   2]" in terminal.text


def test_a_line_that_closes_a_block_moves_to_the_left() -> None:
    host = FakeHost()

    terminal = talk(host, ("kv(1)>", "put s [1,\r"), ("...(1)>", "]\r"), ("]\n", "\x04"))

    assert host.lines == ["put s [1,\n]"]
    assert "...(1)> ]" in terminal.text


def test_typed_spaces_take_the_place_of_the_automatic_indentation() -> None:
    host = FakeHost()

    talk(
        host,
        ("kv(1)>", "put s [1,\r"),
        (ready("...(1)>"), "   2,\r"),
        ("2,\n...(1)>", " 3 4\r    ]\r"),
        ("]\n", "\x04"),
    )

    assert host.lines == ["put s [1,\n   2,\n 3 4\n    ]"]


def test_alt_enter_adds_a_line_to_complete_input() -> None:
    host = FakeHost()

    talk(host, ("kv(1)>", f"stores{ALT_ENTER}lookup a\r"), ("= lookup a", "\x04"))

    assert host.lines == ["stores", "lookup a"]


def test_an_entry_of_several_lines_is_recalled_whole() -> None:
    host = FakeHost()

    talk(
        host,
        ("kv(1)>", "put s [1,\r2]\r"),
        (ready("kv(2)>"), "\x1b[A"),
        ("kv(2)> put s [1,", "\r"),
        (ready("kv(3)>"), "\x04"),
    )

    assert host.lines == ["put s [1,\n  2]"] * 2


def test_vi_mode_has_insert_and_normal_mode() -> None:
    host = FakeHost()
    setting = {**SETTINGS, "editing": "vi"}

    talk(host, ("kv(1)>", "lookup a"), ("lookup a", "\x1b"), ("lookup a", "xab\r"),
         ("= ", "\x04"), setting=setting.__getitem__)  # fmt: skip

    assert host.lines == ["lookup b"]


@pytest.mark.parametrize("variable", ["VISUAL", "EDITOR"])
def test_the_line_returns_from_the_editor(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "lookup b\\n" > "$1"\n')
    editor.chmod(0o755)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv(variable, str(editor))
    host = FakeHost()

    talk(host, ("kv(1)>", "lookup a\x18\x05"), ("kv(1)> lookup b", "\r"), ("= lookup b", "\x04"))

    assert host.lines == ["lookup b"]


def test_cancelling_a_search_restores_the_typed_text() -> None:
    host = FakeHost()
    history = remembered("lookup a", "stores", "lookup b")

    talk(
        host,
        ("kv(1)>", "get"),
        ("kv(1)> get", "\x12look"),
        ("lookup b", "\x12"),
        ("lookup a", "\x12\x12\x07"),
        ("kv(1)> get", "\r"),
        ("= get", "\x04"),
        history=history,
    )

    assert host.lines == ["get"]


def test_a_search_without_matches_says_failed() -> None:
    host = FakeHost()

    talk(
        host,
        ("kv(1)>", "\x12nowhere"),
        ("failed: no other line has `nowhere`", "\x07"),
        (ready(), "\x04"),
        history=remembered("lookup a"),
    )


def test_a_search_with_a_match_does_not_say_failed() -> None:
    host = FakeHost()

    terminal = talk(
        host,
        ("kv(1)>", "\x12look"),
        ("`look': lookup a", "\x07"),
        (ready(), "\x04"),
        history=remembered("lookup a"),
    )

    assert "failed" not in terminal.seen[1]


def test_alt_right_accepts_a_word_of_the_ghost_text() -> None:
    host = FakeHost()

    talk(
        host,
        ("kv(1)>", "look"),
        ("lookup shop now", "\x1b[1;3C"),
        (lambda terminal: terminal.screen.cursor.x == len("kv(1)> lookup "), "\r"),
        ("= lookup", "\x04"),
        history=remembered("lookup shop now"),
    )

    assert host.lines == ["lookup "]


HARMLESS = {
    "Ctrl-Space": "\x00", "Alt-z": "\x1bz", "Alt-1 Alt-0": "\x1bz", "F13": "\x1b[25~",
    "Alt-Up, old": "\x1b[1;9A", "an unknown sequence": "\x1b[99;99u", "Ctrl-]": "\x1d\x1d",
    "Ctrl-Q": "\x11",
}  # fmt: skip


@pytest.mark.parametrize("keys", HARMLESS.values(), ids=HARMLESS)
def test_text_typed_after_an_unbound_key_is_kept(keys: str) -> None:
    host = FakeHost()

    talk(
        host,
        ("kv(1)>", "look"),
        ("look", keys),
        ("look", "up a"),
        ("lookup a", "\r"),
        ("= lookup a", "\x04"),
    )

    assert host.lines == ["lookup a"]


def test_every_key_that_help_lists_is_bound() -> None:
    """Each key is bound to an action of ours, or by prompt_toolkit."""
    unbound: list[str] = []

    def look() -> None:
        app = get_app()
        for row in KEYS:
            for sequence in row.sequences:
                keys = tuple(map(_parse_key, sequence))
                if not app.key_processor._bindings.get_bindings_for_keys(keys):
                    unbound.append(row.shown)
        app.input.send_text("\x04")  # type: ignore[attr-defined]  # a pipe's

    talk(FakeHost(), ("kv(1)>", look))

    assert not unbound


def test_every_action_is_in_the_list_of_keys() -> None:
    named = {row.action for row in KEYS if row.action}

    assert named <= {name for name in dir(Actions) if not name.startswith("_")}
