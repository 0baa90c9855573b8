"""The options that several modes share; they may be before or after the mode's name."""

import argparse
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from kvshell.command_line.values import joined, language, nodes

Add = Callable[..., argparse.Action]
DESIGNS: Final = ("plain", "map", "ets-cast", "ets", "library", "own")
ENGINES: Final = ("native", "elixir", "beam")
UPDATES: Final = ("new", "ask", "all")


class Shared(NamedTuple):
    """An option that several modes share.

    Attributes:
        flags: the option strings.
        help: its description for `--help`.
        kind: further arguments of `add_argument`.
    """

    flags: tuple[str, ...]
    help: str
    kind: dict[str, Any]


def _switch(dest: str = "") -> dict[str, Any]:
    return {"action": "store_true"} | ({"dest": dest} if dest else {})


SHARED: Final = {
    "load": Shared(
        ("--load",),
        "run a Python or Elixir file first; repeatable",
        {"action": "append", "metavar": "FILE"},
    ),
    "design": Shared(("--design",), "the stage of the system to start", {"choices": DESIGNS}),
    "engine": Shared(
        ("--engine",), "which engine answers; see kvshell doctor", {"choices": ENGINES}
    ),
    "nodes": Shared(
        ("--nodes",), "with --engine beam: start N nodes", {"type": nodes, "metavar": "N"}
    ),
    "join": Shared(
        ("--join",),
        "with --engine beam: join these nodes",
        {"type": joined, "metavar": "A@HOST,B@HOST"},
    ),
    "free": Shared(("--free",), "real threads instead of virtual time", _switch()),
    "json": Shared(("--json",), "for programs: one JSON object per answer", _switch()),
    "plain": Shared(("--plain",), "no boxes and no colours", _switch()),
    "color": Shared(("--color",), "default: auto", {"choices": ("auto", "always", "never")}),
    "keep_going": Shared(("--keep-going",), "do not stop at the first error", _switch()),
    "lang": Shared(
        ("--lang",), "for hints, help and lessons: en or ru", {"type": language, "metavar": "CODE"}
    ),
    "no_config": Shared(("--no-config",), "do not read your config folder", _switch()),
    "no_history": Shared(("--no-history",), "save no lines to disk", _switch()),
    "present": Shared(("--present",), "for an audience: no history, shows keys", _switch()),
    "debug": Shared(("--debug",), "print internal faults instead of saving them", _switch()),
}
DEFAULTS: Final[dict[str, Any]] = {
    "load": [], "design": "", "engine": "native", "nodes": 0, "join": "", "free": False,
    "json": False, "plain": False, "color": "auto", "keep_going": False, "lang": "",
    "no_config": False, "no_history": False, "present": False, "debug": False,
}  # fmt: skip
LOOK: Final = ("json", "plain", "color", "debug")
PROMPT: Final = (
    "lang",
    "no_config",
    "no_history",
    "present",
    "load",
    "design",
    "plain",
    "color",
    "debug",
)
