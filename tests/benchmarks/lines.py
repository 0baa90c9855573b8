"""Measures a line at the prompt, with hints on, with few stores and with many."""

import gc
from contextlib import nullcontext
from time import perf_counter

from kvshell.session import Session
from kvshell.session.interrupts import Interrupts
from kvshell.shell.hosts.protocol import Display
from kvshell.shell.hosts.session_prompt import SessionPrompt
from kvshell.systems import DESIGNS
from kvshell.views import Caps

FEW, MANY = 100, 50_000
TIMES = 300
LINES = ("put s7 k v", "get s7 k", "lookup s9")


def ratio() -> tuple[float, str]:
    """Return how many times longer a line takes with MANY stores than with FEW.

    This is for the worst design, whose name is returned, too.
    """
    found = {design: _line_us(design, MANY) / _line_us(design, FEW) for design in DESIGNS}
    worst = max(found, key=lambda design: found[design])
    return found[worst], worst


def _line_us(design: str, stores: int) -> float:
    with Session("free", design) as session:
        prompt = SessionPrompt(session, Caps)
        display = Display(list, Interrupts(), nullcontext)
        session.run("start manager")
        gc.collect()  # on a busy machine this takes longer than a call waits
        gc.disable()
        for number in range(stores):
            session.design.create(f"s{number}")
        gc.enable()
        session.settle()
        for text in LINES:
            prompt.line(text, display)
        best = float("inf")
        for _ in range(TIMES):
            started = perf_counter()
            for text in LINES:
                prompt.line(text, display)
            best = min(best, perf_counter() - started)
        return best / len(LINES) * 1e6
