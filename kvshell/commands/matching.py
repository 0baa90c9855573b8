"""Text to commands: one matcher for the parser, the completer, the colours and the toolbar.

`parse` never raises: what is wrong with a line is in `Match.problems`, with its place in the
line and, where it can be known, the line to type instead.
"""

from typing import Final

from kvshell.commands.command_reader import CommandReader
from kvshell.commands.match import Line, Match, Slot, Span
from kvshell.commands.params import Problem
from kvshell.commands.tokens import tokenize
from kvshell.commands.view import Role

LONGEST: Final = 65_536  # characters in a line


def parse(text: str, depth: int = 0, *, guesses: bool = True) -> Line:
    """Return the commands of `text`.

    `depth` is how many commands it is inside of. Without `guesses` nobody asks what was meant by
    a word that is no command.
    """
    if len(text) > LONGEST:
        sentence = "the line is longer than 64 KiB: type it in shorter lines"
        long = Match(text[:40], 0, problems=[Problem(LONGEST, len(text), sentence)])
        return Line(text, [long], [])
    tokens = tokenize(text)
    roles: list[Span] = []
    parts: list[Match] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.kind in {"prompt", "comment", "separator"}:
            roles.append((token.start, token.end, Role.hint))
            index += 1
            continue
        reader = CommandReader(text, tokens, index, depth, guesses, parse)
        matched = reader.match()
        parts.append(matched)
        roles.extend(matched.roles)
        index = reader.end
        if matched.problems:
            guesses = False  # a line stops at its first error, and 30,000 guesses take long
    return Line(text, parts, roles)


def match(text: str) -> Match:
    """Return the last command of `text`, which may be the beginning of one.

    For a toolbar or a completer: `text` is what stands before the cursor.
    """
    line = parse(text)
    if line.parts and not text.rstrip().endswith(";"):
        return line.parts[-1]
    return Match("", len(text), expected=[Slot("", len(text))])


def drop_prompt(text: str) -> str | None:
    """Return the line behind a pasted prompt, None when there is no prompt."""
    tokens = tokenize(text)
    if not tokens or tokens[0].kind != "prompt":
        return None
    return text[tokens[0].end :].lstrip()
