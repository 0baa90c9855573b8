"""All figures as one Markdown table: `python -m tests.benchmarks [--write]`.

With `--write` the table goes into README, with the date and the reasons for missed targets.
Run it on an idle machine.
"""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks import (
    calls,
    concuerror,
    delays,
    elixir_lines,
    elixir_stages,
    goals,
    keypress,
    lines,
    peers,
    programs,
    schedules,
)
from tests.benchmarks.goals import Goal, number
from tests.pages.readme import README, replaced


class Row(NamedTuple):
    """One line of the table, ready to print, and its targets, each with the value reached."""

    what: str
    measured: str
    peer: str = ""
    ratio: str = ""
    goals: tuple[tuple[Goal, float], ...] = ()

    def verdict(self) -> str:
        """Return whether each target is met, as text."""
        return "; ".join(goal.verdict(value) for goal, value in self.goals)

    def obstacles(self) -> Iterator[str]:
        """Return the reason for each target missed."""
        for goal, value in self.goals:
            if not goal.met(value):
                yield f"* {self.what}: {goal.verdict(value)}. {goal.obstacle}."


def times(ours: float, theirs: float) -> str:
    """Return how much faster or slower it is than the other, in words."""
    if theirs >= ours:
        return f"{number(theirs / ours)} x faster"
    return f"{number(ours / theirs)} x slower"


def rows() -> Iterator[Row]:
    """Measure and yield the rows, one after another."""
    beam = peers.beam()
    yield from _calls(beam)
    yield from _tables(beam)
    yield from _delays()
    yield from _stores(beam)
    yield from _programs()
    yield from _schedules()
    yield from _beside_concuerror()
    ratio, worst = lines.ratio()
    yield Row(
        f"a line with its hints, {lines.MANY:,} stores beside {lines.FEW}, in the worst design",
        f"{number(ratio)} x as long",
        f"({worst})",
        goals=((goals.MANY_STORES, ratio),),
    )
    yield from _elixir()
    yield from _stages()
    press = keypress.p99_ms()
    yield Row(
        f"a key press with {keypress.STORES:,} stores, 99th percentile",
        f"{number(press)} ms",
        "a frame: 16 ms",
        goals=((goals.FRAME, press),),
    )
    press = keypress.paste_p99_ms()
    yield Row(
        f"a key press in a pasted module of {keypress.PASTED_LINES} lines with "
        f"{keypress.FEWER_STORES:,} stores, 99th percentile",
        f"{number(press)} ms",
        "a frame: 16 ms",
        goals=((goals.PASTE_FRAME, press),),
    )


def _elixir() -> Iterator[Row]:
    theirs = elixir_lines.peer_us()
    line = elixir_lines.line_ms()
    peer = f"`Code.eval_string` {number(theirs['line'] / 1000)} ms" if theirs else ""
    ratio = times(line, theirs["line"] / 1000) if theirs else ""
    yield Row(
        "a line of Elixir at the prompt, not typed before",
        f"{number(line)} ms",
        peer,
        ratio,
        ((goals.ELIXIR_LINE, line),),
    )
    first = elixir_lines.first_line_ms()
    yield Row(
        "the first line of Elixir in a session, its imports included",
        f"{number(first)} ms",
        goals=((goals.FIRST_ELIXIR, first),),
    )
    for what, seconds in elixir_lines.programs_s().items():
        beside = theirs.get(what)
        yield Row(
            f"Elixir: {what}",
            f"{number(seconds)} s",
            f"BEAM {number(beside / 1e6)} s" if beside else "",
            times(seconds, beside / 1e6) if beside else "",
            ((goals.MILLION, seconds),),
        )


def _calls(beam: dict[str, float]) -> Iterator[Row]:
    get, pykka = calls.get_us(), peers.pykka_ask_us()
    what = "`get` of a store, run by the caller"
    yield Row(
        what,
        f"{number(get)} us",
        f"Pykka `ask` {number(pykka)} us",
        times(get, pykka),
        ((goals.PYKKA, pykka / get),),
    )
    if beam:
        theirs = beam["call"]
        yield Row(
            what,
            f"{number(get)} us",
            f"BEAM {number(theirs)} us",
            times(get, theirs),
            ((goals.BEAM_CALL, get / theirs),),
        )
    over, bare = calls.handed_over_us(), peers.hand_off_us()
    yield Row(
        "a call that another thread has to run",
        f"{number(over)} us",
        f"two bare locks {number(bare)} us",
        f"{number(over / bare)} x the hand-off",
        ((goals.HAND_OFF, over / bare),),
    )
    made = calls.create_us()
    yield Row(
        "`create` in `ets`, by registry and supervisor",
        f"{number(made)} us",
        f"two such calls {number(2 * over)} us",
        f"{1e6 / made:,.0f} a second",
    )


def _tables(beam: dict[str, float]) -> Iterator[Row]:
    quiet, counted = calls.lookup_us(counters=False), calls.lookup_us(counters=True)
    theirs = beam.get("lookup")
    yield Row(
        "`lookup` of a name in the registry's table",
        f"{number(quiet)} us",
        f"BEAM {number(theirs)} us" if theirs else "",
        times(quiet, theirs) if theirs else "",
        ((goals.BEAM_LOOKUP, quiet / theirs),) if theirs else (),
    )
    yield Row(
        "the same while reads are counted",
        f"{number(counted)} us",
        "without counting",
        f"{number(counted / quiet)} x as long",
        ((goals.COUNTED, counted / quiet),),
    )


def _delays() -> Iterator[Row]:
    for what, late in (
        (f"a call beside {delays.BLOCKED} handlers in `time.sleep`, the slowest", delays.call_ms()),
        ("a time-out at a stuck server, the latest", delays.timeout_ms()),
    ):
        yield Row(what, f"{number(late)} ms", goals=((goals.DELAY, late),))


def _stores(beam: dict[str, float]) -> Iterator[Row]:
    made = calls.many_stores()
    theirs = beam.get("stores_100k", 0) / 1e6
    yield Row(
        f"{calls.STORES:,} stores started",
        f"{number(made.seconds)} s, {made.bytes_each / 1000:.1f} kB each, {made.threads} threads",
        f"BEAM {number(theirs)} s, {beam['store_bytes'] / 1000:.1f} kB each" if beam else "",
        times(made.seconds, theirs) if beam else "",
        (
            (goals.STORES, made.seconds),
            (goals.STORE_BYTES, made.bytes_each / 1000),
            (goals.THREADS, made.threads),
        ),
    )


def _programs() -> Iterator[Row]:
    shell, iex = programs.first_prompt(), programs.iex()
    yield Row(
        "start to the first prompt and out, CPU",
        f"{number(shell.cpu_s * 1000)} ms",
        f"iex {number(iex.cpu_s * 1000)} ms" if iex else "",
        times(shell.cpu_s, iex.cpu_s) if iex else "",
        ((goals.PROMPT, shell.cpu_s * 1000),),
    )
    start = [*programs.KVSHELL, "-c", "start manager", "-c", "create store s1"]
    for what, words, goal in (
        ("`-c` with `--json`, CPU", ["--json"], goals.JSON),
        ("`-c` with a table, CPU", ["-c", "registry"], goals.PLAIN),
    ):
        cpu_ms = programs.spent([*start, *words]).cpu_s * 1000
        yield Row(what, f"{number(cpu_ms)} ms", goals=((goal, cpu_ms),))
    long, theirs = programs.replay(), programs.prysk()
    yield Row(
        "replay of 1,000 commands",
        f"{number(long.wall_s)} s",
        f"prysk, 1,000 `echo` {number(theirs.wall_s)} s" if theirs else "(prysk is not installed)",
        times(long.wall_s, theirs.wall_s) if theirs else "",
        ((goals.REPLAY, long.wall_s),),
    )
    race = programs.verdict()
    yield Row(
        "a race's verdict under both laws, the whole command",
        f"{number(race.wall_s)} s",
        goals=((goals.VERDICT, race.wall_s),),
    )


def _schedules() -> Iterator[Row]:
    for law, spec in (("beam", False), ("spec", True)):
        found = schedules.rate(spec=spec)
        yield Row(
            f"schedules of a race, under `{law}`",
            f"{number(found)} a second",
            goals=((goals.SCHEDULES, found),),
        )


def _beside_concuerror() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        for program in concuerror.PROGRAMS:
            found = concuerror.compared(Path(folder), program)
            share = found.ours_s / found.theirs_s
            goal = goals.SMALL_SEARCH if program.laws == "both" else goals.LARGE_SEARCH
            ran = "not run here: its figure on another machine"
            if found.theirs is not None:
                ran = f"processors {number(found.theirs_cpu_s)} s; {found.theirs:,} schedules"
            yield Row(
                f"a search, the whole command: {found.what}, {found.ours:,} schedules a law",
                f"{number(found.ours_s)} s (processors {number(found.ours_cpu_s)} s)",
                f"Concuerror {number(found.theirs_s)} s ({ran})",
                times(found.ours_s, found.theirs_s),
                goals=((goal, share),),
            )


def _stages() -> Iterator[Row]:
    for each in elixir_stages.rows():
        ratio = each.elixir_us / each.python_us
        yield Row(
            f"a line of a session, {each.what}, on modules in Elixir",
            f"{number(each.elixir_us)} us",
            f"{number(each.python_us)} us on the Python ones",
            f"{number(ratio)} x",
            ((goals.STAGE, ratio),),
        )
    spent = elixir_stages.compile_ms()
    what = f"{elixir_stages.MODULE_LINES} lines of Elixir compiled, with their warnings"
    yield Row(what, f"{number(spent)} ms", goals=((goals.COMPILED, spent),))


def table() -> str:
    """The whole table: where and how it was measured, and which targets are missed."""
    lines = ["| what | kvshell | compared with | | target |", "|---|---|---|---|---|"]
    missed: list[str] = []
    for row in rows():
        cells = (row.what, row.measured, row.peer, row.ratio, row.verdict())
        lines.append(f"| {' | '.join(cells)} |")
        print(lines[-1], file=sys.stderr)
        missed += row.obstacles()
    if missed:
        lines += ["", "Targets missed, and why:", "", *missed]
    where = f"CPython {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}"
    today = datetime.now(tz=UTC).date()
    return "\n".join([f"`python -m tests.benchmarks`, {today}, {where}:", "", *lines])


def main() -> None:
    """Print the table, or put it into README."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the table into README.md")
    write = parser.parse_args().write
    measured = table()
    if write:
        text = README.read_text(encoding="utf-8")
        README.write_text(replaced(text, "figures", measured), encoding="utf-8")
    else:
        print(measured)


if __name__ == "__main__":
    main()
