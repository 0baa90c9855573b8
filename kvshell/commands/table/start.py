"""Commands that start and stop the system; own servers, lessons, benchmarks, exit."""

from typing import Final

from kvshell.commands.table.row import DESIGN, LESSON, PROGRAM, Command, Example
from kvshell.commands.types.parameter import Param
from kvshell.commands.types.term_types import ProcessType, ReasonType
from kvshell.systems.designs import signals
from kvshell.systems.designs.signals import Signal

ALREADY: Final = {
    "plain": "{:error, {:already_started, #PID<0.101.0>}}",
    "*": "{:error, {:already_started, #PID<0.103.0>}}",
}
FIRST: Final = {"plain": "{:ok, #PID<0.102.0>}", "*": "{:ok, #PID<0.104.0>}"}
STARTED: Final = {"plain": "{:ok, #PID<0.101.0>}", "*": "{:ok, #PID<0.103.0>}"}

DESIGNS_TABLE: Final = """design    processes ...
plain     KeyVal.Manager (unsupervised), ...
map       KV.Supervisor (one_for_all): ...
ets-cast  KV.Supervisor (one_for_all): ...
ets       KV.Supervisor (one_for_all): ...
library   KV.Supervisor (one_for_all): ..."""

ROWS: Final = (
    Command(
        path=("start", "manager"),
        params=(DESIGN,),
        summary="start the system: the manager and, except in plain, its supervisors",
        doc="""Without DESIGN it starts `ets`, the last stage of the ETS chapter. `designs` compares
the five. In `plain` a single process starts, KeyVal.Manager. In the others KV.Supervisor starts
KV.BucketSupervisor and KV.Registry, and the answer holds the registry's pid.

`start manager own` starts modules of yours: once a KV.Registry or KeyVal.Manager of yours is
defined, the words for stores work on it, by the Elixir that `explain` shows.""",
        answers={
            "*": "{:ok, pid}; if it is already running {:error, {:already_started, pid}}",
        },
        examples=(
            Example("start manager", STARTED, started=False),
            Example("start manager plain", "{:ok, #PID<0.101.0>}", started=False),
            Example("start manager", ALREADY, note="it runs already"),
        ),
        elixir={
            "plain": "KeyVal.Manager.start()",
            "*": "KV.Supervisor.start_link(name: KV.Supervisor)",
        },
        python={"plain": "manager.start()", "*": "supervisor.start(registry)"},
        effects="spawn",
        handler="system.start_manager",
        runs_as_elixir=True,
        sends={
            "plain": signals.PLAIN_START,
            "map": signals.MAP_START,
            "library": signals.LIBRARY_START,
            "*": signals.ETS_START,
        },
        synonyms=(("start", "registry"),),
        search=("begin", "boot", "run", "launch", "start_link", "application", "begin"),
        see=("designs", "create store", "stop manager"),
    ),
    Command(
        path=("stop", "manager"),
        params=(),
        summary="stop the whole system",
        doc="""In `map`, `ets-cast` and `ets` the supervisor stops, and with it the registry and
every bucket. In `plain` nothing links the stores to the manager: they keep running, but their names
are lost.

To stop only a store called manager, quote it: `stop "manager"`.""",
        answers=":ok",
        examples=(
            Example("stop manager", ":ok"),
            Example(
                "alive b",
                {"plain": "true", "*": "false"},
                setup=("create store s1", "{:ok, b} = lookup s1", "stop manager"),
                note="in plain the store outlives its manager",
            ),
        ),
        elixir={"plain": "GenServer.stop(KeyVal.Manager)", "*": "Supervisor.stop(KV.Supervisor)"},
        python={"plain": "gen_server.stop(manager.NAME)", "*": "supervisor.stop()"},
        effects="call",
        handler="system.stop_manager",
        runs_as_elixir=True,
        sends={
            "plain": (
                Signal("shell", signals.MANAGER, "signal", "terminate; the stores live on"),
                Signal(signals.MANAGER, "shell", "signal", ":DOWN"),
            ),
            "*": (
                Signal("shell", "KV.Supervisor", "signal", "terminate"),
                Signal(
                    "KV.Supervisor",
                    signals.REGISTRY,
                    "signal",
                    "exit :shutdown; its table goes with it",
                ),
                Signal(
                    "KV.Supervisor",
                    signals.BUCKETS,
                    "signal",
                    "exit :shutdown; it ends every bucket",
                ),
                Signal("KV.Supervisor", "shell", "signal", ":DOWN"),
            ),
        },
        synonyms=(("stop", "registry"),),
        search=("shutdown", "halt", "Supervisor.stop", "end"),
        see=("start manager", "restart manager", "kill"),
    ),
    Command(
        path=("restart", "manager"),
        params=(DESIGN,),
        summary="stop the whole system and start it again, perhaps in another design",
        doc="""`stop manager` and `start manager` in one command: this is how to change the design.
All stores are gone; bindings are kept, but the pids they hold are dead.""",
        answers="{:ok, pid}",
        examples=(
            Example(
                "restart manager plain",
                {"plain": "{:ok, #PID<0.102.0>}", "*": "{:ok, #PID<0.104.0>}"},
                note="the new manager is a new process",
            ),
            Example("stores", "[]", setup=("create store s1", "restart manager")),
        ),
        elixir={
            "plain": "GenServer.stop(KeyVal.Manager); KeyVal.Manager.start()",
            "*": "Application.stop(:kv); Application.start(:kv)",
        },
        python="design.stop(); design.start()",
        effects="call spawn",
        handler="system.restart_manager",
        sends={
            "plain": (
                Signal("shell", signals.MANAGER, "signal", "terminate"),
                *signals.PLAIN_START,
            ),
            "map": (Signal("shell", "KV.Supervisor", "signal", "terminate"), *signals.MAP_START),
            "library": (
                Signal("shell", "KV.Supervisor", "signal", "terminate"),
                *signals.LIBRARY_START,
            ),
            "*": (Signal("shell", "KV.Supervisor", "signal", "terminate"), *signals.ETS_START),
        },
        synonyms=(("restart", "registry"),),
        search=("reboot", "Application.start", "restart"),
        see=("designs", "reset"),
    ),
    Command(
        path=("reset",),
        params=(),
        summary="end everything and start over: no system, no bindings, line 1",
        doc="""All processes except the shell end, bindings are cleared, and pids start from the
beginning. Options that you `set` are kept.""",
        answers=":ok",
        examples=(
            Example("reset", ":ok"),
            Example(
                "start manager",
                STARTED,
                setup=("self", "reset"),
                note="the same pids as before",
                started=False,
            ),
        ),
        elixir="# leave iex and type iex -S mix again",
        python="session = Session()",
        effects="none",
        handler="system.reset",
        search=("restart shell", "fresh", "begin", "clean", "init"),
        see=("restart manager", "stop manager"),
    ),
    Command(
        path=("designs",),
        params=(),
        summary="compare the stages of the tutorials: this shell calls them designs",
        doc="""One system runs at a time, built in one of five ways. `plain` is the system of part
2: the manager keeps the names in a map and never forgets one. `map`, `ets-cast` and `ets` are the
stages of the ETS chapter; `library` is what it recommends in the end, Elixir's own Registry. `start
manager DESIGN` starts one, `restart manager DESIGN` changes to another, `compare LINE` shows what a
line does in all five.""",
        answers="a table",
        examples=(
            Example(
                "designs",
                {
                    name: f"{DESIGNS_TABLE}\n{name} runs now: restart manager DESIGN changes it"
                    for name in ("plain", "map", "ets-cast", "ets", "library")
                },
            ),
            Example(
                "designs",
                {
                    name: f"{DESIGNS_TABLE}\nnothing runs yet: start manager DESIGN, {name} when "
                    "left out"
                    for name in ("plain", "map", "ets-cast", "ets", "library")
                },
                started=False,
            ),
        ),
        elixir="# five versions of lib/kv/registry.ex and of the KeyVal project",
        python="systems.DESIGNS",
        effects="none",
        handler="system.designs",
        search=("stages", "variants", "versions", "modes", "design"),
        see=("start manager", "compare"),
    ),
    Command(
        path=("learn",),
        params=(LESSON,),
        summary="take a lesson, or list the lessons and your progress",
        doc="""A lesson runs on its own system while yours waits. After each of your lines it looks
at the system, so any way to reach its goal counts. It has words of its own, such as `:hint`,
`:skip`, `:play` and `:quit`; `:help` lists them. From the command line: `kvshell learn LESSON`.

Lessons, help, hints and notices are English, or Russian with `--lang ru` or a Russian locale
(`LC_ALL`, `LC_MESSAGES`, `LANG`). Answers are English everywhere, errors included, and so is every
batch, document and recording.""",
        answers="the lessons, or the first step",
        examples=(
            Example("learn", "", note="the prompt shows the list"),
            Example("learn 01-a-process-and-its-mailbox", "", started=False),
        ),
        elixir="# iex has no such thing: h Enum reads the documentation",
        python="LessonRun(lesson, texts)",
        effects="none",
        handler="shell.learn",
        search=("lesson", "lessons", "tutorial", "course", "walkthrough", "teach", "begin"),
        see=("help", "replay"),
    ),
    Command(
        path=("load",),
        params=(PROGRAM,),
        summary="run a Python file and start its servers; again, and they run its new code",
        doc="""Each class of GenServer in the file is started under its module's name, with `[]`; a
file with a function `start()` starts what it wants to. Edit the file and load it again: a server
that runs keeps its pid and its state, and handles its next message by the code of now, also that of
the modules beside the file. What is wrong is told with its line. `kvshell --load PATH` does it
before the first line; a transcript may only with `--trust`.""",
        answers="{:ok, pid}, for several a list of {name, {:ok, pid}}; {:reloaded, names}",
        examples=(
            Example("load counter.py", FIRST),
            Example("call Counter :next", "0", setup=("load counter.py",), started=False),
            Example("load counter.py", "{:reloaded, [Counter]}", setup=("load counter.py",)),
        ),
        elixir='r(Counter)  # the first time: c("counter.ex"), then GenServer.start',
        python="loading.start(loading.load(Path(<path>)))",
        effects="spawn",
        handler="system.load",
        sends=(
            Signal("shell", "each server of the file", "spawn", "where none of its name runs"),
            Signal("shell", "each that runs", "write", "its code; its state stays"),
        ),
        search=(
            "import",
            "file",
            "module",
            "program",
            "code",
            "server",
            "GenServer",
            "reload",
            "recompile",
            "hot",
            "library",
            "own",
        ),
        see=("call", "cast", "state"),
    ),
    Command(
        path=("bench",),
        params=(),
        summary="measure calls, lookups and many stores on this machine",
        doc="""Takes about 15 seconds and runs in a separate process: your system is not touched.
Every figure has a bar and a line that explains it, such as `a lookup through the registry costs N
times a read of the table`. `kvshell bench --json` prints the figures for programs.""",
        answers="figures with bars",
        examples=(
            Example("bench", "", note="the prompt runs it"),
            Example("bench", "", started=False),
        ),
        elixir="mix run bench.exs",
        python='subprocess.run(["kvshell", "bench"])',
        effects="none",
        handler="shell.bench",
        search=("benchmark", "speed", "measure", "fast", "timeit", "performance", "cost", "us"),
        see=("repeat", "cache"),
    ),
    Command(
        path=("exit",),
        params=(
            Param("process", ProcessType(), "whom to send an exit signal", optional=True),
            Param("reason", ReasonType(), "why; needed with a process", optional=True),
        ),
        summary="leave the shell; with PROCESS and REASON send an exit signal",
        doc="""Alone it leaves the shell, and everything in it ends; Ctrl-D on an empty line does
the same. A batch ends there and runs no more lines.

`exit PROCESS REASON` is `Process.exit/2`: a signal, and `true` at once. `:normal` ends nobody but
the sender himself, `:kill` ends everybody, any other reason ends whoever does not trap exits. Three
words end a process, and they differ: `stop` asks and waits, `exit` sends a signal that can be
trapped, `kill` sends the one that cannot.""",
        answers="nothing; true with a process",
        examples=(
            Example("exit", ""),
            Example("quit", "", started=False),
            Example("exit p :normal", "true", setup=("p = spawn",), note="which ends nobody"),
            Example(
                "exit p",
                "** (CommandError) exit needs a reason as well: exit p shutdown; exit alone leaves",
                setup=("p = spawn",),
            ),
        ),
        elixir="System.halt()",
        python="session.close()",
        effects="none",
        handler="shell.exit_",
        runs_as_elixir=True,
        synonyms=(("quit",),),
        search=("Process.exit", "signal", "leave", "bye", "logout", "close", "q", "halt"),
        see=("reset", "stop", "kill"),
    ),
)
