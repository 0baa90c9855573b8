"""The command line: modes, flags and error messages."""

import argparse
import json

import pytest

from kvshell import __version__, cli
from kvshell.cli import main
from kvshell.command_line.modes import MODES
from kvshell.command_line.reading import read, tree
from kvshell.command_line.shared import DEFAULTS, DESIGNS, SHARED
from kvshell.views.caps import Flags
from tests.cli.command import run


def test_version_and_help_exit_with_0() -> None:
    assert run("--version") == (0, f"kvshell {__version__}\n", "")
    assert run("--help").code == 0


def test_help_fits_a_screen() -> None:
    text = run("--help").out

    assert len(text.splitlines()) <= 48
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("mode", MODES)
def test_help_lists_every_mode(mode: str) -> None:
    built = run(mode, "--help").code == 0

    assert (f"\n  {mode} " in run("--help").out) == built


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["-c"], "expected one argument"),
        (["--json", "--plain"], "--json and --plain cannot be combined"),
        (["--color", "maybe"], "invalid choice"),
        (["replya", "x.md"], "no mode replya: did you mean kvshell replay?"),
        (["start", "manager"], "to run a line: kvshell -c 'start manager'"),
        (["-c", "help", "replay", "x.md"], "-c runs lines without replay: leave out one of them"),
    ],
)
def test_a_wrong_command_line_exits_with_2_and_says_what_to_type(
    words: list[str], said: str
) -> None:
    done = run(*words)

    assert (done.code, done.out) == (2, "")
    assert said in done.err


@pytest.mark.parametrize(
    "target", [*(mode.target for mode in MODES.values()), cli.PROMPT, cli.BATCH]
)
def test_every_mode_can_be_imported(target: str) -> None:
    assert callable(cli._function(target))


def test_a_missing_library_is_an_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ModuleNotFoundError("No module named 'rpds'", name="rpds")

    monkeypatch.setattr(cli, "import_module", missing)

    done = run("--debug", "learn")

    assert done.code == 4
    assert "No module named 'rpds'" in done.err


def test_shared_options_work_before_and_after_the_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def replay(given: argparse.Namespace, flags: Flags) -> int:
        seen.append((given.paths, flags.design, flags.load, flags.caps.plain, given.stop_first))
        return 3

    monkeypatch.setattr(cli, "_function", lambda target: replay)

    assert (
        main(["--design", "map", "--load", "a.py", "replay", "--load", "b.py", "-x", "a.md"]) == 3
    )
    assert main(["replay", "a.md", "--plain", "--design", "map", "--load", "a.py", "-x"]) == 3
    assert seen == [
        (["a.md"], "map", ("a.py", "b.py"), True, True),
        (["a.md"], "map", ("a.py",), True, True),
    ]


@pytest.mark.parametrize("words", [["--free", "check", "a.md"], ["check", "a.md", "--free"]])
def test_an_option_that_does_not_apply_to_a_mode_is_refused_by_name(words: list[str]) -> None:
    done = run(*words)

    assert done.code == 2
    assert "--free does not apply to this mode" in done.err


VALUES = {"load": "a.py", "design": "ets", "engine": "beam", "nodes": "2", "join": "a@b",
          "color": "never", "lang": "ru"}  # fmt: skip
NEEDED = {"replay": ["a.md"], "check": ["a.md"], "record": ["a.md"], "export": ["a.md"],
          "explore": ["a.md"], "completion": ["bash"]}  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
def test_every_shared_option_is_read_on_both_sides_of_a_mode_or_refused_with_both_names(
    mode: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def parsed(*words: str) -> dict[str, object]:
        try:
            return vars(read(words))
        except SystemExit as end:
            return {"code": end.code, "said": capsys.readouterr().err}

    needed = NEEDED.get(mode, [])
    for name, option in SHARED.items():
        words = [option.flags[0], *([VALUES[name]] if name in VALUES else [])]
        found = parsed(*words, mode, *needed)

        assert parsed(mode, *words, *needed) == parsed(mode, *needed, *words) == found
        if name in MODES[mode].takes:
            assert found[name] != DEFAULTS[name]
        else:
            assert found["code"] == 2
            assert f"kvshell {mode}" in str(found["said"])
            assert option.flags[0] in str(found["said"])


def test_each_mode_has_help_on_one_screen_with_examples() -> None:
    for name in MODES:
        text = run(name, "--help").out
        assert len(text.splitlines()) <= 48, name
        assert text.count(f"  kvshell {name}") >= 1 or f"kvshell {name}" in text, name
        assert "examples:" in text


def test_the_parser_tree_accepts_what_the_two_step_parser_accepts() -> None:
    given = tree().parse_args(["explore", "my.md", "--law", "beam", "--json"])

    assert (given.mode, given.path, given.law, given.json) == ("explore", ["my.md"], "beam", True)


def test_the_designs_are_those_of_the_systems() -> None:
    from kvshell.systems import DESIGNS as THERE
    from kvshell.systems.designs.own_lines import OWN

    assert set(DESIGNS) == {*THERE, OWN}


def test_every_shared_option_is_taken_by_a_mode_or_by_none_at_all() -> None:
    taken = {option for mode in MODES.values() for option in mode.takes}

    assert taken <= set(SHARED)
    assert set(SHARED) - taken == {"nodes", "join"}, "a batch's and the prompt's own"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_names_the_modes_and_their_options(shell: str) -> None:
    done = run("completion", shell)

    assert (done.code, done.err) == (0, "")
    assert "explore" in done.out
    assert "budget" in done.out


def test_the_spec_is_the_table_of_commands() -> None:
    spec = json.loads(run("--spec").out)

    assert spec["version"] == __version__
    paths = [row["path"] for row in spec["commands"]]
    assert "create store" in paths
    assert paths == sorted(paths)


def test_an_internal_error_exits_with_4_and_prints_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError("by us")

    monkeypatch.setattr(cli, "_function", lambda target: broken)

    done = run("-c", "help")

    assert (done.code, done.out) == (4, "")
    assert done.err.startswith("kvshell: internal fault: ZeroDivisionError: by us (details: ")
    assert done.err.count("\n") == 1


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError("by us")

    monkeypatch.setattr(cli, "_function", lambda target: broken)

    assert "Traceback (most recent call last)" in run("--debug", "-c", "help").err


def test_ctrl_c_exits_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_function", lambda target: interrupted)

    assert run("-c", "help") == (130, "", "")
