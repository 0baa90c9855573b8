"""The sentences for lines that cannot run. Each says what to type."""

from collections.abc import Callable

from kvshell.commands import guess, pasted
from kvshell.commands.params import Problem, shown
from kvshell.commands.tokens import Token
from kvshell.commands.values import literal


def unclosed(text: str, start: int, token: Token) -> Problem:
    """A quote or bracket that is never closed; `start` is where its command begins."""
    if token.kind in {"string", "charlist"}:
        close = token.text[0]
        message = f"unclosed quote: type {close} where the text ends"
    else:
        opener = "%{" if token.text[0] == "%" else token.text[0]
        close = "]" if opener == "[" else "}"
        message = f"unclosed {opener}: type {close} where it ends"
    fix = text[start:].rstrip() + close
    if len(fix) <= 60:
        message += f", as in {shown(fix, 60)}"
    return Problem(token.start, token.end, message, fix, "unclosed")


def pattern(token: Token, why: str) -> Problem:
    """The left side of `=` is no pattern."""
    message = f"{shown(token.text)} is no pattern, {shown(why)}: type x = ... or {{:ok, x}} = ..."
    return Problem(token.start, token.end, message, None, "binding")


def taken(token: Token, name: str) -> Problem:
    """A command word left of `=`."""
    message = (
        f"{name} is a command word and cannot be a binding: "
        f"type another name, as in {shown(_renamed(token.text, name))} = ..."
    )
    return Problem(token.start, token.end, message, None, "binding")


def _renamed(text: str, name: str) -> str:
    from re import escape, sub  # noqa: PLC0415  # only for a sentence

    return sub(rf"\b{escape(name)}\b", f"{name}1", text) if len(text) <= 40 else f"{name}1"


def no_command(
    words: list[Token], raw: str, before: str, runs: Callable[[str], bool], *, bare: bool
) -> Problem:
    """No command begins with `words`: say what was meant. `before` is `PATTERN = `, if any."""
    start, stop = words[0].start, words[-1].end
    elixir = pasted.translate(raw)
    if elixir is not None:
        sentence, line = elixir
        if line is not None and before and sentence.endswith(f": {line}"):
            sentence = sentence.removesuffix(line) + shown(before + line, 60)
            line = before + line
        return Problem(start, stop, sentence, line, "elixir")
    first = words[0]
    if first.kind in {"literal", "string", "charlist"} or (not bare and literal(first.text)):
        message = f"{shown(raw)} is a value, not a command: type help to see the commands"
        return Problem(start, stop, message, "help", "unknown")
    if first.text.startswith("**"):
        message = "that is an answer, not a command: type the line that stands after a prompt"
        return Problem(start, stop, message, None, "unknown")
    message, fix = guess.unknown([token.text for token in words], runs)
    return Problem(start, first.end, message, before + fix if fix else None, "unknown")
