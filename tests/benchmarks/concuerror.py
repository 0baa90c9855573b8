"""Compares searches with Concuerror's, if it is installed.

It is installed if `CONCUERROR` names its folders of beams, or `concuerror` is on the PATH.

It is built from github.com/parapluu/Concuerror with `erlc` alone, beside `getopt`:

    cd Concuerror
    priv/generate_version_hrl 23 > src/concuerror_otp_version.hrl
    mkdir -p ebin
    erlc +debug_info -o ebin src/*.erl
    cp src/concuerror.app.src ebin/concuerror.app
    export CONCUERROR=$PWD/ebin:/path/to/getopt/ebin

It searches one delivery law at a time, so both laws take twice as long; kvshell searches them side
by side. Concuerror uses one processor and kvshell two, if there are two: on a busy machine the
processor time of both says more than the elapsed time.
"""

import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Final, NamedTuple

from tests.explore.search.figures import EMPTY, MADE, STOP, document

FOLDERS: Final = "CONCUERROR"
TWINS: Final = Path(__file__).with_name("twins.erl")
_SUMMARY: Final = re.compile(r"(\d+)/\d+ interleavings explored")


class Beside(NamedTuple):
    """A program, how it is searched, and the published time for Concuerror on a quiet machine."""

    what: str
    twin: str
    document: str
    laws: str
    published_s: float


class Compared(NamedTuple):
    """The comparison for one program: seconds of the whole command, processor time, schedules."""

    what: str
    ours_s: float
    theirs_s: float
    ours_cpu_s: float
    theirs_cpu_s: float  # 0: not run
    ours: int
    theirs: int | None  # None: Concuerror was not run, and `theirs_s` is the published figure


PROGRAMS: Final = (
    Beside(
        "two clients, put and get, both laws",
        "two_clients",
        document("kv> put s k 1\nkv> get s k", "kv> put s k 2\nkv> get s k", setup=MADE),
        "both",
        2 * 1.2,
    ),
    Beside(
        "get against stop, both laws",
        "get_against_stop",
        document(EMPTY, STOP, setup=MADE),
        "both",
        2 * 1.2,
    ),
    Beside(
        "four clients, put and get, one law",
        "four_clients",
        document(*(f"kv> put s k {n}\nkv> get s k" for n in range(4)), setup=MADE),
        "beam",
        5.1,
    ),
)


def compared(folder: Path, program: Beside, rounds: int = 3) -> Compared:
    """Search a program with both, in turns, and return the best times of each."""
    start = _start()
    _ours(folder, program)  # leaves compiled modules behind, as any installation has
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(_ours(folder, program))
        if start:
            theirs.append(_theirs(folder, program, start))
    best, cpu = min(ours), min(run.cpu_s for run in ours)
    if not theirs:
        return Compared(program.what, best.wall_s, program.published_s, cpu, 0, best.found, None)
    laws = 2 if program.laws == "both" else 1
    other, other_cpu = min(theirs), min(run.cpu_s for run in theirs)
    return Compared(
        program.what,
        best.wall_s,
        laws * other.wall_s,
        cpu,
        laws * other_cpu,
        best.found,
        other.found,
    )


class _Ran(NamedTuple):
    """A command: its elapsed time, its processor time, and how many schedules it found."""

    wall_s: float
    cpu_s: float
    found: int


def _start() -> list[str]:
    """Return the command that starts Concuerror, without arguments; [] if it is not installed."""
    beams = os.environ.get(FOLDERS, "")
    if beams and shutil.which("erl"):
        return ["erl", "+S1", "-boot", "start_clean", "-noshell", "-pa", *beams.split(os.pathsep)]
    script = shutil.which("concuerror")
    return [script] if script else []


def _ours(folder: Path, program: Beside) -> _Ran:
    path = folder / f"{program.twin}.md"
    path.write_text(program.document, encoding="utf-8")
    command = ["-m", "kvshell", "explore", str(path), "--law", program.laws]
    wall, cpu, said = _timed([sys.executable, *command], folder)
    found = re.search(r"(?:spec|beam): ([\d,]+) schedule", said)
    assert found is not None, said
    return _Ran(wall, cpu, int(found[1].replace(",", "")))


def _theirs(folder: Path, program: Beside, start: list[str]) -> _Ran:
    arguments = ["-f", str(TWINS), "-m", "twins", "-t", program.twin]
    arguments += ["--ignore_error", "deadlock", "--no_output"]
    if len(start) > 1:
        words = ",".join(f'"{word}"' for word in arguments)
        arguments = ["-eval", f"concuerror:main([{words}])"]
    wall, cpu, said = _timed([*start, *arguments], folder)
    found = _SUMMARY.search(said)
    assert found is not None, said
    return _Ran(wall, cpu, int(found[1]))


def _timed(command: list[str], folder: Path) -> tuple[float, float, str]:
    begun, used = perf_counter(), _children_s()
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    return perf_counter() - begun, _children_s() - used, done.stdout + done.stderr


def _children_s() -> float:
    """Return the processor time of all child processes that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime
