"""What an engine adds to the host's Runner: its name, its versions, and the reasons it is missing.

The Runner protocol itself - run a line, settle, take events, interrupt - is defined in
`session.host`.
"""

from typing import Final, Literal, NamedTuple

EngineName = Literal["native", "elixir", "beam"]
ENGINES: Final[tuple[EngineName, ...]] = ("native", "elixir", "beam")

SUMMARIES: Final[dict[EngineName, str]] = {
    "native": "kvshell's own runtime",
    "elixir": "the Elixir that explain shows, on kvshell's own runtime",
    "beam": "the same Elixir in a real Erlang VM",
}


class Availability(NamedTuple):
    """Whether an engine is available here.

    Attributes:
        name: the value for `--engine`.
        version: the version it runs on; empty if it is unavailable.
        missing: how to get it; empty if it is available.
    """

    name: EngineName
    version: str
    missing: str = ""
