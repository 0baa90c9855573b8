from pathlib import Path

import pytest

from kvshell.shell.config.command import setting_lines, template
from kvshell.shell.config.settings import Config, read

FILE = """\
editing = "vi"
hints = false
rows = 1000
pager = "less -R"

[history]
size = 5_000
keep = false

[colours]
pid = "bold bright_blue"
"""


def config(tmp_path: Path, text: str, **environ: str) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return read(path, environ)


def test_a_file_sets_every_kind_of_value(tmp_path: Path) -> None:
    found = config(tmp_path, FILE)

    assert found.problems == ()
    assert {name: s.value for name, s in found.options.items()} == {
        "editing": "vi", "hints": "off", "rows": "1000",
    }  # fmt: skip
    assert found.rest["history.size"] == (5000, "config.toml:7")
    assert found.rest["history.keep"] == (False, "config.toml:8")
    assert found.rest["pager"] == ("less -R", "config.toml:4")
    assert found.colours["colours.pid"] == ("bold bright_blue", "config.toml:11")


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    found = config(tmp_path, FILE, KVSHELL_EDITING="emacs", PAGER="more")

    assert found.options["editing"] == ("emacs", "KVSHELL_EDITING")
    assert found.rest["pager"] == ("less -R", "config.toml:4"), "PAGER is everybody's, this ours"
    assert config(tmp_path, "", PAGER="more").rest["pager"] == ("more", "PAGER")


def test_a_missing_file_is_not_reported(tmp_path: Path) -> None:
    found = read(tmp_path / "none.toml", {})

    assert (found.options, found.problems) == ({}, ())


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('theme = "purple"', "config.toml:1: theme: must be one of dark, light, mono"),
        ('\nhintz = "on"', "config.toml:2: hintz: there is no such key; did you mean hints?"),
        ("[history]\nsize = -1", "config.toml:2: history.size: must be a number from 0 to"),
        ("[history]\nkeep = 1", "config.toml:2: history.keep: must be true or false"),
        ("pager = 3", "config.toml:1: pager: must be a command"),
        ('[colours]\npid = "purple"', "config.toml:2: colours.pid: must be words of bold, dim"),
        ('[colours]\nnobody = "red"', "config.toml:2: colours.nobody: there is no such key"),
        ("theme =\n", "config.toml:1: Invalid value; none of it is used"),
        ('a = "unclosed', "config.toml:1: "),
        ("x = [" * 5000, "config.toml"),
    ],
)
def test_invalid_entries_are_reported_with_their_line_and_ignored(
    tmp_path: Path, text: str, problem: str
) -> None:
    found = config(tmp_path, text)

    assert len(found.problems) == 1
    assert found.problems[0].startswith(problem)
    assert not found.options


def test_an_unreadable_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xff")

    assert "is not UTF-8" in read(tmp_path / "config.toml", {}).problems[0]
    assert "cannot read" in read(tmp_path, {}).problems[0]


def test_an_invalid_environment_variable_is_reported(tmp_path: Path) -> None:
    found = config(tmp_path, "", KVSHELL_THEME="purple")

    assert found.problems == ("KVSHELL_THEME: purple is none of dark, light, mono",)


def test_each_setting_is_shown_with_its_source(tmp_path: Path) -> None:
    lines = [line.split() for line in setting_lines(config(tmp_path, FILE, KVSHELL_THEME="mono"))]

    assert ["editing", "=", '"vi"', "#", "config.toml:1"] in lines
    assert ["theme", "=", '"mono"', "#", "KVSHELL_THEME"] in lines
    assert ["law", "=", '"off"', "#", "default"] in lines
    assert ["history.size", "=", "5000", "#", "config.toml:7"] in lines


def test_the_template_sets_nothing_and_is_valid_when_uncommented(
    tmp_path: Path,
) -> None:
    assert config(tmp_path, template()).options == {}
    bare = [
        line.removeprefix("# ") for line in template().splitlines() if "=" in line or "[" in line
    ]

    assert config(tmp_path, "\n".join(bare)).problems == ()
