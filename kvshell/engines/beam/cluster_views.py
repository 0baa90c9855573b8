"""Views of a cluster: the names, their nodes, and the effects of a split."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from kvshell.commands.cells import NONE, cell, lines, many, name_cell, number, pid_cell
from kvshell.commands.snapshot import EMPTY, ProcessRow, Snapshot, StoreRow, idle
from kvshell.commands.view import Cell, Column, Role, TableView, Tree, View
from kvshell.engines.beam.mirror import fact
from kvshell.terms import Map, Term, inspect

Short = Callable[[str], str]
MOST: Final = 1_000


class ClusterSnapshot:
    """The cluster as seen by the shell's node, and which of our nodes are running."""

    def __init__(self, facts: Map, short: Short, ours: Mapping[str, str]) -> None:
        """`ours` maps each node of this cluster to why it is unavailable, or ""."""
        self._facts = facts
        self._short = short
        self._ours = ours
        self._nodes = sorted(self._get("nodes"), key=lambda node: self._node(fact(node, "node")))

    def _get(self, name: str) -> Any:
        return fact(self._facts, name)

    def _node(self, node: Term) -> str:
        return self._short(node.name)

    def for_completion(self, counter: int) -> Snapshot:
        """Return the data for completion and the toolbar: names, and the processes of all nodes."""
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
        """Return every name with its process and node, and the buckets without a name."""
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

    def _empty(self) -> str:
        if self._get("registry") is not None:
            return "no names yet: create store s1"
        others = any(fact(node, "processes") for node in self._nodes)
        return f"{idle(ended=False, others=others)}: start manager"

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
        said = many(size, "name")
        if size > MOST:
            said += f", {MOST:,} shown"
        if orphans:
            said += f"; {many(orphans, 'orphan')}: alive, and no name leads to them from here"
        return said

    def cache(self) -> TableView:
        """Return the table of each connected node with its number of rows."""
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
        return TableView("", columns, rows, "each node has a table of all names: KV.Registry")

    def nodes(self) -> TableView:
        """Return every node: whether it is up, its connections, and its content."""
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
        said = "" if registry is not None else "no manager runs here: start manager"
        return TableView("", columns, tuple(rows), said)

    def processes(self) -> TableView:
        """Return the system's processes on all connected nodes."""
        columns = (
            Column("node", 0),
            Column("pid", 0),
            Column("name", 0),
            Column("status", 1),
            Column("mailbox", 2, "right"),
        )
        rows: list[tuple[Cell, ...]] = []
        names = {pid: name for name, pid, _node, _alive in self._get("rows")}
        for node in self._nodes:
            here = Cell(self._node(fact(node, "node")))
            for pid, name, held, waiting in fact(node, "processes"):
                status = Cell("suspended", Role.stale) if held else Cell("idle")
                rows.append((here, pid_cell(pid), cell(name), status, number(waiting)))
            for pid in fact(node, "buckets"):
                known = name_cell(names[pid]) if pid in names else Cell("orphan", Role.stale)
                rows.append((here, pid_cell(pid), known, Cell("idle"), number(0)))
        return TableView("", columns, tuple(rows), many(len(rows), "process", "processes"))

    def tree(self) -> Tree:
        """Return each node's table, supervisor and buckets."""
        names = {pid: name for name, pid, _node, _alive in self._get("rows")}
        children = []
        for node in self._nodes:
            below = []
            for pid, name, held, _waiting in fact(node, "processes"):
                label = [Cell(inspect(pid), Role.pid), Cell(" "), cell(name)]
                if held:
                    label.append(Cell(" suspended", Role.stale))
                buckets: tuple[Tree, ...] = ()
                if inspect(name) == "KV.BucketSupervisor":
                    buckets = self._buckets(node, names)
                below.append(Tree(tuple(label), buckets))
            label_ = [Cell(self._node(fact(node, "node")), Role.title)]
            if fact(node, "silent"):
                label_.append(Cell(" no answer", Role.stale))
            children.append(Tree(tuple(label_), tuple(below)))
        return Tree((Cell("cluster", Role.title),), tuple(children))

    def _buckets(self, node: Map, names: dict[Term, Term]) -> tuple[Tree, ...]:
        shown = []
        for pid in list(fact(node, "buckets"))[:20]:
            known = name_cell(names[pid]) if pid in names else Cell("orphan", Role.stale)
            shown.append(Tree((Cell(inspect(pid), Role.pid), Cell(" "), known)))
        more = fact(node, "count") - len(shown)
        if more > 0:
            shown.append(Tree((Cell(f"... and {more:,} more"),)))
        return tuple(shown)
