"""`kvshell config`: shows the settings and their origin, prints the file's path, or edits it."""

import subprocess
from argparse import Namespace
from pathlib import Path
from typing import Any

from kvshell.commands.types.simple_types import OPTIONS
from kvshell.session.session_state import FIRST
from kvshell.shell.config.settings import DEFAULTS, Config, Setting, folder, read
from kvshell.shell.screen.editors import editor
from kvshell.views.caps import Flags
from kvshell.views.output import emit, narrate

OK, FAILED, USAGE = 0, 1, 2


def config(given: Namespace, _flags: Flags) -> int:
    """Run `kvshell config`; return the exit code."""
    path = folder() / "config.toml"
    if given.path:
        emit(f"{path}")
        return OK
    return _edit(path) if given.edit else _show(read(path))


def setting_lines(found: Config) -> list[str]:
    """Return one line per setting: its name, its value as TOML, and its origin."""
    every: dict[str, Setting] = {name: Setting(FIRST[name], "default") for name in OPTIONS}
    every |= found.options | found.rest | found.colours
    lines = [(name, _toml(setting.value), setting.source) for name, setting in every.items()]
    widths = [max(len(line[column]) for line in lines) for column in (0, 1)]
    return [f"{n:{widths[0]}} = {v:{widths[1]}}  # {source}" for n, v, source in sorted(lines)]


def _show(found: Config) -> int:
    there = "" if found.path.exists() else " (not there; kvshell config --edit makes it)"
    emit(f"# {found.path}{there}")
    emit("\n".join(setting_lines(found)))
    startup = found.path.with_name("startup.kv")
    there = "runs before the first prompt" if startup.exists() else "not there"
    emit(f"# {startup}: {there}")
    for problem in found.problems:
        narrate(problem)
    return FAILED if found.problems else OK


def _edit(path: Path) -> int:
    words = editor()
    if not words:
        narrate(f"no editor was found: set EDITOR, or edit {path}")
        return USAGE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(template())
    except FileExistsError:
        pass
    except OSError as error:
        narrate(f"cannot write {path}: {error.strerror}")
        return USAGE
    code = subprocess.call([*words, str(path)])  # noqa: S603  # the user's own editor
    if code:
        narrate(f"{words[0]} ended with {code}")
        return FAILED
    problems = read(path).problems
    for problem in problems:
        narrate(problem)
    return FAILED if problems else OK


def template() -> str:
    """Return the text of a new config file for `--edit`: every key and default, commented out."""
    lines = [
        "# kvshell: settings of the prompt. `kvshell config --show` lists the values in effect.",
        "",
    ]
    for name, (choices, about) in OPTIONS.items():
        lines += [f"# {about}: {', '.join(choices)}", f"# {name} = {_toml(FIRST[name])}", ""]
    lines += ['# for long answers, such as "less -R"; "" is the built-in pager', '# pager = ""', ""]
    lines += ["# [history]", f"# size = {DEFAULTS['history.size']}", "# keep = true", ""]
    lines += ["# [colours]", '# pid = "bold bright_blue"', ""]
    return "\n".join(lines)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f'"{value}"'
