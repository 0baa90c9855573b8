"""Completeness: whether a text is a complete input, incomplete, or invalid.

Invalid means that no further line can fix it: iex waits for the end of an open string or block in
any case, but here a syntax error is reported at once.
"""

from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from kvshell.elixir.syntax.faults import Fault, to_error
from kvshell.elixir.syntax.nodes import Quoted
from kvshell.elixir.syntax.parsing.expressions import Parser
from kvshell.elixir.syntax.tokenizing.tokenizer import Tokenizer
from kvshell.elixir.syntax.tokenizing.tokens import ParseWarning, SourceToken
from kvshell.terms import ElixirError


class State(Enum):
    """The state of a text: complete, incomplete, or invalid."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    WRONG = "wrong"


class ReadInput(NamedTuple):
    """The result of parsing a text: its expression if complete, the error if not."""

    state: State
    quoted: Quoted = None
    error: ElixirError | None = None
    warnings: tuple[ParseWarning, ...] = ()


class Tokenized(NamedTuple):
    """The tokens of a text, up to a fault if there is one; the parser may add warnings."""

    tokenizer: Tokenizer
    fault: Fault | RecursionError | None
    warnings: tuple[ParseWarning, ...]


@lru_cache(maxsize=8)  # the same tokens serve detection and parsing
def tokenized(text: str, line: int = 1) -> Tokenized:
    """Tokenize `text` with a newline added, as the Enter key does."""
    tokenizer = Tokenizer(text if text.endswith("\n") else text + "\n", line)
    fault: Fault | RecursionError | None = None
    try:
        tokenizer.run()
    except (Fault, RecursionError) as error:
        fault = error.with_traceback(None)
    return Tokenized(tokenizer, fault, tuple(tokenizer.warnings))


def read(text: str, file: str = "iex", line: int = 1) -> ReadInput:
    """Parse `text` with a newline added, as the Enter key does."""
    whole = text if text.endswith("\n") else text + "\n"
    cut = tokenized(text, line)
    if isinstance(cut.fault, Fault):
        return _cut_short(cut.tokenizer, cut.fault, whole, file, line)
    if cut.fault is not None:
        return _too_deep(whole, file, line)
    tokens, warnings = cut.tokenizer.tokens, list(cut.warnings)
    try:
        quoted = Parser(tokens, warnings).program()
    except Fault as fault:
        # The parser may have reached the end of an interpolation: nothing can follow there.
        at_end = fault.incomplete and _is_end(fault, tokens)
        failed = _failed(fault, whole, file, line, more=at_end)
        return failed._replace(warnings=tuple(warnings))
    except RecursionError:
        return _too_deep(whole, file, line)
    return ReadInput(State.COMPLETE, quoted, None, tuple(warnings))


def _cut_short(tokenizer: Tokenizer, fault: Fault, text: str, file: str, line: int) -> ReadInput:
    """Return the result for a text with a bad or missing token; an earlier error comes first."""
    if not fault.incomplete:
        return _failed(fault, text, file, line, more=False)
    for tokens in tokenizer.levels():
        earlier = _fault_before_the_end(tokens)
        if earlier is not None:
            return _failed(earlier, text, file, line, more=False)
    return _failed(fault, text, file, line, more=True)


def _fault_before_the_end(tokens: list[SourceToken]) -> Fault | None:
    """Return the fault in `tokens` that no further token could mend, or None."""
    if tokens and tokens[-1].kind == "eol":
        tokens = tokens[:-1]  # an operator may begin the next line
    last = tokens[-1] if tokens else None
    line, column = (last.line, last.column) if last else (1, 1)
    end = SourceToken("eof", "", line, column, column)
    try:
        Parser([*tokens, end], []).program()
    except Fault as fault:
        return None if fault.incomplete and _is_end(fault, [*tokens, end]) else fault
    return None


def _is_end(fault: Fault, tokens: list[SourceToken]) -> bool:
    end = tokens[-1]
    return (fault.line, fault.column) == (end.line, end.column)


def _failed(fault: Fault, text: str, file: str, line: int, *, more: bool) -> ReadInput:
    state = State.INCOMPLETE if more else State.WRONG
    return ReadInput(state, None, to_error(fault, text, file, line))


def _too_deep(text: str, file: str, line: int) -> ReadInput:
    return _failed(Fault(line, 1, ("nested too deeply", "")), text, file, line, more=False)
