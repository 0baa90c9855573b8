"""Who waits for whom: what a person needs to see when the system does not come to rest."""

from collections.abc import Sequence

from kvshell.runtime import Observation
from kvshell.session import Session
from kvshell.terms import Pid, inspect
from kvshell.transcript.normal import visible
from kvshell.transcript.scope import Scope
from kvshell.views import safe

MOST = 20


def dump(session: Session, scope: Scope, seconds: float, waiting: Sequence[str] = ()) -> list[str]:
    """Return a line for each process that is busy, waits or has mail; marks cycles of calls.

    `waiting` is what the scheduler said when it gave up: by now the shell waits no more.
    """
    names = _names(session, scope)
    runtime = session.runtime
    seen = [runtime.observe(pid) for pid in runtime.processes()]
    rows: list[tuple[str, str, str, str, str]] = []
    cycles: set[Pid] = set()
    for each in seen:
        if each is None or (each.status == "idle" and not each.mailbox):
            continue
        name = names.get(each.pid, "")
        if each.pid is session.shell:
            what = _shell(each.pid, waiting)
            if not what:
                continue
        else:
            what = _doing(each, names, seconds, session, waiting)
        mail = f"mailbox {len(each.mailbox)}"
        rows.append((name, inspect(each.pid), what, mail, _cycle(each.pid, names, cycles)))
    if len(rows) > MOST:
        rest = len(rows) - MOST
        rows = [*rows[:MOST], ("", f"... and {rest} more", "", "", "")]
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(4)]
    return [
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]
        ).rstrip()
        for row in rows
    ]


def shell_waits(session: Session) -> list[str]:
    """What the shell waits for now, as the controlled scheduler says it."""
    record = session.shell.record
    wait = record.waiting_for if record is not None else None
    if wait is None or wait[0] is None:
        return []
    seen = session.runtime.observe(wait[0].pid)
    target = inspect(wait[0].pid if seen is None or seen.name is None else seen.name)
    request = visible(safe(inspect(wait[2], width=None)))
    return [f"{inspect(session.shell)}  waiting  for {target} ({wait[1]} {request})  mailbox 0"]


def _names(session: Session, scope: Scope) -> dict[Pid, str]:
    names = {session.shell: "shell"}
    manager = session.runtime.whereis(session.design.manager)
    if manager is not None:
        names[manager] = "manager"
    texts = {binding.text: name for name, binding in scope if binding.kind == "pid"}
    for pid in session.runtime.processes():
        if pid not in names and (name := texts.get(inspect(pid))) is not None:
            names[pid] = name
        seen = session.runtime.observe(pid)
        if pid not in names and seen is not None and seen.name is not None:
            names[pid] = inspect(seen.name)
    for name, pid in session.clients.items():
        names.setdefault(pid, name)
    return names


def _shell(pid: Pid, waiting: Sequence[str]) -> str:
    for line in waiting:
        if line.startswith(f"{inspect(pid)}  ") and "  for " in line:
            return f"waiting for {line.partition('  for ')[2].rpartition('  mailbox')[0]}"
    return ""


def _doing(
    seen: Observation,
    names: dict[Pid, str],
    seconds: float,
    session: Session,
    waiting: Sequence[str],
) -> str:
    waits = _waits_for(seen.pid)
    if waits is not None:
        target, what = waits
        return f"waiting for {names.get(target) or inspect(target)} ({what})"
    if seen.status in {"idle", "suspended"}:
        return seen.status
    if seen.status != "running":
        return f"{seen.status} {seen.waiting_for}".rstrip()
    handling = _request_in_work(seen, session) or _request_of_shell(seen, waiting)
    inside = f" in {handling}" if handling else ""
    return f"busy {seconds:.1f}s{inside}"


def _request_in_work(seen: Observation, session: Session) -> str:
    """The call that the process is handling: somebody waits for it and it is not in the mailbox."""
    for pid in session.runtime.processes():
        record = pid.record
        wait = record.waiting_for if record is not None else None
        if wait is None or wait[0] is None or wait[0].pid is not seen.pid or wait[1] != "call":
            continue
        if not any(_holds(message, wait[2]) for message in seen.mailbox):
            return f"handle_call {visible(safe(inspect(wait[2], width=None)))}"
    return ""


def _request_of_shell(seen: Observation, waiting: Sequence[str]) -> str:
    """The same where the shell was who waited, by what the scheduler said of it."""
    shown = inspect(seen.name if seen.name is not None else seen.pid)
    before = f"  for {shown} (call "
    for line in waiting:
        if before in line and not seen.mailbox:
            request = line.partition(before)[2].rpartition(")  mailbox")[0]
            return f"handle_call {visible(safe(request))}"
    return ""


def _holds(message: object, request: object) -> bool:
    return isinstance(message, tuple) and any(part is request for part in message)


def _waits_for(pid: Pid) -> tuple[Pid, str] | None:
    record = pid.record
    wait = record.waiting_for if record is not None else None
    if wait is None or wait[0] is None:
        return None
    return wait[0].pid, str(wait[1])


def _cycle(start: Pid, names: dict[Pid, str], told: set[Pid]) -> str:
    """The cycle of calls that begins here, told once."""
    path = [start]
    while start not in told and (waits := _waits_for(path[-1])) is not None:
        target = waits[0]
        if target is start:
            told.update(path)
            shown = [names.get(pid) or inspect(pid) for pid in [*path, start]]
            return f"← call cycle: {' → '.join(shown)}"
        if target in path:
            break
        path.append(target)
    return ""
