"""Options of an `explore` typed at a prompt: the same as those of `kvshell explore`."""

import re
from typing import Any, Final, NamedTuple

from kvshell.explore.search.choices import STEPS
from kvshell.explore.search.search import BUDGET
from kvshell.runtime.search.steps import FaultModel
from kvshell.systems import DESIGNS

MOST: Final = 10_000_000  # maximum number of runs or steps
_CRASHES: Final = 3
_LAWS: Final = {"both": (True, False), "spec": (True,), "beam": (False,)}
_ELSEWHERE: Final = {
    "--trust": "kvshell explore PATH --trust lets a document load Python files",
    "--load": "kvshell --load FILE loads a file before the first line",
}
_HELP: Final = (
    "--law LAW, --budget N, --steps N, --crash N, --timeouts any, --design DESIGN, --odds N, "
    "--replay TOKEN, --all, --list, --diagram, --mermaid, --json"
)
_OPTION: Final = re.compile(r"--[a-z].*", re.DOTALL)  # `--` alone is an operator of Elixir


class OptionError(Exception):
    """An unknown option or an invalid value; the message is one sentence."""


class ExploreOptions(NamedTuple):
    """How to search, and what to show."""

    law: str = ""  # empty for both
    budget: int = BUDGET
    steps: int = STEPS
    crash: int = 0
    timeouts: bool = False
    every: bool = False
    design: str = ""
    odds: int = 0
    replay: str = ""
    shape: str = ""  # list or diagram; by default, what fits
    mermaid: bool = False
    json: bool = False

    @property
    def both(self) -> bool:
        """Whether both laws are searched."""
        return self.law in {"", "both"}

    @property
    def models(self) -> tuple[FaultModel, ...]:
        """The fault model of each requested law."""
        return tuple(
            FaultModel(spec, self.timeouts, self.crash) for spec in _LAWS[self.law or "both"]
        )


def options_in(text: str) -> tuple[str, ExploreOptions]:
    """Split what follows `explore` into the target and the options before or after it.

    Raises:
        OptionError: an option is invalid.
    """
    words = text.split()
    if not any(map(_OPTION.fullmatch, words)):
        return text, ExploreOptions()
    options = ExploreOptions()
    target: list[str] = []
    while words:
        word = words.pop(0)
        if not _OPTION.fullmatch(word):
            target.append(word)
        elif word in _FLAGS:
            options = options._replace(**_FLAGS[word])
        else:
            name, _, value = word.partition("=")
            if not value and name in _TAKES:
                value = words.pop(0) if words else ""
            options = _with(options, name, value)
    if not target:
        raise OptionError("explore needs a document or a line")
    return " ".join(target), options


def _with(options: ExploreOptions, name: str, value: str) -> ExploreOptions:
    match name:
        case "--law" if value in _LAWS:
            return options._replace(law=value)
        case "--law":
            raise OptionError(f"--law is spec, beam or both, not {value or 'nothing'}")
        case "--timeouts" if value == "any":
            return options._replace(timeouts=True)
        case "--timeouts":
            raise OptionError(f"--timeouts is any, not {value or 'nothing'}")
        case "--crash":
            return options._replace(crash=_number(name, value, _CRASHES))
        case "--budget":
            return options._replace(budget=_number(name, value, MOST))
        case "--steps":
            return options._replace(steps=_number(name, value, MOST))
        case "--odds":
            return options._replace(odds=_number(name, value, MOST))
        case "--replay" if value:
            return options._replace(replay=value)
        case "--replay":
            raise OptionError("--replay TOKEN: which? The table of outcomes lists the tokens")
        case "--design" if value in DESIGNS:
            return options._replace(design=value)
        case "--design":
            raise OptionError(f"--design is one of {', '.join(DESIGNS)}, not {value or 'nothing'}")
    raise OptionError(_ELSEWHERE.get(name, f"no such option: {name}; there are {_HELP}"))


_TAKES: Final = frozenset(
    {"--law", "--timeouts", "--crash", "--budget", "--steps", "--odds", "--replay", "--design"}
)
_FLAGS: Final[dict[str, dict[str, Any]]] = {
    "--all": {"every": True},
    "--list": {"shape": "list"},
    "--diagram": {"shape": "diagram"},
    "--mermaid": {"mermaid": True},
    "--json": {"json": True},
}


def _number(name: str, value: str, most: int) -> int:
    number = value.replace("_", "").replace(",", "")
    if not number.isdecimal() or not 0 < int(number) <= most:
        raise OptionError(f"{name} is a number from 1 to {most:,}, not {value or 'nothing'}")
    return int(number)
