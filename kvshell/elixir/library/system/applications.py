"""The applications of a runtime: specifications from mix.exs, starting and stopping."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from kvshell.elixir.library.system.logger import bare_log
from kvshell.runtime import process
from kvshell.runtime.processes.record import lives
from kvshell.runtime.processes.thread_context import current
from kvshell.runtime.runtime import Runtime
from kvshell.terms import A, Atom, List, Pid, Term, inspect

_STOP = Atom("stop_the_application")


@dataclass
class ApplicationSpec:
    """The specification of an application in mix.exs; `modules` are those of its files.

    An application without a callback `module` starts no processes.
    """

    name: Atom
    module: Atom | None = None
    argument: Term = field(default_factory=List)
    environment: tuple[tuple[Term, Term], ...] = ()
    version: str = ""
    modules: list[Atom] = field(default_factory=list)


class LoadedApplication:
    """An application that the runtime knows, running or not."""

    def __init__(self, spec: ApplicationSpec) -> None:
        self.spec = spec
        self.started = False
        self._holder: Pid | None = None  # the parent of its supervisor

    @property
    def running(self) -> bool:
        """Whether the application was started and its supervisor still runs."""
        return self.started and (self._holder is None or lives(self._holder))

    def start(self) -> Term:
        """Start the application in its own process; return `:ok` or an error. Receive point."""
        if self.running:
            return A.error, (A.already_started, self.spec.name)
        module, answers = self.spec.module, list[Any]()
        if module is None:
            self.started = True
            return A.ok
        code: Any = current().runtime.code
        call = (module, A.start, List((A.normal, self.spec.argument)))

        def hold() -> None:
            answers.append(code.call(module, "start", (A.normal, self.spec.argument)))
            process.receive(lambda message: message is _STOP)
            process.flag(A.trap_exit, True)
            supervisor = answers[0][1]
            process.exit(supervisor, A.shutdown)
            process.receive(lambda message: _is_exit(message, supervisor))
            if code.exports(module, "stop", 1):
                code.call(module, "stop", (List(),))

        self._holder = process.spawn(hold, label=f"application {inspect(module)}")
        reference = process.monitor(self._holder)
        down: Any = None
        while not answers and down is None:
            down = process.receive(lambda message: _is_down(message, reference), 0)
            process.sleep(0)
        process.demonitor(reference)
        answer = answers[0] if answers else (A.EXIT, down[4])
        match answer:
            case (A.ok, Pid(), *_):
                self.started = True
                return A.ok
            case (A.error, reason):
                return A.error, (reason, call)
        return A.error, (A.bad_return, (call, answer))

    def stop(self) -> Term:
        """Stop the application with its supervisor. Receive point."""
        if not self.running:
            return A.error, (A.not_started, self.spec.name)
        self.started = False
        if self._holder is not None:
            reference = process.monitor(self._holder)
            process.send(self._holder, _STOP)
            process.receive(lambda message: _is_down(message, reference))
        bare_log(A.notice, f"Application {self.spec.name.name} exited: :stopped")
        return A.ok


def _is_down(message: Any, reference: Term) -> bool:
    return type(message) is tuple and len(message) == 5 and message[1] is reference


def _is_exit(message: Any, pid: Pid) -> bool:
    return type(message) is tuple and len(message) == 3 and message[:2] == (A.EXIT, pid)


_loaded: WeakKeyDictionary[Runtime, dict[Atom, LoadedApplication]] = WeakKeyDictionary()


def applications() -> dict[Atom, LoadedApplication]:
    """Return the applications that the caller's runtime knows, oldest first."""
    return _loaded.setdefault(current().runtime, {})


def load(spec: ApplicationSpec) -> LoadedApplication:
    """Make an application known to the caller's runtime; a running one is not replaced."""
    known = applications()
    found = known.get(spec.name)
    if found is None or not found.running:
        found = known[spec.name] = LoadedApplication(spec)
    found.spec = spec
    return found
