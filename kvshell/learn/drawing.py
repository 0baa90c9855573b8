"""Renders the pieces of a lesson as text: step frames, marks, sentences.

`accessible`, which is also used without colours and on a narrow terminal, means plain lines: no
frame, and words instead of marks.
"""

import re
from collections.abc import Mapping
from typing import Final

from kvshell.commands.language.texts import Texts
from kvshell.commands.view import Cell, Markdown, Role, Text
from kvshell.learn.walk.lesson_host import (
    Echo,
    LessonMessage,
    Narration,
    Piece,
    ShownView,
    StepFrame,
)
from kvshell.views import Caps, render_line, render_view, safe
from kvshell.views.colours import paint
from kvshell.views.widths import cell_width, pad

FRAMED_FROM: Final = 60
WIDEST: Final = 80
_CODE: Final = re.compile(r"(?<!`)(`[^`\n]+`)(?!`)")
_MARKS: Final = {"ok": "✓", "no": "✗"}
_PLAIN_MARKS: Final = {"ok": "ok:", "no": "no:"}
_ROLES: Final = {"ok": Role.fresh, "no": Role.error, "hint": Role.title, "note": Role.hint}
WORDS: Final = ":hint :play :skip :quit"


def is_accessible(asked: bool, environ: Mapping[str, str], width: int) -> bool:
    """Whether to omit frames and marks: if asked for, without colours, or on a narrow terminal."""
    return asked or bool(environ.get("NO_COLOR")) or width < FRAMED_FROM


def draw(piece: Piece, texts: Texts, caps: Caps, *, accessible: bool) -> str:
    """Render a piece as text; the host renders answers, for which this returns ""."""
    caps = caps._replace(width=min(caps.width or WIDEST, WIDEST), plain=False)
    match piece:
        case StepFrame():
            return _linear(piece, texts, caps) if accessible else _framed(piece, texts, caps)
        case Narration(text):
            return _prose(text, caps)
        case LessonMessage():
            return _message(piece, caps, accessible=accessible)
        case Echo(prompt, text):
            return f"{render_line(prompt, Role.hint, caps)}{safe(text, unicode=caps.unicode)}"
        case ShownView(view):
            return render_view(view, caps._replace(plain=accessible))
        case _:
            return ""


def _prose(text: str, caps: Caps) -> str:
    if caps.colour == "none":  # without colour, only quotes mark it as a command
        text = _CODE.sub(r"`` \1 ``", text)
    return render_view(Markdown(text), caps)


def _dots(frame: StepFrame, caps: Caps) -> str:
    full, empty = ("●", "○") if caps.unicode else ("#", ".")
    return "".join(
        full if done or place + 1 == frame.number else empty
        for place, done in enumerate(frame.done)
    )


def _where(frame: StepFrame, texts: Texts) -> str:
    return texts("step {number}/{total}", number=frame.number, total=frame.total)


def _linear(frame: StepFrame, texts: Texts, caps: Caps) -> str:
    head = f"{frame.title}, {_where(frame, texts)}: {frame.step}"
    parts = [
        render_view(Text(((Cell(head, Role.title),),)), caps),
        _prose(frame.task, caps),
        *_original(frame, texts, caps),
        render_view(Text(((Cell(texts("commands: {words}", words=WORDS), Role.hint),),)), caps),
    ]
    return "\n".join(filter(None, parts))


def _original(frame: StepFrame, texts: Texts, caps: Caps) -> list[str]:
    if not frame.original:
        return []
    note = texts("this step was changed after it was translated; the original:")
    return [render_view(Text(((Cell(note, Role.pending),),)), caps), _prose(frame.original, caps)]


def _framed(frame: StepFrame, texts: Texts, caps: Caps) -> str:
    width = caps.width or WIDEST
    inner = caps._replace(width=width - 4)
    body = [frame.step and paint(safe(frame.step, unicode=caps.unicode), Role.title, caps)]
    body += _prose(frame.task, inner).split("\n") if frame.task else []
    for part in _original(frame, texts, inner):
        body += part.split("\n")
    rule, side = ("─", "│") if caps.unicode else ("-", "|")
    corners = "┌┐└┘" if caps.unicode else "++++"
    bar = paint(side, Role.hint, caps)
    lines = [_head(frame, texts, caps, width, rule, corners)]
    lines += [f"{bar} {_filled(line, width - 4)} {bar}" for line in body]
    lines.append(paint(f"{corners[2]}{rule * (width - 2)}{corners[3]}", Role.hint, caps))
    return "\n".join(lines)


def _head(frame: StepFrame, texts: Texts, caps: Caps, width: int, rule: str, corners: str) -> str:
    """Draw the top of a frame, as far as it fits in `width` columns.

    In full: `┌ title ── step 2/6 ●●○○ ── :hint :play :skip :quit ┐`.
    """
    where = f"{_where(frame, texts)} {_dots(frame, caps)}"
    words = WORDS
    title = safe(frame.title, unicode=caps.unicode)
    if _used(title, where, words) > width:
        words = ":hint :quit"
    while len(title) > 1 and _used(title, where, words) > width:
        title = title[:-2].rstrip() + ("…" if caps.unicode else ".")
    fill = rule * max(width - _used(title, where, words), 0)

    def line(text: str) -> str:
        return paint(text, Role.hint, caps)

    return (
        line(f"{corners[0]} ")
        + paint(title, Role.title, caps)
        + line(f" {rule * 2} {where} {rule}{fill} ")
        + paint(words, Role.command, caps)
        + line(f" {corners[1]}")
    )


def _used(title: str, where: str, words: str) -> int:
    return cell_width(title) + cell_width(where) + cell_width(words) + 11


def _filled(line: str, width: int) -> str:
    """Pad a coloured line with spaces to `width` columns."""
    plain = _without_colours(line)
    return line + " " * (len(pad(plain, width)) - len(plain))


def _without_colours(line: str) -> str:
    from kvshell.transcript.format.holes import (  # noqa: PLC0415  # imported late: only coloured text needs it
        output_lines,
    )

    return (output_lines(line + "|") or ["|"])[0][:-1]


def _message(message: LessonMessage, caps: Caps, *, accessible: bool) -> str:
    role = _ROLES.get(message.mark, Role.plain)
    if accessible or not caps.unicode:
        mark = _PLAIN_MARKS.get(message.mark, "")
        head = " ".join(filter(None, [mark, message.label]))
        if message.label and not message.label.endswith(":") and message.text:
            head += ":"
    else:
        head = " ".join(filter(None, [_MARKS.get(message.mark, ""), message.label]))
    indent = "" if accessible else "  "
    gap = (" " if accessible or head.endswith(":") else "   ") if head else ""
    lines = message.text.split("\n")
    shown = []
    for number, line in enumerate(lines):
        before = f"{indent}{head}{gap}"
        if number:
            before = "  " if accessible else " " * cell_width(before)
        if accessible:
            shown.append(render_view(Text(((Cell(before, role), Cell(line)),)), caps))
        else:
            shown.append(_hanging(before, line, role, caps))
    return "\n".join(shown)


def _hanging(before: str, text: str, role: Role, caps: Caps) -> str:
    """Wrap a sentence behind the coloured label `before`, with a hanging indent."""
    width = (caps.width or WIDEST) - cell_width(before)
    if width < 24:
        return render_view(Text(((Cell(before, role), Cell(text)),)), caps)
    body = render_view(Text(((Cell(text),),)), caps._replace(width=width)).split("\n")
    hang = " " * cell_width(before)
    return "\n".join(
        f"{paint(before, role, caps) if not n else hang}{line}".rstrip()
        for n, line in enumerate(body)
    )
