"""The stages written in Elixir give the same answers and verdicts as those in Python.

Every article, lesson and page on a race is played with `start manager own` in place of its own
design, using modules written in Elixir: the answers are the same, except for the words listed
below; and each page on a race has the same verdict, with the same sentence, under both laws.
"""

import re
from pathlib import Path

import pytest

from kvshell.explore.program_loading import program_of, verdicts
from kvshell.explore.report.verdict_text import headline
from kvshell.explore.verdict.verdict import Verdict
from kvshell.transcript.format.parser import parse
from kvshell.transcript.match.outcome import Status
from kvshell.transcript.replay import play_document
from kvshell.transcript.run.player import Settings

ROOT = Path(__file__).resolve().parents[2]
STAGES = Path(__file__).with_name("stages")
PAGES = sorted(
    path
    for room in ("articles", "lessons", "races")
    for path in (ROOT / "transcripts" / room).glob("*.md")
    if not path.stem.endswith(".ru")
)
RACES = [path for path in PAGES if path.parent.name == "races"]
_START = re.compile(r"(kv> (?:re)?start manager)(?: (plain|map|ets-cast|ets|library))?$", re.M)
# These pages are about the design itself, or what only the author of a module can know.
SPEAKS_OF_ITSELF = ("designs", "explain", "compare", "help", "tree", "registry", "explore", "bench")


def stage(text: str) -> str:
    """Return the design that a page runs first; "" if it starts none."""
    front = re.search(r"^design: (\S+)$", text, re.M)
    first = _START.search(text)
    return "" if first is None else first[2] or (front[1] if front else "ets")


def modules(design: str) -> tuple[str, ...]:
    """Return the files that have a stage in Elixir."""
    names = ("plain",) if design == "plain" else ("bucket", design)
    return tuple(str(STAGES / f"{name}.ex") for name in names)


def translated(path: Path) -> str:
    """Return the page with the design `own`, and with lines that load it if that may be necessary.

    With several stages each is loaded before its start, and again after a `reset`.
    """
    page = path.read_text("utf-8")
    several = len({each[2] for each in _START.finditer(page)}) > 1 or "kv> reset\n" in page

    def start(line: re.Match[str]) -> str:
        files = modules(line[2]) if line[2] and several else ()
        return "".join(f'kv> load "{file}"\n...\n' for file in files) + f"{line[1]} own"

    text = _START.sub(start, page)
    return re.sub(r"#Function<[\d.]+/", "#Function<${_}/", text)  # a number of its module


def played(path: Path) -> bool:
    """Whether the page can be replayed with our modules: it defines none and uses one node."""
    text = path.read_text("utf-8")
    if re.search(r"^nodes: ", text, re.M):
        return False
    return bool(stage(text)) and "own" not in re.findall(r"start manager (\w+)", text)


PLAYED = [path for path in PAGES if played(path)]
JUDGED = [path for path in PLAYED if path in RACES]


def test_all_pages_are_played_except_those_with_nodes_or_user_modules() -> None:
    left_out = {path.stem for path in PAGES} - {path.stem for path in PLAYED}
    assert left_out == {
        "nodes", "ets-in-elixir", "part-2-in-elixir", "13-write-the-registry-yourself",
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("path", PLAYED, ids=lambda path: path.stem)
def test_the_elixir_gives_the_same_answers(path: Path) -> None:
    document = parse(path.name, translated(path))
    load = modules(stage(path.read_text("utf-8")))
    replay = play_document(document, Settings(load=load, trust=True), lambda _each: None)

    wrong = [
        (each.line, each.entry.command.text, each.printed)
        for each in replay.checked
        if each.status in {Status.failed, Status.hung, Status.unreached}
        and not each.entry.command.text.startswith(SPEAKS_OF_ITSELF)
    ]
    assert not wrong


@pytest.mark.slow
@pytest.mark.parametrize("path", JUDGED, ids=lambda path: path.stem)
def test_the_elixir_has_the_same_verdict(path: Path, tmp_path: Path) -> None:
    own = tmp_path / path.name
    own.write_text(translated(path), "utf-8")

    ours = verdicts(program_of(str(path)))
    theirs = verdicts(program_of(str(own), load=modules(stage(path.read_text("utf-8")))))

    assert list(map(_judged, theirs)) == list(map(_judged, ours))
    assert _sentence(theirs) == _sentence(ours)


def _judged(verdict: Verdict) -> tuple[bool, bool]:
    return bool(verdict.failing), verdict.complete


def _sentence(found: list[Verdict]) -> str:
    """Return the headline without numbers of processes, which differ because others are started."""
    first = headline(found).partition("\n")[0]
    return re.sub(r"#(?:PID|Reference)<[\d.]+>", "#", first)
