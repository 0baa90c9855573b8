"""A table interrupted by text is rewritten as a whole, and does not count as random."""

import random

import pytest

from kvshell.transcript.format.document import Document
from kvshell.transcript.format.grammar import ParseError
from kvshell.transcript.format.parser import parse
from kvshell.transcript.match.outcome import Played
from kvshell.transcript.replay import play_document
from kvshell.transcript.run.player import Settings
from kvshell.transcript.write.updating import Rewritten
from tests.transcript.running import block

TABLE = """\
╭──────┬──────────┬─────────┬───────┬───────┬───────╮
│ name │ pid      │ process │ owner │ table │ state │
├──────┼──────────┼─────────┼───────┼───────┼───────┤
│ s1   │ #PID<s1> │ alive   │ yes   │ yes   │ fresh │
╰──────┴──────────┴─────────┴───────┴───────┴───────╯"""
TEXTS = ["hello", "...", "{{*}}", "│ {{x}} │ y │", "\\", "│ line {{n}}", "text │", "─"]


def broken(table: str) -> str:
    lines = ["kv> start manager", "{:ok, #PID<x>}", "kv> create store s1", "#PID<s1>",
             "kv> registry", table, "kv> stores", '["s1"]']  # fmt: skip
    return block("\n".join(lines))


def played(document: Document) -> Played:
    return play_document(document, Settings(), lambda _: None)


def rewritten(text: str, *, accept: bool = False) -> str:
    """Return the document after `--update=all`; raises if that is refused."""
    ran = Rewritten(
        parse("t.md", text), lambda each: play_document(each, Settings(), lambda _: None)
    )
    ran.rewrite(new_only=False, accept=accept, ask=None)
    return ran.document.source.text


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("at", [1, 3, 4])
def test_a_table_broken_by_text_is_rewritten_to_what_is_printed(text: str, at: int) -> None:
    rows = TABLE.split("\n")
    rows.insert(at, text)
    rows = [row.replace("fresh", "stale") for row in rows]

    after = rewritten(broken("\n".join(rows)))

    assert played(parse("t.md", after)).code == 0
    assert rewritten(after) == after


@pytest.mark.parametrize(
    "seed", [*range(20), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(20, 60))]
)
def test_however_it_is_broken_one_update_is_enough(seed: int) -> None:
    chance = random.Random(seed)
    rows = TABLE.split("\n")
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(rows))
        match chance.randrange(5):
            case 0:
                rows.insert(at, chance.choice(TEXTS))
            case 1:
                rows[at] = rows[at].replace("fresh", chance.choice(["stale", "{{x}}", "..."]))
            case 2:
                rows[at] = rows[at][: chance.randrange(len(rows[at]) + 1)]
            case 3:
                rows[at] = rows[at].replace(" │", "   │", chance.randrange(1, 3))
            case _:
                rows[at - 1], rows[at] = rows[at], rows[at - 1]
    text = broken("\n".join(rows))
    try:
        parse("t.md", text)
    except ParseError:
        return

    after = rewritten(text, accept=chance.random() < 0.5)

    assert rewritten(after) == after
