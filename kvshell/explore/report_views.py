"""What an exploration shows, in the form that its options ask for.

The report, the diagram alone as Mermaid, or JSON; at a prompt and on the command line alike.
"""

from collections.abc import Sequence

from kvshell.commands.view import Cell, Chart, Text, View, mermaid
from kvshell.explore.options import ExploreOptions
from kvshell.explore.report.sequence_chart import sequence
from kvshell.explore.report.verdict_text import as_json, headline, varying_answers, views
from kvshell.explore.search.odds import Odds
from kvshell.explore.search.verdict import Verdict
from kvshell.views.json_line import dumps


def report_views(
    found: Sequence[Verdict],
    options: ExploreOptions,
    seen: Odds | None = None,
    *,
    tokens: bool = True,
) -> list[View]:
    """Return what to show of the verdicts, and of the runs on real threads, if there were any."""
    if options.json:
        return [Text(((Cell(json_of(found, options, seen)),),), kept=True)]
    if options.mermaid:
        lines = (mermaid_of(found) or nothing_drawn(found)).split("\n")
        return [Text(tuple((Cell(line),) for line in lines), kept=True)]
    shown = [
        view._replace(shape=options.shape) if isinstance(view, Chart) else view
        for view in views(found, tokens=tokens, every=options.every)
    ]
    if seen is not None:
        shown.append(Text(((Cell(seen.text(found[0], found[1:])),),)))
    return shown


def json_of(found: Sequence[Verdict], options: ExploreOptions, seen: Odds | None = None) -> str:
    """Return the verdicts as JSON: a list where both laws were searched."""
    told = [as_json(verdict, every=options.every) for verdict in found]
    if seen is not None:
        told[0]["odds"] = seen.as_json()
    return dumps(told if options.both else told[0])


def mermaid_of(found: Sequence[Verdict]) -> str:
    """Return the chart of a failing schedule, or else of one with a different outcome.

    It is empty if every schedule has the same outcome.
    """
    drawn = [v for v in found if v.failing and v.watched] or [v for v in found if v.watched]
    if not drawn or drawn[0].watched is None:
        return ""
    results = varying_answers(drawn[0], found)
    return mermaid(sequence(drawn[0].watched, drawn[0].cause, drawn[0].explained, results))


def nothing_drawn(found: Sequence[Verdict]) -> str:
    """Return why there is no chart."""
    return f"nothing to draw: {headline(found)}"
