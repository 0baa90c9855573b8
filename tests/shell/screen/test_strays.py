"""Output of user code appears before the answer, or above the line being typed."""

from pathlib import Path

import pytest

from kvshell.shell.hosts.protocol import ScreenBlock
from kvshell.shell.prompt.line_reader import Reader
from kvshell.shell.screen.foreign_output import ForeignOutput
from tests.shell.pty_terminal import Pty
from tests.shell.terminal import FakeHost, talking

PRINTER = """
from kvshell.otp import A, GenServer
from kvshell.runtime import process

class Printer(GenServer):
    def init(self, _start):
        return (A.ok, None)

    def handle_call(self, request, _from, state):
        print("handles", request)
        return (A.reply, request, state)

    def handle_cast(self, request, state):
        process.send_after(process.self_(), request, 300)
        return (A.noreply, state)

    def handle_info(self, message, state):
        print("later", message)
        return (A.noreply, state)
"""


def test_whole_lines_appear_above_the_line_being_typed_and_partial_ones_wait() -> None:
    host = FakeHost()
    with talking(host, []) as (loop, terminal):
        reader = loop._source
        assert isinstance(reader, Reader)
        strays = ForeignOutput(reader._session.app.output, reader.stray)

        def answer() -> list[ScreenBlock]:
            strays.write("before the ")
            strays.write("answer\n")
            return [ScreenBlock("the answer")]

        def print_in_pieces() -> None:
            strays.write("a piece")
            strays.write(", the rest\n")

        host.answers["go"] = answer
        terminal.steps = [
            ("kv(1)>", "go\r"),
            ("the answer", "lookup"),
            ("kv(2)> lookup", print_in_pieces),
            ("a piece, the rest", " x\r"),
            ("= lookup x", "\x04"),
        ]
        loop.run()
        strays.write("over\n")

    assert host.lines == ["go", "lookup x"]
    lines = [line for line in terminal.scrolled if line]
    assert lines[:4] == ["kv(1)> go", "before the answer", "the answer", "a piece, the rest"]
    assert lines[4] == "kv(2)> lookup x"
    assert lines[-1] == "over"


@pytest.mark.slow
def test_a_loaded_server_may_print(tmp_path: Path) -> None:
    file = tmp_path / "printer.py"
    file.write_text(PRINTER)
    with Pty(tmp_path, words=("--load", str(file))) as pty:
        pty.prompt("kv(2)>").type("call Printer 1\r").prompt("kv(3)>")
        assert "handles 1\n1\n" in pty.text
        pty.type("cast Printer :go\r").prompt("kv(4)>")
        pty.type("put s1 mi").wait("later :go")
        pty.wait(lambda pty: pty.line.startswith("kv(4)> put s1 mi"))

        pty.type("lk 1\r").prompt("kv(4)>")
        assert pty.type("\x04").ends() == 0
