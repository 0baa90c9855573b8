"""Commands for several nodes.

Only the engine `beam` can have more than one node; elsewhere they raise an error that says so.
"""

from typing import Final

from kvshell.commands.table.row import LINE, Command, Example
from kvshell.commands.types.node_types import NodeType
from kvshell.commands.types.parameter import Param

NODE: Final = Param("node", NodeType())
OTHER: Final = Param("other", NodeType(), "the node at the other end of the link", label="OTHER")
ONE_NODE: Final = (
    "there is one node here: kvshell --engine beam --nodes 3 starts three, "
    "--join A@HOST,B@HOST uses running ones"
)
ALONE: Final = f"** (CommandError) {ONE_NODE}"
PYTHON: Final = "# one process of Python is one node"
SEARCH: Final = ("cluster", "distributed", "Node", "machine")

ROWS: Final = (
    Command(
        path=("nodes",),
        params=(),
        summary="list the nodes, their links, and where the manager runs",
        doc="""As seen from the shell's own node: a node that it has no link to may be running, but
cannot be seen. `kvshell --engine beam --nodes 3` starts three on this machine, `--join
A@HOST,B@HOST` uses nodes that are already running.""",
        answers="a table: one row per node",
        examples=(Example("nodes", ALONE), Example("nodes", ALONE, started=False)),
        elixir="[node() | Node.list()]",
        python=PYTHON,
        effects="look",
        handler="nodes.nodes",
        search=(*SEARCH, "Node.list", "links", "split"),
        see=("connect", "disconnect", "on"),
    ),
    Command(
        path=("on",),
        params=(NODE, LINE),
        summary="run LINE in the shell of another node",
        doc="""That node's shell has its own process, bindings and mailbox, and sees the system from
there: after a split, `on b registry` shows what is left on the other side. A line without `on` runs
on the first node.""",
        answers="what LINE answers there",
        examples=(
            Example("on b lookup s1", ALONE),
            Example("on b create store tea on b; stores", ALONE, started=False),
        ),
        elixir=':erpc.call(:"kv_<node>@127.0.0.1", fn -> <line> end)',
        python=PYTHON,
        effects="none",
        handler="nodes.on",
        search=(*SEARCH, "erpc", "remote", "remsh"),
        see=("nodes", "as"),
    ),
    Command(
        path=("connect",),
        params=(NODE, OTHER),
        summary="link two nodes, which also heals a split",
        doc="""A global name has one owner. If both sides have a manager, `:global` keeps one and
ends the other; buckets that only the other one knew keep running without a name, and `registry`
shows them as *orphans*.""",
        answers="true, or false if the link could not be made",
        examples=(
            Example("connect a b", ALONE),
            Example("connect b c", ALONE, started=False),
        ),
        elixir=':erpc.call(:"kv_<node>@127.0.0.1", Node, :connect, [:"kv_<other>@127.0.0.1"])',
        python=PYTHON,
        effects="none",
        handler="nodes.connect",
        search=(*SEARCH, "Node.connect", "join", "heal"),
        see=("disconnect", "nodes"),
    ),
    Command(
        path=("disconnect",),
        params=(NODE, OTHER),
        summary="cut the link between two nodes: a network split",
        doc="""Both nodes keep running. Each sees the processes of the other as dead: monitors send
`{:DOWN, ref, :process, pid, :noconnection}`, rows are removed, calls exit, and casts return `:ok`
but are lost. A third node that is linked to both still sees both. `connect` heals the split.""",
        answers="true, or false if there was no link",
        examples=(
            Example("disconnect a b", ALONE),
            Example("disconnect b c", ALONE, started=False),
        ),
        elixir=':erpc.call(:"kv_<node>@127.0.0.1", Node, :disconnect, [:"kv_<other>@127.0.0.1"])',
        python=PYTHON,
        effects="none",
        handler="nodes.disconnect",
        search=(*SEARCH, "Node.disconnect", "split", "partition", "netsplit"),
        see=("connect", "nodes"),
    ),
    Command(
        path=("stop", "node"),
        params=(NODE,),
        summary="kill a node, as a power cut would",
        doc="""Its operating system process is killed, with everything in it. The other nodes delete
its rows, and the manager answers a create there with `{:error, {:nodedown, node}}`. If the manager
ran on it, `start manager` starts another one, which takes over the rows. `stop "node"` stops a
store called node.""",
        answers=":ok",
        examples=(
            Example("stop node b", ALONE),
            Example("stop node c", ALONE, started=False),
        ),
        elixir="# kill -9 of the process of kv_<node>@127.0.0.1",
        python=PYTHON,
        effects="none",
        handler="nodes.stop_node",
        ends=True,
        search=(*SEARCH, "kill", "down", "nodedown", "power"),
        see=("start node", "nodes"),
    ),
    Command(
        path=("start", "node"),
        params=(NODE,),
        summary="start a node and link it to all others",
        doc="""After `stop node b`, an empty node with that name starts; any other short name adds a
node. The new node gets the table of all names from the others.""",
        answers=":ok",
        examples=(
            Example("start node b", ALONE),
            Example("start node d", ALONE, started=False),
        ),
        elixir="# iex --name kv_<node>@127.0.0.1, then Node.connect to each of the others",
        python=PYTHON,
        effects="none",
        handler="nodes.start_node",
        search=(*SEARCH, "up", "add"),
        see=("stop node", "nodes"),
    ),
)
