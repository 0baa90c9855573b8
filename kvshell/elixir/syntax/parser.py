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
    found: list[ParseWarning] = []
    try:
        return read(text, line, found)
    except Fault as fault:
        raise to_error(fault, text, file, line) from None
    finally:
        if warnings is not None:
            warnings.extend(found)


def read(text: str, line: int, warnings: list[ParseWarning]) -> Quoted:
    """Parse `text` to one expression, as `parse` does, but report an error as a `Fault`.

    Raises:
        Fault: the text is not valid Elixir.
    """
    tokenizer = Tokenizer(text, line)
    try:
        parser = Parser(tokenizer.run(), tokenizer.warnings)
        return parser.program()
    except RecursionError:
        raise Fault(line, 1, ("nested too deeply", ""), "") from None
    finally:
        warnings.extend(tokenizer.warnings)
