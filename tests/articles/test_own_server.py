"""The page on your own server is correct, with real programs."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.articles import own_server

KVSHELL = [sys.executable, "-m", "kvshell"]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that contains the page's `counter.py`."""
    return own_server.write_counter(tmp_path)


def run(folder: Path, *words: str, typed: str = "") -> tuple[int, str, str]:
    done = subprocess.run(
        [*KVSHELL, *words], input=typed, cwd=folder, env=environment(),
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


class Shell:
    """A kvshell that gets its lines through a pipe, one at a time."""

    def __init__(self, folder: Path) -> None:
        self.program = subprocess.Popen(
            [*KVSHELL, "--load", "counter.py"], cwd=folder, env=environment(), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def __call__(self, line: str) -> str:
        """Type a line and return its answer, which must be one line."""
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.write(f"{line}\n")
        self.program.stdin.flush()
        return self.program.stdout.readline().rstrip("\n")

    def close(self) -> None:
        self.program.communicate(timeout=30)


@pytest.fixture
def shell(folder: Path) -> Iterator[Shell]:
    made = Shell(folder)
    yield made
    made.close()


def test_the_server_has_twelve_lines() -> None:
    assert len([line for line in own_server.counter().splitlines() if line]) == 12


def test_the_session_gives_the_answers_on_the_page(folder: Path) -> None:
    typed, printed = own_server.sessions()[0]

    done = run(folder, "--load", "counter.py", typed="\n".join([*typed, ""]))

    assert done == (0, printed, "")


def test_an_edited_server_keeps_its_state_and_runs_its_new_code(folder: Path, shell: Shell) -> None:
    assert [shell("call Counter :next") for _ in range(3)] == ["0", "1", "2"]
    (typed,), printed = own_server.sessions()[1]

    edited = own_server.counter().replace("count + 1", "count + 100")
    (folder / "counter.py").write_text(edited, encoding="utf-8")

    assert shell(typed) + "\n" == printed
    assert [shell("call Counter :next") for _ in range(2)] == ["3", "103"]


def test_a_syntax_error_while_editing_stops_no_process(folder: Path, shell: Shell) -> None:
    assert shell("call Counter :next") == "0"
    source = own_server.counter()
    (folder / "counter.py").write_text(source.replace("case A.next:", "case A.next"), "utf-8")

    assert shell("load counter.py") == ("** (CommandError) counter.py:9: expected ':': case A.next")


def test_the_program_needs_no_shell(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", own_server.program()], cwd=folder, env=environment(),
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout, done.stderr) == (0, "41 True\n", "")


def test_a_missing_file_is_a_usage_error(folder: Path) -> None:
    code, out, err = run(folder, "--load", "nosuch.py", "-c", "self")

    assert (code, out) == (2, "")
    assert err == "kvshell: no such file or folder: nosuch.py\n"


def test_a_crash_names_the_line_and_shows_no_traceback(folder: Path) -> None:
    source = own_server.counter().replace("(A.reply, count, count + 1)", "(A.reply, 1 / count, 0)")
    (folder / "counter.py").write_text(source, encoding="utf-8")

    code, out, err = run(folder, "--load", "counter.py", "-c", "call Counter :next")

    assert (code, err) == (1, "")
    assert "        ** (ZeroDivisionError) division by zero\n" in out
    assert "            counter.py:10: Counter.handle_call/3\n" in out
    assert "Traceback" not in out


DOCUMENT = """\
```kvshell
kv> load counter.py
{:ok, #PID<counter>}
kv> call Counter :next
0
```
"""


@pytest.mark.slow
def test_only_a_trusted_transcript_loads_programs(folder: Path) -> None:
    (folder / "counter.md").write_text(DOCUMENT, encoding="utf-8")

    refused = run(folder, "replay", "counter.md")
    trusted = run(folder, "replay", "--trust", "counter.md")

    assert (refused[0], trusted[0]) == (1, 0)
    assert "load runs code from a file: in a transcript only with --trust" in refused[1]


def test_a_trusted_transcript_finds_the_programs_beside_it(folder: Path, tmp_path: Path) -> None:
    (folder / "counter.md").write_text(DOCUMENT, encoding="utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    assert run(elsewhere, "replay", "--trust", "../counter.md")[0] == 0


@pytest.mark.slow
def test_a_replay_loads_the_programs_named_on_the_command_line(folder: Path) -> None:
    without = DOCUMENT.replace("kv> load counter.py\n{:ok, #PID<counter>}\n", "")
    (folder / "counter.md").write_text(without, encoding="utf-8")

    assert run(folder, "--load", "counter.py", "replay", "counter.md")[0] == 0
    assert run(folder, "--load", "nosuch.py", "replay", "counter.md")[0] == 2


@pytest.mark.slow
def test_a_recording_of_the_session_passes_if_it_is_trusted(folder: Path) -> None:
    lines = "load counter.py\ncall Counter :next\n"

    assert run(folder, "record", "kept.md", typed=lines)[0] == 0
    assert run(folder, "replay", "--trust", "kept.md")[0] == 0
