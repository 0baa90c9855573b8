"""Markdown on a terminal: rich's rendering, but with left-aligned headings and plain code.

rich centres headings and gives code a background and Pygments colours. Our help texts are short,
appear between answers, and are also read on light terminals.
"""

from typing import ClassVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, MarkdownElement
from rich.padding import Padding
from rich.text import Text
from rich.theme import Theme

from kvshell.commands.view import Role
from kvshell.views.caps import Caps
from kvshell.views.colours import style
from kvshell.views.rich_drawing import drawn
from kvshell.views.safe import safe_lines


class _Heading(Heading):
    """A left-aligned heading."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.justify = "left"
        yield self.text


class _Code(CodeBlock):
    """Code indented by two columns, in one colour."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        code = Text(str(self.text).rstrip("\n"), "markdown.code_block", overflow="fold")
        yield Padding(code, (0, 0, 0, 2), expand=False)


class _Markdown(Markdown):
    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "heading_open": _Heading,
        "fence": _Code,
        "code_block": _Code,
    }


def draw_markdown(text: str, caps: Caps) -> list[str]:
    """Return Markdown text as lines for a terminal."""
    source = "\n".join(safe_lines(text, unicode=caps.unicode))
    lines = drawn(_Markdown(source, hyperlinks=False), caps, _theme(caps))
    while lines and not lines[0]:
        del lines[0]
    return lines


def _theme(caps: Caps) -> Theme:
    title = style(caps.theme, Role.title).rich
    code = style(caps.theme, Role.command).rich
    hint = style(caps.theme, Role.hint).rich
    return Theme(
        {
            **{f"markdown.h{level}": title for level in range(1, 7)},
            "markdown.code": code,
            "markdown.code_block": code,
            "markdown.item.bullet": hint,
            "markdown.item.number": hint,
            "markdown.list": "none",
            "markdown.block_quote": hint,
            "markdown.table.border": hint,
            "markdown.table.header": title,
            "markdown.link": "underline",
            "markdown.link_url": "underline",
        }
    )
