"""Capabilities are detected once, from the environment and the flags."""

import io
import os
import pty
from collections.abc import Iterator
from typing import TextIO

import pytest

from kvshell.views import Caps, detect, terminal_width
from kvshell.views.caps import ROWS_ON_A_TERMINAL

UTF8 = {"LANG": "en_US.UTF-8", "TERM": "xterm"}


@pytest.fixture
def terminal() -> Iterator[TextIO]:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as stream:
        yield stream
    os.close(ours)


def at(terminal: TextIO, environ: dict[str, str], **flags: object) -> Caps:
    return detect(environ, stdin=terminal, stdout=terminal, **flags)  # type: ignore[arg-type]


def piped(environ: dict[str, str], **flags: object) -> Caps:
    return detect(environ, stdin=io.StringIO(), stdout=io.StringIO(), **flags)  # type: ignore[arg-type]


def test_a_terminal_has_colours_and_boxes_and_is_interactive(terminal: TextIO) -> None:
    caps = at(terminal, UTF8)

    assert caps == Caps(
        tty=True,
        colour="16",
        unicode=True,
        width=80,
        plain=False,
        interactive=True,
        rows=ROWS_ON_A_TERMINAL,
    )


def test_a_pipe_is_plain_and_unlimited() -> None:
    assert piped(UTF8) == Caps()


@pytest.mark.parametrize(
    ("variables", "colour"),
    [
        ({"TERM": "xterm-256color"}, "256"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "true"),
        ({"COLORTERM": "24bit"}, "true"),
        ({"NO_COLOR": "1"}, "none"),
        ({"NO_COLOR": ""}, "16"),
        ({"TERM": "dumb"}, "none"),
        ({"TERM": "xterm-256color", "NO_COLOR": "0"}, "none"),
    ],
)
def test_the_environment_decides_on_colours(
    terminal: TextIO, variables: dict[str, str], colour: str
) -> None:
    assert at(terminal, UTF8 | variables).colour == colour


def test_a_flag_overrides_the_environment(terminal: TextIO) -> None:
    assert at(terminal, UTF8, color="never").colour == "none"
    assert at(terminal, UTF8 | {"NO_COLOR": "1"}, color="always").colour == "16"
    assert piped(UTF8, color="always").colour == "16"


def test_a_dumb_terminal_is_not_interactive(terminal: TextIO) -> None:
    caps = at(terminal, UTF8 | {"TERM": "dumb"})

    assert (caps.tty, caps.interactive, caps.plain) == (True, False, False)


@pytest.mark.parametrize("flag", ["plain", "json"])
def test_plain_and_json_have_no_colours_and_all_rows(terminal: TextIO, flag: str) -> None:
    caps = at(terminal, UTF8, **{flag: True})

    assert getattr(caps, flag)
    assert (caps.colour, caps.rows) == ("none", None)


@pytest.mark.parametrize(
    ("variables", "unicode"),
    [
        ({}, True),  # a container: Python itself takes it for UTF-8
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),  # LANG=C, and what Python made of it
        ({"LC_CTYPE": "C.UTF-8"}, True),
        ({"LC_ALL": "C"}, False),
        ({"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, False),
        ({"LC_ALL": "", "LANG": "de_DE.utf8"}, True),
        ({"LANG": "ru_RU.KOI8-R"}, False),
        ({"LANG": "C", "LC_ALL": "C.UTF-8"}, True),
    ],
)
def test_the_locale_decides_on_boxes(variables: dict[str, str], unicode: bool) -> None:
    assert piped(variables).unicode is unicode


def test_a_stream_that_cannot_encode_boxes_gets_none() -> None:
    latin = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")

    assert not detect(UTF8, stdin=None, stdout=latin).unicode


def test_a_closed_stream_is_not_a_terminal() -> None:
    stream = io.StringIO()
    stream.close()

    assert detect(UTF8, stdin=stream, stdout=stream) == Caps()


@pytest.mark.parametrize(
    ("columns", "width"), [("50", 50), ("0", 80), ("wide", 80), ("", 80), ("\u0665", 80)]
)
def test_columns_gives_the_width_if_the_terminal_does_not(columns: str, width: int) -> None:
    assert terminal_width({"COLUMNS": columns}, io.StringIO()) == width
    assert terminal_width({"COLUMNS": columns}, None) == width


@pytest.mark.parametrize(
    ("variables", "theme"),
    [
        ({}, "dark"),
        ({"KVSHELL_THEME": "light"}, "light"),
        ({"KVSHELL_THEME": "MONO"}, "mono"),
        ({"KVSHELL_THEME": "pink"}, "dark"),
        ({"COLORFGBG": "0;15"}, "light"),
        ({"COLORFGBG": "15;default;0"}, "dark"),
        ({"COLORFGBG": "0;15", "KVSHELL_THEME": "dark"}, "dark"),
    ],
)
def test_the_theme_is_requested_or_guessed(variables: dict[str, str], theme: str) -> None:
    assert piped(variables).theme == theme
