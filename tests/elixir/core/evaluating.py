"""A small shell for tests: runs lines of Elixir and returns what iex would print."""

from collections.abc import Iterator
from contextlib import contextmanager

from kvshell.elixir.compile.writing.environment import CompileWarning
from kvshell.elixir.evaluate import Evaluator
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.runtime import Exit, Runtime
from kvshell.runtime.processes.exits import Thrown
from kvshell.terms import A, ElixirError, format_banner, inspect


class Lines:
    """A shell without a terminal: takes lines and returns what iex would print."""

    def __init__(self) -> None:
        self.code = ElixirCode()
        self.evaluator = Evaluator(self.code)
        self.warnings: list[str] = []

    def run(self, text: str) -> str:
        """Run a line and return what iex would print."""
        warnings: list[CompileWarning] = []
        try:
            return inspect(self.evaluator.evaluate(text, 1, warnings))
        except ElixirError as error:
            return format_banner(A.error, error)
        except Exit as exit_:
            return format_banner(A.exit, exit_.reason)
        except Thrown as thrown:
            return format_banner(A.throw, thrown.value)
        finally:
            self.warnings = [warning.text for warning in warnings]

    def all(self, *lines: str) -> str:
        """Run lines and return what the last one prints."""
        printed = ""
        for line in lines:
            printed = self.run(line)
        return printed


@contextmanager
def shell() -> Iterator[Lines]:
    """Yield a shell on its own runtime."""
    with Runtime("controlled") as runtime, runtime.attach():
        lines = Lines()
        runtime.code = lines.code
        yield lines
