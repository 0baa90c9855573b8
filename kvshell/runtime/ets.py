"""ets: Erlang term storage - tables of tuples that every process may read. Mirrors :ets.

A table is identified by what `new` returned: its name if it is a named table, otherwise a
reference. Rows are tuples of terms; lookups return a List. All functions run in the caller and
never wait. A table that does not exist or that the caller may not use raises an ArgumentError with
Erlang's text.
"""

from kvshell.runtime.tables.access import END
from kvshell.runtime.tables.life import all_, give_away, info, new, rename, setopts, whereis
from kvshell.runtime.tables.matches import (
    match,
    match_delete,
    match_object,
    select,
    select_count,
    select_delete,
    select_replace,
)
from kvshell.runtime.tables.reads import lookup, lookup_element, member, tab2list
from kvshell.runtime.tables.walks import (
    first,  # OTP's name
    foldl,  # OTP's name
    last,  # OTP's name
    next,  # noqa: A004  # OTP's name
    prev,  # OTP's name
)
from kvshell.runtime.tables.writes import (
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
    "all_",
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
    "select_replace",
    "setopts",
    "tab2list",
    "take",
    "update_counter",
    "update_element",
    "whereis",
]
