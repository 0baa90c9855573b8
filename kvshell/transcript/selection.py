"""Which steps of a document `-k TEXT` and `FILE:LINE` ask for."""

from kvshell.transcript.document import Document
from kvshell.transcript.order import run_order
from kvshell.transcript.show import where


def selected_steps(document: Document, text: str) -> set[int]:
    """The numbers of the steps whose title or one of whose commands contains `text`."""
    wanted = text.casefold()
    found = set()
    for block in run_order(document):
        names = [where(document, block.step), *(each.command.text for each in block.entries)]
        if any(wanted in name.casefold() for name in names):
            found.add(block.step)
    return found


def last_line(document: Document, steps: set[int]) -> int:
    """The last line of these steps: what stands further down need not run."""
    return max((block.last_line for block in document.blocks if block.step in steps), default=0)


def listing(document: Document) -> list[str]:
    """A line for each step that runs: where it is, its name, how many commands it has."""
    counts: dict[int, int] = {}
    first: dict[int, int] = {}
    for block in run_order(document):
        if block.entries:
            counts[block.step] = counts.get(block.step, 0) + len(block.entries)
            first.setdefault(block.step, block.line)
    return [
        f"{document.path}:{first[step]}  {where(document, step)} "
        f"({count} command{'' if count == 1 else 's'})"
        for step, count in counts.items()
    ]
