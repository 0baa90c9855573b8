"""Writes all figures as one Markdown table: `python -m tests.benchmarks [--write]`.

With `--write` it goes into transcripts/reference/figures.md, with the date and the reasons for
missed targets, and the most important rows into README. Run it on an idle machine.
"""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterable, Iterator
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
from tests.benchmarks.goals import Goal, number, with_noun
from tests.pages import figure_titles as titles
from tests.pages import figures
from tests.pages.figure_titles import TITLES, Title
from tests.pages.figures import PAGE, PIPE
from tests.pages.readme import README, replaced


class Row(NamedTuple):
    """A row of the table, ready to print, and its targets, each with the value reached."""

    title: Title
    measured: str
    peer: str = ""
    ratio: str = ""
    goals: tuple[tuple[Goal, float], ...] = ()

    def verdict(self) -> str:
        """Return whether each target is met, as text."""
        return "; ".join(goal.verdict(value) for goal, value in self.goals)

    def obstacles(self) -> Iterator[str]:
        """Yield the reason for each target that is missed."""
        for goal, value in self.goals:
            if not goal.met(value):
                yield f"* {self.title.text}: {goal.verdict(value)}. {goal.obstacle}."


def times(ours: float, theirs: float) -> str:
    """Return how many times faster or slower `ours` is than `theirs`, as text."""
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
        titles.MANY_STORES,
        f"{number(ratio)} x as long",
        f"({worst})",
        goals=((goals.MANY_STORES, ratio),),
    )
    yield from _elixir()
    yield from _stages()
    press = keypress.p99_ms()
    yield Row(
        titles.KEY,
        f"{number(press)} ms",
        "a frame: 16 ms",
        goals=((goals.FRAME, press),),
    )
    press = keypress.paste_p99_ms()
    yield Row(
        titles.PASTE,
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
        titles.ELIXIR_LINE,
        f"{number(line)} ms",
        peer,
        ratio,
        ((goals.ELIXIR_LINE, line),),
    )
    first = elixir_lines.first_line_ms()
    yield Row(
        titles.FIRST_ELIXIR,
        f"{number(first)} ms",
        goals=((goals.FIRST_ELIXIR, first),),
    )
    for what, seconds in elixir_lines.programs_s().items():
        beside = theirs.get(what)
        yield Row(
            titles.PROGRAMS[what],
            f"{number(seconds)} s",
            f"BEAM {number(beside / 1e6)} s" if beside else "",
            times(seconds, beside / 1e6) if beside else "",
            ((goals.MILLION, seconds),),
        )


def _calls(beam: dict[str, float]) -> Iterator[Row]:
    get, pykka = calls.get_us(), peers.pykka_ask_us()
    yield Row(
        titles.GET,
        f"{number(get)} us",
        f"Pykka `ask` {number(pykka)} us",
        times(get, pykka),
        ((goals.PYKKA, pykka / get),),
    )
    if beam:
        theirs = beam["call"]
        yield Row(
            titles.GET_BEAM,
            f"{number(get)} us",
            f"BEAM {number(theirs)} us",
            times(get, theirs),
            ((goals.BEAM_CALL, get / theirs),),
        )
    over, bare = calls.handed_over_us(), peers.hand_off_us()
    yield Row(
        titles.HANDED_OVER,
        f"{number(over)} us",
        f"two bare locks {number(bare)} us",
        f"{number(over / bare)} x the hand-off",
        ((goals.HAND_OFF, over / bare),),
    )
    made = calls.create_us()
    yield Row(
        titles.CREATE,
        f"{number(made)} us",
        f"two such calls {number(2 * over)} us",
        f"{1e6 / made:,.0f} a second",
    )


def _tables(beam: dict[str, float]) -> Iterator[Row]:
    quiet, counted = calls.lookup_us(counters=False), calls.lookup_us(counters=True)
    theirs = beam.get("lookup")
    yield Row(
        titles.LOOKUP,
        f"{number(quiet)} us",
        f"BEAM {number(theirs)} us" if theirs else "",
        times(quiet, theirs) if theirs else "",
        ((goals.BEAM_LOOKUP, quiet / theirs),) if theirs else (),
    )
    yield Row(
        titles.COUNTED,
        f"{number(counted)} us",
        "without counting",
        f"{number(counted / quiet)} x as long",
        ((goals.COUNTED, counted / quiet),),
    )


def _delays() -> Iterator[Row]:
    for title, late in (
        (titles.BLOCKED, delays.call_ms()),
        (titles.TIMEOUT, delays.timeout_ms()),
    ):
        yield Row(title, f"{number(late)} ms", goals=((goals.DELAY, late),))


def _stores(beam: dict[str, float]) -> Iterator[Row]:
    made = calls.many_stores()
    theirs = beam.get("stores_100k", 0) / 1e6
    yield Row(
        titles.STORES,
        f"{number(made.seconds)} s, {made.bytes_each / 1000:.1f} kB each, "
        f"{with_noun(made.threads, 'thread')}",
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
        titles.PROMPT,
        f"{number(shell.cpu_s * 1000)} ms",
        f"iex {number(iex.cpu_s * 1000)} ms" if iex else "",
        times(shell.cpu_s, iex.cpu_s) if iex else "",
        ((goals.PROMPT, shell.cpu_s * 1000),),
    )
    start = [*programs.KVSHELL, "-c", "start manager", "-c", "create store s1"]
    for title, words, goal in (
        (titles.JSON, ["--json"], goals.JSON),
        (titles.PLAIN, ["-c", "registry"], goals.PLAIN),
    ):
        cpu_ms = programs.spent([*start, *words]).cpu_s * 1000
        yield Row(title, f"{number(cpu_ms)} ms", goals=((goal, cpu_ms),))
    long, theirs = programs.replay(), programs.prysk()
    yield Row(
        titles.REPLAY,
        f"{number(long.wall_s)} s",
        f"prysk, 1,000 `echo` {number(theirs.wall_s)} s" if theirs else "(prysk is not installed)",
        times(long.wall_s, theirs.wall_s) if theirs else "",
        ((goals.REPLAY, long.wall_s),),
    )
    race = programs.verdict()
    yield Row(
        titles.VERDICT,
        f"{number(race.wall_s)} s",
        goals=((goals.VERDICT, race.wall_s),),
    )


def _schedules() -> Iterator[Row]:
    for title, spec in ((titles.SCHEDULES_BEAM, False), (titles.SCHEDULES_SPEC, True)):
        found = schedules.rate(spec=spec)
        yield Row(
            title,
            f"{number(found)} a second",
            goals=((goals.SCHEDULES, found),),
        )


def _beside_concuerror() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        for title, program in zip(titles.SEARCHES, concuerror.PROGRAMS, strict=True):
            found = concuerror.compared(Path(folder), program)
            share = found.ours_s / found.theirs_s
            goal = goals.SMALL_SEARCH if program.laws == "both" else goals.LARGE_SEARCH
            ran = "not run here: its figure on another machine"
            if found.theirs is not None:
                ran = f"processors {number(found.theirs_cpu_s)} s; {found.theirs:,} schedules"
            yield Row(
                title,
                f"{number(found.ours_s)} s (processors {number(found.ours_cpu_s)} s), "
                f"{found.ours:,} schedules a law",
                f"Concuerror {number(found.theirs_s)} s ({ran})",
                times(found.ours_s, found.theirs_s),
                goals=((goal, share),),
            )


def _stages() -> Iterator[Row]:
    for each in elixir_stages.rows():
        ratio = each.elixir_us / each.python_us
        yield Row(
            titles.STAGES[each.what],
            f"{number(each.elixir_us)} us",
            f"{number(each.python_us)} us on the Python ones",
            f"{number(ratio)} x",
            ((goals.STAGE, ratio),),
        )
    spent = elixir_stages.compile_ms()
    yield Row(titles.COMPILED, f"{number(spent)} ms", goals=((goals.COMPILED, spent),))


def measured() -> list[Row]:
    """Measure all rows, printing each as soon as it is known."""
    found = []
    for row in rows():
        print(_line(row), file=sys.stderr)
        found.append(row)
    missing = [each.text for each in TITLES if each not in {row.title for row in found}]
    assert all(each.optional for each in TITLES if each.text in missing), missing
    return found


def where() -> str:
    """Return a line that says when, where and by which program the figures were measured."""
    today = datetime.now(tz=UTC).date()
    machine = f"CPython {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}"
    return f"`python -m tests.benchmarks`, {today}, {machine}"


def table(measured: Iterable[Row]) -> str:
    """Return rows as a Markdown table."""
    head = ["| what | kvshell | compared with | | target |", "|---|---|---|---|---|"]
    return "\n".join([*head, *map(_line, measured)])


def _line(row: Row) -> str:
    cells = (row.title.text, row.measured, row.peer, row.ratio, row.verdict())
    return f"| {' | '.join(cell.replace('|', PIPE) for cell in cells)} |"


def whole(measured: list[Row]) -> str:
    """Return all rows, and the reasons for missed targets."""
    missed = [reason for row in measured for reason in row.obstacles()]
    reasons = ["", "## Targets missed, and why", "", *missed] if missed else []
    return "\n".join([f"{where()}:", "", table(measured), *reasons])


def main() -> None:
    """Print the table, or write it into the pages."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write it into the pages")
    write = parser.parse_args().write
    found = measured()
    if write:
        PAGE.write_text(figures.page(whole(found)), encoding="utf-8")
        text = README.read_text(encoding="utf-8")
        short = [row for row in found if row.title.telling]
        content = f"{where()}; [all figures](transcripts/reference/{PAGE.name}):\n\n{table(short)}"
        README.write_text(replaced(text, "figures", content), encoding="utf-8")
    else:
        print(whole(found))


if __name__ == "__main__":
    main()
