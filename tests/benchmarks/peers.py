"""Measures the programs that kvshell is compared with: Pykka, a bare lock hand-off, the BEAM."""

import shutil
import subprocess
import threading
from pathlib import Path

from tests.benchmarks.measure import best_us

ROUND_TRIPS = 5_000


def pykka_ask_us() -> float:
    """Return the microseconds of `ask(...)` to an idle Pykka actor that looks a key up."""
    import pykka

    class Store(pykka.ThreadingActor):
        def __init__(self) -> None:
            super().__init__()
            self.pairs = {"k": 1}

        def on_receive(self, message: tuple[str, str]) -> object:
            return self.pairs.get(message[1])

    store = Store.start()
    try:
        return best_us(lambda: store.ask(("get", "k")), ROUND_TRIPS)
    finally:
        store.stop()


def hand_off_us() -> float:
    """Return the microseconds from this thread to another and back, through two locks.

    This is the lower bound for a call that another thread has to run.
    """
    request, reply = threading.Lock(), threading.Lock()
    request.acquire()
    reply.acquire()
    stop = False

    def serve() -> None:
        while True:
            request.acquire()
            if stop:
                return
            reply.release()

    def ask() -> None:
        request.release()
        reply.acquire()

    server = threading.Thread(target=serve)
    server.start()
    try:
        return best_us(ask, ROUND_TRIPS)
    finally:
        stop = True
        request.release()
        server.join()


def beam() -> dict[str, float]:
    """Return the BEAM's figures by name; {} if `elixir` is not on the PATH."""
    elixir = shutil.which("elixir")
    if elixir is None:
        return {}
    script = Path(__file__).with_name("beam.exs")
    done = subprocess.run([elixir, str(script)], capture_output=True, text=True, check=True)
    pairs = (line.split() for line in done.stdout.splitlines())
    return {name: float(value) for name, value in pairs}
