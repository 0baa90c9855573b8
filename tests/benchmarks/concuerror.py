"""Compares searches with Concuerror's, if installed: `CONCUERROR` names its folders of beams.

It is built from github.com/parapluu/Concuerror with `erlc` alone, beside `getopt`:

    cd Concuerror
    priv/generate_version_hrl 23 > src/concuerror_otp_version.hrl
    mkdir -p ebin
    erlc +debug_info -o ebin src/*.erl
    cp src/concuerror.app.src ebin/concuerror.app
    export CONCUERROR=$PWD/ebin:/path/to/getopt/ebin

It searches one law, and so takes twice as long for both; kvshell searches both side by side.
"""

import os
import re
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
    """A program, how it is searched, and the issue's figure for Concuerror on a quiet machine."""

    what: str
    twin: str
    document: str
    laws: str
    published_s: float


class Compared(NamedTuple):
    """One program: seconds of the whole command, and schedules."""

    what: str
    ours_s: float
    theirs_s: float
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
    """Search a program with both, in turns; the best of each."""
    beams = os.environ.get(FOLDERS, "")
    _ours(folder, program)  # leaves compiled modules behind, as any installation has
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(_ours(folder, program))
        if beams and shutil.which("erl"):
            theirs.append(_theirs(folder, program, beams))
    seconds, schedules = min(ours)
    if not theirs:
        return Compared(program.what, seconds, program.published_s, schedules, None)
    laws = 2 if program.laws == "both" else 1
    their_seconds, found = min(theirs)
    return Compared(program.what, seconds, laws * their_seconds, schedules, found)


def _ours(folder: Path, program: Beside) -> tuple[float, int]:
    path = folder / f"{program.twin}.md"
    path.write_text(program.document, encoding="utf-8")
    command = ["-m", "kvshell", "explore", str(path), "--law", program.laws]
    seconds, said = _timed([sys.executable, *command], folder)
    found = re.search(r"(?:spec|beam): ([\d,]+) schedule", said)
    assert found is not None, said
    return seconds, int(found[1].replace(",", ""))


def _theirs(folder: Path, program: Beside, beams: str) -> tuple[float, int]:
    arguments = ["-f", str(TWINS), "-m", "twins", "-t", program.twin]
    arguments += ["--ignore_error", "deadlock", "--no_output"]
    words = ",".join(f'"{word}"' for word in arguments)
    start = ["erl", "+S1", "-boot", "start_clean", "-noshell", "-pa", *beams.split(os.pathsep)]
    seconds, said = _timed([*start, "-eval", f"concuerror:main([{words}])"], folder)
    found = _SUMMARY.search(said)
    assert found is not None, said
    return seconds, int(found[1])


def _timed(command: list[str], folder: Path) -> tuple[float, str]:
    begun = perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    return perf_counter() - begun, done.stdout + done.stderr
