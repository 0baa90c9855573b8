"""Rows: messages by hand, other clients, and tables of one's own."""

from typing import Final

from kvshell.commands.command import Command, Example
from kvshell.commands.table.words import (
    CLIENT,
    KEY,
    LABEL,
    LINE,
    MESSAGE,
    OPTIONS,
    PROCESS,
    ROW,
    SOME_KEY,
    TABLE,
)

CREATE: Final = 'call manager {:create, "s1"}'
NO_PROCESS: Final = (
    "    ** (EXIT) no process: the process is not alive or there's no process currently "
    "associated with the given name, possibly because its application isn't started"
)
INFO: Final = """fact              value
...
name              :t
type              :set
protection        :protected
owner             #PID<0.100.0>
...
size              {size}
..."""
TABLE_MADE: Final = ("t = ets new t set protected",)
ROW_MADE: Final = (*TABLE_MADE, 'ets insert t {"foo", self()}')

ROWS: Final = (
    Command(
        path=("as",),
        params=(CLIENT, LINE),
        summary="run LINE in another client process, without waiting for it",
        doc="""The client has a pid and bindings of its own. The prompt comes back at once, and the
client's answer arrives as an event, `~ b: ...`: the way to hold a *call* open, as in
`suspend manager`, `as b create store s1`, `mailbox manager`.""",
        answers=":ok; the client's answer comes later as ~ CLIENT: answer",
        examples=(
            Example(
                "as b lookup s1",
                {"plain": ":ok\n~ b: {:ok, #PID<0.102.0>}", "*": ":ok\n~ b: {:ok, #PID<0.104.0>}"},
                setup=("create store s1",),
            ),
            Example(
                "as b self",
                {"plain": ":ok\n~ b: #PID<0.102.0>", "*": ":ok\n~ b: #PID<0.104.0>"},
                note="another process than yours",
            ),
        ),
        elixir="spawn(fn -> <line> end)",
        python="session.client(<client>, <line>)",
        effects="spawn",
        group="send",
        handler="clients.as_client",
        search=("client", "spawn", "other", "background", "async", "concurrent", "Task.async"),
        see=("suspend", "mailbox", "repeat"),
    ),
    Command(
        path=("call",),
        params=(PROCESS, MESSAGE),
        summary="send a request to a process and wait for its answer",
        doc="""`GenServer.call` with five seconds of patience. A request the process has no clause
for crashes it.""",
        answers="the answer",
        examples=(
            Example(
                CREATE,
                {
                    "plain": "** (exit) exited in: GenServer.call(KeyVal.Manager, "
                    '{:create, "s1"}, 5000)\n...',
                    "ets": "#PID<0.104.0>",
                    "*": '** (exit) exited in: GenServer.call(KV.Registry, {:create, "s1"}, 5000)'
                    "\n...",
                },
                note="a process that has no clause for it crashes",
            ),
            Example(
                "call b :ping",
                {
                    "plain": "** (exit) exited in: GenServer.call(#PID<0.102.0>, :ping, 5000)\n"
                    + NO_PROCESS,
                    "*": "** (exit) exited in: GenServer.call(#PID<0.104.0>, :ping, 5000)\n"
                    + NO_PROCESS,
                },
                setup=("create store s1", "{:ok, b} = lookup s1", "stop b"),
            ),
        ),
        elixir="GenServer.call(<process>, <message>)",
        python="gen_server.call(<process>, <message>)",
        effects="call",
        group="send",
        handler="messages.call",
        search=("GenServer.call", "ask", "request", "send"),
        see=("cast", "crash"),
    ),
    Command(
        path=("cast",),
        params=(PROCESS, MESSAGE),
        summary="send a request to a process and do not wait",
        doc="`GenServer.cast`: `:ok` at once, also when the process is dead or does not exist.",
        answers=":ok",
        examples=(
            Example('cast manager {:create, "s1"}', ":ok"),
            Example(
                "cast b :ping",
                ":ok",
                setup=("create store s1", "{:ok, b} = lookup s1", "stop b"),
                note="to the dead too",
            ),
        ),
        elixir="GenServer.cast(<process>, <message>)",
        python="gen_server.cast(<process>, <message>)",
        effects="cast",
        group="send",
        handler="messages.cast",
        search=("GenServer.cast", "send", "tell", "notify", "async"),
        see=("call", "mailbox"),
    ),
    Command(
        path=("ets", "delete"),
        params=(TABLE, SOME_KEY),
        summary="delete the row of KEY, or the whole table",
        doc="Always `true`, whether there was such a row or not. Only the owner of a protected "
        "table may.",
        answers="true",
        examples=(
            Example("ets delete t foo; ets lookup t foo", "true\n[]", setup=ROW_MADE),
            Example("ets delete t", "true", setup=TABLE_MADE, note="the table itself"),
        ),
        elixir=":ets.delete(<table>, <key>)",
        python="ets.delete(<table>, <key>)",
        effects="none",
        group="send",
        handler="tables.ets_delete",
        search=("ets.delete", "remove", "drop"),
        see=("ets insert", "ets list"),
    ),
    Command(
        path=("ets", "info"),
        params=(TABLE,),
        summary="say what a table is",
        doc="Type, protection, owner, size, memory, how often it was read.",
        answers="a view",
        examples=(
            Example("ets info t", INFO.format(size=0), setup=TABLE_MADE),
            Example("ets info t", INFO.format(size=1), setup=ROW_MADE),
        ),
        elixir=":ets.info(<table>)",
        python="ets.info(<table>)",
        effects="look",
        group="send",
        handler="tables.ets_info",
        search=("ets.info", "describe", "size", "memory"),
        see=("tables", "cache"),
    ),
    Command(
        path=("ets", "insert"),
        params=(TABLE, ROW),
        summary="insert a row, a tuple whose first element is its key",
        doc="""In a set a row replaces the one with the same key. `self()` is the shell's pid and
`$b` the value bound to `b`. A protected table takes rows from its owner alone.""",
        answers="true",
        examples=(
            Example('ets insert t {"foo", self()}', "true", setup=TABLE_MADE),
            Example(
                'ets insert t [{"a", 1}, {"b", 2}]; ets list t',
                'true\n[{"a", 1}, {"b", 2}]',
                setup=TABLE_MADE,
                note="several rows",
            ),
        ),
        elixir=":ets.insert(<table>, <row>)",
        python="ets.insert(<table>, <row>)",
        effects="none",
        group="send",
        handler="tables.ets_insert",
        search=("ets.insert", "add", "write", "put"),
        see=("ets lookup", "ets new"),
    ),
    Command(
        path=("ets", "list"),
        params=(TABLE,),
        summary="list the rows of a table",
        doc="Sets in the order of insertion, an `ordered_set` in term order.",
        answers="a list of tuples",
        examples=(
            Example("ets list t", '[{"foo", #PID<0.100.0>}]', setup=ROW_MADE),
            Example(
                "ets list KV.Registry",
                {
                    "ets": '[{"s1", #PID<0.104.0>}]',
                    "ets-cast": '[{"s1", #PID<0.104.0>}]',
                    "*": "** (ArgumentError) errors were found at the given arguments:\n\n"
                    "  * 1st argument: the table identifier does not refer to an existing ETS "
                    "table",
                },
                setup=("create store s1",),
                note="the names' table, where the design has one",
            ),
        ),
        elixir=":ets.tab2list(<table>)",
        python="ets.tab2list(<table>)",
        effects="read",
        group="send",
        handler="tables.ets_list",
        search=("tab2list", "rows", "all", "dump", "ets.tab2list"),
        see=("ets lookup", "cache"),
    ),
    Command(
        path=("ets", "lookup"),
        params=(TABLE, KEY),
        summary="read the rows of KEY from a table",
        doc="Asks no process: the reader reads. An empty list when there is no such key.",
        answers="a list of tuples",
        examples=(
            Example("ets lookup t foo", '[{"foo", #PID<0.100.0>}]', setup=ROW_MADE),
            Example("ets lookup t bar", "[]", setup=ROW_MADE),
        ),
        elixir=":ets.lookup(<table>, <key>)",
        python="ets.lookup(<table>, <key>)",
        effects="read",
        group="send",
        handler="tables.ets_lookup",
        search=("ets.lookup", "read", "get", "find"),
        see=("ets insert", "ets list"),
    ),
    Command(
        path=("ets", "new"),
        params=(LABEL, OPTIONS),
        summary="make an ETS table of this shell's own",
        doc="""The first screen of the ETS chapter. The answer is a reference to keep in a binding,
`t = ets new t`; with `named_table` it is the name, and the name is enough. The table dies with its
owner. Without options it is a protected set: everybody reads, the owner writes.""",
        answers="#Reference<..>, or the name with named_table",
        examples=(
            Example("ets new buckets named_table", ":buckets"),
            Example(
                'ets insert t {"foo", 1}; ets lookup t foo',
                'true\n[{"foo", 1}]',
                setup=TABLE_MADE,
            ),
        ),
        elixir=":ets.new(<atom>, [<options>])",
        python="ets.new(<atom>, [<options>])",
        effects="none",
        group="send",
        handler="tables.ets_new",
        search=("ets.new", "table", "create table", "make"),
        see=("ets insert", "tables"),
    ),
    Command(
        path=("flush",),
        params=(),
        summary="take the messages out of this shell's mailbox and print them",
        doc="As in iex. `:DOWN` messages of `monitor` end up there.",
        answers="the messages, then :ok",
        examples=(
            Example("flush", ":ok", note="nothing came"),
            Example(
                "flush",
                {
                    "plain": "{:DOWN, #Reference<...>, :process, #PID<0.102.0>, :normal}\n:ok",
                    "*": "{:DOWN, #Reference<...>, :process, #PID<0.104.0>, :normal}\n:ok",
                },
                setup=("create store s1", "monitor s1", "stop s1"),
            ),
        ),
        elixir="flush()",
        python="process.flush()",
        effects="none",
        group="send",
        handler="messages.flush",
        search=("messages", "inbox", "receive", "mailbox"),
        see=("monitor", "mailbox"),
    ),
    Command(
        path=("monitor",),
        params=(PROCESS,),
        summary="be told when a process dies",
        doc="""Answers a reference. When the process dies a message
`{:DOWN, ref, :process, pid, reason}` comes to this shell, once; `flush` shows it. The dead are
reported at once, with `:noproc`.""",
        answers="#Reference<..>",
        examples=(
            Example("monitor s1", "#Reference<...>", setup=("create store s1",)),
            Example(
                "flush",
                {
                    "plain": "{:DOWN, #Reference<...>, :process, #PID<0.102.0>, :killed}\n:ok",
                    "*": "{:DOWN, #Reference<...>, :process, #PID<0.104.0>, :killed}\n:ok",
                },
                setup=("create store s1", "monitor s1", "kill s1"),
            ),
        ),
        elixir="Process.monitor(<process>)",
        python="process.monitor(<process>)",
        effects="none",
        group="send",
        handler="messages.monitor",
        search=("Process.monitor", "watch", "DOWN", "observe", "link"),
        see=("flush", "kill"),
    ),
    Command(
        path=("self",),
        params=(),
        summary="answer this shell's own pid",
        doc="The shell is a process too: calls come from it, and it has a mailbox.",
        answers="#PID<0.100.0>",
        examples=(
            Example("self", "#PID<0.100.0>"),
            Example("self()", "#PID<0.100.0>", started=False),
        ),
        elixir="self()",
        python="process.self_()",
        effects="none",
        group="send",
        handler="messages.self_",
        search=("pid", "whoami", "me", "shell"),
        see=("flush", "processes"),
    ),
)
