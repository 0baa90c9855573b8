"""Options of an `explore` typed at a prompt: the same as those of `kvshell explore`."""

from typing import Final, NamedTuple

from kvshell.explore.search.choices import STEPS
from kvshell.explore.search.search import BUDGET
from kvshell.runtime.search.steps import FaultModel

MOST: Final = 10_000_000  # maximum number of runs or steps
_CRASHES: Final = 3
_LAWS: Final = {"both": (True, False), "spec": (True,), "beam": (False,)}
_ELSEWHERE: Final = {
    "--replay": "kvshell explore PATH --replay TOKEN walks through a schedule",
    "--mermaid": "kvshell explore PATH --mermaid writes the diagram alone",
    "--odds": "kvshell explore PATH --odds N runs it on real threads; here repeat does",
    "--json": "start kvshell with --json",
    "--design": "start manager DESIGN chooses the design",
    "--trust": "start kvshell with --load FILE",
}
_HELP: Final = "--law LAW, --budget N, --steps N, --crash N, --timeouts any, --all"


class OptionError(Exception):
    """An unknown option, or an invalid value; one sentence."""


class ExploreOptions(NamedTuple):
    """How to search, and what to show."""

    law: str = ""  # both, where none is given
    budget: int = BUDGET
    steps: int = STEPS
    crash: int = 0
    timeouts: bool = False
    every: bool = False

    @property
    def models(self) -> tuple[FaultModel, ...]:
        """The fault model of each requested law."""
        return tuple(
            FaultModel(spec, self.timeouts, self.crash) for spec in _LAWS[self.law or "both"]
        )


def options_in(text: str) -> tuple[str, ExploreOptions]:
    """Split the options from `explore ...`, before or after the target; return both.

    Raises:
        OptionError: an option is invalid.
    """
    words = text.split()
    first = next((at for at, word in enumerate(words) if word.startswith("--")), None)
    if first is None:
        return text, ExploreOptions()
    options = ExploreOptions()
    target: list[str] = []
    while words:
        word = words.pop(0)
        if not word.startswith("--"):
            target.append(word)
        elif word == "--all":
            options = options._replace(every=True)
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
    raise OptionError(_ELSEWHERE.get(name, f"no such option: {name}; there are {_HELP}"))


_TAKES: Final = frozenset({"--law", "--timeouts", "--crash", "--budget", "--steps"})


def _number(name: str, value: str, most: int) -> int:
    number = value.replace("_", "").replace(",", "")
    if not number.isdecimal() or not 0 < int(number) <= most:
        raise OptionError(f"{name} is a number from 1 to {most:,}, not {value or 'nothing'}")
    return int(number)
