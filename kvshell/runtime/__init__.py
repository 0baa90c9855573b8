"""The process runtime: a small BEAM on threads. Mirrors what erts promises to OTP."""

from kvshell.runtime import ets, process
from kvshell.runtime.event import Event
from kvshell.runtime.exits import Exit, Interrupted, Killed, NotAtRest, Thrown
from kvshell.runtime.observation import Observation
from kvshell.runtime.op import Op
from kvshell.runtime.runtime import Runtime

__all__ = [
    "Event",
    "Exit",
    "Interrupted",
    "Killed",
    "NotAtRest",
    "Observation",
    "Op",
    "Runtime",
    "Thrown",
    "ets",
    "process",
]
