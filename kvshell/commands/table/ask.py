"""Rows: understand, and use the shell itself."""

from typing import Final

from kvshell.commands.choices import OPTIONS, Choice, Setting
from kvshell.commands.command import Command, Example
from kvshell.commands.params import Param
from kvshell.commands.table.words import LINE, NUMBER, PATH, ROUNDS, TOPIC

OPTION: Final = Param(
    "option",
    Choice("OPTION", ", ".join(OPTIONS), {name: about for name, (_, about) in OPTIONS.items()}),
    optional=True,
)
SETTING: Final = Param("value", Setting(), optional=True)
COMPARED: Final = """design    answer                               because
plain     #PID<0.102.0>; {:ok, #PID<0.102.0>}  ...
map       :ok; {:ok, #PID<0.104.0>}            ...
ets-cast  :ok; :error                          ...
ets       #PID<0.104.0>; {:ok, #PID<0.104.0>}  ...
library   #PID<0.105.0>; {:ok, #PID<0.105.0>}  ..."""
ROWS: Final = (
    Command(
        path=("clear",),
        params=(),
        summary="clear the screen",
        doc="Nothing else: `reset` begins again. Ctrl-L does the same while a line is typed.",
        answers="nothing",
        examples=(
            Example("clear", ""),
            Example("clear; self", "#PID<0.100.0>"),
        ),
        elixir="clear()",
        python='session.run("clear")',
        effects="none",
        group="ask",
        handler="shell.clear",
        search=("cls", "screen"),
        see=("reset",),
    ),
    Command(
        path=("compare",),
        params=(LINE,),
        summary="run LINE in all five designs side by side and say why they differ",
        doc="""Each in a fresh system of its own that is thrown away; yours is not touched.
`compare create store a; lookup a` shows the chapter's first race,
`compare create store a; suspend manager; stop a; lookup a` the second.""",
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
                note="no system need run",
            ),
        ),
        elixir="# five projects, five times iex -S mix",
        python='session.run("compare LINE")',
        effects="none",
        group="ask",
        handler="study.compare",
        search=("diff", "versus", "designs", "side", "difference"),
        see=("explain", "repeat", "designs"),
    ),
    Command(
        path=("exit",),
        params=(),
        summary="leave the shell; everything in it ends",
        doc="Ctrl-D on an empty line does the same. A batch ends there and runs no further line.",
        answers="nothing",
        examples=(
            Example("exit", ""),
            Example("quit", "", started=False),
        ),
        elixir="System.halt()",
        python="session.close()",
        effects="none",
        group="start",
        handler="shell.exit_",
        synonyms=(("quit",),),
        search=("leave", "bye", "logout", "close", "q", "halt"),
        see=("reset",),
    ),
    Command(
        path=("explain",),
        params=(LINE,),
        summary="say what LINE does without running it: the Elixir, the Python, who sends what",
        doc="""For the running design, or the default one. `explain create store s1` shows the
line of Elixir and the line of Python it stands for, then every message, who sends it to whom, and
who waits.""",
        answers="a view",
        examples=(
            Example(
                "explain lookup s1",
                {
                    "plain": """lookup s1 (design plain)
  Elixir  Map.fetch(:sys.get_state(KeyVal.Manager), "s1")
  Python  manager.lookup("s1")
  nr  from            does   to              what
   1  shell           call   KeyVal.Manager  {:lookup, "s1"}
   2  KeyVal.Manager  reply  shell           {:ok, pid} or :error""",
                    "map": """lookup s1 (design map)
  Elixir  KV.Registry.lookup(KV.Registry, "s1")
  Python  registry.lookup("s1")
  nr  from         does   to           what
   1  shell        call   KV.Registry  {:lookup, "s1"}
   2  KV.Registry  reply  shell        {:ok, pid} or :error""",
                    "library": """lookup s1 (design library)
  Elixir  Registry.lookup(KV.Registry, "s1")
  Python  registry.lookup("s1")
  nr  from   does  to                 what
   1  shell  read  table KV.Registry  "s1": no process is asked""",
                    "*": """lookup s1 (design ...)
  Elixir  KV.Registry.lookup(KV.Registry, "s1")
  Python  registry.lookup("s1")
  nr  from   does  to                 what
   1  shell  read  table KV.Registry  "s1": no process is asked""",
                },
            ),
            Example(
                "explain create store s1",
                {
                    "plain": '...\n  Elixir  KeyVal.Manager.create_store("s1")\n...',
                    "library": "...\n  Elixir  DynamicSupervisor.start_child(...)\n...",
                    "*": '...\n  Elixir  KV.Registry.create(KV.Registry, "s1")\n...',
                },
            ),
        ),
        elixir="h KV.Registry.lookup",
        python="commands.explain.explain(<line>, design)",
        effects="none",
        group="ask",
        handler="study.explain",
        search=("why", "how", "what", "doc", "code", "elixir", "python", "source"),
        see=("compare", "help"),
    ),
    Command(
        path=("help",),
        params=(TOPIC,),
        summary="say what can be done now, or all about one command",
        doc="`help put` for a command, `help words` for how a line is read, `help designs` for the "
        "five stages, `help keys` for the keys of the prompt.",
        answers="a view",
        examples=(
            Example("help put", "usage: put STORE KEY VALUE\nStore VALUE under KEY in STORE.\n..."),
            Example(
                "help nosuch",
                "** (CommandError) no help for nosuch: type help to see the commands",
            ),
        ),
        elixir="h()",
        python="commands.help.help_view(topic, snapshot)",
        effects="none",
        group="ask",
        handler="shell.help_",
        synonyms=(("?",), ("h",)),
        search=("man", "usage", "commands", "manual"),
        see=("explain", "designs"),
    ),
    Command(
        path=("history",),
        params=(),
        summary="list the lines typed so far with their numbers",
        doc="`v(N)` is the answer of line N. Up and Ctrl-R find a line again at the prompt.",
        answers="a table",
        examples=(
            Example(
                "history",
                "line  input\n   1  start manager\n   2  lookup s1",
                setup=("lookup s1",),
            ),
            Example("history", "nothing was typed before this line", started=False),
        ),
        elixir="# the arrow keys",
        python="session.inputs",
        effects="none",
        group="ask",
        handler="shell.history",
        search=("lines", "past", "log", "previous"),
        see=("v",),
    ),
    Command(
        path=("repeat",),
        params=(ROUNDS, LINE),
        summary="run LINE N times in the running system and count the outcomes",
        doc="""Between rounds the system comes to rest; `{n}` is the number of the round.
In `ets-cast`, on real threads, `repeat 1000 create store a{n}; sleep 1; lookup a{n}` shows the
chapter's "intermittently": while a line waits the others run, and now and then the registry comes
too late. Without the wait nobody else runs in between, and every lookup is too early. In a batch
every round has the same schedule: use `--free`.""",
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
        group="ask",
        handler="study.repeat",
        search=("loop", "times", "many", "count", "for", "intermittently", "stress"),
        see=("compare", "as"),
    ),
    Command(
        path=("record",),
        params=(PATH,),
        summary="save the session as a document that runs; record off ends it",
        doc="""The lines since the session began and those to come. At the end they run once more in
a system of their own, and the file says what is answered then: `replay` passes on it. Processes
get names, what looks like a password is hidden. `# text` becomes prose, `# ## TITLE` a heading.""",
        answers="where it records to; at the end what it wrote",
        examples=(
            Example("record races.md", "", note="whoever hosts the session writes the file"),
            Example("record off", ""),
        ),
        elixir="# iex has no such thing: its history is lines without answers",
        python="Recorder(<path>)",
        effects="none",
        group="ask",
        handler="shell.record",
        search=("save", "transcript", "document", "log", "tee", "write", "session"),
        see=("replay", "history"),
    ),
    Command(
        path=("replay",),
        params=(PATH,),
        summary="run a document and compare what it says with what happens",
        doc="""A Markdown file with `kvshell` blocks. It runs in a system of its own; yours is not
touched. From the command line: `kvshell replay PATH`.""",
        answers="ok or what differs, with the line",
        examples=(
            Example("replay articles/ets.md", "", note="whoever hosts the session runs it"),
            Example('replay "my session.md"', "", started=False),
        ),
        elixir="mix test",
        python='session.run("replay PATH")',
        effects="none",
        group="ask",
        handler="shell.replay",
        search=("play", "test", "transcript", "document", "load", "run", "source"),
        see=("record", "history"),
    ),
    Command(
        path=("set",),
        params=(OPTION, SETTING),
        summary="change an option of the shell, or show them",
        doc="`set hints off` says no more what to type next, `set watch registry` prints the "
        "registry after each line that changed it, `set theme mono` uses no colours. For this "
        "session; `KVSHELL_HINTS=off` and the like in the environment set how it begins.",
        answers=":ok; without words the options",
        examples=(
            Example("set hints off", ":ok"),
            Example("set watch registry", ":ok"),
        ),
        elixir="IEx.configure(...)",
        python="session.options[<option>] = <value>",
        effects="none",
        group="ask",
        handler="shell.set_",
        search=("options", "config", "configure", "settings", "theme", "hints", "watch"),
        see=("help",),
    ),
    Command(
        path=("v",),
        params=(NUMBER,),
        summary="answer the value of an earlier line again",
        doc="`v` is the last one, `v(3)` that of line 3, `v(-2)` the one before the last.",
        answers="the value",
        examples=(
            Example("v(2)", ":error", setup=("lookup s1",), note="line 1 was start manager"),
            Example("v", "#PID<0.100.0>", setup=("self",)),
        ),
        elixir="v(<number>)",
        python="session.result(<number>)",
        effects="none",
        group="ask",
        handler="shell.value",
        search=("result", "value", "last", "previous", "answer"),
        see=("history",),
    ),
)
