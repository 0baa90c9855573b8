"""What an exploration shows, in the form that its options request.

That is the report, the diagram alone as Mermaid, or JSON; the same at a prompt and on the command
line.
"""

from collections.abc import Iterator, Sequence

from kvshell.commands.view import Cell, Chart, TableView, Text, View, mermaid
from kvshell.explore.options import ExploreOptions
from kvshell.explore.program.program import Program
from kvshell.explore.report.odds import Odds
from kvshell.explore.report.outcome_table import every_outcome
from kvshell.explore.report.sequence_chart import sequence
from kvshell.explore.report.verdict_text import (
    as_json,
    headline,
    replayed,
    varying_answers,
    views,
)
from kvshell.explore.search.search import Search
from kvshell.explore.search.token import read_token
from kvshell.explore.verdict.outcomes import Outcome
from kvshell.explore.verdict.verdict import Verdict, watch
from kvshell.views.json_line import dumps


def report_views(
    found: Sequence[Verdict],
    options: ExploreOptions,
    seen: Odds | None = None,
    *,
    tokens: bool = True,
    again: str = "",
    program: Program | None = None,
) -> list[View]:
    """Return what to show of the verdicts, and of the runs on real threads, if there were any.

    For `tokens` and `again` see `views`. With `--all`, each outcome of the `program` has a diagram.
    """
    if options.json:
        return [Text(((Cell(json_of(found, options, seen)),),), kept=True)]
    if options.mermaid:
        lines = (mermaid_of(found, program) or nothing_drawn(found)).split("\n")
        return [Text(tuple((Cell(line),) for line in lines), kept=True)]
    report = views(found, tokens=tokens, every=options.every, again=again)
    explained = next((view for view in report if isinstance(view, Chart)), None)
    charts = [] if explained is None else [explained]
    if program is not None:
        charts = [*diagrams(program, found, explained, again)]
    shown: list[View] = []
    for view in report:
        if view is explained or (explained is None and isinstance(view, TableView)):
            shown += [chart._replace(shape=options.shape) for chart in charts]
        if view is not explained:
            shown.append(view)
    if seen is not None:
        shown.append(Text(((Cell(seen.text(found[0], found[1:])),),)))
    return shown


def diagrams(
    program: Program, found: Sequence[Verdict], explained: Chart | None, again: str = ""
) -> Iterator[Chart]:
    """Yield a diagram of each outcome, under its label, by running one of its schedules again.

    The one that the headline explains, if any, comes first, cut down to the cause. `again` is the
    command that explores the program; see `views`.
    """
    shown = [v for v in found if v.failing] or [v for v in found if v.watched] or [*found]
    drawn = shown[0]
    rows: dict[str, tuple[Verdict, Outcome]] = {}
    for verdict in (drawn, *found):
        for label, outcome in every_outcome(verdict, found).items():
            rows.setdefault(label, (verdict, outcome))
    first = drawn.outcomes[0].ending if drawn.outcomes else None
    for label, (verdict, outcome) in rows.items():
        if explained is not None and outcome.ending == first:
            yield explained._replace(title=label)
            continue
        _, choices = read_token(outcome.token)
        with Search(program, verdict.model, steps=verdict.steps) as searching:
            watched, ending = watch(searching, choices)
        results = varying_answers(verdict._replace(explained=ending), found)
        results = results or [*{seen.client: seen for seen in ending.seen}.values()]
        walk = replayed(again, outcome.token)
        yield sequence(watched, None, ending, results, walk)._replace(title=label)


def json_of(found: Sequence[Verdict], options: ExploreOptions, seen: Odds | None = None) -> str:
    """Return the verdicts as JSON: a list if both laws were searched."""
    verdicts = [as_json(verdict, every=options.every) for verdict in found]
    if seen is not None:
        verdicts[0]["odds"] = seen.as_json()
    return dumps(verdicts if options.both else verdicts[0])


def mermaid_of(found: Sequence[Verdict], program: Program | None = None) -> str:
    """Return the chart of a failing schedule, or else of one with a different outcome.

    It is empty if every schedule has the same outcome. With the `program`, it is Markdown: each
    outcome, and the chart of one of its schedules.
    """
    if program is not None:
        explained = next((view for view in views(found) if isinstance(view, Chart)), None)
        charts = diagrams(program, found, explained)
        return "\n\n".join(f"{_code(c.title)}\n\n```mermaid\n{mermaid(c)}\n```" for c in charts)
    drawn = [v for v in found if v.failing and v.watched] or [v for v in found if v.watched]
    if not drawn or drawn[0].watched is None:
        return ""
    results = varying_answers(drawn[0], found)
    return mermaid(sequence(drawn[0].watched, drawn[0].cause, drawn[0].explained, results))


def _code(text: str) -> str:
    """Return text as code in Markdown."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def nothing_drawn(found: Sequence[Verdict]) -> str:
    """Return why there is no chart, as a sentence."""
    return f"nothing to draw: {headline(found)}"
