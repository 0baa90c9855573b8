"""Internal errors: one line for the user, a file for the maintainers, no secrets."""

import os
import stat
from pathlib import Path

import pytest

from kvshell import __version__
from kvshell.batch.fault import description, report
from tests.cli.command import run


def fault() -> Exception:
    try:
        raise KeyError("token=abcdef")
    except KeyError as error:
        return error


def test_an_internal_error_prints_one_line_that_names_the_crash_file(state_folder: Path) -> None:
    line = report(fault(), ["put s1 milk 1"], debug=False)

    [path] = state_folder.rglob("crash-*.txt")
    assert line == f"internal fault: KeyError: 'token=[hidden] (details: {path})"


def test_the_crash_file_has_the_details_and_is_private(state_folder: Path) -> None:
    report(fault(), ["start manager", "put s1 password hunter2"], debug=False)

    [path] = state_folder.rglob("crash-*.txt")
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"kvshell {__version__}, Python 3.")
    assert "  start manager\n  put s1 password [hidden]\n" in text
    assert "Traceback (most recent call last)" in text
    assert "hunter2" not in text
    assert "abcdef" not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_debug_prints_the_traceback_and_writes_no_file(state_folder: Path) -> None:
    text = report(fault(), [], debug=True)

    assert "Traceback (most recent call last)" in text
    assert "  (none)\n" in text
    assert not list(state_folder.rglob("crash-*"))


@pytest.mark.skipif(os.name == "nt", reason="a POSIX path that is no folder")
def test_an_internal_error_is_reported_even_if_no_file_can_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", os.devnull)
    monkeypatch.setenv("HOME", os.devnull)

    line = report(fault(), [], debug=False)

    assert "\n" not in line
    assert "no crash file: " in line
    assert "--debug shows the rest" in line


def test_a_surrogate_in_a_line_does_not_stop_the_report(state_folder: Path) -> None:
    report(fault(), ["get \udcff"], debug=False)

    assert len(list(state_folder.rglob("crash-*.txt"))) == 1
    assert "get \udcff" in description(fault(), ["get \udcff"])


FAULTY = """
from kvshell.runtime import process
from kvshell.runtime.processes.thread_context import current
from kvshell.runtime.processes.timers import Timer

def fails():
    raise ZeroDivisionError("a fault of ours")

def start():
    current().runtime.scheduler.at(Timer(5, fails))
    return process.self_()
"""


def test_an_internal_error_on_another_thread_ends_the_batch(
    state_folder: Path, tmp_path: Path
) -> None:
    """The error occurs during the client's `sleep`; the shell's thread reports it."""
    file = tmp_path / "faulty.py"
    file.write_text(FAULTY)

    done = run("--load", str(file), "-c", "as b sleep 10", "-c", "sleep 20")

    assert done.code == 4
    [path] = state_folder.rglob("crash-*.txt")
    assert done.err == (
        f"kvshell: internal fault: ZeroDivisionError: a fault of ours (details: {path})\n"
    )
    assert "as b sleep 10" in path.read_text(encoding="utf-8")
