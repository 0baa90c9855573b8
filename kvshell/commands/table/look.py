"""Rows: look inside. Looking sends nothing and waits for nobody."""

from typing import Final

from kvshell.commands.command import Command, Example
from kvshell.commands.table.words import PROCESS, SOME_NAME

STORE: Final = ("create store s1",)
FRESH: Final = {
    "plain": """name  pid            process  owner  table  state
s1    #PID<0.102.0>  alive    yes    -      fresh""",
    "map": """name  pid            process  owner  table  state
s1    #PID<0.104.0>  alive    yes    -      fresh""",
    "*": """name  pid            process  owner  table  state
s1    #PID<0.104.0>  alive    yes    yes    fresh""",
}
STALE: Final = {
    "plain": """name  pid            process        owner  table  state
s1    #PID<0.102.0>  dead: :normal  yes    -      dead, kept""",
    "map": """name  pid            process        owner  table  state
s1    #PID<0.104.0>  dead: :normal  yes    -      stale""",
    "*": """name  pid            process        owner  table  state
s1    #PID<0.104.0>  dead: :normal  yes    yes    stale""",
}
PROCESSES: Final = {
    "plain": """pid            name            runs            status   mailbox
#PID<0.100.0>  shell           shell           running        0
#PID<0.101.0>  KeyVal.Manager  KeyVal.Manager  idle           0
2 processes""",
    "*": """pid            name                 runs               status   mailbox
#PID<0.100.0>  shell                shell              running        0
#PID<0.101.0>  KV.Supervisor        Supervisor         idle           0
#PID<0.102.0>  KV.BucketSupervisor  DynamicSupervisor  idle           0
#PID<0.103.0>  KV.Registry          KV.Registry        idle           0
4 processes""",
}
TREE: Final = {
    "plain": """plain
  #PID<0.100.0> shell
  #PID<0.101.0> KeyVal.Manager
  #PID<0.102.0> s1 KeyVal.Server""",
    "*": """...
  #PID<0.101.0> KV.Supervisor Supervisor
    #PID<0.102.0> KV.BucketSupervisor DynamicSupervisor
      #PID<0.104.0> ...
    #PID<0.103.0> KV.Registry""",
}

ROWS: Final = (
    Command(
        path=("alive",),
        params=(PROCESS,),
        summary="say whether a process is alive",
        doc="A dead process stays dead: its pid is never used again.",
        answers="true or false",
        examples=(
            Example("alive s1", "true", setup=STORE),
            Example(
                "alive b",
                "false",
                setup=("create store s1", "{:ok, b} = lookup s1", "kill b"),
            ),
        ),
        elixir="Process.alive?(<process>)",
        python="process.alive(<process>)",
        effects="look",
        group="look",
        handler="processes.alive",
        search=("alive?", "Process.alive?", "exists", "dead", "running"),
        see=("info", "processes"),
    ),
    Command(
        path=("cache",),
        params=(),
        summary="show the ETS table that holds the names",
        doc="""Its type, protection and owner, how often it was read, and its rows as they are now:
a row may belong to a process that is dead. In `plain` and `map` there is no table.""",
        answers={
            "ets-cast": "a view",
            "ets": "a view",
            "*": "no table: the names are in the manager's map",
        },
        examples=(
            Example(
                "cache",
                {
                    "plain": "no table: the names are in the manager's map",
                    "map": "no table: the names are in the manager's map",
                    "*": "KV.Registry\n...\n  protection        :protected\n"
                    "  owner             #PID<0.103.0> KV.Registry\n...\n"
                    "  name  pid\n  s1    #PID<0.104.0>\n  1 row",
                },
                setup=STORE,
            ),
            Example(
                "cache",
                {
                    "plain": "no table: the names are in the manager's map",
                    "map": "no table: the names are in the manager's map",
                    "*": "KV.Registry\n...\n  name              KV.Registry\n"
                    "  type              :set\n...\n  0 rows",
                },
            ),
        ),
        elixir={
            "plain": "# there is no table",
            "map": "# there is no table",
            "*": ":ets.info(KV.Registry); :ets.tab2list(KV.Registry)",
        },
        python={
            "plain": "# there is no table",
            "map": "# there is no table",
            "*": "ets.info(registry.NAME)",
        },
        effects="look",
        group="look",
        handler="names.cache",
        search=("ets", "table", "rows", "hits", "misses", "read_concurrency"),
        see=("registry", "tables", "ets list"),
    ),
    Command(
        path=("info",),
        params=(PROCESS,),
        summary="say what a process is and what it does now",
        doc="""Name, module, status, what it waits for, links, monitors, mailbox, tables. Works for
the dead too and says why they died.""",
        answers="a view",
        examples=(
            Example(
                "info manager",
                {
                    "plain": "fact             value\npid              #PID<0.101.0>\n"
                    "name             KeyVal.Manager\n...\nstatus           idle\n...",
                    "*": "fact             value\npid              #PID<0.103.0>\n"
                    "name             KV.Registry\n...\nstatus           idle\n...",
                },
            ),
            Example(
                "info b",
                "...\nstatus           dead\n...\nreason           :normal\ndied at line     4",
                setup=("create store s1", "{:ok, b} = lookup s1", "stop b"),
            ),
        ),
        elixir="Process.info(<process>)",
        python="runtime.observe(<process>)",
        effects="look",
        group="look",
        handler="processes.info",
        search=("describe", "inspect", "show", "Process.info", "links", "monitors", "status"),
        see=("state", "mailbox", "processes"),
    ),
    Command(
        path=("mailbox",),
        params=(PROCESS,),
        summary="show the messages that wait for a process",
        doc="In the order in which they came, which is the order in which they are handled.",
        answers="a view",
        examples=(
            Example(
                "mailbox manager",
                {
                    "plain": "nr  kind  message                from\n"
                    ' 1  call  {:create_store, "s1"}  #PID<0.102.0>',
                    "ets": "nr  kind  message          from\n"
                    ' 1  call  {:create, "s1"}  #PID<0.104.0>',
                    "*": 'nr  kind  message          from\n 1  cast  {:create, "s1"}  -',
                },
                setup=("suspend manager", "as b create store s1"),
            ),
            Example(
                "mailbox s1",
                {
                    "plain": "no messages wait for #PID<0.102.0>",
                    "*": "no messages wait for #PID<0.104.0>",
                },
                setup=STORE,
            ),
        ),
        elixir="Process.info(<process>, :messages)",
        python="runtime.observe(<process>).mailbox",
        effects="look",
        group="look",
        handler="processes.mailbox",
        search=("messages", "queue", "inbox", "pending", "message_queue_len"),
        see=("step", "suspend", "flush"),
    ),
    Command(
        path=("processes",),
        params=(),
        summary="list every living process",
        doc="With its name, what it is, what it does now and how many messages wait for it.",
        answers="a table",
        examples=(
            Example("processes", PROCESSES),
            Example(
                "processes",
                "pid            name   runs   status   mailbox\n"
                "#PID<0.100.0>  shell  shell  running        0\n"
                "1 process",
                started=False,
            ),
        ),
        elixir="Process.list()",
        python="runtime.processes()",
        effects="look",
        group="look",
        handler="processes.processes",
        search=("ps", "list", "Process.list", "top", "pids", "observer"),
        see=("tree", "info"),
    ),
    Command(
        path=("registry",),
        params=(SOME_NAME,),
        summary="show every name and whether its process agrees; or tell NAME's story",
        doc="""*fresh*: name and process agree. *pending*: its create still waits. *stale*: the
process is dead and its `:DOWN` still waits, so lookup answers a dead pid. In `plain`
*dead, kept*: the manager never forgets.

With a NAME: who wrote the row at which line, when and why the process died, where the `:DOWN` is
now, and what to type next. Works while the registry is suspended.""",
        answers="a table; with NAME a story",
        examples=(
            Example("registry", FRESH, setup=STORE),
            Example(
                "registry",
                STALE,
                setup=("create store s1", "suspend manager; stop s1"),
                note="the :DOWN waits in the suspended registry's mailbox",
            ),
            Example(
                "registry s1",
                {
                    "plain": "s1\n...\n  KeyVal.Manager asked for no :DOWN and keeps the pid for "
                    "ever.\n...",
                    "*": "s1\n...\n  Its :DOWN waits in the mailbox of KV.Registry, 1 of 1.\n"
                    "  KV.Registry is suspended and handles nothing.\n  next: step manager",
                },
                setup=("create store s1", "suspend manager; stop s1"),
                note="the story of one name",
            ),
        ),
        elixir={
            "plain": ":sys.get_state(KeyVal.Manager)",
            "map": ":sys.get_state(KV.Registry)",
            "*": ":ets.tab2list(KV.Registry)",
        },
        python="design.entries(runtime)",
        effects="look",
        group="look",
        handler="names.registry",
        search=("names", "stale", "fresh", "list", "story", "why"),
        see=("cache", "lookup", "mailbox"),
    ),
    Command(
        path=("state",),
        params=(PROCESS,),
        summary="show the state of a process",
        doc="""Reads it from outside: it works while the process is suspended, and no message is
sent. iex's `:sys.get_state` would send one and wait.""",
        answers="a term",
        examples=(
            Example("state s1", '%{"milk" => 1}', setup=("create store s1", "put s1 milk 1")),
            Example(
                "state manager",
                {"plain": "%{}", "map": "{%{}, %{}}", "*": "{KV.Registry, %{}}"},
            ),
        ),
        elixir=":sys.get_state(<process>)",
        python="runtime.observe(<process>).state",
        effects="look",
        group="look",
        handler="processes.state",
        search=("get_state", "sys.get_state", "contents", "inspect", "dump"),
        see=("info", "keys"),
    ),
    Command(
        path=("tables",),
        params=(),
        summary="list every ETS table",
        doc="Name, type, protection, owner and size. A table dies with its owner.",
        answers="a table",
        examples=(
            Example(
                "tables",
                {
                    "plain": "no tables: ets new t set protected makes one",
                    "map": "no tables: ets new t set protected makes one",
                    "*": "table        name         type  protection  owner                      "
                    "size\nKV.Registry  KV.Registry  set   protected   #PID<0.103.0> KV.Registry"
                    "     0\n1 table",
                },
            ),
            Example(
                "tables", "table...\n...\n:foo ... set ...\n...", setup=("ets new foo named_table",)
            ),
        ),
        elixir=":ets.all()",
        python="runtime.tables()",
        effects="look",
        group="look",
        handler="tables.tables",
        search=("ets", "ets.all", "list"),
        see=("cache", "ets new", "ets info"),
    ),
    Command(
        path=("tree",),
        params=(),
        summary="draw the supervision tree",
        doc="""Who started whom and who is restarted with whom. In `plain` there is no tree: nobody
supervises.""",
        answers="a tree",
        examples=(
            Example(
                "tree",
                TREE,
                setup=STORE,
            ),
            Example("tree", "nothing runs: start manager\n...", started=False),
        ),
        elixir="Supervisor.which_children(KV.Supervisor)",
        python="runtime.observe(supervisor).links",
        effects="look",
        group="look",
        handler="processes.tree",
        search=("supervisor", "children", "which_children", "observer", "links", "hierarchy"),
        see=("processes", "info"),
    ),
)
