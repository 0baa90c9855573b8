"""The titles of the figures, in the order of the table, and which of them are also in README."""

from typing import Final, NamedTuple

from tests.benchmarks import (
    calls,
    concuerror,
    delays,
    elixir_lines,
    elixir_stages,
    keypress,
    lines,
)


class Title(NamedTuple):
    """The title of a row; a `telling` one is also in README, where there is space for ten.

    An `optional` row compares with a program that may not be installed.
    """

    text: str
    telling: bool = False
    optional: bool = False


GET = Title("`get` of a store, run by the caller, beside Pykka")
GET_BEAM = Title(
    "`get` of a store, run by the caller, beside the BEAM", telling=True, optional=True
)
HANDED_OVER = Title("a call that another thread has to run", telling=True)
CREATE = Title("`create` in `ets`, by registry and supervisor")
LOOKUP = Title("`lookup` of a name in the registry's table")
COUNTED = Title("the same while reads are counted")
BLOCKED = Title(
    f"a call beside {delays.BLOCKED} handlers in `time.sleep`, the slowest",
)
TIMEOUT = Title("a time-out at a stuck server, the latest")
STORES = Title(f"{calls.STORES:,} stores started", telling=True)
PROMPT = Title("start to the first prompt and out, CPU", telling=True)
JSON = Title("`-c` with `--json`, CPU", telling=True)
PLAIN = Title("`-c` with a table, CPU")
REPLAY = Title("replay of 1,000 commands", telling=True)
VERDICT = Title("a race's verdict under both laws, the whole command", telling=True)
SCHEDULES_BEAM = Title("schedules of a race, under `beam`", telling=True)
SCHEDULES_SPEC = Title("schedules of a race, under `spec`")
SEARCHES = tuple(
    Title(f"a search, the whole command: {program.what}") for program in concuerror.PROGRAMS
)
MANY_STORES = Title(
    f"a line with its hints, {lines.MANY:,} stores beside {lines.FEW}, in the worst design"
)
ELIXIR_LINE = Title("a line of Elixir at the prompt, not typed before", telling=True)
FIRST_ELIXIR = Title("the first line of Elixir in a session, its imports included")
PROGRAMS = {what: Title(f"Elixir: {what}") for what in elixir_lines.PROGRAMS}
STAGES = {
    what: Title(f"a line of a session, {what}, on modules in Elixir")
    for what, _stage, _line in elixir_stages.LINES
}
COMPILED = Title(f"{elixir_stages.MODULE_LINES} lines of Elixir compiled, with their warnings")
KEY = Title(f"a key press with {keypress.STORES:,} stores, 99th percentile", telling=True)
PASTE = Title(
    f"a key press in a pasted module of {keypress.PASTED_LINES} lines with "
    f"{keypress.FEWER_STORES:,} stores, 99th percentile"
)

TITLES: Final = (
    *(GET, GET_BEAM, HANDED_OVER, CREATE, LOOKUP, COUNTED, BLOCKED, TIMEOUT, STORES),
    *(PROMPT, JSON, PLAIN, REPLAY, VERDICT, SCHEDULES_BEAM, SCHEDULES_SPEC, *SEARCHES),
    *(MANY_STORES, ELIXIR_LINE, FIRST_ELIXIR, *PROGRAMS.values(), *STAGES.values(), COMPILED),
    *(KEY, PASTE),
)
