"""Commands that show recorded messages, and show or deliver signals in flight (law `spec`)."""

from typing import Final

from kvshell.commands.arguments import Word
from kvshell.commands.cells import lines as text_lines
from kvshell.commands.cells import many, number, signal_word
from kvshell.commands.context import Context
from kvshell.commands.result import CommandError, Value
from kvshell.commands.trace_chart import chart, names
from kvshell.commands.view import Cell, Column, Role, TableView, Text, View, mermaid
from kvshell.runtime.processes.signals import Channels, Flight
from kvshell.terms import A, ElixirError, Pid

NOTHING: Final = "nothing is on its way"
BEAM: Final = "under beam a signal arrives as soon as it is sent: nothing is ever on its way"
THREADS: Final = (
    "on real threads a signal arrives as soon as it is sent; `set law spec` in an empty system "
    "keeps signals on their way"
)


def messages(context: Context, switch: str, form: str | None = None) -> Value | View:
    """Turn the recording of messages on or off, or show the messages of the last line."""
    if form is not None and switch != "show":
        raise CommandError("only messages show takes --mermaid: messages show --mermaid")
    if switch == "on":
        names(context)  # a process that dies in the next line still has its name now
        context.trace.start()
        return Value(A.ok)
    if switch == "off":
        context.trace.stop()
        return Value(A.ok)
    traced = context.traced
    if not traced:
        raise CommandError(
            "no line has sent anything yet: type one, then messages show"
            if context.trace.on
            else "nothing was recorded: messages on"
        )
    made = chart(traced, names(context))
    if form is None:
        return made
    return Text(tuple((Cell(line),) for line in mermaid(made).split("\n")), kept=True)


def inflight(context: Context) -> View:
    """List the signals in flight, by channel and oldest first."""
    channels = context.runtime.channels
    if not isinstance(channels, Channels):
        return text_lines(_never(context))
    flights = channels.all()
    if not flights:
        return text_lines(NOTHING)
    named = names(context)
    places: dict[tuple[Pid, Pid], int] = {}
    rows = []
    for flight in flights:
        lane = flight.source.pid, flight.target.pid
        places[lane] = places.get(lane, 0) + 1
        signal = Cell(signal_word(flight.arrive, flight.args))
        rows.append((named(lane[0]), named(lane[1]), signal, number(places[lane])))
    columns = (
        Column("from", 0),
        Column("to", 0),
        Column("signal", 0),
        Column("place", 1, "right"),
    )
    return TableView("", columns, tuple(rows), many(len(flights), "signal") + " on the way")


def deliver(context: Context, source: Word, to: str, target: Word, count: int) -> Text:
    """Deliver the oldest signal in flight from `source` to `target`.

    A `count` of n asks for the nth signal, which is an error: it cannot overtake earlier ones.
    """
    del to  # the literal word `to`
    channels = context.runtime.channels
    if not isinstance(channels, Channels):
        raise CommandError(_never(context))
    if not len(channels):
        raise CommandError(NOTHING)
    lane = _lane(context, channels, source, target)
    if not lane:
        _process(context, source), _process(context, target)  # raises if a name is unknown
        raise CommandError(
            f"nothing is on its way from {source.text} to {target.text}: inflight lists what is"
        )
    if count > len(lane):
        raise CommandError(
            f"only {many(len(lane), 'signal')} from {source.text} to {target.text} "
            f"{'is' if len(lane) == 1 else 'are'} on the way: inflight lists what is"
        )
    if count > 1:
        raise CommandError(_overtakes(source, target, lane[0], lane[count - 1]))
    flight = channels.deliver(lane[0].source, lane[0].target)
    assert flight is not None
    left = f", {len(lane) - 1} left in its channel"
    return text_lines((Cell("delivered "), Cell(_word(flight)), Cell(left, Role.hint)))


def _overtakes(source: Word, target: Word, first: Flight, wanted: Flight) -> str:
    """Return the error for a request to deliver `wanted` before `first`, which was sent earlier."""
    return (
        f"{_word(wanted)} cannot overtake {_word(first)}: what one process sends to one other "
        f"arrives in the order sent; deliver {source.text} to {target.text} delivers the first"
    )


def _never(context: Context) -> str:
    return BEAM if context.scheduler == "controlled" else THREADS


def _word(flight: Flight) -> str:
    return signal_word(flight.arrive, flight.args)


def _lane(context: Context, channels: Channels, source: Word, target: Word) -> list[Flight]:
    """Return the signals in flight from `source` to `target`.

    Both may also be named as `inflight` prints them, which keeps the names of dead processes.
    """
    named = names(context)

    def means(word: Word, pid: Pid) -> bool:
        if named(pid).text == word.text:
            return True
        try:
            return _process(context, word) is pid
        except (CommandError, ElixirError):
            return False

    for head in channels.heads():
        if means(source, head.source.pid) and means(target, head.target.pid):
            return channels.lane(head.source, head.target)
    return []


def _process(context: Context, word: Word) -> Pid:
    """Resolve a process for `deliver`, which also accepts the name of a client."""
    client = None if word.quoted else context.clients.get(word.text)
    return context.pid(word) if client is None else client
