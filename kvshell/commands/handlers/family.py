"""The tree of processes: who was started by whom and is linked to it."""

from kvshell.commands.context import Context
from kvshell.commands.handlers.cells import lives
from kvshell.commands.handlers.supervision import supervision
from kvshell.commands.view import Cell, Role, Tree
from kvshell.runtime import Observation
from kvshell.terms import Pid


def family(context: Context) -> Tree:
    """Return the shell's runtime as a tree.

    A linked child hangs below its parent; a process that nobody is linked to, such as a store of
    `plain`, stands alone. Whoever dies takes along what hangs below it. A supervisor says its
    strategy, and how many restarts it may still use.
    """
    snapshot = context.snapshot()
    now_ms = context.runtime.now_ms()
    names = {row.pid: (row.name, row.module) for row in snapshot.processes}
    seen = [context.runtime.observe(pid) for pid in context.runtime.processes()]
    living = {each.pid: each for each in seen if each is not None and lives(each.pid)}
    below: dict[Pid | None, list[Pid]] = {}
    for each in living.values():
        parent = each.parent if each.parent in living and each.parent in each.links else None
        below.setdefault(parent, []).append(each.pid)

    def grow(pid: Pid) -> Tree:
        children = tuple(grow(child) for child in below.get(pid, ()))
        return Tree(_label(living[pid], now_ms, *names.get(str(pid), ("", ""))), children)

    roots = tuple(grow(pid) for pid in below.get(None, ()))
    if context.running:
        return Tree((Cell(context.design.name, Role.title),), roots)
    why = f" (restarts used up, {snapshot.blame})" if snapshot.blame else ""
    gave_up = (Cell(why, Role.stale),) if why else ()
    return Tree((Cell("nothing runs: start manager", Role.title), *gave_up), roots)


def _label(seen: Observation, now_ms: int, name: str, module: str) -> tuple[Cell, ...]:
    cells = [Cell(str(seen.pid), Role.pid)]
    if name:
        cells += [Cell(" "), Cell(name, Role.name)]
    supervised = supervision(seen, now_ms)
    if supervised is not None:
        # In the place of `Supervisor`: with both, a line of the tree would be wider than 80.
        cells += [Cell(" "), *supervised.cells]
    elif module != name:
        cells += [Cell(" "), Cell(module)]
    if seen.suspended:
        cells.append(Cell(" suspended", Role.stale))
    if seen.mailbox:
        cells.append(Cell(f" {len(seen.mailbox)} waiting", Role.pending))
    return tuple(cells)
