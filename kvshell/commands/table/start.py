"""Rows: begin and end the system."""

from typing import Final

from kvshell.commands.command import Command, Example
from kvshell.commands.table.words import DESIGN, LESSON

ALREADY: Final = {
    "plain": "{:error, {:already_started, #PID<0.101.0>}}",
    "*": "{:error, {:already_started, #PID<0.103.0>}}",
}
STARTED: Final = {"plain": "{:ok, #PID<0.101.0>}", "*": "{:ok, #PID<0.103.0>}"}

DESIGNS_TABLE: Final = """design    processes ...
plain     KeyVal.Manager (unsupervised), ...
map       KV.Supervisor (one_for_all): ...
ets-cast  KV.Supervisor (one_for_all): ...
ets       KV.Supervisor (one_for_all): ...
library   KV.Supervisor (one_for_all): ..."""

ROWS: Final = (
    Command(
        path=("designs",),
        params=(),
        summary="compare the stages of the tutorials, which this shell calls designs",
        doc="""One system runs at a time and is built in one of five ways. `plain` is the system of
part 2: the manager keeps the names in a map and never forgets one. `map`, `ets-cast` and `ets` are
the stages of the ETS chapter; `library` is what it recommends in the end, Elixir's own Registry.
`start manager DESIGN` starts one, `restart manager DESIGN` changes to another, `compare LINE` shows
what a line does in all five.""",
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
                    name: f"{DESIGNS_TABLE}\nnothing runs: start manager DESIGN, {name} when left "
                    "out"
                    for name in ("plain", "map", "ets-cast", "ets", "library")
                },
                started=False,
            ),
        ),
        elixir="# five versions of lib/kv/registry.ex and of the KeyVal project",
        python="systems.DESIGNS",
        effects="none",
        group="start",
        handler="system.designs",
        search=("stages", "variants", "versions", "modes", "design"),
        see=("start manager", "compare"),
    ),
    Command(
        path=("learn",),
        params=(LESSON,),
        summary="walk through a lesson, or list the lessons with what has been done",
        doc="""A lesson has a system of its own; yours waits meanwhile. The lesson
looks at the system after each of your lines, so any way to its goal will do. `:hint`, `:skip`,
`:play` and `:quit` are its words, `:help` lists them all. From the command line:
`kvshell learn LESSON`.""",
        answers="the lessons, or the first step",
        examples=(
            Example("learn", "", note="whoever hosts the session shows the list"),
            Example("learn 01-a-process-and-its-mailbox", "", started=False),
        ),
        elixir="# iex has no such thing: h Enum reads the documentation",
        python="LessonRun(lesson, texts)",
        effects="none",
        group="start",
        handler="shell.learn",
        search=("lesson", "lessons", "tutorial", "course", "walkthrough", "teach", "begin"),
        see=("help", "replay"),
    ),
    Command(
        path=("reset",),
        params=(),
        summary="end everything and begin again: no system, no bindings, line 1",
        doc="""Every process but the shell is gone, nothing is bound, pids count from the start
again. What you `set` stays.""",
        answers=":ok",
        examples=(
            Example("reset", ":ok"),
            Example(
                "start manager",
                STARTED,
                setup=("self", "reset"),
                note="the same pids again",
                started=False,
            ),
        ),
        elixir="# leave iex and type iex -S mix again",
        python="session = Session()",
        effects="none",
        group="start",
        handler="system.reset",
        search=("restart shell", "fresh", "begin", "clean", "init"),
        see=("restart manager", "stop manager"),
    ),
    Command(
        path=("restart", "manager"),
        params=(DESIGN,),
        summary="stop the whole system and start it again, perhaps in another design",
        doc="""`stop manager` and `start manager` in one word: the way to change the design. All
stores are gone; bindings stay, but the pids they hold are dead.""",
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
        group="start",
        handler="system.restart_manager",
        synonyms=(("restart", "registry"),),
        search=("reboot", "Application.start", "restart"),
        see=("designs", "reset"),
    ),
    Command(
        path=("start", "manager"),
        params=(DESIGN,),
        summary="start the system: the manager and, but in plain, its supervisors",
        doc="""Without a word after it, it starts the design `ets`, the last stage of the ETS
chapter. `designs` compares the five. In `plain` one process starts, KeyVal.Manager. In the others
KV.Supervisor starts KV.BucketSupervisor and KV.Registry, and the pid answered is the
registry's.""",
        answers={
            "*": "{:ok, pid}; when it runs already {:error, {:already_started, pid}}",
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
        group="start",
        handler="system.start_manager",
        synonyms=(("start", "registry"),),
        search=("begin", "boot", "run", "launch", "start_link", "application", "begin"),
        see=("designs", "create store", "stop manager"),
    ),
    Command(
        path=("stop", "manager"),
        params=(),
        summary="stop the whole system",
        doc="""In `map`, `ets-cast` and `ets` the supervisor stops, and with it the registry and
every bucket. In `plain` nothing ties the stores to the manager: they live on, but nobody knows
their names any more.

To stop only a store that is called manager, put it in quotes: `stop "manager"`.""",
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
        group="start",
        handler="system.stop_manager",
        synonyms=(("stop", "registry"),),
        search=("shutdown", "halt", "Supervisor.stop", "end"),
        see=("start manager", "restart manager", "kill"),
    ),
)
