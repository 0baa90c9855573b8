"""Commands that create, look up and use stores, as in the tutorials."""

from typing import Final

from kvshell.commands.table.nodes import ALONE, NODE
from kvshell.commands.table.row import KEY, NAME, STORE, VALUE, Command, Example
from kvshell.commands.types.node_types import KeywordType
from kvshell.commands.types.parameter import Param
from kvshell.systems.designs import interactions
from kvshell.systems.designs.interactions import Interaction

ON: Final = Param("on", KeywordType("on"), optional=True)
ON_NODE: Final = NODE._replace(optional=True, label="NODE]")
FIRST: Final = {"plain": "{:ok, #PID<0.102.0>}", "*": "{:ok, #PID<0.104.0>}"}
CREATED: Final = {"plain": "#PID<0.102.0>", "ets": "#PID<0.104.0>", "*": ":ok"}
NO_MATCH: Final = "** (MatchError) no match of right hand side value: :error"

ROWS: Final = (
    Command(
        path=("create", "store"),
        params=(NAME, ON, ON_NODE),
        summary="create the store NAME, or find it if it exists",
        doc="""The manager starts a process for the store and remembers its name. In `plain` and
`ets` this is a *call*: the answer is the pid, and asking again returns the same pid. In `map` and
`ets-cast` it is a *cast*: the answer is `:ok` at once, before the store exists, which is the first
race of the ETS chapter: `create store a; lookup a` in `ets-cast`.

In `plain` the name of a dead store is never forgotten: creating it again returns the dead pid.

With several nodes (`help nodes`), a hash of the name decides where the store starts; `on NODE`
overrides it: `create store s1 on b`.""",
        answers={
            "plain": "the pid; for a name whose store died, the dead pid forever",
            "map": ":ok, before the store exists",
            "ets-cast": ":ok, before the store exists",
            "ets": "the pid; while the :DOWN of a dead store waits, the dead pid",
            "library": "the pid; a dead store's name is free at once",
        },
        examples=(
            Example("create store s1", CREATED),
            Example("create store s1", CREATED, setup=("create store s1",), note="asked again"),
            Example(
                "create store a; lookup a",
                {
                    "plain": "#PID<0.102.0>\n{:ok, #PID<0.102.0>}",
                    "map": ":ok\n{:ok, #PID<0.104.0>}",
                    "ets-cast": ":ok\n:error",
                    "ets": "#PID<0.104.0>\n{:ok, #PID<0.104.0>}",
                },
                note="back to back, as in a test: in ets-cast the cast has not been handled yet",
            ),
            Example("create store s1 on b", ALONE),
        ),
        elixir={
            "plain": "KeyVal.Manager.create_store(<name>)",
            "library": "DynamicSupervisor.start_child(KV.BucketSupervisor, {KV.Bucket, <name>})",
            "*": "KV.Registry.create(KV.Registry, <name>)",
        },
        python={
            "plain": "manager.create_store(<name>)",
            "*": "registry.create(<name>)",
        },
        effects={"plain": "call spawn", "ets": "call spawn", "*": "cast spawn"},
        handler="stores.create_store",
        runs_as_elixir=True,
        sends={
            "plain": interactions.PLAIN_CREATE,
            "map": interactions.MAP_CREATE,
            "ets-cast": interactions.CAST_CREATE,
            "ets": interactions.ETS_CREATE,
            "library": interactions.LIBRARY_CREATE,
        },
        asks="manager",
        synonyms=(("create", "bucket"),),
        search=("new", "make", "add", "create_store", "start_bucket", "open"),
        see=("lookup", "stores", "stop"),
    ),
    Command(
        path=("lookup",),
        params=(NAME,),
        summary="find the process of the store NAME",
        doc="""In `ets-cast` and `ets` no process is asked: the shell reads the table, even while
the registry is suspended. So the pid may belong to a process that has just died: its row is *stale*
until the registry handles the `:DOWN`. In `plain` and `map` the shell calls the manager.

`{:ok, b} = lookup s1` binds `b`, as in the chapter.""",
        answers="{:ok, pid}, or :error when there is no such name",
        examples=(
            Example("lookup s1", FIRST, setup=("create store s1",)),
            Example("lookup s9", ":error"),
            Example("{:ok, b} = lookup s9", NO_MATCH, note="the pattern does not match"),
        ),
        elixir={
            "plain": "GenServer.call(KeyVal.Manager, {:lookup, <name>})",
            "library": "Registry.lookup(KV.Registry, <name>)",
            "*": "KV.Registry.lookup(KV.Registry, <name>)",
        },
        python={"plain": "manager.lookup(<name>)", "*": "registry.lookup(<name>)"},
        effects={"plain": "call", "map": "call", "*": "read"},
        handler="stores.lookup",
        runs_as_elixir=True,
        sends={
            "plain": interactions.call(
                "shell", interactions.MANAGER, "{:lookup, <name>}", "{:ok, pid} or :error"
            ),
            "map": interactions.ASKED,
            "*": interactions.READ,
        },
        asks="manager",
        search=("find", "whereis", "where", "search", "pid", "resolve"),
        see=("create store", "registry", "cache"),
    ),
    Command(
        path=("stores",),
        params=(),
        summary="list the names that the system knows",
        doc="""Reads the manager's map or the table without sending a message. A name is listed as
long as it is kept, even if its process is dead; `registry` shows which ones are.""",
        answers="a list of names",
        examples=(
            Example("stores", '["s1", "s2"]', setup=("create store s2", "create store s1")),
            Example("stores", "[]"),
        ),
        elixir={
            "plain": "Map.keys(:sys.get_state(KeyVal.Manager))",
            "map": "Map.keys(elem(:sys.get_state(KV.Registry), 0))",
            "library": 'Registry.select(KV.Registry, [{{:"$1", :_, :_}, [], [:"$1"]}])',
            "*": "for {name, _} <- :ets.tab2list(KV.Registry), do: name",
        },
        python="design.names()",
        effects="look",
        handler="stores.stores",
        runs_as_elixir=True,
        asks="system",
        search=("ls", "buckets", "list", "names", "all", "dir"),
        see=("registry", "lookup"),
    ),
    Command(
        path=("put",),
        params=(STORE, KEY, VALUE),
        summary="store VALUE under KEY in STORE",
        doc="""A word is text unless all of it is an Elixir literal: `milk` is text, `1` a number,
`:a` an atom, `"two words"` text, `[1, 2]` a list. The bare name of a binding is text, too: `$b` is
its value, `self()` the shell's pid.

In `plain` it is a cast: `:ok` even if the store is dead. In the others it is a call.""",
        answers={"plain": ":ok, a cast: even to a dead store", "*": ":ok"},
        examples=(
            Example("put s1 milk 1", ":ok", setup=("create store s1",)),
            Example(
                'put s1 list [1, "two"]; get s1 list',
                ':ok\n[1, "two"]',
                setup=("create store s1",),
                note="a literal",
            ),
            Example("put s9 milk 1", NO_MATCH, note="no such store"),
        ),
        elixir={
            "plain": "KeyVal.Server.put(<store>, <key>, <value>)",
            "*": "KV.Bucket.put(<store>, <key>, <value>)",
        },
        python={
            "plain": "server.put(<store>, <key>, <value>)",
            "*": "bucket.put(<store>, <key>, <value>)",
        },
        effects={"plain": "cast", "*": "call"},
        handler="stores.put",
        runs_as_elixir=True,
        sends={
            "plain": (
                Interaction(
                    "shell", "<store>", "cast", "{:put, <key>, <value>}: :ok to a dead process, too"
                ),
            ),
            "*": interactions.bucket_call("{:update, a function that puts <key>}", ":ok"),
        },
        search=("write", "insert", "save", "update", "assign", "store", "Agent.update"),
        see=("get", "del", "create store"),
    ),
    Command(
        path=("get",),
        params=(STORE, KEY),
        summary="read the value of KEY in STORE",
        doc="""Calls the store itself, so a dead store means an exit, printed as iex prints it. A
missing key is `nil`. `1` and `"1"` are different keys: `get s1 1` asks for the number.""",
        answers="the value, or nil if there is none",
        examples=(
            Example("get s1 milk", "3", setup=("create store s1", "put s1 milk 3")),
            Example("get s1 beer", "nil", setup=("create store s1",)),
            Example("get s9 milk", NO_MATCH, note="no such store"),
        ),
        elixir={"plain": "KeyVal.Server.get(<store>, <key>)", "*": "KV.Bucket.get(<store>, <key>)"},
        python={"plain": "server.get(<store>, <key>)", "*": "bucket.get(<store>, <key>)"},
        effects="call",
        handler="stores.get",
        runs_as_elixir=True,
        sends={
            "plain": interactions.bucket_call("{:get, <key>}", "the value, or nil"),
            "*": interactions.bucket_call(
                "{:get, a function that reads <key>}", "the value, or nil"
            ),
        },
        search=("read", "fetch", "value", "show", "Agent.get"),
        see=("put", "keys", "lookup"),
    ),
    Command(
        path=("del",),
        params=(STORE, KEY),
        summary="delete KEY from STORE",
        doc="""In `plain` it is a cast and always returns `:ok`, even for a dead store. In the
others it is a call that returns the deleted value, or `nil`.""",
        answers={"plain": ":ok, a cast", "*": "the deleted value, or nil"},
        examples=(
            Example(
                "del s1 milk",
                {"plain": ":ok", "*": "1"},
                setup=("create store s1", "put s1 milk 1"),
            ),
            Example(
                "get s1 milk", "nil", setup=("create store s1", "put s1 milk 1", "del s1 milk")
            ),
        ),
        elixir={
            "plain": "KeyVal.Server.del(<store>, <key>)",
            "*": "KV.Bucket.delete(<store>, <key>)",
        },
        python={"plain": "server.delete(<store>, <key>)", "*": "bucket.delete(<store>, <key>)"},
        effects={"plain": "cast", "*": "call"},
        handler="stores.delete",
        runs_as_elixir=True,
        sends={
            "plain": (
                Interaction(
                    "shell", "<store>", "cast", "{:delete, <key>}: :ok to a dead process, too"
                ),
            ),
            "*": interactions.bucket_call(
                "{:get_and_update, a function}", "the value that was there, or nil"
            ),
        },
        synonyms=(("delete",),),
        search=("remove", "drop", "rm", "unset", "erase"),
        see=("put", "get", "keys"),
    ),
    Command(
        path=("keys",),
        params=(STORE,),
        summary="list the keys of STORE",
        doc="In term order: numbers, then atoms, then tuples, then text.",
        answers="a list",
        examples=(
            Example(
                "keys s1",
                '["beer", "milk"]',
                setup=("create store s1", "put s1 milk 3", "put s1 beer 1"),
            ),
            Example("keys s1", "[]", setup=("create store s1",)),
        ),
        elixir={
            "plain": "Map.keys(:sys.get_state(<store>))",
            "*": "Agent.get(<store>, &Map.keys/1)",
        },
        python={"plain": "server.keys(<store>)", "*": "bucket.keys(<store>)"},
        effects="call",
        handler="stores.keys",
        runs_as_elixir=True,
        sends={
            "plain": interactions.bucket_call(":keys", "the keys"),
            "*": interactions.bucket_call("{:get, a function}", "the keys"),
        },
        search=("fields", "entries", "contents"),
        see=("get", "state"),
    ),
    Command(
        path=("count",),
        params=(STORE,),
        summary="count the keys of STORE",
        doc="Gets the keys from the store, as `keys` does, and counts them.",
        answers="a number",
        examples=(
            Example(
                "count s1",
                "2",
                setup=("create store s1", "put s1 milk 3", "put s1 beer 1"),
            ),
            Example("count s1", "0", setup=("create store s1",)),
        ),
        elixir={
            "plain": "length(Map.keys(:sys.get_state(<store>)))",
            "*": "length(Agent.get(<store>, &Map.keys/1))",
        },
        python={"plain": "len(server.keys(<store>))", "*": "len(bucket.keys(<store>))"},
        effects="call",
        handler="stores.count",
        runs_as_elixir=True,
        sends={
            "plain": interactions.bucket_call(":keys", "the keys"),
            "*": interactions.bucket_call("{:get, a function}", "the keys"),
        },
        search=("size", "length", "map_size"),
        see=("keys", "stores"),
    ),
)
