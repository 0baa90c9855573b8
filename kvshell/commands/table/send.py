"""Commands that send messages, and that run lines as other clients."""

from typing import Final

from kvshell.commands.table.row import CLIENT, LINE, MESSAGE, PROCESS, Command, Example
from kvshell.commands.types.parameter import Param
from kvshell.commands.types.simple_types import ChoiceType
from kvshell.systems.designs import interactions
from kvshell.systems.designs.interactions import Interaction

SWITCH: Final = Param(
    "switch",
    ChoiceType(
        "SWITCH",
        "on, off or show",
        {
            "on": "after each line, report what was sent",
            "off": "stop reporting",
            "show": "draw what the last line sent",
        },
    ),
)
FORM: Final = Param(
    "form",
    ChoiceType("FORM", "--mermaid", {"--mermaid": "as a Mermaid diagram, for documents"}),
    optional=True,
)
CREATE: Final = 'call manager {:create, "s1"}'
NO_PROCESS: Final = (
    "    ** (EXIT) no process: the process is not alive or there's no process currently "
    "associated with the given name, possibly because its application isn't started"
)

ROWS: Final = (
    Command(
        path=("call",),
        params=(PROCESS, MESSAGE),
        summary="send a request to a process and wait for its answer",
        doc="""`GenServer.call` with a timeout of five seconds. A request that the process has no
clause for crashes it.""",
        answers="the answer",
        examples=(
            Example(
                CREATE,
                {
                    "plain": "** (exit) exited in: GenServer.call(KeyVal.Manager, "
                    '{:create, "s1"}, 5000)\n...',
                    "ets": "#PID<0.104.0>",
                    "library": '** (exit) exited in: GenServer.call(KV.Registry, {:create, "s1"}, '
                    "5000)\n...",
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
        handler="messages.call",
        runs_as_elixir=True,
        sends=interactions.call("shell", "<process>", "<message>", "the answer, within 5 s"),
        ends=True,
        search=("GenServer.call", "ask", "request", "send"),
        see=("cast", "crash"),
    ),
    Command(
        path=("cast",),
        params=(PROCESS, MESSAGE),
        summary="send a request to a process and do not wait",
        doc="`GenServer.cast`: `:ok` at once, even if the process is dead or does not exist.",
        answers=":ok",
        examples=(
            Example('cast manager {:create, "s1"}', ":ok"),
            Example(
                "cast b :ping",
                ":ok",
                setup=("create store s1", "{:ok, b} = lookup s1", "stop b"),
                note="to a dead process, too",
            ),
        ),
        elixir="GenServer.cast(<process>, <message>)",
        python="gen_server.cast(<process>, <message>)",
        effects="cast",
        handler="messages.cast",
        runs_as_elixir=True,
        sends=(Interaction("shell", "<process>", "cast", "<message>: the shell goes on with :ok"),),
        ends=True,
        search=("GenServer.cast", "send", "tell", "notify", "async"),
        see=("call", "mailbox"),
    ),
    Command(
        path=("as",),
        params=(CLIENT, LINE),
        summary="run LINE in another client process, without waiting for it",
        doc="""\
The client has its own pid. It reads the shell's bindings, and what it binds is its own. The prompt
returns at once, and the client's answer arrives as an event, `~ b: ...`. This is how to hold a
*call* open, as in `suspend manager`, `as b create store s1`, `mailbox manager`.""",
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
                note="a different process from yours",
            ),
        ),
        elixir="spawn(fn -> <line> end)",
        python="session.client(<client>, <line>)",
        effects="spawn",
        handler="messages.as_client",
        sends=(
            Interaction("shell", "client <client>", "spawn", "if it is new"),
            Interaction("shell", "client <client>", "cast", "the line; the shell goes on with :ok"),
            Interaction("client <client>", "shell", "event", "~ <client>: the answer", later=True),
        ),
        search=("client", "spawn", "other", "background", "async", "concurrent", "Task.async"),
        see=("suspend", "mailbox", "repeat"),
    ),
    Command(
        path=("messages",),
        params=(SWITCH, FORM),
        summary="show who sent what to whom, after each line or as a diagram",
        doc="""After `messages on`, each line is followed by the traffic it caused: calls, casts,
replies, monitors, `:DOWN`s, exits, reads and writes of tables. `messages show` draws the last line
as a sequence diagram if the terminal is wide enough, `messages show --mermaid` writes it for
documents. While this is on, every call is a real message: nothing runs on its caller's thread.""",
        answers=":ok, and an event after each line; a diagram",
        examples=(
            Example(
                "get s1 milk",
                {
                    "plain": 'nil\n~ shell -> s1  call {:get, "milk"}\n~ s1 -> shell  reply nil',
                    "*": "nil\n"
                    "~ shell -> s1  call {:get, #Function<1.16313657/1 in KV.Bucket.get/2>}\n"
                    "~ s1 -> shell  reply nil",
                },
                setup=("create store s1", "messages on"),
            ),
            Example("messages off", ":ok", setup=("messages on",)),
            Example(
                "messages show",
                "** (CommandError) nothing was recorded: messages on",
                note="first messages on, then a line that sends something",
            ),
        ),
        elixir=":dbg.tracer(); :dbg.p(:all, [:m])",
        python="session.trace.start()",
        effects="look",
        handler="tracing.messages",
        search=("trace", "diagram", "sequence", "arrows", "dbg", "sys.trace", "mermaid"),
        see=("explain", "mailbox"),
    ),
    Command(
        path=("monitor",),
        params=(PROCESS,),
        summary="get a message when a process dies",
        doc="""Returns a reference. When the process dies, this shell gets one message, `{:DOWN,
ref, :process, pid, reason}`; `flush` shows it. If the process is already dead, the message comes at
once, with the reason `:noproc`.""",
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
        handler="messages.monitor",
        runs_as_elixir=True,
        sends=(
            Interaction("shell", "<process>", "monitor", "the answer is its reference"),
            Interaction(
                "<process>", "shell", "signal", ":DOWN, when it dies: flush shows it", later=True
            ),
        ),
        search=("Process.monitor", "watch", "DOWN", "observe", "link"),
        see=("flush", "kill"),
    ),
    Command(
        path=("flush",),
        params=(),
        summary="print the messages in this shell's mailbox and remove them",
        doc="As in iex. The `:DOWN` messages of `monitor` arrive there.",
        answers="the messages, then :ok",
        examples=(
            Example("flush", ":ok", note="nothing has arrived"),
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
        handler="messages.flush",
        search=("messages", "inbox", "receive", "mailbox"),
        see=("monitor", "mailbox"),
    ),
    Command(
        path=("self",),
        params=(),
        summary="return the pid of this shell",
        doc="The shell is a process too: it makes the calls, and it has a mailbox.",
        answers="#PID<0.100.0>",
        examples=(
            Example("self", "#PID<0.100.0>"),
            Example("self()", "#PID<0.100.0>", started=False),
        ),
        elixir="self()",
        python="process.self_()",
        effects="none",
        handler="messages.self_",
        runs_as_elixir=True,
        search=("pid", "whoami", "me", "shell"),
        see=("flush", "processes"),
    ),
)
