"""An exploration and a replay of one document agree: a look prints the same in both."""

from pathlib import Path

import pytest

from kvshell.cli import main
from kvshell.transcript.write.recording import RecordedLine, recorded

LOOKS = (
    "start manager", "create store s1", "create store s2", "put s1 k 1", "x = lookup s1",
    "registry", "registry s1", "info s1", "info manager", "state s1", "state manager", "cache",
    "tables", "tree", "processes", "stores", "mailbox manager", "alive s1", "designs", "keys s1",
    "get s1 k", "history", "v", "v(1)", "self", "info self()", "monitor s2", "t = ets new t",
    "ets insert t {1, 2}", "ets list t", "ets info t", "tables", "explain put s1 k 1", "help put",
    "messages on", "put s1 k 3", "messages show", "lookup nope", "compare lookup s1", "stop s2",
    "lookup s2", "registry", "info x", "kill s1", "registry s1", "flush", "sleep 5s", "tree",
    "suspend manager", "mailbox manager", "resume manager", "history", "processes",
)  # fmt: skip


def recorded_in(folder: Path, lines: tuple[str, ...], design: str) -> Path:
    text = recorded([RecordedLine(line) for line in lines], title="t", design=design).text
    path = folder / "t.md"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("design", ["ets", "plain", "map", "ets-cast", "library"])
def test_a_document_just_recorded_never_fails_its_own_exploration(
    design: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = recorded_in(tmp_path, LOOKS, design)

    replayed = main(["replay", str(path)])
    explored = main(["explore", "--budget", "300", str(path)])

    said = capsys.readouterr().out
    assert replayed == 0, said
    assert explored in {0, 4}, said  # 4: no schedule that was run fails, and not all were run
    assert "no schedule" in said


@pytest.mark.parametrize("line", ["as b create store s2", "repeat 3 stores"])
def test_what_only_a_prompt_can_do_is_named_before_anything_runs(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = recorded_in(tmp_path, ("start manager", "create store s1", line), "ets")

    assert main(["explore", str(path)]) == 2

    word = line.partition(" ")[0]
    assert f"t.md:10:1: {word} is for the prompt: a search " in capsys.readouterr().err


def test_a_view_that_differs_is_shown_line_by_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = recorded_in(tmp_path, ("start manager", "create store s1", "registry s1"), "ets")
    text = path.read_text()
    path.write_text(text.replace(" at │\n│ line 2.", " at │\n│ line 7."))
    assert path.read_text() != text

    assert main(["explore", str(path)]) == 1

    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("fails in every schedule: line 10: registry s1 - expected line 7.")
    assert said[0].endswith(", got line 2.")
    assert any(line.startswith("  - │ line 7.") for line in said)
    assert any(line.startswith("  + │ line 2.") for line in said)
    assert all(len(line) <= 200 for line in said)
