"""`kvshell replay --engine ENGINE PATH...`: compares documents with another engine.

Exit codes: 0 no differences, 1 differences, 2 the engine is not available or a document is
malformed, 3 nothing was compared, 4 the engine did not settle in time.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

from kvshell.engines.beam.node import BeamNode, EngineError, Versions
from kvshell.engines.beam_runner import BeamRunner
from kvshell.session.interrupts import INTERRUPTED, Interrupts
from kvshell.transcript.format.document import Document
from kvshell.transcript.format.grammar import ParseError
from kvshell.transcript.format.targets import Target
from kvshell.transcript.report.comparison_report import ComparisonReport, Write
from kvshell.transcript.run.elixir_comparison import ElixirComparison
from kvshell.transcript.run.engine_comparison import REST_S, Compared, Comparison, LineVerdict
from kvshell.transcript.run.line_timeout import LineTimeout

LINE_S: Final = 60.0
SAME, DIFFERENT, UNUSABLE, NOTHING, STUCK = 0, 1, 2, 3, 4
EQUAL: Final = "texts must be equal"
AS_TERMS: Final = (
    "values were compared as terms, errors by their kind and first line: "
    "texts are those of Elixir 1.14 on OTP 25"
)
# With this as the newest pid, a document can start hundreds of processes before pids have 4 digits.
LAST_SHORT_PID: Final = 500
NEWEST_PID: Final = (
    'spawn(fn -> :ok end) |> inspect() |> String.split(".") |> Enum.at(1) |> String.to_integer()'
)
ELIXIR: Final = f"kvshell's own Elixir: {EQUAL}"


class ComparingEngine(NamedTuple):
    """An engine to compare documents with; `rule` says which answers count as the same.

    `compare(document, until)` yields a verdict for each line up to line `until`.
    """

    rule: str
    compare: Callable[[Document, int], Iterable[Compared]]


class Comparing(NamedTuple):
    """How documents are compared.

    Attributes:
        design: the design of systems, if a document does not name one.
        rest_s: how long the BEAM may take to settle after a line, in seconds.
        claimed: the versions the node is assumed to have; None: its own.
        elixir: whether blocks of Elixir run, whatever a document says.
    """

    design: str = ""
    rest_s: float = REST_S
    claimed: Versions | None = None
    elixir: bool = False


class _Nodes:
    """Compares documents with a node, which is replaced before its pids get long.

    Documents show short pids, and tables are laid out by the width of their cells.
    """

    def __init__(self, how: Comparing) -> None:
        self._how = how
        self.runner = self._started()

    def _started(self) -> BeamRunner:
        runner = BeamRunner(node=BeamNode(claimed=self._how.claimed), as_here=True)
        runner.line_s = LINE_S
        return runner

    def compare(self, document: Document, until: int) -> Iterable[Compared]:
        """Yield a verdict for each line of the document up to line `until`."""
        newest = self.runner.run_source(NEWEST_PID, kind="data").value
        if isinstance(newest, int) and newest > LAST_SHORT_PID:
            self.runner.close()
            self.runner = self._started()
        how = self._how
        return Comparison(document, self.runner, how.design, until=until, rest_s=how.rest_s).lines()


@contextmanager
def _beam(how: Comparing) -> Iterator[ComparingEngine]:
    nodes = _Nodes(how)
    try:
        with Interrupts():
            yield ComparingEngine(rule_of(nodes.runner.node.versions), nodes.compare)
    finally:
        nodes.runner.close()


@contextmanager
def _elixir(how: Comparing) -> Iterator[ComparingEngine]:
    with LineTimeout() as timeout:
        yield ComparingEngine(
            ELIXIR,
            lambda document, until: ElixirComparison(document, timeout, how.design, until).lines(),
        )


ENGINES: Final = {"beam": _beam, "elixir": _elixir}


def rule_of(versions: Versions) -> str:
    """Return a sentence with the engine's versions and when its answers count as the same."""
    return f"{versions}: {EQUAL if versions.is_reference else AS_TERMS}"


def compare(
    targets: Sequence[Target], name: str, write: Write, narrate: Write, how: Comparing | None = None
) -> int:
    """Run the documents on an engine and report the differences; return the exit code."""
    try:
        how = how or Comparing()
        with ENGINES[name](how) as engine:
            return _compare(targets, engine, write, narrate, elixir=how.elixir)
    except EngineError as error:
        narrate(str(error))
        return UNUSABLE


def _compare(
    targets: Sequence[Target],
    engine: ComparingEngine,
    write: Write,
    narrate: Write,
    *,
    elixir: bool,
) -> int:
    report = ComparisonReport(write, engine.rule)
    codes = set()
    try:
        for target in targets:
            codes.add(_document(target, engine, report, elixir=elixir))
    except KeyboardInterrupt:
        report.finish()
        narrate("interrupted: what came before was compared, and the rest was not run")
        return INTERRUPTED
    except ParseError as error:
        narrate(str(error))
        codes.add(UNUSABLE)
    report.finish()
    for code in (STUCK, UNUSABLE, DIFFERENT, SAME):
        if code in codes:
            return code
    narrate("nothing to compare in the named files")
    return NOTHING


def _document(
    target: Target, engine: ComparingEngine, report: ComparisonReport, *, elixir: bool
) -> int | None:
    """Compare one document; return None if it has nothing to compare."""
    data = target.read()
    if not target.is_ours(data):
        return None
    document = target.parse(data, elixir=elixir)
    for line in engine.compare(document, target.until):
        report.compared(document, line)
    return _code(report.document(document))


def _code(counts: "Counter[LineVerdict]") -> int | None:
    if counts[LineVerdict.not_rested]:
        return STUCK
    if counts[LineVerdict.different]:
        return DIFFERENT
    if counts[LineVerdict.same] or counts[LineVerdict.by_chance]:
        return SAME
    return None
