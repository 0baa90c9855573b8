"""A project's tests print, line by line, what `mix test --trace --seed 0` of Elixir 1.14 prints.

`project/recorded` has that output; to record it again, copy `project` and run mix in the copy.
"""

import re
from difflib import unified_diff
from pathlib import Path

import pytest

from kvshell.cli import main

PROJECT = Path(__file__).parent / "project"
FILES = sorted(path.stem for path in (PROJECT / "recorded").glob("*.txt"))

# What mix prints and we do not: the frames of libraries, and the application's name in a frame.
_LIBRARY = re.compile(r"\n +\((?:elixir|ex_unit|stdlib|kernel|mix) [\d.]+\) .*")
_MASKS = (
    (re.compile(r"\(ten 0\.1\.0\) "), ""),
    (re.compile(r"\(\d+\.\d+ms\)"), "(T)"),
    (re.compile(r"Finished in .*"), "Finished in T"),
    (re.compile(r"#PID<[\d.]+>"), "#PID<P>"),
    (re.compile(r"#Reference<[\d.]+>"), "#Reference<R>"),
    (re.compile(r"#Function<[\d.]+/"), "#Function<N/"),
    (re.compile(r"\d\d:\d\d:\d\d\.\d\d\d"), "TIME"),
)
# The lines that differ, and why: `-` is mix's, `+` is ours.
DIFFERENT = {
    "d": {  # attempted clauses are always listed; a call in tail position keeps its frame
        "+     Attempted function clauses (showing 1 out of 1):",
        "+         defp only_atoms(x) when -is_atom(x)-",
        "+     code: only_atoms(1)",
        "+       test/d_test.exs:28: (test)",
    },
    "e": {  # a comprehension is not a function here; a closure keeps its caller
        "-     code: for n <- @numbers do",
        '-       test/e_test.exs:24: anonymous fn/2 in ETest."test many assertions"/1',
        "-       test/e_test.exs:23: (test)",
        '+     code: assert n < 3, "#{n} is too much"',
        "+       test/e_test.exs:24: (test)",
        '+       test/e_test.exs:41: anonymous fn/1 in ETest."test nested fn"/1',
    },
    "j": {  # tail calls again; a log has no frame of the task that exited
        "+       test/j_test.exs:3: JHelp.check/1",
        "+       test/j_test.exs:5: JHelp.eventually/2",
        '-         test/j_test.exs:90: anonymous fn/0 in JTest."test task supervisor"/1',
    },
}
PRINTS = {"b", "d", "f"}  # mix prints a log, and what a test writes, when the console is ready

_BEGINS = re.compile(r"  \* [^(]*\[L#\d+\]$")  # a test's first line, which its second replaces


def _lines(text: str) -> list[str]:
    text = _LIBRARY.sub("", text)
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return [line.rstrip() for line in text.strip("\n").split("\n") if not _BEGINS.match(line)]


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_projects_test_file_prints_what_mix_printed(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(PROJECT)

    assert main(["test", f"test/{name}_test.exs"]) == 1

    printed = capsys.readouterr()
    wanted = _lines((PROJECT / "recorded" / f"{name}.txt").read_text("utf-8"))
    found = _lines(printed.err + printed.out)
    if name in PRINTS:
        wanted, found = sorted(filter(None, wanted)), sorted(filter(None, found))
    changes = [
        line
        for line in unified_diff(wanted, found, lineterm="", n=0)
        if not line.startswith(("---", "+++", "@@")) and line not in DIFFERENT.get(name, ())
    ]
    assert not changes, "\n".join(changes)
