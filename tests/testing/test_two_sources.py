"""Two sources, one behaviour: the stages in Elixir answer, and are judged, as the Python ones are.

Every article, lesson and page on a race is played with `start manager own` in place of its own
design, over modules written in Elixir: the same answers, but for the words listed below; and each
page on a race has the same verdict, with the same sentence, under both laws.
"""

import re
from pathlib import Path

import pytest

from kvshell.explore.program_loading import program_of, verdicts
from kvshell.explore.report.verdict_text import headline
from kvshell.explore.search.verdict import Verdict
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
# These speak of the design itself, or of what only the author of a module can know.
SPEAKS_OF_ITSELF = ("designs", "explain", "compare", "help", "tree", "registry", "explore", "bench")


def stage(text: str) -> str:
    """The design that a page runs; "" where it runs several, or one that is not Elixir's here."""
    front = re.search(r"^design: (\S+)$", text, re.M)
    usual = front[1] if front else "ets"
    found = {each[2] or usual for each in _START.finditer(text)}
    return found.pop() if len(found) == 1 and found <= {"plain", "map", "ets-cast", "ets"} else ""


def modules(design: str) -> tuple[str, ...]:
    """The files in which the stage is written in Elixir."""
    names = ("plain",) if design == "plain" else ("bucket", design)
    return tuple(str(STAGES / f"{name}.ex") for name in names)


def translated(path: Path) -> str:
    """The page with the design `own`."""
    text = _START.sub(r"\1 own", path.read_text("utf-8"))
    return re.sub(r"#Function<[\d.]+/", "#Function<${_}/", text)  # a number of its module


def one_stage(path: Path) -> bool:
    """Whether the page can be replayed with our modules: it defines none and uses one design."""
    text = path.read_text("utf-8")
    if re.search(r"^nodes: ", text, re.M):
        return False
    return bool(stage(text)) and "own" not in re.findall(r"start manager (\w+)", text)


ONE_STAGE = [path for path in PAGES if one_stage(path)]
JUDGED = [path for path in ONE_STAGE if path in RACES]


@pytest.mark.slow
@pytest.mark.parametrize("path", ONE_STAGE, ids=lambda path: path.stem)
def test_the_elixir_gives_the_same_answers(path: Path) -> None:
    document = parse(path.name, translated(path))
    load = modules(stage(path.read_text("utf-8")))
    played = play_document(document, Settings(load=load), lambda _each: None)

    wrong = [
        (each.line, each.entry.command.text, each.printed)
        for each in played.checked
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
    """The sentence, without counts; processes have the numbers of who else was started."""
    first = headline(found).partition("\n")[0]
    return re.sub(r"#(?:PID|Reference)<[\d.]+>", "#", first)
