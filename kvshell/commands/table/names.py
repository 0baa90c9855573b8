"""Commands that inspect names without sending or waiting for anything."""

from typing import Final

from kvshell.commands.table.row import SOME_NAME, Command, Example

STORE: Final = ("create store s1",)
FRESH: Final = {
    "plain": """name  pid            process  owner  table  state
s1    #PID<0.102.0>  alive    yes    -      fresh""",
    "map": """name  pid            process  owner  table  state
s1    #PID<0.104.0>  alive    yes    -      fresh""",
    "library": """name  pid            process  owner  table  state
s1    #PID<0.105.0>  alive    -      yes    fresh""",
    "*": """name  pid            process  owner  table  state
s1    #PID<0.104.0>  alive    yes    yes    fresh""",
}
STALE: Final = {
    "plain": """name  pid            process        owner  table  state
s1    #PID<0.102.0>  dead: :normal  yes    -      dead, kept""",
    "map": """name  pid            process        owner  table  state
s1    #PID<0.104.0>  dead: :normal  yes    -      stale""",
    "library": "no names yet: create store s1",
    "*": """name  pid            process        owner  table  state
s1    #PID<0.104.0>  dead: :normal  yes    yes    stale""",
}

ROWS: Final = (
    Command(
        path=("registry",),
        params=(SOME_NAME,),
        summary="show every name and the state of its process, or the history of NAME",
        doc="""*fresh*: the process is alive. *pending*: its create is still waiting. *stale*: the
process is dead and its `:DOWN` is still waiting, so lookup answers a dead pid. In `plain` *dead,
kept*: the manager never forgets a name.

With a NAME: who wrote the row at which line, when and why the process died, where the `:DOWN` is
now, and what to type next. Works while the registry is suspended.""",
        answers="a table; with NAME, its history",
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
                    "plain": "s1\n...\n  KeyVal.Manager does not monitor it and keeps the "
                    "pid forever.\n...",
                    "library": "s1\n  This name is unknown, and no create of it is waiting.\n...",
                    "*": "s1\n...\n  Its :DOWN waits in the mailbox of KV.Registry, 1 of 1.\n"
                    "  KV.Registry is suspended and handles nothing.\n  next: step manager",
                },
                setup=("create store s1", "suspend manager; stop s1"),
                note="the history of one name",
            ),
        ),
        elixir={
            "plain": ":sys.get_state(KeyVal.Manager)",
            "map": ":sys.get_state(KV.Registry)",
            "library": 'Registry.select(KV.Registry, [{{:"$1", :_, :_}, [], [:"$1"]}])',
            "*": ":ets.tab2list(KV.Registry)",
        },
        python="design.entries(runtime)",
        effects="look",
        handler="names.registry",
        asks="system",
        search=("names", "stale", "fresh", "list", "story", "why"),
        see=("cache", "lookup", "mailbox"),
    ),
    Command(
        path=("cache",),
        params=(),
        summary="show the ETS table that holds the names",
        doc="""Its type, protection and owner, how often it was read, and its current rows: a row
may belong to a dead process. In `plain` and `map` there is no table; in `library` it is the
library's own, and `public`, because every bucket writes its row itself.""",
        answers={
            "ets-cast": "a table",
            "ets": "a table",
            "*": "no table: the names are in the manager's map",
        },
        examples=(
            Example(
                "cache",
                {
                    "plain": "no table: the names are in the manager's map",
                    "map": "no table: the names are in the manager's map",
                    "library": "KV.Registry\n...\n  protection        :public\n"
                    "  owner             #PID<0.104.0> KV.Registry.PIDPartition0\n...\n"
                    "  name  pid\n  s1    #PID<0.105.0>\n  1 row",
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
                    "library": "KV.Registry\n...\n  no rows",
                    "*": "KV.Registry\n...\n  name              KV.Registry\n"
                    "  type              :set\n...\n  no rows",
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
        handler="names.cache",
        asks="system",
        search=("ets", "table", "rows", "hits", "misses", "read_concurrency"),
        see=("registry", "tables", "ets list"),
    ),
)
