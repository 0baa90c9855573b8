"""Signals on their way, under the law `spec`: list them, hand one over."""

from typing import Final

from kvshell.commands.context import Context
from kvshell.commands.handlers.cells import lines, many, number
from kvshell.commands.handlers.tracing import names
from kvshell.commands.result import CommandError
from kvshell.commands.signal_words import signal_word
from kvshell.commands.values import Word
from kvshell.commands.view import Cell, Column, Role, Table, Text, View
from kvshell.runtime.channels import Channels, Flight
from kvshell.terms import ElixirError, Pid

NOTHING: Final = "nothing is on its way"
BEAM: Final = "under beam a signal arrives as it is sent: nothing is ever on its way"
THREADS: Final = (
    "on real threads a signal arrives as it is sent; "
    "reset, then set law spec, keeps signals on their way"
)


def inflight(context: Context) -> View:
    """List what is on its way, channel by channel, the oldest first."""
    channels = context.runtime.channels
    if not isinstance(channels, Channels):
        return lines(_never(context))
    flights = channels.all()
    if not flights:
        return lines(NOTHING)
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
    return Table("", columns, tuple(rows), many(len(flights), "signal") + " on the way")


def deliver(context: Context, source: Word, to: str, target: Word, count: int) -> Text:
    """Hand over the oldest signal of a channel."""
    del to  # the word between the two
    channels = context.runtime.channels
    if not isinstance(channels, Channels):
        raise CommandError(_never(context))
    if not len(channels):
        raise CommandError(NOTHING)
    lane = _lane(context, channels, source, target)
    if not lane:
        _process(context, source), _process(context, target)  # or nobody is called so
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
    return lines((Cell("delivered "), Cell(_word(flight)), Cell(left, Role.hint)))


def _overtakes(source: Word, target: Word, first: Flight, wanted: Flight) -> str:
    """Say which rule forbids the order asked for."""
    return (
        f"{_word(wanted)} cannot overtake {_word(first)}: what one process sends to one other "
        f"arrives in the order sent; deliver {source.text} to {target.text} hands over the first"
    )


def _never(context: Context) -> str:
    return BEAM if context.scheduler == "controlled" else THREADS


def _word(flight: Flight) -> str:
    return signal_word(flight.arrive, flight.args)


def _lane(context: Context, channels: Channels, source: Word, target: Word) -> list[Flight]:
    """Return what the channel holds: its ends are named as everywhere, or as `inflight` does.

    The dead keep their names there when nobody else knows them any more.
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
    """Return the process meant; here a client goes by its name, too."""
    client = None if word.quoted else context.clients.get(word.text)
    return context.pid(word) if client is None else client
