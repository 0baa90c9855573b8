"""World: what all clients of a session share - the runtime, the design, the options."""

import os
from collections.abc import Mapping
from typing import Final, Literal

from kvshell.commands.choices import OPTIONS
from kvshell.otp.restarts import Restarts
from kvshell.runtime import Runtime
from kvshell.runtime.channels import Channels
from kvshell.runtime.trace import Heard, Trace
from kvshell.session.programs import Programs
from kvshell.systems import DESIGNS, Design
from kvshell.terms import Opaque, Pid, inspect

FIRST: Final = {"hints": "on", "watch": "off", "law": "off", "rows": "200", "theme": "dark"}

Scheduler = Literal["controlled", "free"]


def _first(option: str, environment: Mapping[str, str]) -> str:
    """Return how an option begins: as `KVSHELL_<OPTION>` says, when it says what it may be."""
    wanted = environment.get(f"KVSHELL_{option.upper()}", "")
    return wanted if wanted in OPTIONS[option][0] else FIRST[option]


class World:
    """One runtime and what runs in it; `restart` throws both away."""

    def __init__(
        self,
        scheduler: Scheduler,
        default: str,
        runtime: Runtime | None = None,
        law: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """`environment` says how the options begin; the process's own, if none is given."""
        if environment is None:
            environment = os.environ
        self._scheduler: Scheduler = scheduler
        self.options = {name: _first(name, environment) for name in FIRST}
        if law or (scheduler == "controlled" and self.options["law"] == "off"):
            self.options["law"] = law or "beam"
        self.default: Design = DESIGNS[default]
        self.design: Design = self.default
        self.runtime = runtime or self._made()
        self.trace = Trace(self.runtime)
        self.heard: list[Heard] = []  # what the last line sent
        self._supervisor: Pid | None = None  # the last one that was seen
        self._restarts: Restarts | None = None  # its own

    programs: Programs = None

    @property
    def scheduler(self) -> Scheduler:
        """`controlled` under a delivery law; else what the session was made with."""
        return self._scheduler if self.options["law"] == "off" else "controlled"

    def _made(self) -> Runtime:
        """Return an empty runtime that keeps the law."""
        runtime = Runtime(self.scheduler)
        if self.options["law"] == "spec":
            runtime.channels = Channels()
        return runtime

    @property
    def running(self) -> bool:
        """Whether the design's supervisor runs; in `plain`, which has none, its manager."""
        return self.runtime.whereis(self.design.supervisor or self.design.manager) is not None

    def ended(self) -> str:
        """Return why the last supervisor died; empty while one runs, or before one was seen."""
        name = self.design.supervisor
        running = self.runtime.whereis(name) if name is not None else None
        if running is not None and running is not self._supervisor:
            self._supervisor = running
            seen = self.runtime.observe(running)
            state = seen.state if seen is not None else None
            self._restarts = state.value.restarts if type(state) is Opaque else None
        if running is not None or self._supervisor is None:
            return ""
        seen = self.runtime.observe(self._supervisor)
        return inspect(seen.reason) if seen is not None and seen.status == "dead" else ""

    def blame(self) -> str:
        """Return which child used up the last supervisor's restarts, and why; else empty."""
        restarts = self._restarts
        return restarts.why if restarts is not None and restarts.blown and self.ended() else ""

    def count_reads(self) -> None:
        """Let the table of the names count its reads; a restarted registry makes a new one."""
        found = self.design.names_table(self.runtime)
        if found is not None and not found.counting:
            found.count_reads()

    def restart(self) -> None:
        """End everything that runs and begin with an empty runtime."""
        listener = self.runtime.on_event
        self.heard = []
        self.runtime.on_event = None
        self.runtime.stop()
        self.runtime = self._made()
        self.runtime.on_event = listener
        traced, self.trace = self.trace.on, Trace(self.runtime)
        if traced:
            self.trace.start()
        self.design = self.default
        self._supervisor = self._restarts = None
