"""Rows: break processes, hold them still, let time pass."""

from typing import Final

from kvshell.commands.command import Command, Example
from kvshell.commands.table.words import PROCESS, REASON, STEPS, TIME

STORE: Final = ("create store s1",)
KEPT: Final = {"plain": "{:ok, #PID<0.102.0>}", "*": ":error"}
NO_PROCESS: Final = (
    "    ** (EXIT) no process: the process is not alive or there's no process currently "
    "associated with the given name, possibly because its application isn't started"
)

ROWS: Final = (
    Command(
        path=("crash",),
        params=(PROCESS,),
        summary="make a process crash: its own handler raises",
        doc="""A bucket is asked to run a function that raises; any other process gets a call it has
no clause for. The caller sees the exit as iex prints it, the crash is logged, and the process is
dead. Its supervisor may start another: `crash manager` then shows a new registry, empty.""",
        answers="the exit, as iex prints it: the error of the line",
        examples=(
            Example(
                "crash s1",
                {
                    "plain": "** (exit) exited in: GenServer.call(#PID<0.102.0>, :boom, 5000)\n"
                    "    ** (EXIT) an exception was raised:\n"
                    "        ** (FunctionClauseError) no function clause matching in "
                    "KeyVal.Server.handle_call/3",
                    "*": "** (exit) exited in: GenServer.call(#PID<0.104.0>, "
                    "{:get, #Function<5.16313657/1 in KV.Bucket.crash/1>}, 5000)\n"
                    "    ** (EXIT) an exception was raised:\n"
                    "        ** (RuntimeError) oops in agent",
                },
                setup=STORE,
            ),
            Example(
                "lookup s1",
                KEPT,
                setup=("create store s1", "{:ok, b} = lookup s1", "cast b :boom"),
                note="any message without a clause crashes it",
            ),
        ),
        elixir={
            "plain": "GenServer.call(<process>, :boom)",
            "*": 'Agent.get(<process>, fn _ -> raise "oops in agent" end)',
        },
        python={
            "plain": "gen_server.call(<process>, A.boom)",
            "*": "agent.get(<process>, bucket.CRASH)",
        },
        effects="call",
        group="hold",
        handler="processes.crash",
        search=("raise", "fail", "break", "exception", "error", "throw"),
        see=("kill", "stop", "registry"),
    ),
    Command(
        path=("kill",),
        params=(PROCESS,),
        summary="kill a process: it cannot refuse and runs nothing more",
        doc="""Sends the exit signal `:kill` and answers `true` at once, also to the dead. Nothing
is logged and `terminate` does not run. Whoever monitors it is told `:killed`.""",
        answers="true",
        examples=(
            Example("kill s1", "true", setup=STORE),
            Example("lookup s1", KEPT, setup=("create store s1", "kill s1")),
        ),
        elixir="Process.exit(<process>, :kill)",
        python="process.exit(<process>, A.kill)",
        effects="cast",
        group="hold",
        handler="processes.kill",
        search=("Process.exit", "terminate", "destroy", "end"),
        see=("stop", "crash", "monitor"),
    ),
    Command(
        path=("resume",),
        params=(PROCESS,),
        summary="let a suspended process go on with its mailbox",
        doc="It handles what has waited, in the order in which it came.",
        answers=":ok",
        examples=(
            Example("resume manager", ":ok", setup=("suspend manager",)),
            Example(
                "mailbox manager",
                {
                    "plain": "no messages wait for KeyVal.Manager",
                    "*": "no messages wait for KV.Registry",
                },
                setup=("suspend manager", "as b create store a", "resume manager"),
                note="empty again",
            ),
            Example("resume manager", ":ok", note="it was not suspended: no harm"),
        ),
        elixir=":sys.resume(<process>)",
        python="sys.resume(<process>)",
        effects="call",
        group="hold",
        handler="control.resume",
        search=("continue", "unpause", "wake", "unsuspend", "sys.resume"),
        see=("suspend", "step"),
    ),
    Command(
        path=("settle",),
        params=(),
        summary="wait until the system is at rest",
        doc="""At rest nobody can move: every process waits for a message that is not there, or is
suspended. Between lines the shell does this by itself; inside a line, `create store a; settle;
lookup a` lets the others run first. Messages of suspended processes do not count.""",
        answers=":ok",
        examples=(
            Example("settle", ":ok"),
            Example(
                "create store a; settle; lookup a",
                {
                    "plain": "#PID<0.102.0>\n:ok\n{:ok, #PID<0.102.0>}",
                    "ets": "#PID<0.104.0>\n:ok\n{:ok, #PID<0.104.0>}",
                    "*": ":ok\n:ok\n{:ok, #PID<0.104.0>}",
                },
                note="with ets-cast the lookup finds it now",
            ),
        ),
        elixir="# no such call: tests ask the process once more and hope",
        python="runtime.settle()",
        effects="none",
        group="hold",
        handler="control.settle",
        search=("wait", "rest", "quiet", "sync", "idle"),
        see=("sleep", "step"),
    ),
    Command(
        path=("sleep",),
        params=(TIME,),
        summary="let time pass",
        doc="""In a batch and in documents time is virtual: five seconds pass at once, and timers
fire in order.""",
        answers=":ok",
        examples=(
            Example("sleep 200", ":ok"),
            Example("sleep 5s; self", ":ok\n#PID<0.100.0>"),
        ),
        elixir="Process.sleep(<time_ms>)",
        python="process.sleep(<time_ms>)",
        effects="none",
        group="hold",
        handler="control.sleep",
        search=("wait", "delay", "pause", "timer", "time"),
        see=("settle",),
    ),
    Command(
        path=("step",),
        params=(PROCESS, STEPS),
        summary="let a suspended process handle one message, or N",
        doc="""The process stays suspended. Says what was handled and how many messages are left:
the way to walk through a race by hand.""",
        answers='a line per message: handled {:create, "s1"}, 0 left',
        examples=(
            Example(
                "step manager",
                {
                    "plain": 'handled {:create_store, "s1"}, 0 left',
                    "library": "nothing to handle, 0 left",
                    "*": 'handled {:create, "s1"}, 0 left',
                },
                setup=("suspend manager", "as b create store s1"),
            ),
            Example(
                "step manager 5",
                {
                    "plain": 'handled {:create_store, "s1"}, 1 left\n'
                    'handled {:create_store, "s2"}, 0 left',
                    "library": "nothing to handle, 0 left",
                    "*": 'handled {:create, "s1"}, 1 left\nhandled {:create, "s2"}, 0 left',
                },
                setup=("suspend manager", "as b create store s1", "as c create store s2"),
            ),
        ),
        elixir="# :sys has no such call: resume, and suspend again in time",
        python="sys.step(<process>)",
        effects="call",
        group="hold",
        handler="control.step",
        search=("next", "advance", "handle", "one"),
        see=("suspend", "mailbox", "resume"),
    ),
    Command(
        path=("stop",),
        params=(PROCESS, REASON),
        summary="stop one process and wait until it is gone",
        doc="""The reason is `:normal` unless you give one: a bare word is an atom, so
`stop s1 shutdown` is the chapter's `Agent.stop(bucket, :shutdown)`. `normal` and `shutdown` are
silent, any other reason is logged.

`stop manager` stops the whole system. In quotes it is always a store: `stop "manager"`.""",
        answers={
            "plain": ":ok once it is gone; the manager keeps its name for ever",
            "*": ":ok once it is gone; its name goes when the registry has handled the :DOWN",
        },
        examples=(
            Example("stop s1", ":ok", setup=STORE),
            Example("lookup s1", KEPT, setup=("create store s1", "stop s1 shutdown")),
            Example(
                "stop b; stop b",
                {
                    "plain": ":ok\n"
                    "** (exit) exited in: GenServer.stop(#PID<0.102.0>, :normal, :infinity)\n"
                    + NO_PROCESS,
                    "*": ":ok\n"
                    "** (exit) exited in: GenServer.stop(#PID<0.104.0>, :normal, :infinity)\n"
                    + NO_PROCESS,
                },
                setup=("create store s1", "{:ok, b} = lookup s1"),
                note="stopping the dead is an exit",
            ),
        ),
        elixir={
            "plain": "GenServer.stop(<process>, <reason>)",
            "*": "Agent.stop(<process>, <reason>)",
        },
        python={
            "plain": "gen_server.stop(<process>, <reason>)",
            "*": "agent.stop(<process>, <reason>)",
        },
        effects="call",
        group="hold",
        handler="processes.stop",
        search=("end", "close", "Agent.stop", "GenServer.stop", "terminate", "halt"),
        see=("stop manager", "kill", "crash"),
    ),
    Command(
        path=("suspend",),
        params=(PROCESS,),
        summary="hold a process: its messages wait in its mailbox",
        doc="""Nothing is handled until `resume`, or one message at a time with `step`. Whoever
calls it waits, for five seconds; `as b create store s1` makes another client wait instead of you.
This is how a race is held open: `suspend manager; stop s1`, then look at `registry`.""",
        answers=":ok",
        examples=(
            Example("suspend manager", ":ok"),
            Example(
                "lookup s1",
                {
                    "plain": "** (exit) exited in: GenServer.call(KeyVal.Manager, "
                    '{:lookup, "s1"}, 5000)\n    ** (EXIT) time out',
                    "map": "** (exit) exited in: GenServer.call(KV.Registry, "
                    '{:lookup, "s1"}, 5000)\n    ** (EXIT) time out',
                    "library": ":error",
                    "*": "{:ok, #PID<0.104.0>}",
                },
                setup=("create store s1", "suspend manager; stop s1"),
                note="a table still has the row of the dead bucket",
            ),
        ),
        elixir=":sys.suspend(<process>)",
        python="sys.suspend(<process>)",
        effects="call",
        group="hold",
        handler="control.suspend",
        search=("pause", "hold", "freeze", "block", "sys.suspend"),
        see=("resume", "step", "mailbox", "as"),
    ),
)
