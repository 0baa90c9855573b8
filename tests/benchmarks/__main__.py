"""All figures as one Markdown table: `python -m tests.benchmarks [--write]`.

With `--write` the table goes into README, with the date. Best on a machine that does nothing else.
"""

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from tests.benchmarks import calls, delays, keypress, peers, programs
from tests.readme import README, replaced


class Row(NamedTuple):
    """One line of the table, ready to print."""

    what: str
    measured: str
    peer: str
    ratio: str


def number(value: float) -> str:
    """Three digits or so: `0.21`, `3.4`, `28`, `1,120`."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}"


def times(ours: float, theirs: float) -> str:
    """How we compare, in words that cannot be read the wrong way round."""
    if theirs >= ours:
        return f"{number(theirs / ours)} x faster"
    return f"{number(ours / theirs)} x slower"


def rows() -> Iterator[Row]:
    """Measure one thing after another."""
    beam = peers.beam()
    yield from _calls(beam)
    yield from _tables(beam)
    yield from _delays()
    yield from _stores(beam)
    yield from _programs()
    press = keypress.p99_ms()
    yield Row(
        f"a key press with {keypress.STORES:,} stores, 99th percentile",
        f"{number(press)} ms",
        "a frame: 16 ms",
        "within" if press <= 16 else "over",
    )


def _calls(beam: dict[str, float]) -> Iterator[Row]:
    get, pykka = calls.get_us(), peers.pykka_ask_us()
    what = "`get` of a store, run by the caller"
    yield Row(what, f"{number(get)} us", f"Pykka `ask` {number(pykka)} us", times(get, pykka))
    if beam:
        theirs = beam["call"]
        yield Row(what, f"{number(get)} us", f"BEAM {number(theirs)} us", times(get, theirs))
    over, bare = calls.handed_over_us(), peers.hand_off_us()
    yield Row(
        "a call that another thread has to run",
        f"{number(over)} us",
        f"two bare locks {number(bare)} us",
        f"{number(over / bare)} x the hand-off",
    )


def _tables(beam: dict[str, float]) -> Iterator[Row]:
    quiet, counted = calls.lookup_us(counters=False), calls.lookup_us(counters=True)
    theirs = beam.get("lookup")
    yield Row(
        "`lookup` of a name in the registry's table",
        f"{number(quiet)} us",
        f"BEAM {number(theirs)} us" if theirs else "",
        times(quiet, theirs) if theirs else "",
    )
    yield Row(
        "the same while reads are counted",
        f"{number(counted)} us",
        "without counting",
        f"{number(counted / quiet)} x as long",
    )


def _delays() -> Iterator[Row]:
    for what, late in (
        (f"a call beside {delays.BLOCKED} handlers in `time.sleep`, the slowest", delays.call_ms()),
        ("a time-out at a stuck server, the latest", delays.timeout_ms()),
    ):
        limit = delays.LIMIT_MS
        word = "within" if late <= limit else "over"
        yield Row(what, f"{number(late)} ms", f"a limit of {limit} ms", word)


def _stores(beam: dict[str, float]) -> Iterator[Row]:
    made = calls.many_stores()
    theirs = beam.get("stores_100k", 0) / 1e6
    yield Row(
        f"{calls.STORES:,} stores started",
        f"{number(made.seconds)} s, {made.bytes_each / 1000:.1f} kB each, {made.threads} threads",
        f"BEAM {number(theirs)} s, {beam['store_bytes'] / 1000:.1f} kB each" if beam else "",
        times(made.seconds, theirs) if beam else "",
    )


def _programs() -> Iterator[Row]:
    shell, iex = programs.first_prompt(), programs.iex()
    yield Row(
        "start to the first prompt and out, CPU",
        f"{number(shell.cpu_s * 1000)} ms",
        f"iex {number(iex.cpu_s * 1000)} ms" if iex else "",
        times(shell.cpu_s, iex.cpu_s) if iex else "",
    )
    start = [*programs.KVSHELL, "-c", "start manager", "-c", "create store s1"]
    plain = programs.spent([*start, "--json"])
    yield Row("`-c` with `--json`, CPU", f"{number(plain.cpu_s * 1000)} ms", "", "")
    table = programs.spent([*start, "-c", "registry"])
    yield Row("`-c` with a table, CPU", f"{number(table.cpu_s * 1000)} ms", "", "")
    long, theirs = programs.replay(), programs.prysk()
    yield Row(
        "replay of 1,000 commands",
        f"{number(long.wall_s)} s",
        f"prysk, 1,000 `echo` {number(theirs.wall_s)} s" if theirs else "(prysk is not installed)",
        times(long.wall_s, theirs.wall_s) if theirs else "",
    )


def table() -> str:
    """The whole table, with where and how it was measured."""
    lines = ["| what | kvshell | beside it | |", "|---|---|---|---|"]
    for row in rows():
        lines.append(f"| {row.what} | {row.measured} | {row.peer} | {row.ratio} |")
        print(lines[-1], file=sys.stderr)
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
