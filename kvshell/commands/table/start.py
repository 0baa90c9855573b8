"""Commands that start and stop the system, load servers, and open lessons and benchmarks."""

from typing import Final

from kvshell.commands.table.row import DESIGN, LESSON, PROGRAM, Command, Example
from kvshell.commands.types.parameter import Param
from kvshell.commands.types.term_types import ProcessType, ReasonType
from kvshell.systems.designs import interactions
from kvshell.systems.designs.interactions import Interaction

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

`start manager own` starts your own modules: once you have defined a KV.Registry or a
KeyVal.Manager, the store commands work on it, running the Elixir that `explain` shows.""",
        answers={
            "*": "{:ok, pid}; if it is already running {:error, {:already_started, pid}}",
        },
        examples=(
            Example("start manager", STARTED, started=False),
            Example("start manager plain", "{:ok, #PID<0.101.0>}", started=False),
            Example("start manager", ALREADY, note="it is already running"),
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
            "plain": interactions.PLAIN_START,
            "map": interactions.MAP_START,
            "library": interactions.LIBRARY_START,
            "*": interactions.ETS_START,
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
            "plain": interactions.STOP_MANAGER,
            "*": interactions.STOP_SUPERVISOR,
        },
        ends=True,
        synonyms=(("stop", "registry"),),
        search=("shutdown", "halt", "Supervisor.stop", "end"),
        see=("start manager", "restart manager", "kill"),
    ),
    Command(
        path=("restart", "manager"),
        params=(DESIGN,),
        summary="stop the whole system and start it again, optionally in another design",
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
            "plain": (*interactions.STOP_MANAGER, *interactions.PLAIN_START),
            "map": (*interactions.STOP_SUPERVISOR, *interactions.MAP_START),
            "library": (*interactions.STOP_SUPERVISOR, *interactions.LIBRARY_START),
            "*": (*interactions.STOP_SUPERVISOR, *interactions.ETS_START),
        },
        ends=True,
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
        ends=True,
        search=("restart shell", "fresh", "begin", "clean", "init"),
        see=("restart manager", "stop manager"),
    ),
    Command(
        path=("designs",),
        params=(),
        summary="compare the stages of the tutorials, which are called designs here",
        doc="""One system runs at a time, built in one of five ways. `plain` is the system of part
2: the manager keeps the names in a map and never forgets one. `map`, `ets-cast` and `ets` are the
stages of the ETS chapter; `library` is what it finally recommends, Elixir's own Registry. `start
manager DESIGN` starts one, `restart manager DESIGN` switches to another, `compare LINE` shows what
a line does in all five.""",
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
                    name: f"{DESIGNS_TABLE}\nnothing runs yet: start manager DESIGN, by "
                    f"default {name}"
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
        doc="""A lesson runs on its own system while yours waits. It checks the system after each
line you type, so any way to reach the goal counts. Lessons have their own commands, such as
`:hint`, `:skip`, `:play` and `:quit`; `:help` lists them. From the command line: `kvshell learn
LESSON`.

Lessons, help, hints and notices are in English, or in Russian with `--lang ru` or a Russian locale
(`LC_ALL`, `LC_MESSAGES`, `LANG`). Answers and errors are always in English, and so are batches,
documents and recordings.""",
        answers="the lessons, or the first step",
        examples=(
            Example("learn", "", note="the prompt shows the list"),
            Example("learn 01-a-process-and-its-mailbox", "", started=False),
        ),
        elixir="# not in iex: h Enum shows the documentation",
        python="LessonRun(lesson, texts)",
        effects="none",
        handler="shell.learn",
        search=("lesson", "lessons", "tutorial", "course", "walkthrough", "teach", "begin"),
        see=("help", "replay"),
    ),
    Command(
        path=("load",),
        params=(PROGRAM,),
        summary="load a Python or Elixir file; load it again to update the running servers",
        doc="""An Elixir file, or a folder of them, is compiled; the answer lists its modules. In a
Python file, each GenServer class is started under the name of its module, with `[]`; a file with a
function `start()` decides itself what to start. Edit the file and load it again: a running server
keeps its pid and its state, and handles its next message with the new code, including that of
Python modules next to the file. Errors are reported with their line. `kvshell --load PATH` does
this before the first line; a transcript can do it only with `--trust`.""",
        answers="{:ok, pid}, [{name, {:ok, pid}}] or {:reloaded, names}; Elixir: [module]",
        examples=(
            Example("load counter.py", FIRST),
            Example("call Counter :next", "0", setup=("load counter.py",), started=False),
            Example("load counter.py", "{:reloaded, [Counter]}", setup=("load counter.py",)),
        ),
        elixir='r(Counter)  # the first time: c("counter.ex"), then GenServer.start',
        python="code_loading.start(code_loading.load(Path(<path>)))",
        effects="spawn",
        handler="system.load",
        sends=(
            Interaction(
                "shell", "each server of the file", "spawn", "unless one with its name is running"
            ),
            Interaction("each server of the file", "shell", "reply", "its init is done"),
            Interaction("shell", "each running server", "write", "its code; its state stays"),
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
            Param("process", ProcessType(), "the process that gets an exit signal", optional=True),
            Param("reason", ReasonType(), "the reason; required with a process", optional=True),
        ),
        summary="leave the shell; with PROCESS and REASON, send an exit signal",
        doc="""Without arguments it leaves the shell and ends everything in it; Ctrl-D on an empty
line does the same. A batch ends there and runs no more lines.

`exit PROCESS REASON` is `Process.exit/2`: it sends a signal and returns `true` at once. `:normal`
ends a process only if it sends the signal to itself, `:kill` ends any process, and any other reason
ends every process that does not trap exits. Three commands end a process in different ways: `stop`
asks and waits, `exit` sends a signal that can be trapped, `kill` sends one that cannot.""",
        answers="nothing; true with a process",
        examples=(
            Example("exit", ""),
            Example("quit", "", started=False),
            Example("exit p :normal", "true", setup=("p = spawn",), note="which does not end it"),
            Example(
                "exit p",
                "** (CommandError) exit p needs a reason, too, such as shutdown; exit leaves the "
                "shell",
                setup=("p = spawn",),
            ),
        ),
        elixir="System.halt()",
        python="session.close()",
        effects="none",
        handler="shell.exit_",
        runs_as_elixir=True,
        sends=(Interaction("shell", "<process>", "signal", "exit <reason>: it may trap the exit"),),
        ends=True,
        synonyms=(("quit",),),
        search=("Process.exit", "signal", "leave", "bye", "logout", "close", "q", "halt"),
        see=("reset", "stop", "kill"),
    ),
)
