"""Splits a typed line into parts, and tells which parts are Elixir.

The caller first tries to read a part as a command, and passes only text that is not a complete
command. This module knows only the first words of commands.
"""

from collections.abc import Callable, Collection
from typing import NamedTuple

from kvshell.elixir.syntax.completeness import ReadInput, State, read, tokenized
from kvshell.elixir.syntax.faults import Fault
from kvshell.elixir.syntax.tokenizing.tokens import BINARY, CLOSERS, SourceToken

# Words that start an Elixir expression without parentheses: special forms, Kernel, IEx, ExUnit.
_WORDS = (
    "alias import require use def defp defmodule defstruct defexception defprotocol defimpl "
    "defguard defguardp defdelegate defmacro defmacrop defoverridable quote unquote if unless "
    "case cond for with try receive raise reraise throw super binding dbg is_atom is_binary "
    "is_bitstring is_boolean is_exception is_float is_function is_integer is_list is_map "
    "is_map_key is_nil is_number is_pid is_port is_reference is_struct is_tuple abs apply "
    "binary_part bit_size byte_size ceil div elem floor hd inspect length make_ref map_size max "
    "min node put_elem rem round self send spawn spawn_link spawn_monitor tl trunc tuple_size "
    "destructure get_in match? pop_in put_in update_in sigil_w struct struct! tap then "
    "to_charlist to_string var! function_exported? not assert refute assert_receive "
    "assert_received assert_raise assert_in_delta refute_receive refute_received flunk exports "
    "recompile respawn break! breaks remove_breaks continue whereami open pid port ref i b c l r "
    "h t import_file import_file_if_available import_if_available use_if_available iex "
    "runtime_info ls cd nl do end fn "
    "true "
    "false nil "
)
KERNEL_WORDS = frozenset(_WORDS.split())
_PLAIN = frozenset({"identifier", "do_identifier", "op_identifier", "alias", "eol", "eof", ";"})
_NAMES = frozenset({"identifier", "do_identifier", "op_identifier"})
_AFTER_COMMAND = frozenset({".", "dot_call_op", "match_op"})
_ANSWER = "**"  # begins a pasted error message of iex


class LinePiece(NamedTuple):
    """A part of a line between two `;`: its text, and the index at which it starts."""

    text: str
    start: int


def pieces(text: str, number: int = 1) -> list[LinePiece]:
    """Split a line at each `;` outside brackets, quotes and blocks; empty parts are dropped."""
    tokenizer, fault, _ = tokenized(text, number)
    if fault is not None:
        return [LinePiece(text, 0)] if text.strip() else []
    lines = [0]
    for line in text.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    cuts = [-1]
    depth = 0
    for token in tokenizer.tokens:
        if token.kind in CLOSERS:
            depth += 1
        elif token.kind in {")", "]", "}", ">>", "end"}:
            depth -= 1
        elif token.kind == ";" and depth == 0:
            cuts.append(lines[token.line - number] + token.column - 1)
    found = []
    for begin, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        part = text[begin + 1 : end]
        if part.strip():
            found.append(LinePiece(part.strip(), begin + 1 + len(part) - len(part.lstrip())))
    return found


def is_elixir(
    text: str,
    commands: Collection[str],
    bound: Callable[[str], bool],
    *,
    meant: bool = False,
    number: int = 1,
) -> bool:
    """Whether `text`, which is not a complete command, is Elixir.

    Args:
        text: one part of a line.
        commands: the first words of commands.
        bound: tells whether a name is a variable.
        meant: whether the text is probably a mistyped command, for which there is a suggestion.
        number: the number of the line, for parsing it as Elixir afterwards.
    """
    tokens = _tokens(text, number)
    if not tokens:
        return False
    first = tokens[0]
    if first.value == _ANSWER:
        return False
    if first.kind in _NAMES or first.kind in {"paren_identifier", "bracket_identifier"}:
        return _named(tokens, commands, bound, meant=meant)
    if first.kind == "alias":
        return first.value.name not in commands
    return True


def unfinished(
    text: str, commands: Collection[str], bound: Callable[[str], bool]
) -> ReadInput | None:
    """Return the parse result of incomplete Elixir, or None for anything else."""
    if not is_elixir(text, commands, bound):
        return None
    reading = read(text)
    return reading if reading.state is State.INCOMPLETE else None


def continues(text: str, number: int = 1) -> bool:
    """Return whether `text` continues a pipe from the previous value: `|> Enum.sum()`."""
    tokens = _tokens(text, number)
    return bool(tokens) and tokens[0].kind == "arrow_op" and tokens[0].value == "|>"


def _named(
    tokens: list[SourceToken],
    commands: Collection[str],
    bound: Callable[[str], bool],
    *,
    meant: bool,
) -> bool:
    first = tokens[0]
    second = tokens[1] if len(tokens) > 1 else None
    operator = second is not None and second.kind in BINARY
    if first.value in commands:
        if first.kind in {"paren_identifier", "bracket_identifier"}:
            return True
        if first.value == "test" and any(token.kind == "do" for token in tokens):
            return True  # of a test module, not a path
        if first.value in KERNEL_WORDS and any(token.kind in {",", "fn"} for token in tokens):
            return True  # `send self(), 1`
        if first.value == "exit" and [token.kind for token in tokens[1:]] == ["atom"]:
            return True  # `exit :normal`: the command needs a process and a reason
        follows = second is not None and second.kind in _AFTER_COMMAND
        return follows or (operator and bound(first.value))
    if first.value in KERNEL_WORDS or (operator and bound(first.value)):
        return True
    if all(token.kind in _PLAIN for token in tokens):
        return False
    calls_a_word = first.kind in _NAMES and second is not None and not operator
    return not (calls_a_word and meant and second is not None and second.kind not in _AFTER_COMMAND)


def _tokens(text: str, number: int) -> list[SourceToken]:
    """Return the tokens of `text`, with a `rest` token where tokenizing fails."""
    tokenizer, fault, _ = tokenized(text, number)
    if fault is not None:
        rest = SourceToken("rest", "", tokenizer.line, tokenizer.column, tokenizer.column)
        plain = isinstance(fault, Fault) and not tokenizer.levels()[0]
        return [*tokenizer.levels()[0], *([] if plain and not text.strip() else [rest])]
    return [token for token in tokenizer.tokens if token.kind not in {"eol", "eof", ";"}]
