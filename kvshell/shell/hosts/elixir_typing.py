"""Typing help for Elixir: colours, completion, signatures, continuation lines.

Called at every key press for text that is not a command; nothing here runs or compiles code.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from kvshell.commands.language.message import Message
from kvshell.commands.read.guesses import paths
from kvshell.elixir.detect import KERNEL_WORDS, is_elixir, pieces
from kvshell.elixir.library import registry, structs
from kvshell.elixir.library.kernel.forms_help import FORMS
from kvshell.elixir.syntax.completeness import ReadInput, State, read, tokenized
from kvshell.elixir.syntax.tokenizing.tokens import CLOSERS, SourceToken
from kvshell.shell.hosts.line_tokens import lines_read, tokens_by_line
from kvshell.shell.hosts.protocol import CompletionItem, Pieces, StyledSpan
from kvshell.terms import A, Atom, Map, Term, alias, inspect

MOST: Final = 100
LONGEST_PARSED: Final = 2_000  # characters; longer text is checked only at Enter
_ROLES: Final = {
    **dict.fromkeys(("int", "flt", "char"), "number"),
    **dict.fromkeys(("atom", "atom_quoted", "atom_unsafe", "kw_identifier"), "atom"),
    **dict.fromkeys(("true", "false", "nil"), "atom"),
    **dict.fromkeys(
        ("bin_string", "list_string", "bin_heredoc", "list_heredoc", "sigil"), "string"
    ),
    **dict.fromkeys(("fn", "do", "end", "block_identifier"), "command"),
    "alias": "name",
}
_REMOTE: Final = re.compile(r"(?P<module>:?[A-Za-z_][\w.]*|:\w+)\.(?P<begun>[\w?!]*)$")
_STRUCT: Final = re.compile(r"%(?P<begun>(?:[A-Z][\w.]*)?)$")
_FIELD: Final = re.compile(
    r"%(?:(?P<name>[A-Z][\w.]*)\{|\{\s*(?P<map>[a-z_][\w.]*)\s*\|)"
    r"(?P<rest>\s*|(?:[^{}]|\{[^{}]*\})*,\s*)(?P<begun>[a-z_]?\w*)$"
)
_ASKS: Final = re.compile(r"\s*(?P<helper>h|exports|b|l|r|i) $")
_ATOM: Final = re.compile(r"(?<![:\w]):(?P<begun>[\w@]*)$")
_WORD: Final = re.compile(r"(?P<begun>[A-Za-z_][\w]*[?!]?)$")
_CLOSING: Final = frozenset(CLOSERS.values())
_BREAK: Final = "#iex:break"
_KERNEL, _HELPERS = alias("Kernel"), alias("IEx.Helpers")

Bindings = Mapping[str, Term]


class ElixirTyping:
    """Typing help for lines of Elixir, with the bindings of a session."""

    def __init__(
        self,
        bindings: Callable[[], Bindings],
        modules: Callable[[], Mapping[Atom, list[tuple[str, int]]]] = dict,
        atoms: Callable[[], list[str]] = list,
        fields: Callable[[Atom], list[str]] = lambda _module: [],
    ) -> None:
        """Create the typing help; the arguments are functions that return current data.

        `modules` returns the user's modules with their functions, `atoms` the registered names, and
        `fields` the fields of a struct that the user has defined.
        """
        self._bindings = bindings
        self._modules = modules
        self._atoms = atoms
        self._fields = fields
        self._commands = frozenset(paths())

    def is_elixir(self, text: str, *, meant: bool = False) -> bool:
        """Whether `text`, which is not a complete command, is Elixir."""
        found = pieces(text)
        last = found[-1].text if found else ""
        return is_elixir(last, self._commands, self._bindings().__contains__, meant=meant)

    def unfinished(self, text: str) -> bool:
        """Whether `text` is incomplete and must continue on the next line."""
        if text.rstrip().rpartition("\n")[2].strip() == _BREAK:
            return False
        return reading(text).state is State.INCOMPLETE

    def within(self, text: str) -> Container[int]:
        """Return the indices of the lines that end inside a block, bracket or quote.

        The result is empty for a text that is not correct as a whole: its first line may be wrong.
        """
        if reading(text).state is not State.COMPLETE:
            return ()
        found: set[int] = set()
        depth = line = 0
        for token in _tokens(text):
            if depth > 0:
                found.update(range(line, token.line - 1))
            found.update(range(token.line - 1, token.end_line - 1))
            depth += (token.kind in CLOSERS) - (token.kind in _CLOSING)
            line = token.end_line - 1
        return found

    def indentation(self, text: str) -> int:
        """Return the indentation of the line after `text`."""
        last = text.rpartition("\n")[2]
        own = len(last) - len(last.lstrip(" "))
        tokens = _tokens(last)
        depth = 0
        for token in tokens:
            depth += (token.kind in CLOSERS) - (token.kind in _CLOSING)
        kind = tokens[-1].kind if tokens else ""
        opens = depth > 0 or kind in {"stab_op", "block_identifier", "match_op"}
        return own + 2 if opens else own

    def outdentation(self, text: str) -> int | None:
        """Return the indentation for the last line if it closes a block or starts a clause.

        The result is None for any other line.
        """
        tokens, last = _tokens(text), text.count("\n") + 1
        opened: list[int] = []  # the lines of the brackets and blocks that are still open
        for token in tokens:
            if token.line == last:
                break
            if token.kind in CLOSERS:
                opened.append(token.line)
            elif token.kind in _CLOSING and opened:
                opened.pop()
        else:
            return None
        if not opened:
            return None
        opener = text.split("\n", opened[-1])[opened[-1] - 1]
        column = len(opener) - len(opener.lstrip(" "))
        if token.kind in _CLOSING or token.kind == "block_identifier":
            return column
        return column + 2 if tokens[-1].kind == "stab_op" else None

    def spans(self, text: str) -> list[StyledSpan]:
        """Return the roles of the tokens; the place of a syntax error has the role `error`."""
        starts = _line_starts(text)
        return [*_coloured(_tokens(text), starts, len(text)), *self._wrong(text, starts)]

    def in_pieces(self, text: str) -> Pieces:
        """Return `text` in pieces of a line; the lines of a multi-line string are one piece."""
        return Pieces([found.text for found in lines_read(text)], _piece_spans)

    def _wrong(self, text: str, starts: list[int]) -> Iterator[StyledSpan]:
        if len(text) > LONGEST_PARSED:
            return
        answer = reading(text)
        if answer.state is not State.WRONG or answer.error is None:
            return
        line, column = answer.error.struct.get(A.line), answer.error.struct.get(A.column)
        if type(line) is int and type(column) is int and line <= len(starts):
            begin = min(starts[line - 1] + column - 1, max(len(text) - 1, 0))
            yield StyledSpan(begin, min(begin + 1, len(text)), "error")

    # -- completion ----------------------------------------------------------------------------

    def complete(self, text: str) -> list[CompletionItem]:
        """Return the candidates for the end of `text`."""
        before = text.rfind("\n") + 1
        found = list(dict.fromkeys(self._candidates(text[before:], first=not before)))[:MOST]
        return [item._replace(start=item.start + before) for item in found] if before else found

    def _candidates(self, text: str, *, first: bool) -> Iterator[CompletionItem]:
        """Yield the candidates for the end of a line.

        `first` is true for the first line of a text, on which iex's helpers may be typed.
        """
        if found := _STRUCT.search(text):
            yield from self._structs(found["begun"], found.start("begun"))
        elif found := _FIELD.search(text):
            yield from self._of_a_struct(found)
        elif first and (found := _ASKS.match(text)):
            yield from self._subjects(found["helper"], len(text))
        elif found := _REMOTE.search(text):
            yield from self._after_dot(found["module"], found["begun"], found.start("begun"))
        elif found := _ATOM.search(text):
            begun = found["begun"]
            for name in sorted({*self._atoms(), *_erlang_modules()}):
                if name.startswith(begun) and name.isidentifier():
                    yield CompletionItem(name, found.start("begun"), Message("atom"))
        elif found := _WORD.search(text):
            begun, start = found["begun"], found.start("begun")
            if begun[0].isupper():
                yield from self._submodules("", begun, start)
                yield from _exceptions(begun, start)
            else:
                yield from self._names(begun, start)

    def functions_to_read_about(self, begun: str, start: int) -> Iterator[CompletionItem]:
        """Yield the special forms and the functions of Kernel, as candidates for `h NAME`."""
        for name, (head, _said) in FORMS.items():
            if name.startswith(begun):
                yield CompletionItem(name, start, head)
        for name in dict.fromkeys(name for name, _arity in registry.functions(_KERNEL)):
            if name.startswith(begun) and name[0].isalpha():
                yield CompletionItem(name, start, "Kernel")

    def _structs(self, begun: str, start: int) -> Iterator[CompletionItem]:
        own = [module.name.removeprefix("Elixir.") for module in self._modules()]
        for name in sorted({*structs.names(), *own}):
            if name.startswith(begun):
                yield CompletionItem(name, start, Message("module"))

    def _of_a_struct(self, found: re.Match[str]) -> Iterator[CompletionItem]:
        """Yield the fields of `%Name{...` or `%{map | ...` that are not yet typed."""
        if found["name"] is not None:
            module = alias(found["name"])
            library = [name.name for name, _ in structs.fields(module) or () if type(name) is Atom]
            names = self._fields(module) or library
        else:
            value = self._value(found["map"])
            pairs = value.items() if isinstance(value, Map) else ()
            names = [key.name for key, _value in pairs if type(key) is Atom]
        written = set(re.findall(r"(\w+[?!]?):\s", found["rest"]))
        for name in sorted({*names} - written):
            if name.startswith(found["begun"]) and name[:2] != "__":
                yield CompletionItem(f"{name}: ", found.start("begun"), Message("a field"))

    def _subjects(self, helper: str, start: int) -> Iterator[CompletionItem]:
        """Yield the candidates for the argument of `helper`, one of iex's helpers."""
        if helper == "i":
            for name, value in sorted(self._bindings().items()):
                yield CompletionItem(name, start, inspect(value, width=None, limit=5)[:60])
        else:
            yield from self._submodules("", "", start)

    def _after_dot(self, subject: str, begun: str, start: int) -> Iterator[CompletionItem]:
        if subject[0].islower() or subject[0] == "_":
            value = self._value(subject)
            if isinstance(value, Map):
                yield from _keys(value, begun, start)
            elif type(value) is Atom:
                yield from self._functions(value, begun, start)
            return
        module = Atom(subject[1:]) if subject[0] == ":" else alias(subject)
        if subject[0] != ":":
            yield from self._submodules(subject + ".", begun, start)
        yield from self._functions(module, begun, start)

    def _value(self, path: str) -> Term:
        """Return the value of `map.key.key`, or None if a part of it does not exist."""
        name, *keys = path.split(".")
        value = self._bindings().get(name)
        for key in keys:
            value = value.get(Atom(key)) if isinstance(value, Map) else None
        return value

    def _submodules(self, before: str, begun: str, start: int) -> Iterator[CompletionItem]:
        names = set()
        for module in [*registry.modules(), *self._modules()]:
            name = module.name.removeprefix("Elixir.") if module.name.startswith("Elixir.") else ""
            if name.startswith(before + begun) and name != before:
                names.add(name[len(before) :].partition(".")[0])
        for name in sorted(names):
            if name.startswith(begun):
                yield CompletionItem(name, start, Message("module"))

    def _functions(self, module: Atom, begun: str, start: int) -> Iterator[CompletionItem]:
        own = self._modules().get(module)
        for name, arity in sorted(own if own is not None else registry.functions(module)):
            if name.startswith(begun) and (name[0].isalpha() or name[0] == "_"):
                entry = None if own is not None else registry.find_entry(module, name, arity)
                message = f"{name}/{arity}"
                if entry is not None:
                    message = " - ".join(filter(None, (entry.signature, entry.summary)))
                yield CompletionItem(name, start, f"/{arity} {message}" if entry else message)

    def _names(self, begun: str, start: int) -> Iterator[CompletionItem]:
        for name, value in sorted(self._bindings().items()):
            if name.startswith(begun):
                yield CompletionItem(name, start, inspect(value, width=None, limit=5)[:60])
        for word in sorted(KERNEL_WORDS):
            if word.startswith(begun) and not registry.find_entry(_KERNEL, word, 1):
                yield CompletionItem(word, start, Message("a word of Elixir"))
        for module in (_KERNEL, _HELPERS):
            yield from self._functions(module, begun, start)

    # -- signature -----------------------------------------------------------------------------

    def signature(self, text: str) -> list[tuple[str, bool]]:
        """Return the words of the innermost open call's signature, with the current one marked."""
        long = len(text) > LONGEST_PARSED
        call = _open_call(tokens_by_line(text) if long else _tokens(text))
        if call is None:
            return []
        module, name, place = call
        arities = [arity for known, arity in registry.functions(module) if known == name]
        entry = registry.find_entry(module, name, max(arities)) if arities else None
        if entry is None:
            return []
        inner = entry.signature.partition("(")[2].removesuffix(")")
        words = inner.split(", ") if inner else []
        shown = inspect(module)
        lead = name if module in {_KERNEL, _HELPERS} else f"{shown}.{name}"
        return [(lead, False), *((word, at == place) for at, word in enumerate(words))]


@lru_cache(maxsize=16)
def reading(text: str) -> ReadInput:
    """Parse `text`, and cache the result."""
    return read(text)


@lru_cache(maxsize=16)
def _tokens(text: str) -> tuple[SourceToken, ...]:
    """Return the tokens of `text`, up to the first syntax error."""
    tokenizer, fault, _warnings = tokenized(text)  # cached: detection has just tokenized it
    if fault is not None:
        return tuple(each for level in tokenizer.levels() for each in level if each.kind != "eol")
    return tuple(token for token in tokenizer.tokens if token.kind not in {"eol", "eof"})


def _open_call(tokens: tuple[SourceToken, ...]) -> tuple[Atom, str, int] | None:
    """Return the module, the name and the argument index of the innermost open call, or None."""
    depth = place = 0
    for index in range(len(tokens) - 1, -1, -1):
        kind = tokens[index].kind
        if kind in {")", "]", "}", ">>", "end"}:
            depth += 1
        elif kind in CLOSERS and depth:
            depth -= 1
        elif kind == "," and not depth:
            place += 1
        elif kind == "(" and index and tokens[index - 1].kind == "paren_identifier":
            return (*_callee(tokens, index - 1), place)
        elif kind in CLOSERS:
            return None
    return None


def _callee(tokens: tuple[SourceToken, ...], index: int) -> tuple[Atom, str]:
    name = tokens[index].value
    parts: list[str] = []
    at = index - 1
    while at > 0 and tokens[at].kind == ".":
        before = tokens[at - 1]
        if before.kind == "atom":
            return before.value, name
        if before.kind != "alias":
            break
        parts.insert(0, before.value.name)
        at -= 2
    if parts:
        return alias(".".join(parts)), name
    module = (
        _HELPERS if any(name == known for known, _ in registry.functions(_HELPERS)) else _KERNEL
    )
    return module, name


def _keys(value: Map, begun: str, start: int) -> Iterator[CompletionItem]:
    for key, inner in value.items():
        if type(key) is Atom and key.name.startswith(begun) and not key.name.startswith("__"):
            yield CompletionItem(key.name, start, inspect(inner, width=None, limit=5)[:60])


def _exceptions(begun: str, start: int) -> Iterator[CompletionItem]:
    for name in structs.names(exceptions=True):
        if name.startswith(begun) and "." not in name:
            yield CompletionItem(name, start, Message("module"))


def _erlang_modules() -> list[str]:
    return [name for name in registry.FILES if name[0].islower()]


def _coloured(tokens: Iterable[SourceToken], starts: list[int], size: int) -> Iterator[StyledSpan]:
    """Yield the coloured spans of `tokens` in a text of `size` characters."""
    for token in tokens:
        role = _ROLES.get(token.kind)
        if token.kind in {"identifier", "do_identifier", "paren_identifier", "op_identifier"}:
            role = "command" if token.value in KERNEL_WORDS else None
        if role is not None:
            yield StyledSpan(_offset(starts, token), _end(starts, token, size), role)


def _piece_spans(text: str) -> list[StyledSpan]:
    tokens = tokens_by_line(text)
    return [*_coloured(tokens, _line_starts(text), len(text))]


def _line_starts(text: str) -> list[int]:
    return [0, *(index + 1 for index, char in enumerate(text) if char == "\n")]


def _offset(starts: list[int], token: SourceToken) -> int:
    return starts[token.line - 1] + token.column - 1


def _end(starts: list[int], token: SourceToken, size: int) -> int:
    return min(starts[token.end_line - 1] + token.end_column - 1, size)
