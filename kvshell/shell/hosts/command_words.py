"""Typing help for commands and Elixir, called at every key press."""

import re
from collections.abc import Callable, Container
from typing import TYPE_CHECKING, Any, Final

from kvshell.commands import complete, drop_prompt, match, reading, signature
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.types.tokens import is_open
from kvshell.runtime import Runtime
from kvshell.shell.hosts.protocol import CompletionItem, Pieces, PromptRunner, StyledSpan
from kvshell.terms import Atom

if TYPE_CHECKING:
    from kvshell.shell.hosts.elixir_typing import ElixirTyping


class CommandWords:
    """Typing help from the command table and the current snapshot.

    Text that is not a command is passed to the typing help for Elixir, created on first use.
    """

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        elixir: "Callable[[], ElixirTyping] | None" = None,
    ) -> None:
        self._snapshot = snapshot
        self._make = elixir
        self._made: ElixirTyping | None = None

    def _elixir(self, text: str) -> "ElixirTyping | None":
        """Return the typing help for Elixir if `text` is Elixir, else None.

        Of a long text, only the first line is examined.
        """
        if len(text) > LONGEST_JUDGED:
            text = text.lstrip().partition("\n")[0]
        parts = reading(text).parts
        if self._make is None or not parts or all(part.complete for part in parts):
            return None
        if _ONE_WORD.fullmatch(text):
            return None
        if self._made is None:
            self._made = self._make()
        meant = any(p.fix is not None and p.kind == "unknown" for p in parts[0].problems)
        return self._made if self._made.is_elixir(text, meant=meant) else None

    def spans(self, text: str) -> list[StyledSpan]:
        """Return the roles of the words in `text`; invalid ones have the role `error`."""
        elixir = self._elixir(text)
        if elixir is not None:
            return elixir.spans(text)
        return [StyledSpan(start, end, role.value) for start, end, role in reading(text).roles]

    def in_pieces(self, text: str) -> Pieces | None:
        """Return a long text in pieces; None if it is short enough for `spans`."""
        if len(text) <= LONGEST_JUDGED or "\n" not in text:
            return None
        elixir = self._elixir(text)
        return Pieces(text.split("\n"), self.spans) if elixir is None else elixir.in_pieces(text)

    def complete(self, text: str) -> list[CompletionItem]:
        """Return the candidates for the end of `text`."""
        before = text.rfind("\n") + 1
        if len(text) > LONGEST_JUDGED and before and self._elixir(text) is None:
            found = self.complete(text[before:])
            return [item._replace(start=item.start + before) for item in found]
        if other := _OF_ANOTHER.match(text):
            line = other["line"]
            if self._elixir(line) is not None:
                shift = other.start("line")
                return [item._replace(start=item.start + shift) for item in self.complete(line)]
        elixir = self._elixir(text)
        if elixir is None and self._make is not None and _ABOUT_ELIXIR.match(text):
            elixir = self._made = self._made or self._make()
        if elixir is not None:
            return elixir.complete(text)
        found = [
            CompletionItem(candidate.text, candidate.start, candidate.description)
            for candidate in complete(text, self._snapshot())
        ]
        if self._make is not None and (named := _ABOUT_A_NAME.fullmatch(text)):
            self._made = self._made or self._make()
            known = {item.text for item in found}
            more = self._made.functions_to_read_about(named["begun"], named.start("begun"))
            found += [item for item in more if item.text not in known]
        return found

    def signature(self, text: str) -> list[tuple[str, bool]]:
        """Return the words of the usage line of the last command in `text`."""
        elixir = self._elixir(text)
        if elixir is not None:
            return elixir.signature(text)
        line = text if len(text) <= LONGEST_JUDGED else text.rpartition("\n")[2]
        return signature(match(line))

    def drop_prompt(self, text: str) -> str | None:
        """Return a line without the pasted prompt at its start, or None if it has no prompt.

        The line after `...(3)> ` keeps its indentation.
        """
        continued = _CONTINUED.match(text)
        return text[continued.end() :] if continued else drop_prompt(text)

    def unfinished(self, text: str) -> bool:
        """Whether a quote, bracket or block is not closed.

        For `as NAME LINE`, only LINE is examined.
        """
        parts = reading(text).parts if len(text) <= LONGEST_JUDGED else []
        if len(parts) == 1 and (inner := parts[0].inner) is not None and inner.parts:
            return self.unfinished(inner.text)
        elixir = self._elixir(text)
        return is_open(text) if elixir is None else elixir.unfinished(text)

    def within(self, text: str) -> Container[int]:
        """Return the indices of the lines of Elixir that end inside a block or bracket."""
        elixir = self._elixir(text)
        return () if elixir is None else elixir.within(text)

    def indentation(self, text: str) -> int:
        """Return the indentation of the next line.

        It is that of the last line, plus two spaces in an open block of Elixir.
        """
        elixir = self._elixir(text)
        if elixir is not None:
            return elixir.indentation(text)
        last = text.rpartition("\n")[2]
        return len(last) - len(last.lstrip(" "))

    def outdentation(self, text: str) -> int | None:
        """Return the indentation for the last line if it closes a block of Elixir, or None."""
        elixir = self._elixir(text)
        return None if elixir is None else elixir.outdentation(text)


LONGEST_JUDGED: Final = 2_000  # characters; longer text is a paste, and this runs at every key
_ONE_WORD: Final = re.compile(r"\s*(?!(?:nil|true|false)\b)[a-z_]\w*\s*")
_ABOUT_ELIXIR: Final = re.compile(r"\s*h\s+[:A-Z]|\s*(?:exports|b|l|r|i) $")
_ABOUT_A_NAME: Final = re.compile(r"\s*h\s+(?P<begun>[a-z_]\w*)")
_OF_ANOTHER: Final = re.compile(r"\s*as\s+\w+\s+(?P<line>\S.*)", re.DOTALL)
_CONTINUED: Final = re.compile(r"\.\.\.(?:\(\d+\))?> ?")


def typing_help(session: PromptRunner) -> "ElixirTyping":
    """Return typing help for Elixir that knows a session's bindings, modules and names."""
    from kvshell.shell.hosts.elixir_typing import ElixirTyping as Typing  # noqa: PLC0415

    return Typing(
        lambda: session.bindings,
        lambda: _own_modules(session.runtime),
        lambda: _own_atoms(session.runtime),
        lambda module: _own_fields(session.runtime, module),
    )


def _own_modules(runtime: Runtime) -> dict[Atom, list[tuple[str, int]]]:
    records = getattr(runtime.code, "modules", {})
    code: Any = runtime.code  # None until the user has defined a module
    return {module: sorted([*code.exported(module), *code.macros(module)]) for module in records}


def _own_fields(runtime: Runtime, module: Atom) -> list[str]:
    record = getattr(runtime.code, "modules", {}).get(module)
    fields = () if record is None or record.struct is None else record.struct
    return [name.name for name, _default in fields if isinstance(name, Atom)]


def _own_atoms(runtime: Runtime) -> list[str]:
    names = [table.name for table in runtime.tables.all()]
    names += runtime.names.all()
    return [name.name for name in names if isinstance(name, Atom)]
