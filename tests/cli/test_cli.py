"""The command line: modes, flags, refusals."""

import json

import pytest

from kvshell import __version__, cli
from kvshell.cli import main
from tests.cli.command import run


def test_version_and_help_are_answers() -> None:
    assert run("--version") == (0, f"kvshell {__version__}\n", "")
    assert run("--help").code == 0


def test_help_fits_a_screen() -> None:
    text = run("--help").out

    assert len(text.splitlines()) <= 36
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("mode", cli.MODES)
def test_help_names_each_mode_that_is_built(mode: str) -> None:
    built = run(mode, "--help").code == 0

    assert (f"\n  {mode} " in run("--help").out) == built


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["-c"], "expected one argument"),
        (["--json", "--plain"], "not allowed with"),
        (["--color", "maybe"], "invalid choice"),
        (["replya", "x.md"], "no mode replya: did you mean kvshell replay?"),
        (["start", "manager"], "a line is run by kvshell -c 'start manager'"),
        (["-c", "help", "replay", "x.md"], "-c runs lines without replay: leave out one of them"),
    ],
)
def test_a_wrong_command_line_is_2_and_says_what_to_type(words: list[str], said: str) -> None:
    done = run(*words)

    assert (done.code, done.out) == (2, "")
    assert said in done.err


@pytest.mark.parametrize("target", [*cli.MODES.values(), cli.PROMPT, cli.BATCH])
def test_every_mode_is_there(target: str) -> None:
    assert callable(cli._function(target))


def test_a_mode_that_lacks_a_library_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ModuleNotFoundError("No module named 'rpds'", name="rpds")

    monkeypatch.setattr(cli, "import_module", missing)

    done = run("--debug", "learn")

    assert done.code == 4
    assert "No module named 'rpds'" in done.err


def test_the_words_after_a_mode_are_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def replay(words: list[str], flags: object) -> int:
        seen.extend([words, flags.free])  # type: ignore[attr-defined]
        return 3

    monkeypatch.setattr(cli, "_function", lambda target: replay)

    assert main(["--free", "replay", "-x", "--design", "ets", "a.md"]) == 3
    assert seen == [["-x", "--design", "ets", "a.md"], True]


def test_the_spec_is_the_table_of_commands() -> None:
    spec = json.loads(run("--spec").out)

    assert spec["version"] == __version__
    paths = [row["path"] for row in spec["commands"]]
    assert "create store" in paths
    assert paths == sorted(paths)


def test_a_fault_ends_with_4_and_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError("by us")

    monkeypatch.setattr(cli, "_function", lambda target: broken)

    done = run("-c", "help")

    assert (done.code, done.out) == (4, "")
    assert done.err.startswith("kvshell: internal fault: ZeroDivisionError: by us (details: ")
    assert done.err.count("\n") == 1


def test_debug_shows_the_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError("by us")

    monkeypatch.setattr(cli, "_function", lambda target: broken)

    assert "Traceback (most recent call last)" in run("--debug", "-c", "help").err


def test_ctrl_c_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_function", lambda target: interrupted)

    assert run("-c", "help") == (130, "", "")
