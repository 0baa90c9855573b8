"""A document on the BEAM: same, different, by chance, skipped with a reason, not at rest."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kvshell.engines.beam.conversation import Part
from kvshell.engines.beam.node import BeamNode, Versions, elixir_path
from kvshell.engines.beam_runner import BeamRunner
from kvshell.terms import inspect
from kvshell.transcript.compare_engine import (
    DIFFERENT,
    NOTHING,
    SAME,
    STUCK,
    UNUSABLE,
    Comparing,
    compare,
)
from kvshell.transcript.format.parser import parse
from kvshell.transcript.format.targets import targets
from kvshell.transcript.run.engine_comparison import Compared, Comparison, LineVerdict

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def elixir() -> str:
    path = elixir_path()
    if path is None:
        pytest.skip("needs Elixir, which is not installed: apt-get install elixir")
    return path


@pytest.fixture(scope="module")
def runner(elixir: str) -> Iterator[BeamRunner]:
    with BeamRunner(as_here=True) as started:
        yield started


def compared(runner: BeamRunner, body: str, front: str = "") -> list[Compared]:
    text = f"{front}# T\n\n```kvshell\n{body}\n```\n"
    return list(Comparison(parse("t.md", text.encode()), runner).lines())


def verdicts(lines: list[Compared]) -> list[str]:
    return [line.verdict.value for line in lines]


def test_holes_are_judged_as_in_a_replay(runner: BeamRunner) -> None:
    lines = compared(
        runner,
        "kv> start manager\n{:ok, #PID<m>}\nkv> create store a\n#PID<a>\n"
        "kv> lookup a\n{:ok, #PID<a>}\nkv> lookup a\n{:ok, #PID<m>}",
    )

    assert verdicts(lines) == ["same", "same", "same", "different"]
    assert "#PID<m>" in lines[3].expected[0]
    assert lines[3].differed == (3, 3)


def test_a_skipped_line_says_why_and_what_follows_from_it_is_skipped_too(
    runner: BeamRunner,
) -> None:
    lines = compared(
        runner,
        "kv> explore create store a\n...\nkv> self\n#PID<s>\nkv> load x.py\n...\nkv> self\n#PID<s>",
    )

    assert verdicts(lines) == ["skipped", "same", "skipped", "skipped"]
    assert lines[0].why == "explore runs every schedule"
    assert lines[3].why == "follows from line 8, which was skipped"


def test_a_document_of_the_other_law_is_skipped(runner: BeamRunner) -> None:
    lines = compared(runner, "kv> self\n#PID<s>", "---\nlaw: spec\n---\n")

    assert verdicts(lines) == ["skipped"]


def test_events_are_compared(runner: BeamRunner) -> None:
    lines = compared(
        runner,
        "kv> start manager\n{:ok, #PID<m>}\nkv> as b self\n:ok\n~ b: #PID<b>\n"
        "kv> as b self\n:ok\n~ b: :nothing",
    )

    assert verdicts(lines) == ["same", "same", "different"]


def test_crash_reports_are_compared_where_the_document_logs(runner: BeamRunner) -> None:
    lines = compared(
        runner,
        "kv> start manager plain\n{:ok, #PID<m>}\nkv> cast manager :x\n:ok\n"
        "~ [error] GenServer KeyVal.Manager terminating\n"
        "~ ** (RuntimeError) attempted to cast GenServer KeyVal.Manager but no handle_cast/2 "
        'clause was provided\n~ Last message: {:"$gen_cast", :x}\n~ State: %{}',
        "---\nlogs: info\n---\n",
    )

    assert verdicts(lines) == ["same", "same"]


SPINS = "kv> spawn(fn -> Stream.run(Stream.cycle([1])) end)\n#PID<spinning>"


def test_an_endless_line_is_not_at_rest_and_later_lines_are_skipped(
    runner: BeamRunner,
) -> None:
    text = f"# T\n\n```kvshell\n{SPINS}\nkv> self\n#PID<s>\n```\n\n"
    text += "```kvshell fresh\nkv> self\n#PID<s>\n```\n"

    lines = list(Comparison(parse("t.md", text.encode()), runner, rest_s=0.5).lines())

    assert verdicts(lines) == ["not at rest", "skipped", "same"]
    assert lines[0].why.startswith("not at rest within 0.5 s: #PID<")
    assert lines[1].why == "follows from line 4, which was not at rest at the time limit"


def test_not_settling_has_its_own_exit_code(elixir: str, tmp_path: Path) -> None:
    wrong, spins = tmp_path / "wrong.md", tmp_path / "spins.md"
    wrong.write_text("# W\n\n```kvshell\nkv> self\n:ok\n```\n")
    spins.write_text(f"# S\n\n```kvshell\n{SPINS}\n```\n")
    said: list[str] = []

    found = targets([str(wrong), str(spins)])
    code = compare(found, "beam", said.append, said.append, Comparing(rest_s=0.5))

    assert code == STUCK
    assert f"NOTE {spins}:4  kv> spawn" in "\n".join(said)
    assert said[-1].startswith("2 files, 2 commands: 1 different, 1 not at rest; Elixir")


def test_a_line_that_never_answers_is_not_at_rest_and_is_run_once(
    runner: BeamRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "line_s", 0.5)
    text = "# T\n\n```kvshell\nkv> Process.sleep(:infinity)\n:ok\nkv> self\n#PID<s>\n```\n\n"
    text += "```kvshell fresh\nkv> self\n#PID<s>\n```\n"

    lines = list(Comparison(parse("t.md", text.encode()), runner).lines())

    assert verdicts(lines) == ["not at rest", "skipped", "same"]
    assert lines[0].why == "not at rest within 0.5 s: the line in Process.sleep/1"
    assert lines[0].differed == (0, 0)


@pytest.mark.parametrize(
    "body",
    [
        'kv> IO.puts("hi")\nhi\n:ok',
        'kv> IO.write("a"); IO.puts("b")\nab\n:ok',
        'kv> self; IO.puts("x"); self\n#PID<s>\nx\n:ok\n#PID<s>',
        'kv> IO.puts("a"); raise "oops"\na\n** (RuntimeError) oops',
        'kv> IO.puts("a"); Process.exit(self(), :kill)\na\n'
        "** (EXIT from #PID<_>) shell process exited with reason: killed",
    ],
)
def test_a_lines_output_comes_before_its_answer(runner: BeamRunner, body: str) -> None:
    assert verdicts(compared(runner, body)) == ["same"]


OTHER = Versions("1.17.3", "27")


def test_events_are_compared_on_another_version_too(elixir: str) -> None:
    with BeamRunner(node=BeamNode(claimed=OTHER), as_here=True) as other:
        lines = compared(other, "kv> as b self\n:ok\n~ b: #PID<b>\nkv> as b self\n:ok\n~ b: :no")

    assert verdicts(lines) == ["same", "different"]


def test_another_version_is_compared_as_terms_and_the_report_says_so(
    elixir: str, tmp_path: Path
) -> None:
    document = tmp_path / "t.md"
    document.write_text(
        "# T\n\n```kvshell\nkv> start manager\n{:ok, #PID<m>}\nkv> alive  manager\n true\n"
        "kv> call manager :x\n** (exit) exited in: GenServer.call(KV.Registry, :x, 5000)\n"
        "kv> 1 + unknown\n** (CompileError) cannot compile code (errors have been logged)\n"
        "kv> 1 +\\\n** (TokenMissingError) another text\n```\n"
    )
    said: list[str] = []

    def code(claimed: Versions) -> int:
        how = Comparing(claimed=claimed)
        return compare(targets([str(document)]), "beam", said.append, said.append, how)

    assert code(OTHER) == SAME, said
    assert said[-1].endswith(
        "Elixir 1.17.3 on OTP 27: values were compared as terms, errors by their kind and "
        "first line: texts are those of Elixir 1.14 on OTP 25"
    )
    assert code(Versions("1.14.0", "25")) == DIFFERENT
    assert said[-1].endswith("Elixir 1.14.0 on OTP 25: texts must be equal")


def test_a_value_printed_differently_is_compared_as_a_term(elixir: str) -> None:
    charlist = ("value", ('~c"ab"', ("l", [97, 98])))  # as Elixir prints it since 1.15
    with BeamRunner(node=BeamNode(claimed=OTHER), as_here=True) as other:
        found = other.planner.value(other.shell, Part(*charlist)).value

    assert inspect(found) == "'ab'"  # as Elixir 1.14 does


def test_exit_codes_and_totals_are_reported(
    runner: BeamRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, wrong, empty = (tmp_path / name for name in ("right.md", "wrong.md", "empty.md"))
    right.write_text("# R\n\n```kvshell\nkv> self\n#PID<s>\n```\n")
    wrong.write_text("# W\n\n```kvshell\nkv> self\n:ok\n```\n")
    empty.write_text("# E\n\n```kvshell\nkv> explore self\n...\n```\n")
    said: list[str] = []

    def code(*paths: Path) -> int:
        return compare(targets(map(str, paths)), "beam", said.append, said.append)

    assert code(right) == SAME
    assert code(right, empty) == SAME
    assert code(right, wrong) == DIFFERENT
    assert code(empty) == NOTHING
    assert any("1 same, 1 different; Elixir" in line for line in said)
    monkeypatch.setenv("PATH", "/nowhere")
    assert code(right) == UNUSABLE
    assert "apt-get install elixir" in said[-1]


@pytest.mark.slow
@pytest.mark.slower
def test_every_document_is_the_same_on_the_beam(runner: BeamRunner) -> None:
    differing = []
    for target in targets([str(ROOT / "transcripts"), str(ROOT / "README.md")]):
        data = target.read()
        if not target.is_ours(data):
            continue
        differing += [
            f"{target.shown}:{line.line} {line.text}: {line.why}"
            for line in Comparison(target.parse(data), runner).lines()
            if line.verdict in {LineVerdict.different, LineVerdict.not_rested}
        ]

    assert not differing, "\n".join(differing)
