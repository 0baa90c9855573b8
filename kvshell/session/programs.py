"""Programs: which file `load PATH` means, and the programs that run before the first line."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from kvshell.commands.kinds import as_name

if TYPE_CHECKING:
    from pathlib import Path

    from kvshell.session.session import Session

# How `load PATH` finds its file; None where lines may come from somebody else and run no files.
Programs = Callable[[str], "Path"] | None


def here(path: str) -> "Path":
    """Find a program as a shell does: from the folder that it was started in."""
    from pathlib import Path  # noqa: PLC0415  # only when something is loaded

    return Path(path).expanduser()


def beside(document: str) -> Programs:
    """Find a program from the folder the shell was started in, else from a document's own."""

    def find(path: str) -> "Path":
        found = here(path)
        return found if found.exists() else here(document).parent / found

    return find


def loading(path: str) -> str:
    """Return the line that loads the program at `path`, as a person would type it."""
    return f"load {as_name(path)}"


def preload(session: "Session", paths: Iterable[str]) -> str | None:
    """Load the programs of `--load`, uncounted; the error of the first that fails, or None."""
    for path in paths:
        for result in session.play(loading(path)):
            if result.error is not None:
                return result.error
        session.settle()
    return None
