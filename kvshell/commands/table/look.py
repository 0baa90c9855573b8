"""Commands that inspect processes and tables without sending or waiting for anything."""

from typing import Final

from kvshell.commands.table.row import PROCESS, Command, Example

STORE: Final = ("create store s1",)
PROCESSES: Final = {
    "plain": """pid            name            runs            status   mailbox
#PID<0.100.0>  shell           shell           running        0
#PID<0.101.0>  KeyVal.Manager  KeyVal.Manager  idle           0
2 processes""",
    "library": """pid            name                       runs                 status   mailbox
#PID<0.100.0>  shell                      shell                running        0
#PID<0.101.0>  KV.Supervisor              Supervisor           idle           0
#PID<0.102.0>  KV.BucketSupervisor        DynamicSupervisor    idle           0
#PID<0.103.0>  KV.Registry                Registry.Supervisor  idle           0
#PID<0.104.0>  KV.Registry.PIDPartition0  Registry.Partition   idle           0
5 processes""",
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
    "library": """...
    #PID<0.102.0> KV.BucketSupervisor one_for_one, 0 of 3 restarts in 5 s
      #PID<0.105.0> s1 Agent.Server
    #PID<0.103.0> KV.Registry one_for_all, 0 of 3 restarts in 5 s
      #PID<0.104.0> KV.Registry.PIDPartition0 Registry.Partition""",
    "*": """...
  #PID<0.101.0> KV.Supervisor one_for_all, 0 of 3 restarts in 5 s
    #PID<0.102.0> KV.BucketSupervisor one_for_one, 0 of 3 restarts in 5 s
      #PID<0.104.0> ...
    #PID<0.103.0> KV.Registry""",
}

ROWS: Final = (
    Command(
        path=("state",),
        params=(PROCESS,),
        summary="show the state of a process",
        doc="""Reads it from outside, without a message, so it works while the process is suspended.
`:sys.get_state` in iex sends a message and waits.""",
        answers="a term",
        examples=(
            Example("state s1", '%{"milk" => 1}', setup=("create store s1", "put s1 milk 1")),
            Example(
                "state manager",
                {
                    "plain": "%{}",
                    "map": "{%{}, %{}}",
                    "library": "#Opaque<SupervisorState>",
                    "*": "{KV.Registry, %{}}",
                },
            ),
        ),
        elixir=":sys.get_state(<process>)",
        python="runtime.observe(<process>).state",
        effects="look",
        handler="processes.state",
        runs_as_elixir=True,
        search=("get_state", "sys.get_state", "contents", "inspect", "dump"),
        see=("info", "keys"),
    ),
    Command(
        path=("info",),
        params=(PROCESS,),
        summary="show what a process is and what it is doing",
        doc="""Name, module, status, what it waits for, mailbox, messages handled, approximate
memory, links, monitors, tables. For a dead process, also why it died.""",
        answers="a table",
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
        handler="processes.info",
        search=("describe", "inspect", "show", "Process.info", "links", "monitors", "status"),
        see=("state", "mailbox", "processes"),
    ),
    Command(
        path=("mailbox",),
        params=(PROCESS,),
        summary="show the messages waiting in a process's mailbox",
        doc="In the order of arrival, which is the order in which they will be handled.",
        answers="a table",
        examples=(
            Example(
                "mailbox manager",
                {
                    "plain": "nr  kind  message                from\n"
                    ' 1  call  {:create_store, "s1"}  #PID<0.102.0>',
                    "ets": "nr  kind  message          from\n"
                    ' 1  call  {:create, "s1"}  #PID<0.104.0>',
                    "library": "no messages wait for KV.Registry",
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
        handler="processes.mailbox",
        search=("messages", "queue", "inbox", "pending", "message_queue_len"),
        see=("step", "suspend", "flush"),
    ),
    Command(
        path=("alive",),
        params=(PROCESS,),
        summary="check whether a process is alive",
        doc="A dead process stays dead: a new one gets a new pid.",
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
        handler="processes.alive",
        runs_as_elixir=True,
        search=("alive?", "Process.alive?", "exists", "dead", "running"),
        see=("info", "processes"),
    ),
    Command(
        path=("processes",),
        params=(),
        summary="list all live processes",
        doc="With name, module, status and the number of messages waiting for it.",
        answers="a table",
        examples=(
            Example("processes", PROCESSES),
            Example(
                "processes",
                "pid            name   runs   status   mailbox\n"
                "#PID<0.100.0>  shell  shell  running        0\n"
                "1 process; nothing runs yet: start manager",
                started=False,
            ),
        ),
        elixir="Process.list()",
        python="runtime.processes()",
        effects="look",
        handler="processes.processes",
        search=("ps", "list", "Process.list", "top", "pids", "observer"),
        see=("tree", "info"),
    ),
    Command(
        path=("tree",),
        params=(),
        summary="draw the supervision tree",
        doc="""Shows who started whom, and which processes are restarted together. For a supervisor
it shows the strategy and how much of the restart budget is used; one restart beyond the budget, and
the supervisor stops together with everything below it. `info supervisor` says why the last restart
happened. `plain` has no supervisor, so there is no tree.""",
        answers="a tree",
        examples=(
            Example(
                "tree",
                TREE,
                setup=STORE,
            ),
            Example(
                "tree",
                {
                    "plain": "nothing runs yet: start manager\n...",
                    "*": "...\n"
                    "  #PID<0.101.0> KV.Supervisor one_for_all, 1 of 3 restarts in 5 s\n"
                    "...",
                },
                setup=("kill manager",),
                note="the registry was killed; everything below is new",
            ),
            Example("tree", "nothing runs yet: start manager\n...", started=False),
        ),
        elixir={
            "plain": "# there is no supervisor",
            "*": "Supervisor.which_children(KV.Supervisor)",
        },
        python={
            "plain": "runtime.processes()",
            "*": "runtime.observe(process.whereis(supervisor.NAME)).links",
        },
        effects="look",
        handler="processes.tree",
        search=(
            "supervisor",
            "children",
            "which_children",
            "observer",
            "links",
            "hierarchy",
            "restarts",
            "strategy",
            "one_for_all",
            "budget",
            "max_restarts",
        ),
        see=("processes", "info"),
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
                    "library": "table...\nKV.Registry ... set ... public ...\n...\n3 tables",
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
        python="runtime.tables.all()",
        effects="look",
        handler="tables.tables",
        search=("ets", "ets.all", "list"),
        see=("cache", "ets new", "ets info"),
    ),
)
