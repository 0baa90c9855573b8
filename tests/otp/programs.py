"""Python programs that the loading tests write, load and edit."""

from collections.abc import Callable
from pathlib import Path

from kvshell.otp import code_loading as loading
from kvshell.runtime import Runtime
from kvshell.terms import Term, alias

COUNTER = """\
from kvshell.otp import A, GenServer

class Counter(GenServer):
    def init(self, start):
        return (A.ok, len(start))

    def handle_call(self, request, _from, count):
        match request:
            case A.next:
                return (A.reply, count, count + 1)
            case (A.divide, number):
                return (A.reply, count / number, count)
"""
NAME = alias("Counter")

Write = Callable[..., Path]


def load(rt: Runtime, path: Path) -> Term:
    """Load and start a program, as the command does."""
    program = loading.load(path)
    loading.renew(program, rt)
    return loading.start(program)
