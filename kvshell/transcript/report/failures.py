"""The lines that show a failed command in a text report, and the listing of steps."""

from shlex import quote

from kvshell.transcript.format.document import Document, run_order
from kvshell.transcript.format.holes import printable
from kvshell.transcript.match.outcome import Checked, Mismatch, Status
from kvshell.views.widths import cell_width

WIDTH = 90
MOST_NAMES = 8
LONGEST = 400  # maximum characters of a command in the heading of a failure
_GAP = "        "


def where(document: Document, step: int) -> str:
    """Return the titles of a document and a step: `Two stores › Start`."""
    title = document.title or document.path
    name = document.steps[step].title
    return printable(f"{title} › {name}" if name else title)


def milliseconds(ms: float) -> str:
    """Format a duration given in milliseconds: `12 ms` or `1.2 s`."""
    return f"{ms:.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"


def failure_lines(
    document: Document, checked: Checked, command: str = "kvshell replay"
) -> list[str]:
    """Return the lines that show a failure, without colours.

    `command`, followed by the path, reproduces the failure.
    """
    failure = checked.failure
    assert failure is not None
    lines = [_head(document, checked, failure)]
    if failure.follows:
        return lines
    match failure.kind:
        case "hang":
            lines += [f"  {line}" for line in failure.sentences]
        case "event":
            lines += [f"  {row.mark} {row.text}" for row in failure.rows]
            lines += [f"  {sentence}" for sentence in failure.sentences]
        case "output":
            lines.append("  - expected (file)      + actual")
            lines += _rows(failure)
            lines += _bound(checked)
            lines.append(_again(document, checked, command))
        case _:
            lines += _rows(failure)
            lines += [f"  {sentence}" for sentence in failure.sentences]
    return [printable(line) for line in lines]


def _head(document: Document, checked: Checked, failure: Mismatch) -> str:
    text = checked.entry.command.text
    if failure.kind == "tests":  # only the call, not the module before it
        text = text.rpartition("\n")[2]
    command = f"{checked.entry.command.prompt.strip()} {text}".strip()
    command = printable(command.replace("\n", " ⏎ "))
    if len(command) > LONGEST:
        command = f"{command[:LONGEST]}... ({len(command):,} characters)"
    place = f"{document.path}:{checked.line}"
    if checked.status is Status.hung:
        return f"HANG {place}  {command}{_GAP}{failure.summary}"
    if failure.follows:
        return f"FAIL {place}  {command}{_GAP}follows from line {failure.follows}"
    match failure.kind:
        case "output" | "silence":
            title = where(document, checked.block.step)
            head = f"FAIL {place}  {title} › {command}  "
            took = milliseconds(checked.ms)
            return f"{head}{' ' * (WIDTH - cell_width(head) - len(took))}{took}"
        case "event":
            return f"FAIL {place}  {command}{_GAP}{failure.summary.partition(':')[0]}"
        case _:
            return f"FAIL {place}  {command}"


def _rows(failure: Mismatch) -> list[str]:
    lines = []
    for row in failure.rows:
        number = str(row.line) if row.line else ""
        lines.append(f"{number:>5} {row.mark} {row.text}".rstrip())
        if row.note:
            lines.append(f"{'':8}{row.note}")
    return lines


def _bound(checked: Checked) -> list[str]:
    if not checked.bound:
        return []
    shown = [f"{name}={text} (l.{line})" for name, text, line in checked.bound[-MOST_NAMES:]]
    if len(checked.bound) > MOST_NAMES:
        shown.insert(0, f"... {len(checked.bound) - MOST_NAMES} more")
    return [f"  bound: {'  '.join(shown)}"]


def _again(document: Document, checked: Checked, command: str) -> str:
    path, line = document.path, checked.line
    return (
        f"  re-run: {command} {quote(f'{path}:{line}')}"
        f"    look there: {command} --stop-at {line} {quote(path)}"
    )


def selected_steps(document: Document, text: str) -> set[int]:
    """Return the numbers of the steps whose title or commands contain `text`."""
    wanted = text.casefold()
    found = set()
    for block in run_order(document):
        names = [where(document, block.step), *(each.command.text for each in block.entries)]
        if any(wanted in name.casefold() for name in names):
            found.add(block.step)
    return found


def last_line(document: Document, steps: set[int]) -> int:
    """Return the last line of these steps; nothing after it needs to run."""
    return max((block.last_line for block in document.blocks if block.step in steps), default=0)


def listing(document: Document) -> list[str]:
    """Return a line for each step that runs: its position, its name, its number of commands."""
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
