"""The process runtime: a small BEAM on threads, with the guarantees that OTP expects of ERTS."""

from kvshell.runtime import ets, process
from kvshell.runtime.processes.exits import (
    Event,
    Exit,
    Interrupted,
    Killed,
    NotAtRest,
    Thrown,
    WaitsForever,
)
from kvshell.runtime.processes.observation import Observation
from kvshell.runtime.processes.operation import Op
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
    "WaitsForever",
    "ets",
    "process",
]
