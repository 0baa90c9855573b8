"""Commands that explore schedules, and that hold and deliver signals in flight."""

from typing import Final

from kvshell.commands.table.row import LINE, ROUNDS, STEPS, TEST_PATH, Command, Example
from kvshell.commands.types.parameter import Param
from kvshell.commands.types.rest_types import TargetType
from kvshell.commands.types.simple_types import ChoiceType
from kvshell.commands.types.term_types import ReceiverType, SenderType

TARGET: Final = Param("target", TargetType(), label="PATH or LINE")
SOURCE: Final = Param("source", SenderType(), label="A")
_BETWEEN: Final = "the word `to`, between the two processes"
TO: Final = Param("to", ChoiceType("to", _BETWEEN, {"to": ""}), label="to")
RECEIVER: Final = Param("target", ReceiverType(), label="B")
PLACE: Final = STEPS._replace(about="which signal of the channel; 1 is the oldest")
FAR: Final = STEPS._replace(about="how many steps; default 1")

COMPARED: Final = """design    answer                               because
plain     #PID<0.102.0>; {:ok, #PID<0.102.0>}  ...
map       :ok; {:ok, #PID<0.104.0>}            ...
ets-cast  :ok; :error                          ...
ets       #PID<0.104.0>; {:ok, #PID<0.104.0>}  ...
library   #PID<0.105.0>; {:ok, #PID<0.105.0>}  ..."""
HELD: Final = ("set law spec", "start manager", "as b create store s1")
BEAM: Final = "under beam a signal arrives as soon as it is sent: nothing is ever on its way"
WALKS: Final = (
    "** (CommandError) {word} works in an open schedule: kvshell explore PATH --replay "
    "TOKEN, with a token from the table that kvshell explore PATH prints"
)
CREATE: Final = {"plain": 'call {:create_store, "s1"}', "*": 'call {:create, "s1"}'}
CAST: Final = 'cast {:create, "s1"}'


def _of_designs(text: str, library: str) -> dict[str, str]:
    """Return `text` per design, with the manager's name and what `create` sends filled in.

    `library` is the text for the design of that name, where `create` calls the buckets' supervisor.
    """
    return {
        "library": library,
        "plain": text.format(manager="KeyVal.Manager", create=CREATE["plain"]),
        "map": text.format(manager="KV.Registry", create=CAST),
        "ets-cast": text.format(manager="KV.Registry", create=CAST),
        "ets": text.format(manager="KV.Registry", create=CREATE["*"]),
    }


ROWS: Final = (
    Command(
        path=("explore",),
        params=(TARGET,),
        summary="run a document or a line under every schedule; say what fails and why",
        doc="""Tries every order of events that can make a difference, each in a fresh system; yours
is not touched. The result is a verdict under two delivery laws, not a sample. Under `spec`, order
is guaranteed only between one sender and one receiver; under `beam`, a signal is in the receiver's
mailbox as soon as it is sent.

`explore create store s; stop s; lookup s` explores a line; `explore races/bogus-barrier` explores a
document, whose `session=` blocks are concurrent clients; `PATH:LINE` is the part with this line of
one that starts anew with `fresh` or `reset`. Options go before or after it, as in
`kvshell explore PATH`: `--law beam`, `--budget N`, `--steps N`, `--timeouts any`, `--design map`,
`--odds 2000` (how often it fails on real threads), `--all` (a schedule of each outcome), `--list`,
`--diagram`, `--mermaid`, `--json`. `--crash 1` kills one process anywhere, supervisors included, so
a line may find that no manager runs.

A token names one schedule: `--replay spec:0.1`, after the same line or document, steps through the
one that the table of outcomes lists with `spec:0.1`. In a token `z5` is five zeros.

In a diagram an arrow is a signal that reaches a mailbox; its receiver may handle it later. A dotted
one arrives after something else has come in between (`~>` in a list), and one that ends in a cross
finds its receiver dead, or no longer waiting (`-x`). An arrow may be two steps, and steps that
explain nothing are hidden; `earlier:` names a line that had run before. A client ends after its
last line or its first failure; then its names are free.

`explore from here LINE` starts from the current state: signals on their way, clients waiting for an
answer, running timers. Without LINE, only these continue, and the outcome is what the clients, the
shell and the stores come to; `as b get s1 k` makes a client that
waits. The session has to run in fixed steps: in a batch, or after `set law spec` or `set law beam`,
before `start manager`. Its law is the one that is searched, unless `--law` names another.""",
        answers="the cause, the counts, a diagram of the schedule, a table of outcomes",
        examples=(
            Example("explore create store s; lookup s", ""),
            Example("explore create store s; stop s; lookup s", "", started=False),
            Example(
                "explore from here create store bogus; lookup s",
                "",
                setup=("set law spec", "start manager", "create store s", "settle", "stop s"),
                started=False,
                note="the `:DOWN` of s is on its way",
            ),
        ),
        elixir="# no such call: Concuerror does this for compiled Erlang",
        python="explore.check(program)",
        effects="none",
        handler="study.explore",
        search=("race", "interleaving", "schedule", "concuerror", "flaky", "verdict", "all orders"),
        see=("repeat", "compare", "inflight"),
    ),
    Command(
        path=("compare",),
        params=(LINE,),
        summary="run LINE in all five designs side by side, and say why they differ",
        doc="""Each design runs in a fresh system, which is then discarded; yours is not touched.
`compare create store a; lookup a` shows the chapter's first race, `compare create store a; suspend
manager; stop a; lookup a` the second.""",
        answers="a table: one row per design, with the reason",
        examples=(
            Example(
                "compare create store a; lookup a",
                {"library": COMPARED, "*": COMPARED},
            ),
            Example(
                "compare stop manager; lookup a",
                "...\nplain     :ok; ** (exit) exited in: ...\n...",
                started=False,
                note="no system has to be running",
            ),
        ),
        elixir="# five projects, five times iex -S mix",
        python='session.run("compare LINE")',
        effects="none",
        handler="study.compare",
        search=("diff", "versus", "designs", "side", "difference"),
        see=("explain", "repeat", "designs"),
    ),
    Command(
        path=("repeat",),
        params=(ROUNDS, LINE),
        summary="run LINE N times in the running system and count the outcomes",
        doc="""The system settles between rounds; `{n}` is the number of the round. A batch has one
schedule, so every round has the same outcome. On real threads - at the prompt, or in a batch with
`--free` - the operating system decides which process runs while a line waits: in `ets`, `repeat
1000 create store a; stop a; lookup a` finds the dead process now and then, and in `ets-cast`
`repeat 1000 create store a{n}; sleep 1; lookup a{n}` is sometimes too early, which is the chapter's
"intermittently". A line that does not wait is not interrupted.""",
        answers="a table of outcomes with their counts",
        examples=(
            Example(
                "repeat 3 create store a{n}; lookup a{n}",
                {
                    "ets-cast": "rounds    share  answer ...\n"
                    "     3  100.0 %  :ok; :error ...\n...",
                    "*": "rounds    share  answer ...\n"
                    "     3  100.0 %  ...; {:ok, #PID<...>} ...\n...",
                },
            ),
            Example(
                "repeat 20 self",
                "rounds    share  answer ...\n    20  100.0 %  #PID<0.100.0> ...\n...",
            ),
        ),
        elixir="for n <- 1..<count>, do: <line>",
        python="for n in range(1, <count> + 1): session.run(<line>)",
        effects="none",
        handler="study.repeat",
        search=("loop", "times", "many", "count", "for", "intermittently", "stress"),
        see=("compare", "as"),
    ),
    Command(
        path=("next",),
        params=(FAR,),
        summary="step forward in the schedule",
        doc="""`kvshell explore PATH --replay TOKEN` opens a schedule; `next 5` takes five steps. It
shows what comes next, and what could come instead.""",
        answers="the steps taken, and what comes next",
        examples=(
            Example("next", WALKS.format(word="next"), note="only inside --replay"),
            Example("next 5", WALKS.format(word="next"), started=False),
        ),
        elixir="# no such call",
        python="walk.feed('next')",
        effects="none",
        handler="study.next_",
        search=("step", "forward", "schedule"),
        see=("back", "explore", "step"),
    ),
    Command(
        path=("back",),
        params=(FAR,),
        summary="step back in the schedule",
        doc="""`kvshell explore PATH --replay TOKEN` opens a schedule; `next` and `back` move
through it, and between two steps `registry`, `cache`, `mailbox` and similar commands show the
system at that point.""",
        answers="what comes next there",
        examples=(
            Example("back", WALKS.format(word="back"), note="only inside --replay"),
            Example("back 5", WALKS.format(word="back"), started=False),
        ),
        elixir="# no such call",
        python="walk.feed('back')",
        effects="none",
        handler="study.back",
        search=("previous", "undo", "rewind", "schedule"),
        see=("next", "explore"),
    ),
    Command(
        path=("inflight",),
        params=(),
        summary="list the signals in flight",
        doc="""Signals - messages, requests, replies, `:DOWN`s, exit signals - stay on their way
only after `set law spec`, given before `start manager`. A line that waits delivers what it waits
for: first the signals for this shell, then those that the line caused, and those left by earlier
lines only if that is not enough. `as b stop s1` makes another client wait instead. `settle`
delivers everything, and so does `sleep`: time moves when nothing else can.

The chapter's fix, by hand: `set law spec`, `start manager`, `create store s`, `stop s`, `create
store bogus`, `lookup s`.""",
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
        python="runtime.channels.all() if runtime.channels else []",
        effects="look",
        handler="tracing.inflight",
        search=("channel", "message", "law", "on the way", "pending", "signal"),
        see=("deliver", "settle", "mailbox"),
    ),
    Command(
        path=("deliver",),
        params=(SOURCE, TO, RECEIVER, PLACE),
        summary="deliver the oldest signal in flight from A to B",
        doc="""After `set law spec` a line can end with its signals still on their way; `inflight`
lists them. A and B are processes, clients included. Signals from one process to another arrive in
the order sent, so a later signal of the same channel is refused; signals of different channels have
no order. `settle` delivers everything.""",
        answers="what was delivered, and how many signals its channel still holds",
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
        handler="tracing.deliver",
        search=("arrive", "message", "order", "channel", "law", "signal"),
        see=("inflight", "settle", "set"),
    ),
    Command(
        path=("test",),
        params=(TEST_PATH,),
        summary="run a file or folder of ExUnit tests, as kvshell test does",
        doc="""Prints what `mix test --trace` prints. The tests run in a system of their own: yours
is not touched. `test FILE:LINE` runs the test at a line. `kvshell test --explore PATH` runs each
test under every schedule, `explore FILE:LINE` one of them: a test is red if it fails in the order
of a plain run, green by luck if it fails in another order only.""",
        answers="each test, its failure below it, and the counts",
        examples=(
            Example("test test/kv/registry_test.exs", ""),
            Example("test test/kv/registry_test.exs:19", "", started=False),
        ),
        elixir="mix test --trace <path>",
        python='subprocess.run(["kvshell", "test", <path>])',
        effects="none",
        handler="shell.test",
        search=("mix", "ExUnit", "exunit", "assert", "check", "spec"),
        see=("explore", "load"),
    ),
)
