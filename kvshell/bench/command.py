"""The benchmark report: bars to compare by eye, each with an explanation."""

import contextlib
import os
import sys
from argparse import Namespace
from typing import Any, Final, NamedTuple

from kvshell.bench import suite
from kvshell.bench.stores import STORES
from kvshell.bench.suite import Figures
from kvshell.commands.view import Cell, Role, Text
from kvshell.session.interrupts import INTERRUPTED, Interrupts
from kvshell.views import render_view, terminal_width
from kvshell.views.caps import Flags
from kvshell.views.json_line import dumps
from kvshell.views.output import emit

WIDEST: Final = 32  # maximum width of a bar
NARROWEST: Final = 8


class FigureRow(NamedTuple):
    """A figure: what was measured, its value as text, its value for the bar, and what it means."""

    what: str
    shown: str
    size: float
    means: str


class FigureGroup(NamedTuple):
    """Figures to compare with each other; their bars share one scale."""

    title: str
    rows: tuple[FigureRow, ...]


def report(figures: Figures, build: Figures, width: int, *, unicode: bool) -> Text:
    """Return the figures as lines with bars for a terminal `width` columns wide."""
    groups = [_messages(figures), _lookups(figures), _clients(figures), _processes(figures)]
    rows = [row for group in groups for row in group.rows]
    label, shown = max(len(row.what) for row in rows), max(len(row.shown) for row in rows)
    room = min(WIDEST, width - label - shown - 6)
    lines: list[tuple[Cell, ...]] = [(Cell(_machine(build), Role.hint),)]
    for group in groups:
        lines += [(Cell(""),), (Cell(group.title, Role.title),)]
        longest = max(row.size for row in group.rows) or 1.0
        for row in group.rows:
            bar = _bar(row.size / longest, room, unicode) if room >= NARROWEST else ""
            lines.append(
                (
                    Cell(f"  {row.what:<{label}}  "),
                    Cell(f"{row.shown:>{shown}}", Role.number),
                    *((Cell("  "), Cell(bar, Role.name)) if bar else ()),
                )
            )
            lines.append((Cell(f"    {row.means}", Role.hint),))
    return Text(tuple(lines))


def number(value: float) -> str:
    """Format a number with about three digits: `0.152`, `1.73`, `20.6`, `4,009,224`."""
    digits = 3 if value < 1 else 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:,.{digits}f}"


def times(ratio: float) -> str:
    """Format a ratio: `12`, `1.4`."""
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"


def _messages(f: Figures) -> FigureGroup:
    call, handed, lock, cast = (
        f[name] for name in ("call_us", "call_handoff_us", "lock_handoff_us", "cast_us")
    )
    return FigureGroup(
        "A message",
        (
            FigureRow(
                "call, run by the caller", f"{number(call)} us", call,
                f"no thread changes: {times(handed / call)} of them in the time of the next",
            ),
            FigureRow(
                "call, handed over", f"{number(handed)} us", handed,
                f"there and back costs {times(handed / lock)} times the bare locks",
            ),
            FigureRow(
                "two bare locks", f"{number(lock)} us", lock,
                "the least that two threads need to take turns",
            ),
            FigureRow(
                "cast, handled", f"{number(cast)} us", cast,
                f"nobody waits: {times(handed / cast)} of them in the time of a call handed over",
            ),
        ),
    )  # fmt: skip


def _lookups(f: Figures) -> FigureGroup:
    get, read, counted = f["dict_get_us"], f["ets_lookup_us"], f["ets_lookup_counted_us"]
    table, registry = f["table_lookup_us"], f["registry_lookup_us"]
    return FigureGroup(
        "A look-up by name",
        (
            FigureRow(
                "dict.get", f"{number(get)} us", get,
                "the least that Python can do",
            ),
            FigureRow(
                "ets.lookup", f"{number(read)} us", read,
                f"a read of a table costs {times(read / max(get, 1e-3))} times a dict's",
            ),
            FigureRow(
                "ets.lookup, counted", f"{number(counted)} us", counted,
                f"what cache shows costs {times(counted / read)} times as much to read",
            ),
            FigureRow(
                "lookup in design ets", f"{number(table)} us", table,
                "reads the table and asks nobody",
            ),
            FigureRow(
                "lookup in design map", f"{number(registry)} us", registry,
                f"a lookup through the registry costs {times(registry / table)} times "
                "a read of the table",
            ),
        ),
    )  # fmt: skip


def _clients(f: Figures) -> FigureGroup:
    registry, table = f["lookups_per_s"]["registry"], f["lookups_per_s"]["table"]
    rows = []
    for count in registry:
        who = "1 client" if count == "1" else f"{count} clients"
        asked, read = registry[count], table[count]
        alone = "one after another: the registry answers one request at a time"
        together = f"{times(asked / registry['1'])} times what one client gets, all together"
        rows += [
            FigureRow(
                f"{who}, registry", f"{number(asked)}", asked,
                alone if count == "1" else together,
            ),
            FigureRow(
                f"{who}, table", f"{number(read)}", read,
                f"{times(read / asked)} times what the registry answers",
            ),
        ]  # fmt: skip
    return FigureGroup("Look-ups in a second, all clients together", tuple(rows))


def _processes(f: Figures) -> FigureGroup:
    spawn, create, each = f["spawn_100k_s"], f["create_100k_s"], f["bytes_per_process"]
    threads, made = f["threads_for_100k"], f["created"]
    fewer = "" if made >= STORES else f" (of {made:,})"
    rows = [
        FigureRow(
            "stores started", f"{number(spawn)} s", spawn,
            f"{times(spawn * 10)} us each, {_threads(threads)} for all: an idle process needs none",
        ),
        FigureRow(
            "stores created by name", f"{number(create)} s", create,
            f"{times(create * 10)} us each{fewer}: the registry asks a supervisor, "
            f"{times(create / spawn)} times the start",
        ),
    ]  # fmt: skip
    if each is not None:
        means = f"a store and its mailbox: {each / 10:,.0f} MB for 100,000"
        rows.append(FigureRow("memory of a store", f"{number(each)} B", 0.0, means))
    return FigureGroup("100,000 stores", tuple(rows))


def _threads(count: int) -> str:
    return "1 thread" if count == 1 else f"{count} threads"


def _machine(build: Figures) -> str:
    kind = "" if build["optimized"] else ", built without optimizations"
    gil = "" if build["gil"] else ", no GIL"
    return (
        f"{build['implementation']} {build['version']}{kind}{gil}, {build['cores']} cores, "
        f"{build['system']}"
    )


def _bar(share: float, room: int, unicode: bool) -> str:
    if not unicode:
        return "#" * round(share * room)
    eighths = round(share * room * 8)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8]


_EIGHTHS: Final = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")


VERSION: Final = 1
WIDTH: Final = 80  # where lines are unlimited
DIGITS: Final = 4  # digits of a figure in JSON


def bench(_given: Namespace | None, flags: Flags) -> int:
    """Run the benchmarks and print their report; return the exit code."""
    with Interrupts(_leave):
        figures = suite.run(progress)
    build = suite.build()
    if flags.caps.json:
        emit(dumps({"v": VERSION, "build": build, **_rounded(figures)}))
    else:
        caps = flags.caps
        if caps.tty:
            caps = caps._replace(width=terminal_width(os.environ, sys.stdout))
        text = report(figures, build, caps.width or WIDTH, unicode=caps.unicode)
        emit(render_view(text, caps), caps)
    return 0


def _rounded(figures: Any) -> Any:
    if isinstance(figures, dict):
        return {name: _rounded(value) for name, value in figures.items()}
    return float(f"{figures:.{DIGITS}g}") if isinstance(figures, float) else figures


def progress(done: int, total: int, what: str) -> None:
    """Show a line of progress on a terminal; an empty `what` clears the line."""
    if sys.stderr is None or not sys.stderr.isatty():
        return
    message = f"measuring {what}, step {done + 1} of {total}; Ctrl-C leaves" if what else ""
    room = (terminal_width(os.environ, sys.stderr) or WIDTH) - 1
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"\r{message[:room]:<{room}}{'' if message else chr(13)}")
        sys.stderr.flush()


def _leave() -> None:
    """End the process immediately; nothing that runs here needs an orderly shutdown."""
    progress(0, 0, "")
    os._exit(INTERRUPTED)
