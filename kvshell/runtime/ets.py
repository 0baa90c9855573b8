"""ets: Erlang term storage - tables of tuples that every process may read. Mirrors :ets.

A table is called by what `new` returned: the name of a named table, else a reference. Rows are
tuples of terms; what is looked up comes as a List. All functions run in the caller and never wait.
A table that is not there, or that the caller may not use, is an ArgumentError with Erlang's text.
"""

from kvshell.runtime.access import END
from kvshell.runtime.table_life import (
    give_away,
    info,
    new,
    rename,
    setopts,
    whereis,
)
from kvshell.runtime.table_matches import (
    match,
    match_delete,
    match_object,
    select,
    select_count,
    select_delete,
)
from kvshell.runtime.table_reads import lookup, lookup_element, member, tab2list
from kvshell.runtime.table_walks import first, foldl, last, next, prev  # noqa: A004  # OTP's name
from kvshell.runtime.table_writes import (
    delete,
    delete_all_objects,
    delete_object,
    insert,
    insert_new,
    take,
    update_counter,
    update_element,
)

__all__ = [
    "END",
    "delete",
    "delete_all_objects",
    "delete_object",
    "first",
    "foldl",
    "give_away",
    "info",
    "insert",
    "insert_new",
    "last",
    "lookup",
    "lookup_element",
    "match",
    "match_delete",
    "match_object",
    "member",
    "new",
    "next",
    "prev",
    "rename",
    "select",
    "select_count",
    "select_delete",
    "setopts",
    "tab2list",
    "take",
    "update_counter",
    "update_element",
    "whereis",
]
