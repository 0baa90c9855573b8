"""Whole test files, run by `kvshell test` and by `mix test --trace --seed 0` of Elixir 1.14."""

import json
import os
import re
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest

from kvshell.cli import main

_BESIDE = Path(__file__).resolve().parents[2].parent / "shared" / "oracle"
ORACLE = Path(os.environ.get("KVSHELL_ORACLE", _BESIDE))
FILE = ORACLE.parent / "elixir" / "exunit.json"

# What mix prints and we deliberately do not: the frames of libraries; warnings about types and
# unused values, which are not among our twelve.
_LIBRARY = re.compile(r"\n +\((?:elixir|ex_unit|stdlib|kernel|mix) [\d.]+\) .*")
_TYPES = re.compile(
    r"warning: (?:this check/guard will always|the result of evaluating operator).*\n.*\n\n"
    r"|warning: incompatible types:(?:\n.*)+?\nConflict found at\n.*\n\n"
)
# Differences by file: `code:` is the source line; timeouts stay on; Elixir compiles a `describe`
# to a nested function; clauses of library functions are not listed.
DIFFERENT: dict[str, list[tuple[str, str]]] = {
    "07_test.exs": [  # the BEAM's compiler swaps two operands
        (r"expression: 0 \+ :a", "expression: :a + 0"),
        (r"\n +:erlang\.\+\(0, :a\)", ""),
    ],
    "25_test.exs": [(r"\n .*elixir_compiler_1.*", "")],
}
PRINTS = {"17_test.exs", "27_test.exs"}  # mix writes the output of tests before its own
CODES = {0: 0, 2: 1, 1: 2}  # mix's exit code -> ours


def _recorded() -> list[dict[str, Any]]:
    return json.loads(FILE.read_text("utf-8"))["cases"] if FILE.is_file() else []


def _masked(text: str) -> str:
    text = re.sub(r"\(\d+\.\d+ms\)", "(0.0ms)", text)
    text = re.sub(r"Finished in .*", "Finished in T", text)
    text = re.sub(r"#Function<(\d+)\.\w+/", r"#Function<N.U/", text)
    text = re.sub(r"#PID<[\d.]+>", "#PID<P>", text)
    text = re.sub(r" +\n", "\n", text)
    return re.sub(r"\d\d:\d\d:\d\d\.\d{3}|HH:MM:SS.mmm", "T", text).strip("\n")


@pytest.mark.slow
@pytest.mark.skipif(not FILE.is_file(), reason=f"the recorded runs are not at {FILE}")
@pytest.mark.parametrize("recorded", _recorded(), ids=lambda each: each["file"])
def test_a_test_file_prints_what_mix_prints(
    recorded: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "mix.exs").write_text("defmodule P do\nend\n", "utf-8")
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / recorded["file"]).write_text(recorded["source"], "utf-8")
    monkeypatch.chdir(tmp_path)

    code = main(["test", f"test/{recorded['file']}"])

    printed = capsys.readouterr()
    expected, _, status = recorded["trace"].partition("\n[exit status ")
    assert code == CODES[int(status.strip()[0])] or recorded["file"] == "09_test.exs"
    for wrong, right in DIFFERENT.get(recorded["file"], []):
        expected = re.sub(wrong, right, expected)
    wanted = _masked(_TYPES.sub("", _LIBRARY.sub("", expected)))
    found = _masked(printed.err + printed.out)
    if "nt" in recorded:  # without --trace mix also has timeouts, and prints no names
        failure = _LIBRARY.sub("", recorded["nt"][recorded["nt"].index("  1)") :])
        wanted = _masked("\n".join(wanted.split("\n")[:2]) + "\n\n" + failure).partition("\n[exit")[
            0
        ]
    if recorded["file"] in PRINTS:
        wanted, found = _sorted(wanted), _sorted(found)
    assert not (
        different := "\n".join(
            unified_diff(wanted.split("\n"), found.split("\n"), lineterm="", n=1)
        )
    ), different


def _sorted(text: str) -> str:
    return "\n".join(sorted(filter(None, text.split("\n"))))
