"""Views of a cluster: the names, their nodes, and the effects of a split."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from kvshell.commands.cells import NONE, cell, lines, many, name_cell, number, pid_cell
from kvshell.commands.result import Result
from kvshell.commands.snapshot import EMPTY, ProcessRow, Snapshot, StoreRow, idle
from kvshell.commands.view import Cell, Column, Panel, Role, TableView, Tree, View
from kvshell.engines.beam.mirror import fact
from kvshell.terms import Map, Term, inspect

Short = Callable[[str], str]
MOST: Final = 1_000
_RUNNING: Final = "running"
_WAITING: Final = "waiting"
SUSPENDED: Final = "suspended"
_ONE_NODE: Final = (
    "That is the system of one node. In a cluster KV.Registry has a global name, starts a store",
    "on the node that `on` or the hash of its name picks, and writes a row to each node's table.",
)
_TABLES: Final = "each node has a table of all names: KV.Registry"
_BUCKETS: Final = "KV.BucketSupervisor"

_Row = tuple[Any, Cell, Cell, Cell]  # a process: its pid, name, status and mailbox


class ClusterSnapshot:
    """The cluster as seen from the shell's node, and which of our nodes are running."""

    def __init__(self, facts: Map, short: Short, ours: Mapping[str, str]) -> None:
        """Create the snapshot.

        `ours` maps each node of this cluster to the reason why it is unavailable, or to "".
        """
        self._facts = facts
        self._short = short
        self._ours = ours
        self._nodes = sorted(self._get("nodes"), key=lambda node: self._node(fact(node, "node")))
        self._names = {pid: name for name, pid, _node, _alive in self._get("rows")}

    def _get(self, name: str) -> Any:
        return fact(self._facts, name)

    def _node(self, node: Term) -> str:
        return self._short(node.name)

    def for_completion(self, counter: int) -> Snapshot:
        """Return a snapshot for completion and the toolbar: the names, and all nodes' processes."""
        running = self._get("registry") is not None
        states = {True: "fresh", False: "stale"}
        stores = tuple(
            StoreRow(
                name if isinstance(name, str) else inspect(name),
                inspect(pid),
                states.get(alive, "fresh"),
            )
            for name, pid, _node, alive in self._get("rows")
        )
        rows = [row for node in self._nodes for row in fact(node, "processes")]
        processes = tuple(
            ProcessRow(inspect(pid), inspect(name), "suspended" if held else "idle", waiting)
            for pid, name, held, waiting in rows
        )
        return EMPTY._replace(
            design="ets" if running else None,
            counter=counter,
            stores=stores,
            processes=processes + tuple(ProcessRow(row.pid, row.name) for row in stores),
            suspended=("manager",) if any(row[2] for row in rows) else (),
            scheduler="free",
        )

    def registry(self) -> View:
        """Return a table of the names with process and node, and of the buckets without a name."""
        rows = [self._row(row) for row in self._get("rows")]
        rows += [
            (NONE, pid_cell(pid), Cell(self._node(node)), Cell("alive"), Cell("orphan", Role.stale))
            for pid, node in self._get("orphans")
        ]
        if not rows:
            return lines(self._empty())
        columns = (
            Column("name", 0),
            Column("pid", 0),
            Column("node", 0),
            Column("process", 1),
            Column("state", 0),
        )
        return TableView("", columns, tuple(rows), self._caption())

    def named(self, name: str, found: Term) -> View:
        """Return a view of a name's history; `found` is its row, `(pid, node, alive)`, or None."""
        parts = [name, *self._story(found)]
        parts.append(f"  next: get {name} milk" if found is not None else self._next(name))
        return lines(*parts)

    def _story(self, found: Term) -> list[str]:
        if found is None:
            unseen = self._unseen()
            here = "  No row for this name in the table of this node."
            return [here, f"  It may be on {unseen}: no connection."] if unseen else [here]
        pid, node, alive = found
        where = f"  The table of this node says {inspect(pid)}, on {self._node(node)}."
        fate = {
            True: f"  {inspect(pid)} is alive.",
            False: f"  {inspect(pid)} is dead: the row is stale.",
        }.get(alive, f"  Whether it is alive is unknown: {self._why_unknown(node)}.")
        return [where, fate]

    def _next(self, name: str) -> str:
        running = self._get("registry") is not None
        return f"  next: create store {name}" if running else "  next: start manager"

    def _unseen(self) -> str:
        seen = {self._node(fact(node, "node")) for node in self._nodes}
        return ", ".join(
            name for name in sorted(self._ours) if name not in seen and not self._ours[name]
        )

    def _empty(self) -> str:
        if self._get("registry") is not None:
            return self._and_missing("no names yet: create store s1")
        if out_of_reach := self._out_of_reach():
            return out_of_reach
        if left := self.left_stores():
            return f"no manager runs, and {left}: start manager takes them over"
        others = any(fact(node, "processes") for node in self._nodes)
        return f"{idle(ended=False, others=others)}: start manager"

    def _out_of_reach(self) -> str:
        """Return the message that a manager may be running where this node cannot see it, or ""."""
        me, unseen = self._node(self._get("me")), self._unseen()
        if not unseen:
            return ""
        return (
            f"no manager can be reached from {me} ({unseen}: no connection): "
            f"connect {unseen.partition(',')[0]} {me}, or start manager for one on this side"
        )

    def _and_missing(self, caption: str) -> str:
        """Return a caption with the nodes whose data is missing in the view added to it."""
        silent = ", ".join(self._node(fact(n, "node")) for n in self._nodes if fact(n, "silent"))
        missing = [("no connection", self._unseen()), ("no answer", silent)]
        return "; ".join([caption, *(f"{names}: {why}" for why, names in missing if names)])

    def left_stores(self) -> str:
        """Return a message on how many living stores are not in this node's table, or ""."""
        on = {self._node(fact(node, "node")): fact(node, "count") for node in self._nodes}
        total = sum(on.values())
        there = ", ".join(name for name, count in on.items() if count)
        return (
            f"{many(total, 'store')} {'lives' if total == 1 else 'live'} on {there}"
            if total
            else ""
        )

    def _row(self, row: Term) -> tuple[Cell, ...]:
        name, pid, node, alive = row
        process, state, role = {
            True: ("alive", "fresh", Role.fresh),
            False: ("dead", "stale", Role.stale),
        }.get(alive, ("unknown", self._why_unknown(node), Role.pending))
        return (
            name_cell(name),
            pid_cell(pid),
            Cell(self._node(node)),
            Cell(process),
            Cell(state, role),
        )

    def _why_unknown(self, node: Term) -> str:
        linked = any(fact(each, "node") is node for each in self._nodes)
        return "no answer" if linked else "no connection"

    def _caption(self) -> str:
        size, orphans = self._get("size"), len(self._get("orphans"))
        message = many(size, "name")
        if size > MOST:
            message += f", {MOST:,} shown"
        if orphans:
            message += f"; {many(orphans, 'orphan')}: alive, and no name leads to them from here"
        return self._and_missing(message)

    def cache(self) -> TableView:
        """Return a table of the connected nodes and how many rows the names table of each has."""
        columns = (Column("node", 0), Column("rows", 0, "right"), Column("buckets", 0, "right"))
        rows = tuple(
            (
                Cell(self._node(fact(node, "node")), Role.name),
                *(
                    (NONE, NONE)
                    if fact(node, "silent")
                    else (number(fact(node, "rows")), number(fact(node, "count")))
                ),
            )
            for node in self._nodes
        )
        return TableView("", columns, rows, self._and_missing(_TABLES))

    def nodes(self) -> TableView:
        """Return a table of the nodes: whether each is up, its connections, and its content."""
        seen = {self._node(fact(node, "node")): node for node in self._nodes}
        registry = self._get("registry")
        columns = (
            Column("node", 0),
            Column("seen from here", 0),
            Column("linked to", 1),
            Column("buckets", 0, "right"),
            Column("runs", 1),
        )
        rows = []
        for name in sorted({*seen, *self._ours}):
            node = seen.get(name)
            if node is None or fact(node, "silent"):
                why = self._ours.get(name) or ("no connection" if node is None else "no answer")
                rows.append((Cell(name, Role.name), Cell(why, Role.stale), NONE, NONE, NONE))
                continue
            linked = sorted(self._node(other) for other in fact(node, "linked"))
            has = [process[1] for process in fact(node, "processes")]
            manager = registry is not None and any(
                p[0] is registry for p in fact(node, "processes")
            )
            mine = fact(node, "node") is self._get("me")
            rows.append(
                (
                    Cell(name, Role.name),
                    Cell("this node" if mine else "connected", Role.fresh),
                    Cell(", ".join(linked)) if linked else NONE,
                    number(fact(node, "count")),
                    Cell("the manager" if manager else "", Role.atom) if has else NONE,
                )
            )
        message = (
            ""
            if registry is not None
            else self._out_of_reach() or "no manager runs here: start manager"
        )
        return TableView("", columns, tuple(rows), message)

    def processes(self) -> TableView:
        """Return a table of the processes that kvshell and its lines started on connected nodes."""
        columns = (
            Column("node", 0),
            Column("pid", 0),
            Column("name", 0),
            Column("status", 1),
            Column("mailbox", 2, "right"),
        )
        rows: list[tuple[Cell, ...]] = []
        total = 0
        for node in self._nodes:
            here = Cell(self._node(fact(node, "node")))
            shown = [*self._shells(node), *self._processes(node), *self._all_buckets(node)]
            rows += [(here, pid_cell(pid), *more) for pid, *more in shown]
            total += len(shown) + fact(node, "count") - len(fact(node, "buckets"))
        message = many(total, "process", "processes")
        if total > len(rows):
            message += f", {len(rows):,} shown"
        return TableView("", columns, tuple(rows), self._and_missing(message))

    def _shells(self, node: Map) -> list[_Row]:
        """Return the rows of a node's clients; the one that takes the snapshot is running."""
        mine = fact(node, "node") is self._get("me")
        return [
            (pid, Cell(name or "shell"), Cell(_RUNNING if mine and not name else _WAITING), cell(n))
            for pid, name, n in fact(node, "clients")
        ]

    def _processes(self, node: Map) -> list[_Row]:
        rows = [
            (pid, cell(name), _status(held), number(waiting))
            for pid, name, held, waiting in fact(node, "processes")
        ]
        for pid, name, status, waiting in fact(node, "others"):
            shown = Cell(status, Role.stale if status == SUSPENDED else Role.plain)
            rows.append((pid, NONE if name is None else cell(name), shown, number(waiting)))
        return rows

    def _all_buckets(self, node: Map) -> list[_Row]:
        return [
            (pid, self._bucket_name(pid), _status(held), number(waiting))
            for pid, held, waiting in fact(node, "buckets")
        ]

    def _bucket_name(self, pid: Term) -> Cell:
        return name_cell(self._names[pid]) if pid in self._names else Cell("orphan", Role.stale)

    def tables(self) -> View:
        """Return a table of the ETS tables whose owners kvshell and its lines started."""
        columns = (
            Column("node", 0),
            Column("table", 0),
            Column("name", 1),
            Column("type", 2),
            Column("protection", 3),
            Column("owner", 1),
            Column("size", 0, "right"),
        )
        rows = [
            (
                Cell(self._node(fact(node, "node"))),
                cell(table),
                cell(name),
                Cell(kind.name),
                Cell(protection.name),
                pid_cell(owner),
                number(size),
            )
            for node in self._nodes
            for table, name, kind, protection, owner, size in fact(node, "tables")
        ]
        if not rows:
            return lines(self._and_missing("no tables: ets new t set protected makes one"))
        return TableView("", columns, tuple(rows), self._and_missing(many(len(rows), "table")))

    def tree(self) -> Tree:
        """Return a tree with each node's clients, names table, supervisor and other processes."""
        children = []
        for node in self._nodes:
            below = [Tree(_labelled(pid, name)) for pid, name, *_ in self._shells(node)]
            for pid, name, status, _waiting in self._processes(node):
                label = _labelled(pid, name)
                if status.text == SUSPENDED:
                    label = (*label, Cell(f" {SUSPENDED}", Role.stale))
                supervises = name.text == _BUCKETS
                below.append(Tree(label, self._buckets(node) if supervises else ()))
            label_ = [Cell(self._node(fact(node, "node")), Role.title)]
            if fact(node, "silent"):
                label_.append(Cell("no answer", Role.stale))
            children.append(Tree(tuple(label_), tuple(below)))
        for unseen in filter(None, self._unseen().split(", ")):
            cut_off = (Cell(unseen, Role.title), Cell("no connection", Role.stale))
            children.append(Tree(cut_off))
        return Tree((Cell("cluster", Role.title),), tuple(children))

    def _buckets(self, node: Map) -> tuple[Tree, ...]:
        shown = [
            Tree(_labelled(pid, self._bucket_name(pid)))
            for pid, *_ in list(fact(node, "buckets"))[:20]
        ]
        more = fact(node, "count") - len(shown)
        if more > 0:
            shown.append(Tree((Cell(f"... and {more:,} more"),)))
        return tuple(shown)


def explained(result: Result) -> Result:
    """Return the result of `explain`, which describes one node, with a note on clusters."""
    if not isinstance(result.view, Panel):
        return result
    return result._replace(view=result.view._replace(body=(*result.view.body, lines(*_ONE_NODE))))


def _status(held: bool) -> Cell:
    return Cell(SUSPENDED, Role.stale) if held else Cell("idle")


def _labelled(pid: Term, name: Cell) -> tuple[Cell, ...]:
    return Cell(inspect(pid), Role.pid), Cell(" "), name
