"""Lines from `-c` and from standard input, run one after another without a terminal."""

from kvshell.batch.running import run

__all__ = ["run"]
