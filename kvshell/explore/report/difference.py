"""Expected and actual output: the difference, in few words or line by line."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from kvshell.explore.program.assert_values import NOT_SO
from kvshell.explore.program.program import NOTHING, WAITS, ScheduleFailure


def difference_line(failure: ScheduleFailure) -> str:
    """Return what failed in one line."""
    return f"✗ {wanted(failure)}"


def wanted(failure: ScheduleFailure) -> str:
    """Return the expected and the actual value as text.

    The expected value is omitted if it adds nothing, as for a client that waits forever.
    """
    expected, got = first_difference(failure.expected, failure.actual)
    if _is_all(failure):
        return brief(got)
    if got.startswith(NOT_SO):  # the value is unknown
        return f"expected {brief(expected)}: {brief(got)}"
    return f"expected {brief(expected)}, got {brief(got)}"


def way_out(failure: ScheduleFailure) -> str:
    """Return what to write below a line without an answer that has one; "" for other failures."""
    if failure.expected != NOTHING:
        return ""
    return "; write below the line what it answers, or ${_:any}"


def actual(failure: ScheduleFailure) -> str:
    """Return what happened instead: `got 2`, or `waits forever for a message`."""
    said = _is_all(failure) or failure.actual.startswith(NOT_SO)
    return brief(failure.actual) if said else f"got {brief(failure.actual)}"


def _is_all(failure: ScheduleFailure) -> bool:
    """Whether the expected value adds nothing: only an end, an answer or no failure was wanted."""
    return failure.expected in {"an end", "no failure"} or WAITS in failure.actual


def first_difference(expected: str, actual: str) -> tuple[str, str]:
    """Return the first line that differs, expected and actual; for a single line, all of it."""
    if not _is_view(actual):
        return expected, actual
    for mark, lines in _changes(expected, actual):
        there, here = ([each.strip(" │") for each in side if _WORDS.search(each)] for side in lines)
        if mark != " " and (there or here):
            return (there[0] if there else NOTHING), (here[0] if here else NOTHING)
    return expected, actual


_PADDING: Final = re.compile(r"[─━═\s]+")
_WORDS: Final = re.compile(r"\w")  # a frame line alone is not informative


def difference(expected: str, actual: str) -> list[str]:
    """Return the line-by-line difference of two views; empty for a term or an error."""
    if not _is_view(actual):
        return []
    found = []
    for mark, (there, here) in _changes(expected, actual):
        if mark == " ":
            found += [f"    {line}" for line in there]
        else:
            found += [f"  - {line}" for line in there]
            found += [f"  + {line}" for line in here]
    return found


def _is_view(actual: str) -> bool:
    """Whether to compare lines: an error has several, but is a single message."""
    return "\n" in actual and not actual.startswith("** (")


def _changes(expected: str, actual: str) -> Iterator[tuple[str, tuple[list[str], list[str]]]]:
    there, here = expected.split("\n"), actual.split("\n")
    # Names in place of pids make a table narrower, but do not change it otherwise.
    keys = [[_PADDING.sub(" ", line) for line in side] for side in (there, here)]
    for tag, i1, i2, j1, j2 in SequenceMatcher(
        None, keys[0], keys[1], autojunk=False
    ).get_opcodes():
        yield (" " if tag == "equal" else "-"), (there[i1:i2], here[j1:j2])


def brief(text: str) -> str:
    """Return output on one line, without the fixed phrases of Elixir's error messages."""
    found = _ARGUMENTS.sub("", " ".join(text.split()))
    found = _NO_PROCESS.sub("no process", found)
    found = _ADVICE.sub("", found)
    return _EXITED_IN.sub("** (exit) ", found)


_ARGUMENTS: Final = re.compile(r"errors were found at the given arguments: \* 1st argument: ")
_ADVICE: Final = re.compile(
    r" You can change the timeout: 1\. per test .*\(defaults to 60_000\)\.?"
)
_NO_PROCESS: Final = re.compile(r"no process: the process is not alive.*?isn't started")
_EXITED_IN: Final = re.compile(r"\*\* \(exit\) exited in: .*\*\* \(EXIT\) ")
