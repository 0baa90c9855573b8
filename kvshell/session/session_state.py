"""The state of a session: its runtime, its design, and the programs loaded at start."""

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final, Literal

from kvshell.commands.assist.hints import Hint
from kvshell.commands.language.message import Message
from kvshell.commands.types.simple_types import OPTIONS, as_name
from kvshell.otp.child_spec import Restarts
from kvshell.runtime import Runtime
from kvshell.runtime.processes.operation import Trace, TracedOp
from kvshell.runtime.processes.signals import Channels
from kvshell.systems import DESIGNS, Design
from kvshell.systems.designs.name_index import NameIndex
from kvshell.systems.designs.own_lines import OWN
from kvshell.systems.designs.supervision import restarts_of
from kvshell.terms import Atom, Pid, inspect

if TYPE_CHECKING:
    from pathlib import Path

    from kvshell.session.session import Session

# Finds the file for `load PATH`; None where lines are not trusted and must not run files.
Programs = Callable[[str], "Path"] | None


def here(path: str) -> "Path":
    """Return the path of a program, relative to the current folder; `~` is expanded."""
    from pathlib import Path  # noqa: PLC0415  # only needed to load a file

    return Path(path).expanduser()


def beside(document: str) -> Programs:
    """Return a function that finds a program in the current folder, else next to the document."""

    def find(path: str) -> "Path":
        found = here(path)
        return found if found.exists() else here(document).parent / found

    return find


def loading(path: str) -> str:
    """Return the line that loads the program at `path`, as a user would type it."""
    return f"load {as_name(path)}"


def preload(session: "Session", paths: Iterable[str]) -> str | None:
    """Run the `load` lines of the option `--load`; return the first error, or None."""
    for path in paths:
        for result in session.play(loading(path)):
            if result.error is not None:
                # If an Elixir file does not compile, the compiler has printed why.
                return _printed(session.runtime.take_printed(), path) or result.error
        session.past.add("load", loading(path))
        session.settle()
    return None


def _printed(text: str, path: str) -> str | None:
    """Return the compiler's output as one error with file, line and kind; None if there is none."""
    banner = text.rstrip().rpartition("\n** (")
    if not banner[1]:
        return None
    kind, _, said = banner[2].partition(") ")
    lines = said.split("\n")
    places = [line.split(": ")[0].strip() for line in lines if line.startswith("    ")]
    if not places or not lines[0]:
        return f"** ({banner[2]}"
    message = "\n".join(line for line in lines if not line.startswith("    ")).rstrip()
    number = places[0].rpartition(":")[2]
    return f"** (CommandError) {path}:{number}: {kind}: {message}"


def proposal(own: Design) -> Hint:
    """Return the hint shown when the user has defined a module that keeps names."""
    module, line = inspect(own.manager), "start manager own"
    text = Message(
        "{line}: then create store, lookup, put and the others work on your {module}",
        line=line,
        module=module,
    )
    return Hint(module, text, line)


FIRST: Final = {
    "editing": "emacs",
    "hints": "on",
    "law": "off",
    "menu": "list",
    "pairs": "off",
    "paste": "run",
    "rows": "200",
    "theme": "dark",
    "watch": "off",
}

Scheduler = Literal["controlled", "free"]


def _first(option: str, environment: Mapping[str, str]) -> str:
    """Return an option's initial value: `KVSHELL_<OPTION>` if valid, otherwise its default."""
    wanted = environment.get(f"KVSHELL_{option.upper()}", "")
    return wanted if wanted in OPTIONS[option][0] else FIRST[option]


class SessionState:
    """A runtime and the designs and options used with it; `restart` replaces the runtime."""

    def __init__(
        self,
        scheduler: Scheduler,
        default: str,
        runtime: Runtime | None = None,
        law: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Create the state; `environment` holds its initial options, by default `os.environ`."""
        if environment is None:
            environment = os.environ
        self._scheduler: Scheduler = scheduler
        self.options = {name: _first(name, environment) for name in FIRST}
        if law or (scheduler == "controlled" and self.options["law"] == "off"):
            self.options["law"] = law or "beam"
        self.designs: dict[str, Design] = dict(DESIGNS)  # the user's modules are added later
        self.names = NameIndex()
        # Until the user's modules are defined, commands use the tutorial's last design.
        self.own_is_default = default == OWN
        self.default: Design = self.designs["ets" if default == OWN else default]
        self.design: Design = self.default
        self.runtime = runtime or self._made()
        self.trace = Trace(self.runtime)
        self.traced: list[TracedOp] = []  # what the last line sent
        self._supervisor: Pid | None = None  # the last one seen
        self._restarts: Restarts | None = None  # the restart budget of that supervisor

    programs: Programs = None

    @property
    def scheduler(self) -> Scheduler:
        """The scheduler chosen for the session; `controlled` if there is a delivery law."""
        return self._scheduler if self.options["law"] == "off" else "controlled"

    def _made(self) -> Runtime:
        """Return an empty runtime that follows the delivery law set in the options."""
        runtime = Runtime(self.scheduler)
        if self.options["law"] == "spec":
            runtime.channels = Channels()
        return runtime

    @property
    def root(self) -> Atom:
        """The name of the system's supervisor or, in `plain`, which has none, of its manager."""
        return self.design.supervisor or self.design.manager

    @property
    def running(self) -> bool:
        """Whether the system is running: whether its root is."""
        return self.runtime.whereis(self.root) is not None

    def follow(self, supervisor: Pid | None) -> None:
        """Set the supervisor whose end `ended` reports, if it was not seen while it ran."""
        self._supervisor = supervisor

    def ended(self) -> str:
        """Return why the last supervisor died, or "" if none has been seen or one is running."""
        name = self.design.supervisor
        running = self.runtime.whereis(name) if name is not None else None
        if running is not None and running is not self._supervisor:
            self._supervisor = running
            self._restarts = restarts_of(self.runtime, running)
        if running is not None or self._supervisor is None:
            return ""
        seen = self.runtime.observe(self._supervisor)
        return inspect(seen.reason) if seen is not None and seen.status == "dead" else ""

    def blame(self) -> str:
        """Return which child used up the last supervisor's restarts, and why; otherwise ""."""
        restarts = self._restarts
        return restarts.why if restarts is not None and restarts.blown and self.ended() else ""

    def count_reads(self) -> None:
        """Turn on the counter of reads of the names table; a restarted registry has a new table."""
        found = self.design.table(self.runtime)
        if found is not None and not found.counting:
            found.count_reads()

    def restart(self) -> None:
        """End all processes and replace the runtime by an empty one."""
        listener = self.runtime.on_event
        self.traced = []
        self.runtime.on_event = None
        self.runtime.stop()
        self.runtime = self._made()
        self.runtime.on_event = listener
        traced, self.trace = self.trace.on, Trace(self.runtime)
        if traced:
            self.trace.start()
        self.designs.pop(OWN, None)  # the runtime's modules are gone
        if self.default.name == OWN:
            self.default = self.designs["ets"]
        self.design = self.default
        self._supervisor = self._restarts = None
