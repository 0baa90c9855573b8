"""Rows: what the runtime is as a library - how fast it is."""

from typing import Final

from kvshell.commands.command import Command, Example

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
)
