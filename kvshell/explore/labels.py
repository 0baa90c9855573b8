"""Labels: what each outcome is called in a table - what the lines that vary came to."""

from collections.abc import Sequence
from typing import Final

from kvshell.commands.signal_words import shortened
from kvshell.explore.program import Ending, Seen
from kvshell.explore.sequence import brief
from kvshell.explore.verdict import Outcome, Verdict

AS_EXPECTED: Final = "as expected"
_LONGEST: Final = 120


def labelled(verdict: Verdict, all_of: Sequence[Verdict] = ()) -> dict[str, Outcome]:
    """Return the outcomes by what they say in a table; those that say the same are one.

    `all_of` are the verdicts of the table: a line that varies in one of them is told in all.
    """
    endings = [outcome.ending for each in all_of or (verdict,) for outcome in each.outcomes]
    varying = _varying(endings)
    found: dict[str, Outcome] = {}
    for outcome in verdict.outcomes:
        label = _label(outcome.ending, varying, verdict.expects)
        known = found.get(label)
        if known is None:
            found[label] = outcome
        else:
            found[label] = known._replace(number=known.number + outcome.number)
    return found


def _varying(endings: Sequence[Ending]) -> set[tuple[str, int, str]]:
    """The lines whose answers are not the same in all endings."""
    answers: dict[tuple[str, int, str], set[str]] = {}
    for ending in endings:
        for seen in ending.seen:
            answers.setdefault((seen.client, seen.line, seen.text), set()).add(seen.said)
    missing = {
        key
        for key in answers
        for ending in endings
        if key not in {(s.client, s.line, s.text) for s in ending.seen}
    }
    return {key for key, said in answers.items() if len(said) > 1} | missing


def _label(ending: Ending, varying: set[tuple[str, int, str]], expects: bool) -> str:
    several = len({seen.client for seen in ending.seen}) > 1
    if ending.failures:
        failure = ending.failures[0]
        whose = f"{failure.client}: " if several and failure.client != failure.text else ""
        return shortened(f"{whose}{failure.text}: {brief(failure.actual)}", _LONGEST)
    if expects:
        return AS_EXPECTED
    told = [seen for seen in ending.seen if (seen.client, seen.line, seen.text) in varying]
    shown = told or list(ending.seen[-1:])
    answers = "; ".join(_answer(seen, several) for seen in shown)
    return shortened(answers, _LONGEST) or AS_EXPECTED


def _answer(seen: Seen, several: bool) -> str:
    whose = f"{seen.client}: " if several and seen.text else ""
    what = seen.text or seen.client
    return f"{whose}{what}: {brief(seen.said) or 'nothing'}"
