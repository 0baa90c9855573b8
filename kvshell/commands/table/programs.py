"""Rows: the runtime as a library - servers of one's own, and how fast it is."""

from typing import Final

from kvshell.commands.command import Command, Example
from kvshell.commands.table.words import PROGRAM

FIRST: Final = {"plain": "{:ok, #PID<0.102.0>}", "*": "{:ok, #PID<0.104.0>}"}

ROWS: Final = (
    Command(
        path=("bench",),
        params=(),
        summary="measure calls, look-ups and very many stores on this machine",
        doc="""About 15 seconds, in a process of its own: your system is not touched. Every figure
has a bar and a line that says what it means, as in `a lookup through the registry costs N times
a read of the table`. `kvshell bench --json` gives the figures to a program.""",
        answers="figures with bars",
        examples=(
            Example("bench", "", note="whoever hosts the session runs it"),
            Example("bench", "", started=False),
        ),
        elixir="mix run bench.exs",
        python='subprocess.run(["kvshell", "bench"])',
        effects="none",
        group="start",
        handler="shell.bench",
        search=("benchmark", "speed", "measure", "fast", "timeit", "performance", "cost", "us"),
        see=("repeat", "cache"),
    ),
    Command(
        path=("load",),
        params=(PROGRAM,),
        summary="run a Python file and start its servers; again, and they run its new code",
        doc="""Each class of GenServer in the file is started under its module's name, with `[]`; a
file with a function `start()` starts what it wants to. Edit the file and load it again: a server
that runs keeps its pid and its state, and handles its next message by the code of now, also that
of the modules beside the file. What is wrong is told with its line. `kvshell --load PATH` does it
before the first line; a transcript may only with `--trust`.""",
        answers="{:ok, pid}, for several a list of {name, {:ok, pid}}; {:reloaded, names}",
        examples=(
            Example("load counter.py", FIRST),
            Example("call Counter :next", "0", setup=("load counter.py",), started=False),
            Example("load counter.py", "{:reloaded, [Counter]}", setup=("load counter.py",)),
        ),
        elixir='r(Counter)  # the first time: c("counter.ex"), then GenServer.start',
        python="loading.start(loading.load(Path(<path>)))",
        effects="spawn",
        group="start",
        handler="programs.load",
        search=(
            "import",
            "file",
            "module",
            "program",
            "code",
            "server",
            "GenServer",
            "reload",
            "recompile",
            "hot",
            "library",
            "own",
        ),
        see=("call", "cast", "state"),
    ),
)
