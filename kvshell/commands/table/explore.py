"""Rows: every schedule, and signals held in flight by hand."""

from typing import Final

from kvshell.commands.choices import Choice
from kvshell.commands.command import Command, Example
from kvshell.commands.kinds import Target
from kvshell.commands.params import Param
from kvshell.commands.process_kinds import Receiver, Sender
from kvshell.commands.table.words import STEPS

TARGET: Final = Param("target", Target(), label="PATH or LINE")
SOURCE: Final = Param("source", Sender(), label="A")
TO: Final = Param("to", Choice("to", "the word to", {"to": ""}), label="to")
RECEIVER: Final = Param("target", Receiver(), label="B")
PLACE: Final = STEPS._replace(about="which signal of the channel; 1 is the oldest")
FAR: Final = STEPS._replace(about="how many steps; 1")

HELD: Final = ("set law spec", "start manager", "as b create store s1")
BEAM: Final = "under beam a signal arrives as it is sent: nothing is ever on its way"
WALKS: Final = (
    "** (CommandError) {word} walks through a schedule: kvshell explore PATH --replay TOKEN, "
    "with a token of the table that kvshell explore PATH prints"
)
CREATE: Final = {"plain": 'call {:create_store, "s1"}', "*": 'call {:create, "s1"}'}
CAST: Final = 'cast {:create, "s1"}'


def _of_designs(text: str, library: str) -> dict[str, str]:
    """Fill in what `create` sends in each design; in `library` it asks the buckets' supervisor."""
    return {
        "library": library,
        "plain": text.format(manager="KeyVal.Manager", create=CREATE["plain"]),
        "map": text.format(manager="KV.Registry", create=CAST),
        "ets-cast": text.format(manager="KV.Registry", create=CAST),
        "ets": text.format(manager="KV.Registry", create=CREATE["*"]),
    }


ROWS: Final = (
    Command(
        path=("back",),
        params=(FAR,),
        summary="go back in the schedule one walks through",
        doc="""`kvshell explore PATH --replay TOKEN` opens a schedule; `next` and `back` walk, and
between two steps `registry`, `cache`, `mailbox` and the other looks show the system as it
stands.""",
        answers="what comes next there",
        examples=(
            Example("back", WALKS.format(word="back"), note="only inside --replay"),
            Example("back 5", WALKS.format(word="back"), started=False),
        ),
        elixir="# no such call",
        python="walk.feed('back')",
        effects="none",
        group="race",
        handler="study.back",
        search=("previous", "undo", "rewind", "schedule"),
        see=("next", "explore"),
    ),
    Command(
        path=("deliver",),
        params=(SOURCE, TO, RECEIVER, PLACE),
        summary="hand over the oldest signal on its way from A to B",
        doc="""After `set law spec` a line ends with its signals on their way; `inflight` lists
them. A and B are processes, clients included. What one process sends to one other arrives in the
order sent, so a later signal of the same channel is refused; nothing orders two channels. `settle`
hands over everything.""",
        answers="what was delivered, and how much its channel still holds",
        examples=(
            Example(
                "deliver b to manager",
                _of_designs(
                    "delivered {create}, 0 left in its channel",
                    "** (CommandError) nothing is on its way from b to manager: "
                    "inflight lists what is",
                ),
                setup=HELD,
                started=False,
            ),
            Example("deliver manager to shell", f"** (CommandError) {BEAM}"),
        ),
        elixir="# no such call: the BEAM delivers",
        python="runtime.channels.deliver(source, target)",
        effects="none",
        group="race",
        handler="flights.deliver",
        search=("arrive", "message", "order", "channel", "law", "signal"),
        see=("inflight", "settle", "set"),
    ),
    Command(
        path=("explore",),
        params=(TARGET,),
        summary="run a document or a line under every schedule, and say what fails and why",
        doc="""Every order of events that can make a difference is run for real, in fresh systems;
yours is not touched. The answer is a verdict under two delivery laws, not a sample. Under `spec`
only what one process sends to one other keeps its order; under `beam` a signal is in the receiver's
mailbox at once.

`explore create store s; stop s; lookup s` takes a line; `explore races/bogus-barrier` a document,
whose `session=` blocks are clients that run side by side. `kvshell explore PATH` knows more:
`--replay TOKEN` walks through one schedule, `--odds 2000` says how often real threads show it.""",
        answers="a sentence, the counts, a diagram of the schedule, a table of outcomes",
        examples=(
            Example("explore create store s; lookup s", ""),
            Example("explore create store s; stop s; lookup s", "", started=False),
        ),
        elixir="# no such call: Concuerror does it for compiled Erlang",
        python="explore.check(program)",
        effects="none",
        group="race",
        handler="study.explore",
        search=("race", "interleaving", "schedule", "concuerror", "flaky", "verdict", "all orders"),
        see=("repeat", "compare", "inflight"),
    ),
    Command(
        path=("inflight",),
        params=(),
        summary="list the signals that are on their way",
        doc="""Only `set law spec`, before `start manager`, keeps signals on their way: messages,
requests, answers, `:DOWN`s, exit signals. A line that waits hands over what it waits for: first
what is on its way to this shell, then what the line set off, and what earlier lines left only when
that is not enough. `as b stop s1` makes another client wait instead. `settle` hands over
everything, and so does `sleep`: time moves when nothing else can.

The chapter's cure by hand: `set law spec`, `start manager`, `create store s`, `stop s`,
`create store bogus`, `lookup s`.""",
        answers="a table, or that nothing is on its way",
        examples=(
            Example(
                "inflight",
                _of_designs(
                    "from ...\nclient b  {manager}  {create} ...\n1 signal on the way",
                    "from ...\nclient b  KV.BucketSupervisor ...\n1 signal on the way",
                ),
                setup=HELD,
                started=False,
            ),
            Example("inflight", BEAM),
        ),
        elixir="# no such call: nobody can see them",
        python="runtime.channels.all()",
        effects="look",
        group="race",
        handler="flights.inflight",
        search=("channel", "message", "law", "on the way", "pending", "signal"),
        see=("deliver", "settle", "mailbox"),
    ),
    Command(
        path=("next",),
        params=(FAR,),
        summary="go on in the schedule one walks through",
        doc="""`kvshell explore PATH --replay TOKEN` opens a schedule; `next 5` takes five steps.
What comes next is told, and what could have come instead.""",
        answers="the steps taken, and what comes next",
        examples=(
            Example("next", WALKS.format(word="next"), note="only inside --replay"),
            Example("next 5", WALKS.format(word="next"), started=False),
        ),
        elixir="# no such call",
        python="walk.feed('next')",
        effects="none",
        group="race",
        handler="study.next_",
        search=("step", "forward", "schedule"),
        see=("back", "explore", "step"),
    ),
)
