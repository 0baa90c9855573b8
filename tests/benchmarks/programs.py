"""Measures whole programs: start-up, and the replay of a long document."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

ROUNDS = 5
KVSHELL = [str(Path(sys.executable).with_name("kvshell"))]


class Spent(NamedTuple):
    """The CPU seconds and the elapsed seconds of a program."""

    cpu_s: float
    wall_s: float


def spent(words: list[str], typed: str = "", rounds: int = ROUNDS, code: int = 0) -> Spent:
    """Return the least that a program took in several rounds; it must exit with `code`."""
    runs = [_once(words, typed, code) for _ in range(rounds)]
    return Spent(min(run.cpu_s for run in runs), min(run.wall_s for run in runs))


def _once(words: list[str], typed: str, code: int) -> Spent:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = perf_counter()
    done = subprocess.run(words, input=typed, capture_output=True, text=True, check=False)
    wall_s = perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != code:
        raise RuntimeError(f"{words} ended with {done.returncode}: {done.stdout}{done.stderr}")
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(cpu_s, wall_s)


def first_prompt() -> Spent:
    """Measure from the command to the first prompt on a terminal, and to the end after Ctrl-D."""
    return min((_prompt_once() for _ in range(ROUNDS)), key=lambda run: run.cpu_s)


def _prompt_once() -> Spent:
    import pexpect

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = perf_counter()
    environment = {**os.environ, "TERM": "xterm-256color", "NO_COLOR": "1"}
    child = pexpect.spawn(KVSHELL[0], ["--no-history"], env=environment, dimensions=(24, 80))
    # prompt_toolkit asks where the cursor is, and a terminal has to answer.
    while child.expect([r"\x1b\[6n", r"kv\(1\)>"], timeout=30) == 0:
        child.send("\x1b[1;1R")
    wall_s = perf_counter() - started
    child.sendeof()
    child.expect(pexpect.EOF, timeout=30)
    child.close()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(cpu_s, wall_s)


def iex() -> Spent | None:
    """Measure iex from start to exit; None if it is not installed."""
    found = shutil.which("iex")
    return spent([found, "-e", "System.halt(0)"], rounds=3) if found else None


def replay() -> Spent:
    """Measure the replay of a document of 950 answers and 50 tables of five rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.md"
        path.write_text(long_document(), encoding="utf-8")
        return spent([*KVSHELL, "replay", str(path)])


def verdict() -> Spent:
    """Measure the search of the chapter's fix over all schedules and both laws.

    A schedule fails, so the exit code is 1.
    """
    return spent([*KVSHELL, "explore", "races/bogus-barrier"], code=1)


def prysk() -> Spent | None:
    """Measure prysk on a document of as many commands, each a shell's `echo`.

    None if prysk is not on the PATH: it needs an older rich than kvshell, so it is not a dependency
    (`pipx install prysk`).
    """
    found = shutil.which("prysk")
    if found is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.t"
        lines = (f"  $ echo {number}\n  {number}\n" for number in range(1000))
        path.write_text("".join(lines), encoding="utf-8")
        return spent([found, "--quiet", str(path)])


def long_document() -> str:
    """Return the document that `replay` measures."""
    stores = [f"s{number}" for number in range(1, 6)]
    rows = [f"│ {name}   │ #PID<{name}> │ alive   │ yes   │ yes   │ fresh │" for name in stores]
    table = [
        "╭──────┬──────────┬─────────┬───────┬───────┬───────╮",
        "│ name │ pid      │ process │ owner │ table │ state │",
        "├──────┼──────────┼─────────┼───────┼───────┼───────┤",
        *rows,
        "╰──────┴──────────┴─────────┴───────┴───────┴───────╯",
    ]
    lines = ["```kvshell", "kv> start manager", "{:ok, #PID<registry>}"]
    for name in stores:
        lines += [f"kv> create store {name}", f"#PID<{name}>"]
    for number in range(472):
        lines += [f"kv> put s{number % 5 + 1} k{number} {number}", ":ok"]
        lines += [f"kv> get s{number % 5 + 1} k{number}", f"{number}"]
        if number % 9 == 0 and number // 9 < 50:
            lines += ["kv> registry", *table]
    return "\n".join([*lines, "```", ""])
