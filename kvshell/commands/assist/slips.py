"""The correction that an error message proposes for a slip, and that Tab types.

A line that would fail now, or that ends a process, is not proposed to Tab; the message names the
help page of its command instead.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from kvshell.commands.assist import near_names
from kvshell.commands.assist.proposals import can_run, ends, is_topic, needs_a_system, works
from kvshell.commands.read.guesses import proposed, unknown_word
from kvshell.commands.read.match import Match
from kvshell.commands.read.matcher import parse
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.types.parameter import Meant, excerpt

_START: Final = "start manager"
_SAID: Final = "** (CommandError) "
_FUNCTION: Final = re.compile(
    r"did you mean the Elixir function (?P<name>[^\s?]+[?!]?)(?: or |, |\?)"
)
PROPOSING: Final = frozenset({"elixir", "unclosed", "unknown"})  # kinds of problems
_MOST_WORDS: Final = 12  # no proposed line has more words


def problem_message(match: Match, snapshot: Snapshot, more: Iterable[Meant] = ()) -> str:
    """Return the message of the line's first problem; it proposes only lines that can run now."""
    problem = match.problems[0]
    fix = problem.fix
    if problem.kind == "unclosed" and fix is not None and not works(fix, snapshot):
        return problem.message.removesuffix(f", as in {excerpt(fix, 60)}")
    if problem.kind == "elixir" and fix is not None and not works(fix, snapshot):
        return problem.message.partition(f": {fix}")[0]
    meant = near_names.unknown(match, snapshot, more)
    if not meant:
        return problem.message
    named = match.text[problem.start - match.start : problem.end - match.start]
    kept = [each for each in meant if _typed(each, match, snapshot) is not None]
    if kept:
        return unknown_word(named, kept)
    return f"no command {excerpt(named)}: {_about(meant[0], snapshot)}"


def line_for(match: Match, snapshot: Snapshot, error: str | None) -> str | None:
    """Return the line that Tab types to correct the first problem of `match`, or None.

    `error` is the error text that was shown for the line.
    """
    meant = near_names.unknown(match, snapshot)
    if not meant:
        return match.problems[0].fix
    lines = (_typed(each, match, snapshot) for each in meant)
    found = next((line for line in lines if line is not None), None)
    return found or said_in(error, snapshot)


def said_in(error: str | None, snapshot: Snapshot) -> str | None:
    """Return the line that an error text proposes at its end, or None."""
    if error is None or not error.startswith(_SAID):
        return None
    sentence = error.partition("\n")[0].removeprefix(_SAID)
    if found := _FUNCTION.search(sentence):
        return f"h {found['name']}"
    if sentence.startswith("usage: ") or ": " not in sentence:
        return None
    last = sentence.rpartition(": ")[2].rpartition("; ")[2]  # the text before was typed
    if last.endswith("?"):
        last = last.removeprefix("did you mean ").removesuffix("?")
    clauses = last.removeprefix("type ").split(", ")
    return next(
        (line for each in clauses for line in _beginnings(each) if works(line, snapshot)), None
    )


def _beginnings(text: str) -> Iterator[str]:
    """Yield the beginnings of a text that parse, longest first."""
    words = text.split(" ")[:_MOST_WORDS]
    for count in range(len(words), 0, -1):
        if parse(line := " ".join(words[:count])).parts:
            yield line


def _typed(meant: Meant, match: Match, snapshot: Snapshot) -> str | None:
    """Return the corrected line with `meant` in place of the slip, or None if it cannot run now."""
    if meant.kind == "Elixir function" or meant.line is None:
        return meant.line
    problem = match.problems[0]
    first = problem.meant[0].line if problem.meant else None
    before, after = match.text[: problem.start - match.start], ""
    if first and problem.fix and first in problem.fix:
        before, _, after = problem.fix.partition(first)
    line = f"{before}{meant.line}{after}" if meant.kind == "command" else meant.line
    return line if works(line, snapshot) else None


def _about(meant: Meant, snapshot: Snapshot) -> str:
    """Return the text for a correction that cannot run now: what it needs, or its help page."""
    part = parse(meant.line or meant.text).parts[0]
    if part.command is None:  # the name of a store or a process that has ended
        return f"did you mean {proposed([meant])}?"
    if meant.line is not None and snapshot.design is None and needs_a_system(part, snapshot):
        return (
            f"did you mean `{part.command.usage}`? But {snapshot.idle}: {snapshot.gone or _START}"
        )
    ending = ends(part, snapshot) and can_run(part, snapshot)
    return _page(part, part.text if ending else part.command.usage)


def _page(part: Match, usage: str) -> str:
    assert part.command is not None
    words = part.command.words
    topic = part.args.get("topic")
    if words == "help" and topic and is_topic(topic):  # not any other text, which is only copied
        words = usage = str(topic)
    return f"did you mean `{usage}`? To read about it: help {words}"


def page_of(match: Match) -> str:
    """Return the message of the line's first problem.

    For a slip, it names the help page of the command that was probably meant.
    """
    problem = match.problems[0]
    if problem.kind == "unclosed" and problem.fix is not None:
        return problem.message.removesuffix(f", as in {excerpt(problem.fix, 60)}")
    if match.bare is None or not problem.meant:
        return problem.message
    named = match.text[problem.start - match.start : problem.end - match.start]
    part = parse(problem.meant[0].line or problem.meant[0].text).parts[0]
    usage = part.command.usage if part.command is not None else ""
    return f"no command {excerpt(named)}: {_page(part, usage)}"
