"""The settings a config file may contain, and the origin of each value.

    # config.toml
    hints = "off"                # every option of `set`
    editing = "vi"
    pager = "less -R"            # for long answers; "" is the built-in pager

    [history]
    size = 5_000
    keep = true

    [colours]
    pid = "bold bright_blue"     # a role of `set theme`, in the 16 colours

The command line overrides the environment (`KVSHELL_EDITING=vi`), which overrides the file. Invalid
entries are reported with their line and ignored; the shell starts anyway. Only modes with a prompt
read the settings: a batch, a replay and a test are the same on every machine.
"""

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from kvshell.commands.language.message import Message
from kvshell.commands.nearest import nearest
from kvshell.commands.types.simple_types import OPTIONS
from kvshell.commands.view import Role
from kvshell.views.colours import STYLE_WORDS

MOST_LINES: Final = 1_000_000
DEFAULTS: Final[dict[str, Any]] = {"history.keep": True, "history.size": 2_000, "pager": ""}
ROLES: Final = tuple(role.value for role in Role)


class Setting(NamedTuple):
    """A value and where it comes from: `default`, `KVSHELL_THEME`, `config.toml:3`."""

    value: Any
    source: str


class Config(NamedTuple):
    """The settings in effect before the first prompt.

    Attributes:
        path: the config file, which may not exist.
        options: the options of `set` from the file or the environment, by name.
        rest: `history.keep`, `history.size` and `pager`.
        colours: the styles of roles, as text.
        problems: messages about entries that are ignored, each with its position.
    """

    path: Path
    options: dict[str, Setting]
    rest: dict[str, Setting]
    colours: dict[str, Setting]
    problems: tuple[str, ...] = ()


def folder() -> Path:
    """Return the user's config folder, which may not exist."""
    from platformdirs import user_config_path  # noqa: PLC0415  # not for --no-config

    return user_config_path("kvshell", appauthor=False)


def read(path: Path | None, environ: Mapping[str, str] = os.environ) -> Config:
    """Read the settings from the file and the environment; without `path`, from the latter only."""
    text, problems = _text(path)
    found, wrong = _settled(text, path.name if path else "")
    problems += wrong
    options = {name: s for name, s in found.items() if name in OPTIONS}
    rest = {name: found.get(name, Setting(value, "default")) for name, value in DEFAULTS.items()}
    colours = {name: s for name, s in found.items() if name.startswith("colours.")}
    for name, (choices, _about) in OPTIONS.items():
        variable = f"KVSHELL_{name.upper()}"
        wanted = environ.get(variable)
        if wanted in choices:
            options[name] = Setting(wanted, variable)
        elif wanted:
            words = ", ".join(choices)
            problems.append(
                Message(
                    "{name}: {value} is none of {words}", name=variable, value=wanted, words=words
                )
            )
    if rest["pager"].source == "default" and environ.get("PAGER"):
        rest["pager"] = Setting(environ["PAGER"], "PAGER")
    return Config(path or Path(), options, rest, colours, tuple(problems))


def _text(path: Path | None) -> tuple[str, list[str]]:
    if path is None:
        return "", []
    try:
        if path.is_fifo():  # a pipe: reading it would block until someone writes
            return "", [Message("{path} is a pipe, not a file", path=path)]
        return path.read_text(encoding="utf-8"), []
    except FileNotFoundError:
        return "", []
    except OSError as error:
        return "", [Message("cannot read {path}: {why}", path=path, why=error.strerror)]
    except UnicodeDecodeError:
        return "", [Message("{path} is not UTF-8", path=path)]


def _settled(text: str, file: str) -> tuple[dict[str, Setting], list[str]]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = line[1] if line else text.count("\n") + 1
        why = str(error).partition(" (at")[0]
        return {}, [Message("{place}: {why}; none of it is used", place=f"{file}:{where}", why=why)]
    except RecursionError:
        return {}, [Message("{file} is nested too deeply; none of it is used", file=file)]
    found: dict[str, Setting] = {}
    problems: list[str] = []
    for name, value in _flat(tables):
        where = f"{file}:{_line(text, name)}"
        problem, meant = _value(name, value)
        if problem:
            problems.append(
                Message("{place}: {name}: {problem}", place=where, name=name, problem=problem)
            )
        else:
            found[name] = Setting(meant, where)
    return found, problems


def _flat(tables: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in tables.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{key}", inner) for key, inner in value.items())
        else:
            yield name, value


def _line(text: str, name: str) -> int:
    """Return the number of the line that sets a key, which tomllib does not report."""
    table, _, key = name.rpartition(".")
    inside = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\s*([\w\"'-]+)\s*\]", line):
            inside = header[1].strip("\"'")
        elif (
            inside == table and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line)
        ) or re.match(rf"\s*{re.escape(name)}\s*=", line):
            return number
    return 1


def _value(name: str, value: Any) -> tuple[str, Any]:
    """Return what is wrong with a value ("" if it is valid), and the parsed value."""
    if name in OPTIONS:
        choices = OPTIONS[name][0]
        meant = {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
        return ("", meant) if meant in choices else (_one_of(choices), None)
    if name == "history.keep":
        return ("", value) if isinstance(value, bool) else (Message("must be true or false"), None)
    if name == "history.size":
        sound = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_LINES
        return (
            ("", value)
            if sound
            else (Message("must be a number from 0 to {most:,}", most=MOST_LINES), None)
        )
    if name == "pager":
        return (
            ("", value)
            if isinstance(value, str)
            else (Message('must be a command, "less -R"'), None)
        )
    table, _, role = name.partition(".")
    if table == "colours" and role in ROLES:
        words = value.split() if isinstance(value, str) else [""]
        wrong = [word for word in words if word not in STYLE_WORDS]
        return (
            (Message("must be words of {words}", words=", ".join(STYLE_WORDS)), None)
            if wrong
            else ("", value)
        )
    near = nearest(name, [*OPTIONS, *DEFAULTS, *(f"colours.{each}" for each in ROLES)])
    if near:
        return Message("there is no such key; did you mean {near}?", near=near), None
    return Message("there is no such key"), None


def _one_of(choices: Iterable[str]) -> Message:
    return Message("must be one of {words}", words=", ".join(choices))
