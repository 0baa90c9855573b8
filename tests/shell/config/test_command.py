from pathlib import Path

import pytest

from tests.cli.command import run


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("VISUAL", raising=False)
    for name in ("PAGER", "KVSHELL_THEME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "kvshell"


def editor(tmp_path: Path, script: str) -> str:
    file = tmp_path / "editor"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return str(file)


def test_config_path_prints_the_files_path(home: Path) -> None:
    assert run("config", "--path") == (0, f"{home / 'config.toml'}\n", "")


def test_config_without_arguments_shows_the_settings(home: Path) -> None:
    done = run("config")

    assert done.code == 0
    assert done.out.startswith(f"# {home / 'config.toml'} (not there; kvshell config --edit")
    assert 'hints        = "on"' in done.out


def test_edit_creates_the_file_and_reports_its_errors(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", editor(tmp_path, "echo 'theme = 3' >> \"$1\""))

    done = run("config", "--edit")

    assert (done.code, done.out) == (1, "")
    assert "theme: must be one of dark, light, mono" in done.err
    assert "# editing = " in (home / "config.toml").read_text()

    run("config", "--edit")  # what is there is kept

    assert (home / "config.toml").read_text().count("theme = 3") == 2


def test_a_failing_editor_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", editor(tmp_path, "exit 3"))

    assert run("config", "--edit").err.endswith("editor ended with 3\n")


def test_a_missing_editor_is_reported(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "no-such-editor")
    monkeypatch.setenv("PATH", "")

    done = run("config", "--edit")

    assert done.code == 2
    assert f"set EDITOR, or edit {home / 'config.toml'}" in done.err


@pytest.mark.parametrize(
    "words", [["-c", "set"], ["replay", "articles/ets"], ["check", "articles/ets"]]
)
def test_modes_without_a_prompt_read_no_settings(home: Path, words: list[str]) -> None:
    home.mkdir()
    before = run(*words)
    (home / "config.toml").write_text('theme = "mono"\nhints = false\nbad')
    (home / "startup.kv").write_text("start manager\n")

    after = run(*words)

    assert (after.code, after.err) == (before.code, before.err)
    strip = [line for line in after.out.splitlines() if " ms" not in line]
    assert strip == [line for line in before.out.splitlines() if " ms" not in line]
