"""Name the command that does the same as a line of Elixir: the one `explain` shows it for."""

from kvshell.commands.help.explain import elixir_line
from kvshell.commands.read.matcher import parse
from kvshell.commands.read.pasted_elixir import line_for


def command_for(text: str, design: str) -> str | None:
    """Return the commands for one or several calls on a line, None unless they mean the same.

    The guess is checked backwards: `explain` must show exactly this Elixir for it.
    """
    lines = [line_for(piece) for piece in text.split(";")]
    if None in lines:
        return None
    line = "; ".join(map(str, lines))
    parts = parse(line).parts
    if not all(part.complete for part in parts):
        return None
    shown = "; ".join(elixir_line(part, design) for part in parts)
    return line if "".join(shown.split()) == "".join(text.split()) else None
