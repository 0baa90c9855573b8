"""Commands that study a line - compare, repeat, explain - and the sentences of `compare`."""

import re
from contextlib import nullcontext
from typing import Final, NamedTuple

from kvshell.commands.cells import many
from kvshell.commands.context import Context
from kvshell.commands.read.match import ParsedLine
from kvshell.commands.read.matcher import parse
from kvshell.commands.result import NOTHING, CommandError, Open, Result
from kvshell.commands.view import Cell, Column, Role, TableView, View
from kvshell.runtime import Interrupted
from kvshell.runtime.schedule.threads import late_starts
from kvshell.terms import Atom, inspect

Sentences = dict[str, str]


class DesignDifference(NamedTuple):
    """One sentence per design, for lines that contain `words` in this order.

    Each element of `words` is a set of alternatives.
    """

    words: tuple[frozenset[str], ...]
    sentences: Sentences


def _reason(*words: str, **sentences: str) -> DesignDifference:
    texts = {design.replace("_", "-"): text for design, text in sentences.items()}
    texts.setdefault("library", texts["ets"])
    return DesignDifference(tuple(frozenset(word.split("|")) for word in words), texts)


ENDS: Final = "stop|kill|crash"
CALLED: Final = "a bucket is called and answers when it is done"

# The first matching row wins: special cases come before general ones.
REASONS: Final = (
    _reason(
        "suspend",
        ENDS,
        "lookup",
        plain="lookup asks the manager, which is suspended",
        map="lookup asks the registry, which is suspended",
        ets_cast="lookup reads the table; the :DOWN that deletes the row waits",
        ets="lookup reads the table; the :DOWN that deletes the row waits",
        library="lookup does not ask the registry, and another process deletes the row",
    ),
    _reason(
        "suspend",
        "create store",
        "lookup",
        plain="create is a call to a suspended manager",
        map="the cast waits in the mailbox, and lookup after it",
        ets_cast="the cast waits in the mailbox; lookup reads the table",
        ets="create is a call to a suspended registry",
        library="the registry is not asked: the bucket writes its row itself",
    ),
    _reason(
        ENDS,
        "lookup",
        plain="nobody monitors the store: the manager keeps its pid forever",
        map="lookup is a message that comes after the :DOWN",
        ets_cast="here the :DOWN was handled before lookup read; nothing guarantees it",
        ets="here the :DOWN was handled before lookup read; nothing guarantees it",
        library="here the :EXIT was handled before lookup read; nothing guarantees it",
    ),
    _reason(
        ENDS,
        "create store",
        plain="the manager does not monitor the store: the dead pid again",
        map="the :DOWN came first: there is a new bucket",
        ets_cast="the :DOWN came first: there is a new bucket",
        ets="the :DOWN came first: there is a new bucket",
        library="the name of a dead bucket is free at once: there is a new bucket",
    ),
    _reason(
        "create store",
        "lookup|put|get|del|keys|stop|kill|crash",
        plain="create is a call: when it answers, the name is in the map",
        map="create is a cast, but lookup is a later message in the same mailbox",
        ets_cast="create is a cast: lookup reads the table before it is handled",
        ets="create is a call: when it answers, the row is in the table",
        library="when the bucket has started, it has written its row",
    ),
    _reason(
        "stop manager",
        plain="only the manager stops; its stores keep running",
        map="the supervisor stops the registry and the buckets",
        ets_cast="the supervisor stops the registry and the buckets",
        ets="the supervisor stops the registry and the buckets",
    ),
    _reason(
        "create store",
        plain="create is a call: it answers the pid",
        map="create is a cast: it answers before anything has happened",
        ets_cast="create is a cast: it answers before anything has happened",
        ets="create is a call: it answers the pid",
    ),
    _reason(
        "put|del",
        plain="a cast: it returns :ok and learns nothing more",
        map=CALLED,
        ets_cast=CALLED,
        ets=CALLED,
    ),
    _reason(
        "lookup",
        plain="lookup asks the manager",
        map="lookup asks the registry",
        ets_cast="lookup asks nobody: it reads the table",
        ets="lookup asks nobody: it reads the table",
    ),
)


def reasons(line: str, design: str) -> str:
    """Return why `line` answers as it does in `design`, or an empty string."""
    words = list(_words(parse(line)))
    for reason in REASONS:
        if _in_order(reason.words, words):
            return reason.sentences.get(design, "")
    return ""


def _words(line: ParsedLine) -> list[str]:
    found = []
    for part in line.parts:
        if part.command is not None:
            found.append(part.command.words)
        if part.inner is not None:
            found += _words(part.inner)
    return found


def _in_order(wanted: tuple[frozenset[str], ...], words: list[str]) -> bool:
    left = iter(words)
    return all(any(word in choice for word in left) for choice in wanted)


ROUND: Final = re.compile(r"\w*\{n\}\w*")  # a word of the line that contains the round number
REST: Final = re.compile(r"no process: the process is not alive.*")
NUMBERS: Final = re.compile(r"#(?:PID|Reference)<[\d.]+>")
TICKS: Final = 200  # how often a long `repeat` reports progress


class LineOutcome:
    """The rounds of `repeat` with the same outcome: their number, the first one, and its output."""

    def __init__(self, number: int, answer: str, ok: bool) -> None:
        self.first = number
        self.answer = answer
        self.ok = ok
        self.count = 0


def compare(context: Context, line: str) -> TableView:
    """Run the line in a fresh system of each design; the running system is not touched."""
    refusal = context.refusal(line, bound=False)
    if refusal is not None:
        raise CommandError(refusal)
    rows = []
    for name in context.designs:
        other = context.fresh(name)
        try:
            other.play("start manager")
            other.rest()
            message, ok = outcome(other.play(line))
        finally:
            other.close()
        rows.append(
            (
                Cell(name, Role.name),
                Cell(message, Role.plain if ok else Role.error),
                Cell(reasons(line, name), Role.hint),
            )
        )
    columns = (Column("design", 0), Column("answer", 0), Column("because", 1))
    return TableView("", columns, tuple(rows))


def repeat(context: Context, count: int, line: str) -> TableView:
    """Run the line `count` times, settling between rounds, and count the different outcomes."""
    with nullcontext() if context.scheduler == "controlled" else late_starts():
        return _repeated(context, count, line)


def _repeated(context: Context, count: int, line: str) -> TableView:
    refusal = context.refusal(line.replace("{n}", "1"))  # checked once, not in every round
    if refusal is not None:
        raise CommandError(refusal)
    outcomes: dict[str, LineOutcome] = {}
    tick = max(1, min(count // TICKS, 1_000))  # a long repeat reports its progress
    numbered = set(ROUND.findall(line))
    done = 0
    try:
        context.rest()
        for number in range(1, count + 1):
            with context.round():
                message, ok = outcome(context.play(line, number))
            if context.interrupted and not ok:
                break  # the round was cut short, so it is not an outcome
            if numbered:
                message = _unnumbered(message, numbered, number)
            kind = NUMBERS.sub("#", message)
            found = outcomes.get(kind)
            if found is None:
                found = outcomes[kind] = LineOutcome(number, message, ok)
            found.count += 1
            done = number
            context.rest()
            if number % tick == 0:
                context.progress(number, count)
            if context.interrupted:
                break
    except Interrupted:  # Ctrl-C between two rounds: report the rounds counted so far
        pass
    return _counted(context, count, done, outcomes)


def explain(context: Context, line: str) -> View:
    """Explain a line without running it: its Elixir, its Python, and who sends what to whom."""
    from kvshell.commands.help import explain as texts  # noqa: PLC0415  # imported only when needed
    from kvshell.commands.help.code_lines import KnownNames  # noqa: PLC0415

    design, bound, here = context.design, context.bindings, context.shell
    known = KnownNames(
        frozenset(bound),
        frozenset(row.name for row in context.snapshot().stores),
        frozenset(name for name, value in bound.items() if value == here),
        frozenset(name for name, value in bound.items() if isinstance(value, Atom)),
    )
    return texts.explain(context.reading(line), design.name, known, design.lines)


def outcome(results: list[Result]) -> tuple[str, bool]:
    """Return the answers of a line joined into one text, and whether all its commands succeeded."""
    return "; ".join(map(_short, results)), all(result.ok for result in results)


def _unnumbered(message: str, words: set[str], number: int) -> str:
    """Replace the numbered names in an outcome, such as `a7`, by the typed `a{n}`.

    Rounds that differ only in these names then count as equal.
    """
    for word in words:
        typed = word.replace("{n}", str(number))
        if typed in message:
            message = re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", word, message)
    return message


def _short(result: Result) -> str:
    if result.error is not None:
        return " ".join(REST.sub("no process", result.error).split())
    if result.value is not NOTHING:
        return inspect(result.value, width=None)
    return "(a view)" if result.view is not None else "(opens something)"


def _counted(
    context: Context, count: int, done: int, outcomes: dict[str, LineOutcome]
) -> TableView:
    most = sorted(outcomes.values(), key=lambda each: (-each.count, each.first))
    rows = tuple(
        (
            Cell(f"{each.count:,}", Role.number),
            Cell(f"{100 * each.count / max(done, 1):.1f} %", Role.number),
            Cell(each.answer, Role.plain if each.ok else Role.error),
            Cell(f"{each.first:,}", Role.number),
        )
        for each in most
    )
    columns = (
        Column("rounds", 0, "right"),
        Column("share", 1, "right"),
        Column("answer", 0),
        Column("first in round", 2, "right"),
    )
    caption = many(done, "round") + (f" of {count:,}, interrupted" if done < count else "")
    if context.scheduler == "controlled":
        caption += "; " + ONE_SCHEDULE.format(n=f"{done:,}")
    return TableView("", columns, rows, caption)


ONE_SCHEDULE: Final = "one schedule {n} times: use --free or explore"


def explore(context: Context, target: str) -> Open:  # noqa: ARG001
    """Ask the host to explore every schedule of `target`."""
    return Open("explore", {"target": target})


def next_(context: Context, count: int) -> Open:  # noqa: ARG001
    """Raise the error that says where stepping through a schedule is possible."""
    raise CommandError(WALKS.format(word="next"))


def back(context: Context, count: int) -> Open:  # noqa: ARG001
    """Raise the same error as `next_`."""
    raise CommandError(WALKS.format(word="back"))


WALKS: Final = (
    "{word} works in an open schedule: kvshell explore PATH --replay TOKEN, with a token "
    "from the table that kvshell explore PATH prints"
)
