"""Which line stands for which Elixir: the calls of the tutorials and of iex's daily use."""

from typing import Final, NamedTuple


class Pasted(NamedTuple):
    """What to say of a pasted line, and the line to type, if there is one."""

    sentence: str
    line: str | None = None


# Function and arity -> the line; <0:name> is argument 0 as a NAME. `*` is any other arity.
CALLS: Final = {
    "KeyVal.Manager.start/*": "start manager plain",
    "KeyVal.Manager.start_link/*": "start manager plain",
    "KeyVal.Manager.create_store/1": "create store <0:name>",
    "KeyVal.Server.start/*": "create store s1",
    "KeyVal.Server.start_link/*": "create store s1",
    "KeyVal.Server.put/3": "put <0:process> <1:value> <2:value>",
    "KeyVal.Server.get/2": "get <0:process> <1:value>",
    "KeyVal.Server.del/2": "del <0:process> <1:value>",
    "KeyVal.Server.delete/2": "del <0:process> <1:value>",
    "KV.Registry.start_link/*": "start manager",
    "KV.Registry.create/2": "create store <1:name>",
    "KV.Registry.lookup/2": "lookup <1:name>",
    "KV.Registry.stop/*": "stop manager",
    "KV.Supervisor.start_link/*": "start manager",
    "KV.BucketSupervisor.start_bucket/*": "create store s1",
    "KV.BucketSupervisor.start_link/*": "start manager",
    "KV.Bucket.start_link/*": "create store s1",
    "KV.Bucket.put/3": "put <0:process> <1:value> <2:value>",
    "KV.Bucket.get/2": "get <0:process> <1:value>",
    "KV.Bucket.delete/2": "del <0:process> <1:value>",
    "Agent.get/*": "state <0:process>",
    "Agent.stop/1": "stop <0:process>",
    "Agent.stop/*": "stop <0:process> <1:reason>",
    "GenServer.call/*": "call <0:process> <1:term>",
    "GenServer.cast/2": "cast <0:process> <1:term>",
    "GenServer.stop/1": "stop <0:process>",
    "GenServer.stop/*": "stop <0:process> <1:reason>",
    "GenServer.whereis/1": "info <0:process>",
    "Process.alive?/1": "alive <0:process>",
    "Process.exit/2": "stop <0:process> <1:reason>",
    "Process.info/1": "info <0:process>",
    "Process.info/2": "info <0:process>",
    "Process.list/0": "processes",
    "Process.monitor/1": "monitor <0:process>",
    "Process.sleep/1": "sleep <0:time>",
    "Process.whereis/1": "info <0:process>",
    "Supervisor.which_children/1": "tree",
    "Supervisor.count_children/1": "tree",
    "Supervisor.stop/*": "stop <0:process>",
    "DynamicSupervisor.which_children/1": "tree",
    "DynamicSupervisor.count_children/1": "tree",
    "DynamicSupervisor.start_child/2": "create store s1",
    ":sys.get_state/*": "state <0:process>",
    ":sys.get_status/*": "info <0:process>",
    ":sys.resume/*": "resume <0:process>",
    ":sys.suspend/*": "suspend <0:process>",
    ":sys.terminate/*": "stop <0:process> <1:reason>",
    ":timer.sleep/1": "sleep <0:time>",
    ":ets.all/0": "tables",
    ":ets.i/0": "tables",
    ":ets.delete/1": "ets delete <0:table>",
    ":ets.delete/2": "ets delete <0:table> <1:value>",
    ":ets.info/*": "ets info <0:table>",
    ":ets.insert/2": "ets insert <0:table> <1:term>",
    ":ets.lookup/2": "ets lookup <0:table> <1:value>",
    ":ets.new/2": "ets new <0:name> <1:options>",
    ":ets.tab2list/1": "ets list <0:table>",
    ":observer.start/0": "tree",
    "System.halt/*": "exit",
    "System.stop/*": "exit",
    "create/1": "create store <0:name>",
    "create_store/1": "create store <0:name>",
    "del/2": "del <0:process> <1:value>",
    "delete/2": "del <0:process> <1:value>",
    "exit/0": "exit",
    "get/2": "get <0:process> <1:value>",
    "h/0": "help",
    "i/1": "info <0:process>",
    "lookup/1": "lookup <0:name>",
    "put/3": "put <0:process> <1:value> <2:value>",
    "self/0": "self",
    "send/2": "cast <0:process> <1:term>",
    "stop/1": "stop <0:process>",
}


_MODULES_BUILT_IN = (
    "{word} is for a source file, and the tutorials' modules are built in: "
    "start manager runs them, explain create store s1 shows their lines"
)


WORDS: Final = {
    "mix": Pasted(
        "mix belongs to the system's own shell; here nothing is compiled: start manager",
        "start manager",
    ),
    "iex": Pasted("you are in the shell already: start manager", "start manager"),
    "cd": Pasted("this shell starts processes, not programs: start manager", "start manager"),
    "python": Pasted("this shell takes commands, not Python: help lists them", "help"),
    "import": Pasted("nothing is imported here: help lists the commands", "help"),
    "print": Pasted("an answer is printed by itself: get s1 milk", "get s1 milk"),
} | {
    word: Pasted(_MODULES_BUILT_IN.format(word=word), "start manager")
    for word in ("defmodule", "def", "defp", "use", "alias", "require", "test", "setup", "end")
}
