"""Runs `kvshell explore` on a document in its own folder."""

from collections import deque
from pathlib import Path

import pytest

from kvshell.command_line.reading import read
from kvshell.shell.explore_prompt import explore
from kvshell.views import Caps
from kvshell.views.caps import Flags

SERVER = """
import builtins

from kvshell.otp import gen_server
from kvshell.otp.gen_server import GenServer
from kvshell.terms import A, Atom


class Peer(GenServer):
    def init(self, arg):
        return (A.ok, arg)

    def handle_call(self, request, from_, state):
        match request:
            case (A.ask, other):
                return (A.reply, gen_server.call(other, A.hello, A.infinity), state)
            case A.hello:
                return (A.reply, A.hi, state)
            case A.count:
                builtins.kvshell_calls = getattr(builtins, "kvshell_calls", 0) + 1
                return (A.reply, builtins.kvshell_calls, state)

    def handle_cast(self, request, state):
        gen_server.cast(Atom("Elixir.Left"), request)
        return (A.noreply, state)


def start():
    gen_server.start(Peer, None, name=Atom("Elixir.Left"))
    gen_server.start(Peer, None, name=Atom("Elixir.Right"))
"""


class Told:
    """Runs `kvshell explore` on a document in a folder, and keeps its output."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = folder / "program.md"
        self._capsys = capsys
        (folder / "server.py").write_text(SERVER, encoding="utf-8")

    def __call__(self, text: str, *words: str, load: tuple[str, ...] = ()) -> int:
        self.path.write_text(text, encoding="utf-8")
        given = read(["explore", str(self.path), *words])
        code = explore(given, Flags(Caps(json=given.json), deque(), load=load))
        self.out, self.err = self._capsys.readouterr()
        return code


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    return Told(tmp_path, capsys)
