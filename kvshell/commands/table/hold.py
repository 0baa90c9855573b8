"""Commands that crash and suspend processes, and let time pass."""

from typing import Final

from kvshell.commands.table.row import PROCESS, REASON, STEPS, TIME, Command, Example
from kvshell.systems.designs import interactions
from kvshell.systems.designs.interactions import Interaction

STORE: Final = ("create store s1",)
KEPT: Final = {"plain": "{:ok, #PID<0.102.0>}", "*": ":error"}
NO_PROCESS: Final = (
    "    ** (EXIT) no process: the process is not alive or there's no process currently "
    "associated with the given name, possibly because its application isn't started"
)

ROWS: Final = (
    Command(
        path=("stop",),
        params=(PROCESS, REASON),
        summary="stop one process and wait until it has ended",
        doc="""The default reason is `:normal`. A bare word is an atom, so `stop s1 shutdown` is the
chapter's `Agent.stop(bucket, :shutdown)`. `:normal` and `:shutdown` are not logged, any other
reason is.

`stop manager` stops the whole system. In quotes it is always a store: `stop "manager"`.""",
        answers={
            "plain": ":ok once it has ended; the manager keeps its name forever",
            "*": ":ok once it has ended; its name is removed when the registry handles the :DOWN",
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
                note="stopping a dead process exits",
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
        handler="processes.stop",
        runs_as_elixir=True,
        sends={
            "plain": (*interactions.ASK_STOP, interactions.TOLD[2]),
            "map": (*interactions.ASK_STOP, *interactions.TOLD, *interactions.FORGOTTEN["map"]),
            "library": (*interactions.ASK_STOP, *interactions.LIBRARY_TOLD),
            "*": (*interactions.ASK_STOP, *interactions.TOLD, *interactions.FORGOTTEN["*"]),
        },
        ends=True,
        search=("end", "close", "Agent.stop", "GenServer.stop", "terminate", "halt"),
        see=("stop manager", "kill", "crash"),
    ),
    Command(
        path=("kill",),
        params=(PROCESS,),
        summary="kill a process: it cannot refuse, and runs no more code",
        doc="""Sends the exit signal `:kill` and answers `true` at once, even if the process is
dead. Nothing is logged and `terminate` does not run. Processes that monitor it get `:killed`.""",
        answers="true",
        examples=(
            Example("kill s1", "true", setup=STORE),
            Example("lookup s1", KEPT, setup=("create store s1", "kill s1")),
        ),
        elixir="Process.exit(<process>, :kill)",
        python="process.exit(<process>, A.kill)",
        effects="cast",
        handler="processes.kill",
        runs_as_elixir=True,
        sends={
            "plain": (
                Interaction("shell", "<process>", "signal", "exit :kill; it runs nothing more"),
            ),
            "*": (
                Interaction("shell", "<process>", "signal", "exit :kill; it runs nothing more"),
                *interactions.KILLED,
            ),
            "library": (
                Interaction("shell", "<process>", "signal", "exit :kill; it runs nothing more"),
                *interactions.LIBRARY_KILLED,
            ),
        },
        ends=True,
        search=("Process.exit", "terminate", "destroy", "end"),
        see=("stop", "crash", "monitor"),
    ),
    Command(
        path=("crash",),
        params=(PROCESS,),
        summary="crash a process: its own handler raises",
        doc="""A bucket is called with a function that raises; any other process gets a call that it
has no clause for. The caller sees the exit as iex prints it, the crash is logged, and the process
is dead. Its supervisor may restart it: after `crash manager` there is a new, empty registry.""",
        answers="an error: the exit, as iex prints it",
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
                note="a message that no clause matches crashes it",
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
        handler="processes.crash",
        runs_as_elixir=True,
        sends={
            "plain": interactions.CRASHED,
            "library": (*interactions.CRASHED, *interactions.LIBRARY_TOLD[:2]),
            "*": (*interactions.CRASHED, *interactions.TOLD[:2]),
        },
        ends=True,
        search=("raise", "fail", "break", "exception", "error", "throw"),
        see=("kill", "stop", "registry"),
    ),
    Command(
        path=("suspend",),
        params=(PROCESS,),
        summary="suspend a process: its messages wait in its mailbox",
        doc="""It handles nothing until `resume`, or one message at a time with `step`. A caller
waits, for up to five seconds; `as b create store s1` makes another client wait instead of you. This
is how to hold a race open: `suspend manager; stop s1`, then look at `registry`.""",
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
        handler="control.suspend",
        runs_as_elixir=True,
        sends=interactions.call("shell", "<process>", "suspend, a system message", ":ok"),
        search=("pause", "hold", "freeze", "block", "sys.suspend"),
        see=("resume", "step", "mailbox", "as"),
    ),
    Command(
        path=("resume",),
        params=(PROCESS,),
        summary="let a suspended process handle its messages again",
        doc="It handles the waiting messages in the order in which they arrived.",
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
            Example("resume manager", ":ok", note="it was not suspended: nothing happens"),
        ),
        elixir=":sys.resume(<process>)",
        python="sys.resume(<process>)",
        effects="call",
        handler="control.resume",
        runs_as_elixir=True,
        sends=interactions.call("shell", "<process>", "resume, a system message", ":ok"),
        search=("continue", "unpause", "wake", "unsuspend", "sys.resume"),
        see=("suspend", "step"),
    ),
    Command(
        path=("step",),
        params=(PROCESS, STEPS),
        summary="let a suspended process handle one message, or N",
        doc="""The process stays suspended. The answer says what was handled and how many messages
are left: this is how to step through a race by hand.""",
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
        elixir="# no such call in :sys: resume, and suspend again in time",
        python="sys.step(<process>)",
        effects="call",
        handler="control.step",
        sends=interactions.call(
            "shell",
            "<process>",
            "step, a system message: handle one message, stay suspended",
            "the message, and how many are left",
        ),
        search=("next", "advance", "handle", "one"),
        see=("suspend", "mailbox", "resume"),
    ),
    Command(
        path=("settle",),
        params=(),
        summary="wait until the system is at rest",
        doc="""At rest, no process can continue: each is suspended, or waits for a message that has
not been sent. Between lines the shell settles by itself; inside a line, `create store a; settle;
lookup a` lets the others run first. Messages waiting for suspended processes do not count.""",
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
        elixir="# no such call: tests call the process once more and hope",
        python="runtime.settle()",
        effects="none",
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
        handler="control.sleep",
        runs_as_elixir=True,
        search=("wait", "delay", "pause", "timer", "time"),
        see=("settle",),
    ),
)
