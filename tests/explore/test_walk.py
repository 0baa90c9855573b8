"""Walking through one schedule: `kvshell explore PATH --replay TOKEN`, without a terminal."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kvshell.commands.view import Text
from kvshell.explore.program_loading import program_of, verdicts
from kvshell.explore.search.search import Search
from kvshell.explore.search.token import TokenError, token
from kvshell.explore.walk import ScheduleWalk
from kvshell.runtime.search.steps import FaultModel
from kvshell.views import DOCUMENT, render, render_view
from tests.explore.search.figures import CREATE, LOST, MADE, document, program

STOPPED = f"kv> stop s\n:ok\nkv> create store bogus\n{LOST}"
SPEC, BEAM = 0, 1


@pytest.fixture
def path(tmp_path: Path) -> str:
    place = tmp_path / "bogus.md"
    place.write_text(document(STOPPED, setup=MADE), encoding="utf-8")
    return str(place)


def failing(path: str, law: int = SPEC) -> str:
    """Return the token of a schedule that fails."""
    return verdicts(program_of(path))[law].outcomes[0].token


@pytest.fixture
def walk(path: str) -> Iterator[ScheduleWalk]:
    """A walk through a failing schedule of the chapter's cure."""
    walk = ScheduleWalk(program_of(path), failing(path))
    yield walk
    walk.close()


def typed(walk: ScheduleWalk, line: str) -> str:
    return "\n".join(render(result, DOCUMENT) for result in walk.feed(line))


def to(walk: ScheduleWalk, word: str) -> None:
    """Walk until the step described by `word` is next."""
    steps = walk.watched.steps
    place = next(each.number for each in steps if each.word == word and each.number >= walk.at)
    typed(walk, f"next {place - walk.at}")


def test_a_walk_opens_at_the_start_and_says_how_it_ends(walk: ScheduleWalk) -> None:
    said = "\n".join(render(result, DOCUMENT) for result in walk.opening())

    assert f"{walk.steps} steps under spec; fails at line" in said
    assert "lookup s: expected :error, got" in said
    assert 'next    1  a  reads row "s"   (stop s)' in said
    assert walk.prompt == f"step 0/{walk.steps}> "


def test_a_walk_says_how_to_leave_it(walk: ScheduleWalk) -> None:
    said = "\n".join(render(result, DOCUMENT) for result in walk.opening())

    assert "exit leaves the walk" in said


def test_help_in_a_walk_offers_only_what_the_walk_runs(walk: ScheduleWalk) -> None:
    (answer,) = walk.feed("help")
    assert isinstance(answer.view, Text)
    offered = [row[1].text for row in answer.view.lines if len(row) > 2 and row[1].text.strip()]

    assert offered[:2] == ["next [N]", "back [N]"]
    assert "registry [NAME]" in offered
    assert "put" not in " ".join(offered)
    for usage in offered:
        line = usage.partition(" [")[0].replace("PROCESS", "KV.Registry")
        assert not str(walk.feed(line)[0].error).startswith("** (CommandError) in a walk"), line


RESTARTED = document("kv> lookup s\n{:ok, #PID<s>}", setup=MADE)


def test_a_restarted_server_is_told_apart_from_the_dead_one(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text(RESTARTED, encoding="utf-8")
    with closing(ScheduleWalk(program_of(str(tmp_path / "one.md")), "spec+crash1:3")) as walk:
        told = render_view(walk.listed(), DOCUMENT).splitlines()

    dies, restarted = "  KV.Registry  dies: :killed", "  KV.Registry#2  takes the name KV.Registry"
    steps = [word for line in told for word in (dies, restarted) if line.endswith(word)]
    assert steps == [dies, restarted]


def test_the_failure_of_a_client_is_a_step_of_the_walk(tmp_path: Path) -> None:
    clients = "kv> put s k 1\n:error\nkv> get s k", "kv> get s k"
    (tmp_path / "one.md").write_text(document(*clients, setup=MADE), encoding="utf-8")
    with closing(ScheduleWalk(program_of(str(tmp_path / "one.md")), "beam:0")) as walk:
        told = render_view(walk.listed(), DOCUMENT).splitlines()

    assert any("a  ✗ expected :error, got :ok, and ends   (put s k 1)" in line for line in told)
    assert any("b  has run its last line, and ends" in line for line in told)


def test_every_failure_of_the_schedule_is_told(tmp_path: Path) -> None:
    clients = "kv> put s a 1\n:error", "kv> put s b 1\n:error"
    (tmp_path / "one.md").write_text(document(*clients, setup=MADE), encoding="utf-8")
    with closing(ScheduleWalk(program_of(str(tmp_path / "one.md")), "beam:0")) as walk:
        told = " ".join(typed(walk, f"next {walk.steps}").split())

    assert (
        "the end: fails at line 11: put s a 1: expected :error, got :ok; "
        "at line 16: put s b 1: expected :error, got :ok" in told
    )


def test_next_shows_the_step_and_its_alternatives(walk: ScheduleWalk) -> None:
    to(walk, ":DOWN")

    said = typed(walk, "next").splitlines()

    assert said[0].endswith("s -> KV.Registry  :DOWN")
    assert said[-1].startswith("next ")
    assert said[-1].endswith("or: s -> KV.Registry :DOWN arrives")


def test_back_returns_to_the_previous_state(walk: ScheduleWalk) -> None:
    typed(walk, "next 9")
    there = typed(walk, "registry"), typed(walk, "inflight"), walk.session.counter

    typed(walk, "next 7")
    typed(walk, "back 7")

    assert (typed(walk, "registry"), typed(walk, "inflight"), walk.session.counter) == there
    assert walk.at == 9


def test_read_only_commands_show_the_system_between_two_steps(walk: ScheduleWalk) -> None:
    to(walk, 'call {:create, "bogus"}')

    assert "stale" in typed(walk, "registry")
    assert "s -> KV.Registry  :DOWN" in typed(walk, "inflight")
    assert "size" in typed(walk, "cache")
    assert typed(walk, "mailbox KV.Registry") == "no messages wait for KV.Registry"
    assert "KV.BucketSupervisor" in typed(walk, "tree")


def test_both_ends_of_the_walk_are_reported(walk: ScheduleWalk) -> None:
    assert typed(walk, "back").startswith("** (CommandError) this is the start of the schedule")

    assert "the end: fails at line" in typed(walk, "next 1000")

    assert typed(walk, "next").startswith("** (CommandError) this is the end of the schedule")
    assert walk.at == walk.steps


def test_between_steps_only_read_only_commands_work(walk: ScheduleWalk) -> None:
    for line in ("put s k 1", "alive s", "settle", "deliver s to manager", "stop s"):
        assert typed(walk, line).startswith("** (CommandError) in a walk, type next or back")
    assert typed(walk, "nxt").startswith("** (CommandError) no command nxt")
    assert walk.at == 0


def test_several_commands_on_a_line_stop_at_the_first_error(walk: ScheduleWalk) -> None:
    results = walk.feed("next; frob; next")

    assert [result.ok for result in results] == [True, False]
    assert walk.at == 1


def test_exit_leaves_the_walk(walk: ScheduleWalk) -> None:
    (result,) = walk.feed("exit")

    assert result.open is not None
    assert result.open.kind == "exit"


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("zork", "zork is not a token"),
        ("spec:0.0.9", "the token does not fit: at step"),
        ("spec:0.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1", "the token does not fit: "),
    ],
)
def test_a_token_that_does_not_fit_is_refused_with_a_reason(
    path: str, token: str, why: str
) -> None:
    with pytest.raises(TokenError, match=why):
        ScheduleWalk(program_of(path), token)


def test_a_token_of_a_changed_document_is_refused(path: str) -> None:
    token = failing(path)
    Path(path).write_text(document("kv> create store s\n"), encoding="utf-8")

    with pytest.raises(TokenError, match="the document has changed since"):
        ScheduleWalk(program_of(path), token)


def test_failing_schedules_under_beam_can_be_walked_too(tmp_path: Path) -> None:
    place = tmp_path / "row.md"
    place.write_text(document(f"kv> stop s\n:ok\n{LOST}", setup=MADE), encoding="utf-8")
    walk = ScheduleWalk(program_of(str(place)), failing(str(place), BEAM))
    try:
        assert "under beam" in "".join(render(r, DOCUMENT) for r in walk.opening())
        assert typed(walk, "next 4; inflight").endswith("nothing is on its way")
    finally:
        walk.close()


def test_a_names_history_suggests_no_line_that_the_walk_refuses(walk: ScheduleWalk) -> None:
    typed(walk, "next 5")

    story = typed(walk, "registry s")

    assert "died" in story
    assert "next:" not in story


def test_a_read_of_a_registrys_internal_row_is_described_in_words(tmp_path: Path) -> None:
    place = tmp_path / "library.md"
    text = document("kv> lookup s\n...", design="library", setup=MADE)
    place.write_text(text, encoding="utf-8")
    walk = ScheduleWalk(program_of(str(place)), "spec:0")
    try:
        said = typed(walk, "next").splitlines()
    finally:
        walk.close()

    assert said[0] == "   1  a  looks where KV.Registry keeps its names   (lookup s)"
    assert said[1] == 'next    2  a  reads row "s"   (lookup s)'


def test_alternatives_name_the_processes_they_concern(path: str) -> None:
    walk = ScheduleWalk(program_of(path), "spec+timeouts+crash1:0")

    typed(walk, "next 5")
    said = " ".join(typed(walk, "next").split())
    walk.close()

    assert said.count("a kill of ") == 1
    assert "a kill of KV.Supervisor, KV.BucketSupervisor, KV.Registry" in said
    assert "somebody" not in said


NO_MATCH = "(MatchError) no match of right hand side value: {:error, :killed}"
KILLS = FaultModel(spec=False, crashes=1)


@pytest.mark.slow
@pytest.mark.parametrize("design", ["ets", "map"])
def test_a_registry_takes_no_error_for_the_pid_of_a_bucket(design: str) -> None:
    text = document(CREATE + "kv> lookup s", design=design)
    answers: dict[str, tuple[int, ...]] = {}

    with Search(program(text), KILLS) as searching:
        while (run := searching.run()) is not None:
            answers |= {seen.answer: run.choices for seen in run.ending.seen}

    assert [said for said in answers if said.startswith("{:ok, ") and "#PID" not in said] == []
    if design == "ets":
        (killed,) = (choices for said, choices in answers.items() if NO_MATCH in said)
        ScheduleWalk(program(text), token(KILLS, killed)).close()
