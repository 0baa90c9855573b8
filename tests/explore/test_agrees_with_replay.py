"""An exploration and a replay of a document agree: a query prints the same in both."""

from pathlib import Path

import pytest

from kvshell.cli import main
from kvshell.transcript.format.targets import documents, root
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
def test_commands_that_need_a_prompt_are_named_before_anything_runs(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = recorded_in(tmp_path, ("start manager", "create store s1", line), "ets")

    assert main(["explore", str(path)]) == 2

    word = line.partition(" ")[0]
    assert f"t.md:10:1: {word} is for the prompt: a search " in capsys.readouterr().err


def test_a_differing_view_is_shown_line_by_line(
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


@pytest.mark.parametrize(
    "lines",
    [
        ("create store \\${x}", "stores"),
        ('IO.puts("a"); IO.puts("b")', 'IO.inspect({1, "c"})'),
        ("Enum.each([1, 2], &IO.puts/1)", "stores"),
        ("get s1 k", "create store s1", "put s1 k 1", "cache", "get s1 k", "lookup s1", "cache"),
    ],
)
@pytest.mark.parametrize("marked", [False, True])
def test_a_documents_output_is_the_same_in_an_exploration(
    lines: tuple[str, ...], marked: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With `kv:explore` the client's lines run back to back, in separate blocks."""
    begin = "```kvshell\nkv> start manager\n...\n```\n"
    own = "".join(f"kv> {line}\n{ANSWER}\n" for line in lines)
    mark = "\n<!-- kv:explore -->\n" if marked else ""
    path = tmp_path / "t.md"
    path.write_text(f"# t\n\n{begin}{mark}\n```kvshell\n{own}```\n", encoding="utf-8")
    assert main(["replay", "--update=all", "--force", str(path)]) == 0
    assert ANSWER not in path.read_text(encoding="utf-8")

    explored = main(["explore", "--budget", "50", str(path)])

    assert explored == 0, capsys.readouterr().out


ANSWER = "not written yet"


@pytest.mark.parametrize("line", ["kill shell", "exit self() boom", "kill self"])
def test_a_client_that_ends_itself_is_named_before_anything_runs(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = recorded_in(tmp_path, ("start manager", line, "self"), "ets")
    assert main(["replay", str(path)]) == 0

    assert main(["explore", str(path)]) == 2

    assert "ends the client: a search has no next shell" in capsys.readouterr().err


def test_a_document_with_several_nodes_is_not_explored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "t.md"
    path.write_text(
        "---\nnodes: 2\n---\n\n```kvshell\nkv> start manager\n...\nkv> nodes\n...\n```\n"
    )

    assert main(["explore", str(path)]) == 3

    assert "t.md runs on several nodes: a search has one" in capsys.readouterr().err


def documents_of_one_client() -> list[Path]:
    folder = root()
    assert folder is not None
    return [
        path
        for path in documents(folder)
        if not path.name.endswith(".ru.md") and "session=" not in path.read_text(encoding="utf-8")
    ]


@pytest.mark.slow
@pytest.mark.slower
@pytest.mark.parametrize("path", documents_of_one_client(), ids=lambda path: path.stem)
def test_no_bundled_document_that_replays_fails_in_every_schedule(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["explore", "--budget", "20", str(path)])

    assert "fails in every schedule" not in capsys.readouterr().out
