"""Names: what a person calls each process, and texts in which pids stand by name.

Numbers say nothing and references change from schedule to schedule; `#PID<s>` is the store s
whichever number it got. Of several processes with one name the later ones are `s#2`, `s#3`.
"""

import re
from collections.abc import Mapping

from kvshell.runtime import Runtime
from kvshell.terms import Pid, Term, inspect

PID = re.compile(r"#PID<0\.(\d+)\.0>")
REFERENCE = re.compile(r"#Reference<[\d.]+>")


def registered(runtime: Runtime) -> dict[Pid, str]:
    """Return the registered name of each living process that has one, as Elixir prints it."""
    named = ((pid, pid.record.name) for pid in runtime.processes())
    return {pid: inspect(name) for pid, name in named if name is not None}


def distinct(names: Mapping[Pid, Term]) -> dict[Pid, str]:
    """Return the names as texts, no two alike: the oldest process keeps the plain one."""
    counts: dict[str, int] = {}
    found = {}
    for pid in sorted(names, key=lambda pid: pid.path):
        name = names[pid]
        text = name if isinstance(name, str) else inspect(name)
        counts[text] = counts.get(text, 0) + 1
        found[pid] = text if counts[text] == 1 else f"{text}#{counts[text]}"
    return found


def called(clients: Mapping[Pid, str], others: Mapping[Pid, Term]) -> dict[Pid, str]:
    """Return the names as `distinct`; a client called like another process is `client a`."""
    taken = {name if isinstance(name, str) else inspect(name) for name in others.values()}
    told = {pid: f"client {name}" if name in taken else name for pid, name in clients.items()}
    return distinct({**others, **told})


def client_called(name: str, names: Mapping[Pid, str]) -> Pid | None:
    """Return the client of this name among processes that are `called` so."""
    pids = {text: pid for pid, text in names.items()}
    return pids.get(f"client {name}", pids.get(name))


def by_name(text: str, names: Mapping[Pid, str]) -> str:
    """Return `text` with each pid by name and every reference alike."""
    if "#" not in text:
        return text
    numbers = {str(pid.number): name for pid, name in names.items()}
    text = PID.sub(lambda found: f"#PID<{numbers.get(found[1], f'0.{found[1]}.0')}>", text)
    return REFERENCE.sub("#Reference<_>", text)
