"""No control character reaches a terminal in any mode: ESC, OSC, C1, bidi, U+2060, newlines.

The output of each mode is examined after its last step: names of files and folders, arguments,
titles, headings, commands, values, what a loaded program raises or prints, names of tests.
"""

import re
from pathlib import Path

import pytest

from tests.cli.command import run

RAW = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ud800-\udfff]"
)
NASTY = "x\x1b]0;T\x07\x1b[31m\x9b2J\u202e\u2060y"
TWO_LINES = "x\n\x1b[2Ky"
PROGRAM = """
import sys
from kvshell.otp import A, GenServer

class Bad(GenServer):
    def init(self, _start):
        return (A.ok, "NASTY")
    def handle_call(self, request, _from, state):
        if request is A.raises:
            raise ValueError("NASTY")
        if request is A.prints:
            print("NASTY", file=sys.stdout)
        if request is A.closes:
            sys.stdout.close()
        return (A.reply, request, state)
"""
DOCUMENT = (
    '---\ntitle: "T NASTY"\n---\n# H NASTY\n\nprose NASTY\n\n```kvshell\nkv> start manager\n'
    '{:ok, #PID<m>}\nkv> create store "NASTY"   # NASTY\n:no\n```\n\n## S NASTY\n\n'
    "```KVshell\nkv> NASTY\n```\n"
)
TESTS = """
defmodule RawTest do
  use ExUnit.Case
  test "NASTY" do
    IO.puts("NASTY")
    assert "NASTY" == "other"
  end
end
"""


def shown(*words: str) -> str:
    """Return what the command writes to both streams; there must be no internal error."""
    done = run(*words)
    assert "internal fault" not in done.err, done.err
    assert "Traceback" not in done.err
    return done.out + done.err


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a name full of control characters, with a document, a program and tests."""
    here = tmp_path / NASTY
    here.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    in_code = NASTY.replace("\x07", "\\a").replace("\x1b", "\\e")
    (here / f"{NASTY}.md").write_text(DOCUMENT.replace("NASTY", NASTY), encoding="utf-8")
    (here / f"{NASTY}.py").write_text(
        PROGRAM.replace("NASTY", NASTY.encode("unicode_escape").decode()), encoding="utf-8"
    )
    (here / f"{NASTY}_test.exs").write_text(TESTS.replace("NASTY", in_code), encoding="utf-8")
    return Path(NASTY)


@pytest.mark.parametrize(
    "words",
    [
        ("NASTY",), ("--NASTY",), ("NASTY.kv",), ("-c", "NASTY"), ("-c", "help NASTY"),
        ("-c", "load NASTY"), ("-c", "explore NASTY"), ("-c", "replay NASTY"),
        ("--json", "-c", "NASTY"),
        ("-c", 'start manager; create store "NASTY"; registry; lookup NASTY'),
        ("--load", "NASTY.py", "-c", "self"), ("--design", "NASTY"), ("--engine", "NASTY"),
        ("--lang", "NASTY"), ("--color", "NASTY"),
        ("replay", "NASTY"), ("replay", "--NASTY", "t.md"), ("replay", "--report", "NASTY", "t.md"),
        ("replay", "t.md", "--stop-at", "NASTY"), ("replay", "-k", "NASTY", "."),
        ("check", "NASTY"), ("export", "NASTY"), ("export", "--to", "NASTY", "t.md"),
        ("explore", "NASTY"), ("explore", "--law", "NASTY", "t.md"),
        ("explore", "t.md", "--replay", "NASTY"), ("learn", "NASTY"), ("learn", "--check", "NASTY"),
        ("test", "NASTY"), ("test", "t.exs:NASTY"), ("test", "--only", "NASTY", "NASTY"),
        ("record", "NASTY/NASTY.md"), ("config", "set", "NASTY", "1"), ("config", "NASTY"),
        ("completion", "NASTY"), ("doctor", "NASTY"), ("bench", "--NASTY"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_an_argument_is_never_echoed_raw(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for nasty in (NASTY, TWO_LINES, "x\udcffy"):
        said = shown(*(word.replace("NASTY", nasty) for word in words))

        assert RAW.search(said) is None, ascii(said)


@pytest.mark.parametrize(
    "words",
    [
        ("replay",), ("replay", "--report", "json"), ("replay", "--report", "junit"),
        ("replay", "--list"), ("replay", "--update=new"), ("check",), ("explore",),
        ("explore", "--report", "json"), ("export", "--to", "cast"), ("export", "--to", "svg"),
        ("export", "--to", "html"), ("learn",), ("learn", "--check"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_no_control_character_of_a_document_is_shown_raw(
    words: tuple[str, ...], folder: Path
) -> None:
    said = shown(*words, str(folder / f"{NASTY}.md"))

    assert said
    assert RAW.search(said) is None, ascii(said)


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize("line", ["call Bad :raises", "call Bad :prints", "state Bad", "info Bad"])
def test_no_control_character_of_a_loaded_program_is_shown_raw(
    line: str, form: tuple[str, ...], folder: Path
) -> None:
    said = shown(*form, "--load", str(folder / f"{NASTY}.py"), "-c", line)

    assert said
    assert RAW.search(said) is None, ascii(said)


def test_a_loaded_program_cannot_close_standard_output(folder: Path) -> None:
    done = run("--load", str(folder / f"{NASTY}.py"), "-c", "call Bad :closes", "-c", "self")

    assert (done.code, done.err) == (0, "")
    assert done.out == ":closes\n#PID<0.100.0>\n"


@pytest.mark.parametrize("words", [(), ("--report", "json"), ("--report", "junit"), ("--explore",)])
def test_no_control_character_of_a_test_file_is_shown_raw(
    words: tuple[str, ...], folder: Path
) -> None:
    said = shown("test", *words, str(folder / f"{NASTY}_test.exs"))

    assert "y" in said
    assert RAW.search(said) is None, ascii(said)


def test_no_control_character_printed_by_elixir_is_shown_raw() -> None:
    for line in (
        'IO.puts("a\\e[31m\\u202e")', 'IO.write("a\\r\\e[2Jb")', 'IO.puts(:stderr, "\\e[31m")',
        'raise "\\e[31m\\u202e"', 'exit("\\e[31m")', 'throw "\\e[31m\\u202e"',
        'spawn(fn -> raise "\\e[31m\\u2060" end)', 'x = "\\e[31m\\u2060"', ':"a\\e[31m"',
        'IO.inspect("\\e[31m\\u202e", label: "\\e[31m")',
    ):  # fmt: skip
        for form in ((), ("--json",)):
            said = shown(*form, "-c", line)
            assert RAW.search(said) is None, ascii(said)
