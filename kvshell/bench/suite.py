"""The benchmark suite: time-boxed steps that take 15 s in total.

The stores are measured first, while this process's memory is still small.
"""

import os
import platform
import sys
import sysconfig
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from kvshell.bench import figures as lookups
from kvshell.bench import figures as messages
from kvshell.bench import stores
from kvshell.bench.figures import best_of

Figures = dict[str, Any]
Progress = Callable[[int, int, str], None]

SPAWN_S, CREATE_S, CLIENTS_S = 3.0, 4.0, 0.3


class SuiteStep(NamedTuple):
    """Figures that are measured together, and the progress message shown meanwhile."""

    what: str
    measure: Callable[[], Figures]


def _spawned() -> Figures:
    many = stores.spawned(SPAWN_S)
    each = None if many.bytes_each is None else round(many.bytes_each)
    return {
        "spawn_100k_s": many.seconds,
        "bytes_per_process": each,
        "threads_for_100k": many.threads,
        "spawned": many.made,
    }


def _created() -> Figures:
    many = stores.created(CREATE_S)
    return {"create_100k_s": many.seconds, "created": many.made}


def _messages() -> Figures:
    return best_of(
        {
            "call_us": messages.call_us,
            "call_handoff_us": messages.call_handoff_us,
            "lock_handoff_us": messages.lock_handoff_us,
            "cast_us": messages.cast_us,
        }
    )


def _lookups() -> Figures:
    return best_of(
        {
            "dict_get_us": lookups.dict_get_us,
            "ets_lookup_us": lookups.ets_lookup_us,
            "ets_lookup_counted_us": lambda: lookups.ets_lookup_us(counted=True),
            "table_lookup_us": lambda: lookups.design_lookup_us("ets"),
            "registry_lookup_us": lambda: lookups.design_lookup_us("map"),
        }
    )


def _clients() -> Figures:
    ways = {"registry": "map", "table": "ets"}
    return {
        "lookups_per_s": {
            way: {
                str(count): round(lookups.lookups_per_s(design, count, CLIENTS_S))
                for count in lookups.CLIENTS
            }
            for way, design in ways.items()
        }
    }


STEPS: Final = (
    SuiteStep("100,000 processes", _spawned),
    SuiteStep("100,000 stores by name", _created),
    SuiteStep("calls and casts", _messages),
    SuiteStep("look-ups", _lookups),
    SuiteStep("1, 2, 4, 8 clients", _clients),
)


def run(progress: Progress = lambda _done, _total, _what: None) -> Figures:
    """Measure everything; `progress` is called before each step and at the end."""
    figures: Figures = {}
    for number, step in enumerate(STEPS):
        progress(number, len(STEPS), step.what)
        figures |= step.measure()
    progress(len(STEPS), len(STEPS), "")
    return figures


def build() -> dict[str, Any]:
    """Describe the Python build and the machine, without which a figure means nothing."""
    gil = getattr(sys, "_is_gil_enabled", lambda: True)
    options = sysconfig.get_config_var("CONFIG_ARGS") or ""
    return {
        "implementation": platform.python_implementation(),
        "version": platform.python_version(),
        "compiler": platform.python_compiler(),
        "optimized": "--enable-optimizations" in options or sys.platform == "win32",
        "gil": gil(),
        "switch_interval_s": sys.getswitchinterval(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }
