"""Commands that help to understand the system and to use the shell."""

from typing import Final

from kvshell.commands.table.row import EVERY, LINE, NUMBER, PATH, TOPIC, Command, Example
from kvshell.commands.types.parameter import Param
from kvshell.commands.types.simple_types import OPTIONS, ChoiceType, SettingType

OPTION: Final = Param(
    "option",
    ChoiceType("OPTION", ", ".join(OPTIONS), {name: about for name, (_, about) in OPTIONS.items()}),
    optional=True,
)
SETTING: Final = Param("value", SettingType(), optional=True)
ROWS: Final = (
    Command(
        path=("help",),
        params=(TOPIC,),
        summary="show what you can do now, or help on one command",
        doc="`help put` explains a command, `help break` a group of commands, `help words` how "
        "a line is read, `help designs` the five designs, `help keys` the keys of the "
        "prompt.",
        answers="a page of help",
        examples=(
            Example("help put", "usage: put STORE KEY VALUE\nStore VALUE under KEY in STORE.\n..."),
            Example(
                "help nosuch",
                "** (CommandError) no help for nosuch: type help to see the commands",
            ),
        ),
        elixir="h()",
        python='session.view("help TOPIC")',
        effects="none",
        handler="shell.help_",
        synonyms=(("?",), ("h",)),
        search=("man", "usage", "commands", "manual"),
        see=("explain", "designs"),
    ),
    Command(
        path=("explain",),
        params=(LINE,),
        summary="show LINE as Elixir and Python, and who sends what, without running it",
        doc="""Shows the equivalent Elixir and Python in the running design (or the default one),
then every message: who sends it, who receives it, and who waits.""",
        answers="its code, and a table of what is sent",
        examples=(
            Example(
                "explain lookup s1",
                {
                    "plain": """lookup s1 (design plain)
  Elixir  GenServer.call(KeyVal.Manager, {:lookup, "s1"})
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
        python='session.view("explain " + <line>)',
        effects="none",
        handler="study.explain",
        search=("why", "how", "what", "doc", "code", "elixir", "python", "source"),
        see=("compare", "help"),
    ),
    Command(
        path=("v",),
        params=(NUMBER,),
        summary="return the value of an earlier line",
        doc="`v` is the last value, `v(3)` that of line 3, `v(-2)` the one before the last.",
        answers="the value",
        examples=(
            Example("v(2)", ":error", setup=("lookup s1",), note="line 1 was start manager"),
            Example("v", "#PID<0.100.0>", setup=("self",)),
        ),
        elixir="v(<number>)",
        python="session.answer(<number>)",
        effects="none",
        handler="shell.value",
        search=("result", "value", "last", "previous", "answer"),
        see=("history",),
    ),
    Command(
        path=("history",),
        params=(),
        summary="list the lines typed so far with their numbers",
        doc="`v(N)` is the answer to line N. At the prompt, Up and Ctrl-R recall a line.",
        answers="a table",
        examples=(
            Example(
                "history",
                "line  input\n   1  start manager\n   2  lookup s1",
                setup=("lookup s1",),
            ),
            Example("history", "nothing has been typed yet", started=False),
        ),
        elixir="# the arrow keys",
        python="session.inputs",
        effects="none",
        handler="shell.history",
        search=("lines", "past", "log", "previous"),
        see=("v",),
    ),
    Command(
        path=("record",),
        params=(PATH,),
        summary="save the session as a document that can be replayed; record off ends it",
        doc="""Saves every line of the session, including those typed before `record`. When
recording ends, the lines run once more in a fresh system, and the file gets those answers, so
`replay` passes. Processes get names, and anything that looks like a password is hidden. `# text`
becomes prose, `# ## TITLE` a heading.""",
        answers="the file it records to; at the end, what was written",
        examples=(
            Example("record races.md", "", note="the prompt writes the file"),
            Example("record off", ""),
        ),
        elixir="# not in iex: its history has lines without answers",
        python="Recorder(<path>)",
        effects="none",
        handler="shell.record",
        search=("save", "transcript", "document", "log", "tee", "write", "session"),
        see=("replay", "history"),
    ),
    Command(
        path=("replay",),
        params=(PATH,),
        summary="run a document and compare its expected answers with the real ones",
        doc="""A Markdown file with `kvshell` blocks. It runs in its own system; yours is not
touched. From the command line: `kvshell replay PATH`.""",
        answers="ok, or the lines that differ",
        examples=(
            Example("replay articles/ets.md", "", note="the prompt runs it"),
            Example('replay "my session.md"', "", started=False),
        ),
        elixir="mix test",
        python='session.run("replay PATH")',
        effects="none",
        handler="shell.replay",
        search=("play", "test", "transcript", "document", "load", "run", "source"),
        see=("record", "history"),
    ),
    Command(
        path=("set",),
        params=(OPTION, SETTING),
        summary="change an option of the shell, or show all",
        doc="`set hints off` turns suggestions off, `set watch registry` prints the registry "
        "after each line that changed it, `set theme mono` uses no colours. An option lasts "
        "for this session; environment variables such as `KVSHELL_HINTS=off` set its "
        "initial value.",
        answers=":ok; without arguments, all options",
        examples=(
            Example("set hints off", ":ok"),
            Example("set watch registry", ":ok"),
        ),
        elixir="# IEx.configure sets options of iex itself",
        python="session.options[<option>] = <value>",
        effects="none",
        handler="shell.set_",
        search=("options", "config", "configure", "settings", "theme", "hints", "watch"),
        see=("help",),
    ),
    Command(
        path=("clear",),
        params=(),
        summary="clear the screen",
        doc="Only the screen: `reset` starts over. Ctrl-L does the same while you type a line.",
        answers="nothing",
        examples=(
            Example("clear", ""),
            Example("clear; self", "#PID<0.100.0>"),
        ),
        elixir="clear()",
        python='session.run("clear")',
        effects="none",
        handler="shell.clear",
        search=("cls", "screen"),
        see=("reset",),
    ),
    Command(
        path=("watch",),
        params=(EVERY, LINE),
        summary="show a table or tree and redraw it after each change, until Ctrl-C",
        doc="""`watch registry`, `watch mailbox manager`, `watch tree`, or `watch processes`, which
puts the longest mailboxes first. It checks five times a second (`watch 2s tree`: every two seconds)
and redraws only what changed. It sends no messages, so it does not disturb what it watches. In a
batch or a document it prints it once. `set watch registry` prints the registry after each
line that changed it.""",
        answers="the table or tree",
        examples=(
            Example("watch stores", "", setup=("create store s1",)),
            Example("watch 2s mailbox shell", "", started=False),
        ),
        elixir=":observer.start()",
        python="session.view(<line>)",
        effects="look",
        handler="shell.watch",
        search=("observe", "live", "top", "monitor live", "follow", "refresh"),
        see=("registry", "processes", "messages"),
    ),
)
