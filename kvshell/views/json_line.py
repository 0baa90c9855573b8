"""A result as one line of JSON, for programs that drive the shell.

    {"v":1,"line":1,"input":"create store s1","ok":true,"text":"#PID<0.104.0>",
     "value":{"pid":"0.104.0"},"rows":null,"error":null,"events":[]}

Terms without a JSON equivalent are tagged objects with one key; a view gives `rows` instead of a
value. The order of keys is fixed. The line is valid JSON and safe to print on a terminal for any
text, even with control characters and lone surrogates.
"""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, assert_never

from kvshell.commands.result import NoValue, Result
from kvshell.commands.view import Cell, Chart, Markdown, Panel, TableView, Text, Tree, View
from kvshell.terms import Atom, Function, List, Map, Opaque, Pid, Ref, Term, inspect
from kvshell.views.safe import is_safe

if TYPE_CHECKING:
    from kvshell.runtime import Event

VERSION = 1


def json_line(result: Result, text: str, events: "Sequence[Event]" = ()) -> str:
    """Return a result as one JSON object; `text` is its printed form."""
    return dumps(
        {
            "v": VERSION,
            "line": result.line,
            "input": result.input,
            "ok": result.ok,
            "text": text,
            "value": None if isinstance(result.value, NoValue) else tagged(result.value),
            "rows": None if result.view is None else rows(result.view),
            "error": result.error,
            "events": [
                {"kind": str(event.kind), "pid": pid_number(event.pid), "text": event.text}
                for event in (*result.events, *events)
            ],
        }
    )


def dumps(value: Any) -> str:
    """Return compact JSON on one line that is safe to print and can be encoded."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if text.isprintable():
        return text
    return "".join(char if is_safe(char) else json.dumps(char)[1:-1] for char in text)


def pid_number(pid: Pid | None) -> str | None:
    """Return a pid without its brackets: `0.104.0`."""
    return None if pid is None else inspect(pid).removeprefix("#PID<").removesuffix(">")


def tagged(term: Term) -> Any:
    """Convert a term to JSON data; a term without a JSON equivalent becomes `{"tag": ...}`."""
    match term:
        case None | bool() | int() | float() | str():
            return term
        case Atom():
            return {"atom": term.name.removeprefix("Elixir.")}
        case Pid():
            return {"pid": pid_number(term)}
        case tuple():
            return {"tuple": [tagged(item) for item in term]}
        case Map():
            return {"map": [[tagged(key), tagged(value)] for key, value in term.items()]}
        case List():
            return _list(term)
        case bytes():
            return {"bytes": term.hex()}
        case Ref():
            return {"ref": inspect(term).removeprefix("#Reference<").removesuffix(">")}
        case Function():
            return {"function": inspect(term)}
        case Opaque():
            return {"opaque": inspect(term)}
        case _:
            raise TypeError(f"{type(term).__name__} is not a term")


def _list(term: List) -> Any:
    items = [tagged(item) for item in term]
    return items if term.proper else {"list": items, "tail": tagged(term.last)}


def rows(view: View) -> list[dict[str, Any]]:
    """Return the rows of a view as JSON data.

    A table has a row for each of its rows, by column name; a tree has one for each node, with its
    depth; a text has one for each line.
    """
    match view:
        case TableView():
            names = [column.name for column in view.columns]
            return [
                {name: cell.text for name, cell in zip(names, row, strict=True)}
                for row in view.rows
            ]
        case Tree():
            return _tree_rows(view, 0)
        case Panel():
            return [row for part in view.body for row in rows(part)]
        case Text():
            return [{"text": _joined(line)} for line in view.lines]
        case Markdown():
            return [{"text": line} for line in view.text.split("\n")]
        case Chart():
            return [
                {
                    "from": view.lanes[arrow.source].text,
                    "to": None if arrow.kind == "note" else view.lanes[arrow.target].text,
                    "kind": arrow.kind,
                    "what": arrow.label,
                }
                for arrow in view.arrows
            ]
        case _:
            assert_never(view)


def _tree_rows(tree: Tree, depth: int) -> list[dict[str, Any]]:
    mine = {"depth": depth, "text": _joined(tree.label)}
    return [mine, *(row for child in tree.children for row in _tree_rows(child, depth + 1))]


def _joined(cells: Sequence[Cell]) -> str:
    return "".join(cell.text for cell in cells)
