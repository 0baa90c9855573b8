"""The time to import Elixir does not count against the first line of Elixir."""

import subprocess
import sys

SCRIPT = """
import sys
from kvshell.transcript.format.parser import parse
from kvshell.transcript.run.line_timeout import LineTimeout
from kvshell.transcript.run.player import Player, Settings

ELIXIR = {"kvshell.session.elixir_shell", "kvshell.session.near_elixir"}


class Watched(LineTimeout):
    def bound(self, *args):
        print(len(ELIXIR & sys.modules.keys()))
        return super().bound(*args)


text = b"~~~kvshell\\nkv> self\\n...\\nkv> 1 + 1\\n2\\n~~~\\n"
player = Player(parse("a.md", text), Settings(), Watched(ctrl_c=False))
for step in player.steps():
    print(step.status.name)
player.close()
"""


def test_elixir_is_imported_before_the_clock_of_its_first_line_starts() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=True
    )

    words, elixir = done.stdout.split("passed")[:2]
    assert set(words.split()) == {"0"}
    assert set(elixir.split()) == {"2"}
