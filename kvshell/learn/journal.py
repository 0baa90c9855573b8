"""What a learner typed, line by line, and what it left behind that later steps may rely on."""

from typing import Final, NamedTuple

from kvshell.session import Session


class Typed(NamedTuple):
    """A line of the journal: in which step, what, and what it printed, as a hash.

    `auto` lines were typed by the step's beginning itself, and are typed again by it.
    """

    step: str
    text: str
    digest: str
    auto: bool = False


HELD: Final = "suspended "


def landmarks(session: Session) -> set[str]:
    """Return what later steps may rely on: what runs, who is held, which names mean what."""
    seen = session.snapshot()
    marks = {f"design {seen.design}"} | {f"{HELD}{name}" for name in seen.suspended}
    marks |= {f"store {row.name} {row.state}" for row in seen.stores}
    marks |= {f"bound {row.name}" for row in seen.bindings}
    return marks | {f"table {row.handle}" for row in seen.tables if "#" not in row.handle}
