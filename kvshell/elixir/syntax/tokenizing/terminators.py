"""Terminators: open brackets and blocks, and hints about missing ones."""

from kvshell.elixir.syntax.faults import Fault
from kvshell.elixir.syntax.tokenizing.tokens import CLOSERS, SourceToken

_CLOSING = frozenset(CLOSERS.values())


class Terminators:
    """The stack of open terminators; `check` processes each opener and closer."""

    def __init__(self) -> None:
        self.open: list[tuple[str, int, int]] = []  # opener, its line, indentation of that line
        self.indentation = 0
        self._hints: list[tuple[str, int]] = []

    def check(self, token: SourceToken) -> None:
        """Push an opener; pop it for its closer; raise a Fault for a mismatched closer."""
        kind = token.kind
        if kind in CLOSERS:
            if kind in {"fn", "do"} and self.open:
                opener, line, indentation = self.open[-1]
                if opener == kind and self.indentation <= indentation:
                    self._hints.insert(0, (opener, line))
            self.open.append((kind, token.line, self.indentation))
        elif kind in _CLOSING:
            self._close(token)

    def _close(self, token: SourceToken) -> None:
        kind = token.kind
        reserved = "unexpected reserved word: "
        prefix = reserved if kind == "end" else "unexpected token: "
        if not self.open:
            if kind != "end":
                raise Fault(token.line, token.column, prefix, kind)
            line = next((line for name, line in self._hints if name == "end"), None)
            hint = ""
            if line is not None:
                hint = (
                    f'\n\n    HINT: it looks like the "end" on line {line} does not have a'
                    ' matching "do" defined before it\n'
                )
            raise Fault(token.line, token.column, (reserved, hint), "end")
        opener, line, indentation = self.open[-1]
        expected = CLOSERS[opener]
        if kind != expected:
            context = f'. The "{opener}" at line {line} is missing terminator "{expected}"'
            suffix = context + self._missing_hint(opener, expected)
            raise Fault(token.line, token.column, (prefix, suffix), kind)
        if opener == "do" and self.indentation > indentation:
            self._hints.insert(0, ("end", token.line))
        self.open.pop()

    def require_none(self, line: int, column: int) -> None:
        """Raise a Fault at that position, the end of the text, if anything is still open."""
        if not self.open:
            return
        opener, opened, _ = self.open[-1]
        closer = CLOSERS[opener]
        problem = f'missing terminator: {closer} (for "{opener}" starting at line {opened})'
        raise Fault(line, column, problem + self._missing_hint(opener, closer))

    def _missing_hint(self, opener: str, closer: str) -> str:
        for name, line in self._hints:
            if name == opener:
                return (
                    f'\n\n    HINT: it looks like the "{opener}" on line {line} does not have a'
                    f' matching "{closer}"\n'
                )
        return ""
