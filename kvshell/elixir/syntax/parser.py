"""The parser: text to nodes, like `Code.string_to_quoted!` in Elixir 1.14."""

from kvshell.elixir.syntax.faults import Fault, to_error
from kvshell.elixir.syntax.nodes import Quoted
from kvshell.elixir.syntax.parsing.expressions import Parser
from kvshell.elixir.syntax.tokenizing.tokenizer import Tokenizer
from kvshell.elixir.syntax.tokenizing.tokens import ParseWarning


def parse(
    text: str, file: str = "iex", line: int = 1, warnings: list[ParseWarning] | None = None
) -> Quoted:
    """Parse `text` to one expression; several become a `__block__`.

    Raises %SyntaxError{} or %TokenMissingError{} as Elixir does. Warnings are appended to
    `warnings`, even if an error is raised.
    """
    tokenizer = Tokenizer(text, line)
    found = tokenizer.warnings
    try:
        parser = Parser(tokenizer.run(), found)
        return parser.program()
    except Fault as fault:
        raise to_error(fault, text, file, line) from None
    except RecursionError:
        deep = Fault(line, 1, ("nested too deeply", ""), "")
        raise to_error(deep, text, file, line) from None
    finally:
        if warnings is not None:
            warnings.extend(found)
