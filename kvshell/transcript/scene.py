"""A prompt, a command and its answer as a terminal shows them: for live replays and pictures."""

from kvshell.commands.matching import parse
from kvshell.commands.view import Markdown, Role
from kvshell.transcript.prose import Chunk
from kvshell.views import Caps, render_view
from kvshell.views.paint import paint
from kvshell.views.safe import safe

CONTINUED = "...> "


def prompt_text(counter: int, client: str, caps: Caps) -> str:
    """`kv(3)> `, or `kv[b]> ` in another client's block."""
    return paint(f"kv[{client}]>" if client else f"kv({counter})>", Role.title, caps) + " "


def keys(text: str, caps: Caps) -> list[tuple[str, str]]:
    """Each key of a command, and the same as the prompt would show it."""
    roles = [Role.plain] * len(text)
    for start, end, role in parse(text).roles:
        roles[start:end] = [role] * (end - start)
    return [
        (key, paint(safe(key, unicode=caps.unicode), role, caps))
        for key, role in zip(text, roles, strict=True)
    ]


def command_text(text: str, caps: Caps) -> str:
    """A command with its words in the colours that the prompt gives them."""
    if caps.colour == "none":
        return safe(text, unicode=caps.unicode)
    pieces = []
    place = 0
    for start, end, role in sorted(parse(text).roles):
        if start < place:
            continue
        pieces.append(safe(text[place:start], unicode=caps.unicode))
        pieces.append(paint(safe(text[start:end], unicode=caps.unicode), role, caps))
        place = end
    return "".join([*pieces, safe(text[place:], unicode=caps.unicode)])


def prose_text(chunk: Chunk, caps: Caps) -> str:
    """A piece of the article, drawn for a terminal."""
    return render_view(Markdown(chunk.text.strip("\n")), caps)
