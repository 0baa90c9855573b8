"""The tree of processes: who was started by whom and is linked to it."""

from kvshell.commands.context import Context
from kvshell.commands.handlers.cells import lives
from kvshell.commands.view import Cell, Role, Tree
from kvshell.runtime import Observation
from kvshell.terms import Pid


def family(context: Context) -> Tree:
    """Return the shell's runtime as a tree.

    A linked child hangs below its parent; a process that nobody is linked to, such as a store of
    `plain`, stands alone. Whoever dies takes along what hangs below it.
    """
    snapshot = context.snapshot()
    names = {row.pid: (row.name, row.module) for row in snapshot.processes}
    seen = [context.runtime.observe(pid) for pid in context.runtime.processes()]
    living = {each.pid: each for each in seen if each is not None and lives(each.pid)}
    below: dict[Pid | None, list[Pid]] = {}
    for each in living.values():
        parent = each.parent if each.parent in living and each.parent in each.links else None
        below.setdefault(parent, []).append(each.pid)

    def grow(pid: Pid) -> Tree:
        children = tuple(grow(child) for child in below.get(pid, ()))
        return Tree(_label(living[pid], *names.get(str(pid), ("", ""))), children)

    roots = tuple(grow(pid) for pid in below.get(None, ()))
    design = context.design.name if context.running else "nothing runs: start manager"
    return Tree((Cell(design, Role.title),), roots)


def _label(seen: Observation, name: str, module: str) -> tuple[Cell, ...]:
    cells = [Cell(str(seen.pid), Role.pid)]
    if name:
        cells += [Cell(" "), Cell(name, Role.name)]
    if module != name:
        cells += [Cell(" "), Cell(module)]
    if seen.suspended:
        cells.append(Cell(" suspended", Role.stale))
    if seen.mailbox:
        cells.append(Cell(f" {len(seen.mailbox)} waiting", Role.pending))
    return tuple(cells)
