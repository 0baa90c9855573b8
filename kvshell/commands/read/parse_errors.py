"""Problems of lines that cannot run; each message suggests what to type."""

from collections.abc import Callable

from kvshell.commands.arguments import literal
from kvshell.commands.read import guesses as guess
from kvshell.commands.read import pasted_elixir as pasted
from kvshell.commands.types.parameter import Problem, excerpt
from kvshell.commands.types.tokens import Token


def unclosed(text: str, start: int, token: Token) -> Problem:
    """Return the problem of a quote or bracket that is never closed.

    `start` is the offset where its command begins.
    """
    if token.kind in {"string", "charlist"}:
        close = token.text[0]
        message = f"unclosed quote: type {close} where the text ends"
    else:
        opener = "%{" if token.text[0] == "%" else token.text[0]
        close = "]" if opener == "[" else "}"
        message = f"unclosed {opener}: type {close} where it ends"
    fix = text[start:].rstrip() + close
    if len(fix) <= 60:
        message += f", as in {excerpt(fix, 60)}"
    return Problem(token.start, token.end, message, fix, "unclosed")


def pattern(token: Token, why: str) -> Problem:
    """Return the problem of a left side of `=` that is not a valid pattern."""
    text, why = excerpt(token.text), excerpt(why, 80)
    message = f"not a pattern: {text}, {why}; type x = ... or {{:ok, x}} = ..."
    return Problem(token.start, token.end, message, None, "binding")


def taken(token: Token, name: str) -> Problem:
    """Return the problem of a command word used as a variable to the left of `=`."""
    message = (
        f"{name} is a command word and cannot be a binding: "
        f"type another name, as in {excerpt(_renamed(token.text, name))} = ..."
    )
    return Problem(token.start, token.end, message, None, "binding")


def _renamed(text: str, name: str) -> str:
    from re import escape, sub  # noqa: PLC0415  # only for an error message

    return sub(rf"\b{escape(name)}\b", f"{name}1", text) if len(text) <= 40 else f"{name}1"


def no_command(
    words: list[Token], raw: str, before: str, runs: Callable[[str], bool], *, bare: bool
) -> Problem:
    """Return the problem that no command begins with `words`, with suggestions.

    `before` is the `PATTERN = ` before them, if any.
    """
    start, stop = words[0].start, words[-1].end
    elixir = pasted.translate(raw)
    if elixir is not None:
        sentence, line = elixir
        if line is not None and before and sentence.endswith(f": {line}"):
            sentence = sentence.removesuffix(line) + excerpt(before + line, 60)
            line = before + line
        return Problem(start, stop, sentence, line, "elixir")
    first = words[0]
    if first.kind in {"literal", "string", "charlist"} or (not bare and literal(first.text)):
        is_value = len(words) == 1 and literal(first.text) is not None
        what = (
            "is a value, not a command"
            if is_value
            else "starts with a value, which no command does"
        )
        message = f"{excerpt(raw)} {what}: type help to see the commands"
        return Problem(start, stop, message, "help", "unknown")
    if first.text.startswith("**"):
        message = "that is an answer, not a command: type the line after a prompt"
        return Problem(start, stop, message, None, "unknown")
    message, meant = guess.unknown([token.text for token in words], runs)
    fix = meant[0].line if meant else None
    if not meant and " needs a second word" not in message:
        fix = "help"
    fix = before + fix if fix else None
    return Problem(start, first.end, message, fix, "unknown", tuple(meant))
