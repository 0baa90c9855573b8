"""Processes with waiting messages are found without inspecting every process."""

from pathlib import Path

import pytest

from kvshell.runtime import Runtime
from kvshell.session import Session
from kvshell.transcript.format.targets import Target, targets
from kvshell.transcript.run.line_timeout import LineTimeout
from kvshell.transcript.run.player import Player, Settings

TRANSCRIPTS = Path(__file__).parents[2] / "transcripts"


def scanned(runtime: Runtime) -> list[object]:
    """Return the same as `backlog`, by inspecting each process."""
    records = [pid.record for pid in runtime.processes()]
    return [each for each in records if each.suspended or each.mailbox]


# Documents on several nodes are left out: their processes are not in this runtime.
DOCUMENTS = [target for target in targets([str(TRANSCRIPTS)]) if b"\nnodes:" not in target.read()]


@pytest.mark.slow
@pytest.mark.parametrize("target", DOCUMENTS, ids=lambda target: target.shown)
def test_the_backlog_equals_a_scan_of_every_process(target: Target) -> None:
    document = target.parse(target.read())
    assert not document.front.nodes
    player = Player(document, Settings(), LineTimeout(ctrl_c=False))
    try:
        for _ in player.steps():
            runtime = player.session.runtime
            assert runtime.backlog() == scanned(runtime)
            assert list(runtime.suspended) == [p for p in runtime.suspended if p.suspended]
    finally:
        player.close()


LINES = (
    "start manager",
    "create store s1; create store s2",
    "suspend s1; suspend manager",
    "as b put s1 k v; as c create store s3",
    "call s2 :x; cast s1 :y",
    "kill s2; stores",
    "resume s1",
    "as b lookup s1; as c lookup s2",
    "resume manager",
)


@pytest.mark.parametrize("scheduler", ["free", "controlled"])
def test_the_backlog_is_correct_on_each_scheduler(scheduler: str) -> None:
    with Session(scheduler) as session:  # type: ignore[arg-type]  # one of the two words
        for line in LINES:
            session.run(line)
            session.settle()
            assert session.runtime.backlog() == scanned(session.runtime), line
        assert session.runtime.backlog() == []
