from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from kvshell.commands.view import Role
from kvshell.session import Session
from kvshell.shell.config import startup
from kvshell.shell.config.preferences import preferences
from kvshell.shell.hosts.command_words import CommandWords
from kvshell.views import Caps
from kvshell.views.caps import Flags
from kvshell.views.colours import Style, pid_style, recolour, style


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "kvshell").mkdir()
    yield tmp_path / "kvshell"
    recolour({})


def flags(*, config: bool = True, history: bool = True) -> Flags:
    return Flags(Caps(), deque(), config=config, history=history)


def unfinished(text: str) -> bool:
    return CommandWords(lambda: None).unfinished(text)  # type: ignore[arg-type, return-value]


def test_a_session_starts_with_the_files_settings(folder: Path) -> None:
    (folder / "config.toml").write_text('hints = "off"\nlaw = "spec"\n')

    with Session("free") as session:
        preferences(flags(), {}).settle(session)

        assert (session.options["hints"], session.options["law"]) == ("off", "spec")
        assert session.counter == 1


def test_no_config_reads_no_file(folder: Path) -> None:
    (folder / "config.toml").write_text('hints = "off"\n')

    mine = preferences(flags(config=False), {})

    assert (mine.folder, mine.config.options) == (None, {})


def test_the_command_line_overrides_the_file(folder: Path) -> None:
    (folder / "config.toml").write_text("[history]\nkeep = true\n")

    assert preferences(flags(), {}).keep_history
    assert not preferences(flags(history=False), {}).keep_history


def test_custom_colours_apply_in_every_theme_but_mono(folder: Path) -> None:
    (folder / "config.toml").write_text('[colours]\npid = "bold red"\n')
    preferences(flags(), {})

    assert style("dark", Role.pid) == style("light", Role.pid) == Style("red", bold=True)
    assert pid_style("dark", 104) == Style("red", bold=True)
    assert style("mono", Role.pid) == Style()


def test_startup_lines_bind_names_and_are_not_counted(folder: Path) -> None:
    (folder / "startup.kv").write_text("# mine\nstart manager\n\nb = create store s1\n")

    with Session("controlled") as session:
        assert [*startup.run(folder / "startup.kv", session, unfinished)] == []
        assert session.counter == 1
        (answer,) = session.run("alive b")
        assert answer.value is True


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("start manager\n\nget nobody k\nstores\n", "startup.kv:3: ** (MatchError)"),
        ("exit\n", "startup.kv:1: exit is not for a start-up script"),
        ("strat\n", "startup.kv:1: ** (CommandError)"),
    ],
)
def test_a_failing_startup_line_is_reported_with_its_number(
    folder: Path, text: str, problem: str
) -> None:
    (folder / "startup.kv").write_text(text)

    with Session("controlled") as session:
        (told,) = startup.run(folder / "startup.kv", session, unfinished)

    assert told.startswith(problem)
