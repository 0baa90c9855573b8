"""Commands for the user's own ETS tables."""

from typing import Final

from kvshell.commands.table.row import KEY, LABEL, OPTIONS, ROW, SOME_KEY, TABLE, Command, Example
from kvshell.systems.designs.interactions import Interaction

INFO: Final = """fact              value
...
name              :t
type              :set
protection        :protected
owner             #PID<0.100.0>
...
size              {size}
..."""
TABLE_MADE: Final = ("t = ets new t set protected",)
ROW_MADE: Final = (*TABLE_MADE, 'ets insert t {"foo", self()}')

ROWS: Final = (
    Command(
        path=("ets", "new"),
        params=(LABEL, OPTIONS),
        summary="create an ETS table owned by this shell",
        doc="""As in the first example of the ETS chapter. Returns a reference to bind, `t = ets new
t`; with `named_table` it returns the name, and the name is enough. The table is deleted when its
owner dies. Without options it is a protected set: every process can read it, only the owner can
write.""",
        answers="#Reference<..>, or the name with named_table",
        examples=(
            Example("ets new buckets named_table", ":buckets"),
            Example(
                'ets insert t {"foo", 1}; ets lookup t foo',
                'true\n[{"foo", 1}]',
                setup=TABLE_MADE,
            ),
        ),
        elixir=":ets.new(<atom>, [<options>])",
        python="ets.new(<atom>, [<options>])",
        effects="none",
        handler="tables.ets_new",
        runs_as_elixir=True,
        sends=(Interaction("shell", "a new table", "write", "the shell owns it"),),
        search=("ets.new", "table", "create table", "make"),
        see=("ets insert", "tables"),
    ),
    Command(
        path=("ets", "insert"),
        params=(TABLE, ROW),
        summary="insert a row, a tuple whose first element is its key",
        doc="""In a set, a row replaces the row with the same key. `self()` is the shell's pid, and
`$b` the value bound to `b`. Only the owner can write to a protected table.""",
        answers="true",
        examples=(
            Example('ets insert t {"foo", self()}', "true", setup=TABLE_MADE),
            Example(
                'ets insert t [{"a", 1}, {"b", 2}]; ets list t',
                'true\n[{"a", 1}, {"b", 2}]',
                setup=TABLE_MADE,
                note="several rows",
            ),
        ),
        elixir=":ets.insert(<table>, <row>)",
        python="ets.insert(<table>, <row>)",
        effects="none",
        handler="tables.ets_insert",
        runs_as_elixir=True,
        sends=(Interaction("shell", "table <table>", "write", "<row>; no process is asked"),),
        search=("ets.insert", "add", "write", "put"),
        see=("ets lookup", "ets new"),
    ),
    Command(
        path=("ets", "lookup"),
        params=(TABLE, KEY),
        summary="read the rows with KEY from a table",
        doc="Reads the table directly; no process is asked. A missing key gives an empty list.",
        answers="a list of tuples",
        examples=(
            Example("ets lookup t foo", '[{"foo", #PID<0.100.0>}]', setup=ROW_MADE),
            Example("ets lookup t bar", "[]", setup=ROW_MADE),
        ),
        elixir=":ets.lookup(<table>, <key>)",
        python="ets.lookup(<table>, <key>)",
        effects="read",
        handler="tables.ets_lookup",
        runs_as_elixir=True,
        sends=(Interaction("shell", "table <table>", "read", "<key>; no process is asked"),),
        search=("ets.lookup", "read", "get", "find"),
        see=("ets insert", "ets list"),
    ),
    Command(
        path=("ets", "delete"),
        params=(TABLE, SOME_KEY),
        summary="delete the rows with KEY, or the whole table",
        doc="Returns `true` whether or not the row existed. Only the owner can delete from a "
        "protected table.",
        answers="true",
        examples=(
            Example("ets delete t foo; ets lookup t foo", "true\n[]", setup=ROW_MADE),
            Example("ets delete t", "true", setup=TABLE_MADE, note="the table itself"),
        ),
        elixir=":ets.delete(<table>, <key>)",
        python="ets.delete(<table>, <key>)",
        effects="none",
        handler="tables.ets_delete",
        runs_as_elixir=True,
        sends=(Interaction("shell", "table <table>", "write", "delete; no process is asked"),),
        search=("ets.delete", "remove", "drop"),
        see=("ets insert", "ets list"),
    ),
    Command(
        path=("ets", "list"),
        params=(TABLE,),
        summary="list the rows of a table",
        doc="Sets are listed in insertion order, an `ordered_set` in term order.",
        answers="a list of tuples",
        examples=(
            Example("ets list t", '[{"foo", #PID<0.100.0>}]', setup=ROW_MADE),
            Example(
                "ets list KV.Registry",
                {
                    "ets": '[{"s1", #PID<0.104.0>}]',
                    "ets-cast": '[{"s1", #PID<0.104.0>}]',
                    "library": "[\n  {-2, {:unique, 1, ...}},\n...\n]",
                    "*": "** (ArgumentError) errors were found at the given arguments:\n\n"
                    "  * 1st argument: the table identifier does not refer to an existing ETS "
                    "table",
                },
                setup=("create store s1",),
                note="the table of names, in designs that have one; library has Registry's own",
            ),
        ),
        elixir=":ets.tab2list(<table>)",
        python="ets.tab2list(<table>)",
        effects="read",
        handler="tables.ets_list",
        runs_as_elixir=True,
        sends=(Interaction("shell", "table <table>", "read", "every row"),),
        search=("tab2list", "rows", "all", "dump", "ets.tab2list"),
        see=("ets lookup", "cache"),
    ),
    Command(
        path=("ets", "info"),
        params=(TABLE,),
        summary="describe a table",
        doc="Type, protection, owner, size, memory, and how often it was read.",
        answers="a table",
        examples=(
            Example("ets info t", INFO.format(size=0), setup=TABLE_MADE),
            Example("ets info t", INFO.format(size=1), setup=ROW_MADE),
        ),
        elixir=":ets.info(<table>)",
        python="ets.info(<table>)",
        effects="look",
        handler="tables.ets_info",
        search=("ets.info", "describe", "size", "memory"),
        see=("tables", "cache"),
    ),
)
