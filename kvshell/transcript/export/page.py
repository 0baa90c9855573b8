"""An article as a single HTML page: its prose, and its sessions in colour with their real output.

The page loads nothing: no script, no font, no picture. HTML in the document is shown as text, and
only links lead elsewhere.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from kvshell.transcript.export.frames import CONTINUED, command_text, prompt_text
from kvshell.transcript.export.pictures import cast, svg, terminal
from kvshell.transcript.format.attributes import read_front
from kvshell.transcript.format.document import CodeBlock, Document
from kvshell.transcript.format.grammar import ELIXIR_WORD, FENCE_WORD, HEADING_ID, RUN_TESTS
from kvshell.transcript.match.outcome import Status
from kvshell.transcript.report.reports import FAILING
from kvshell.transcript.run.line_timeout import LineTimeout
from kvshell.transcript.run.player import Player, Settings
from kvshell.transcript.write.atomic_file import NotWrittenError, content
from kvshell.views.safe import markup, safe
from kvshell.views.svg import FONT, runs, session_css

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body{{max-width:46rem;margin:2rem auto;padding:0 1rem;font:1rem/1.6 system-ui,sans-serif}}
body{{color:#1e2127;background:#fff}}
pre{{overflow-x:auto;padding:.8rem 1rem;border-radius:7px;background:#f1f2f4;line-height:1.25}}
code,pre{{font-family:{font};font-size:.875rem}}
table{{border-collapse:collapse}}td,th{{border:1px solid #c8ccd2;padding:.2rem .6rem}}
blockquote{{margin-left:0;padding-left:1rem;border-left:3px solid #c8ccd2;color:#555b66}}
{css}
@media (prefers-color-scheme:dark){{
body{{color:#d5d8de;background:#16181d}}pre{{background:#1e2127}}a{{color:#86b4ff}}
}}
</style>
</head>
<body>
{body}</body>
</html>
"""


def html(
    document: Document, settings: Settings, watchdog: LineTimeout, speed: float
) -> tuple[str, bool]:
    """Return a document as a page, and whether the document passed."""
    del speed  # a page is static
    sessions, passes = _sessions(document, settings, watchdog)
    body = _body(document, sessions)
    title = markup(document.title or document.path)
    heading = "" if document.title in body[:400] else f"<h1>{title}</h1>\n"
    page = _PAGE.format(title=title, font=FONT, css=session_css("pre.kv"), body=heading + body)
    # Prose may contain control characters, which Markdown does not remove.
    return "\n".join("\t".join(map(safe, line.split("\t"))) for line in page.split("\n")), passes


def _sessions(
    document: Document, settings: Settings, watchdog: LineTimeout
) -> tuple[dict[int, str], bool]:
    """Play the document; return the HTML of each block by its line, and whether all passed."""
    caps = terminal(document)
    lines: dict[int, list[str]] = {}
    passes = True
    player = Player(document, settings, watchdog)
    try:
        for checked in player.steps():
            passes = passes and checked.status not in FAILING
            if checked.status in {Status.skipped, Status.unreached}:
                continue
            client = checked.block.attributes.session
            typed = command_text(player.typed, caps).replace("\n", f"\n{CONTINUED}")
            shown = prompt_text(player.counter, client, caps) + typed
            answer = player.drawn(caps)
            lines.setdefault(checked.block.line, []).extend(
                [*shown.split("\n"), *(answer.split("\n") if answer else [])]
            )
    finally:
        player.close()
    return {line: _pre(block) for line, block in lines.items()}, passes


def _pre(lines: Iterable[str]) -> str:
    return f'<pre class="kv"><code>{chr(10).join(map(_line, lines))}\n</code></pre>\n'


def _line(text: str) -> str:
    pieces = []
    for run in runs(text):
        shown = markup(run.text)
        pieces.append(f'<span class="{run.classes}">{shown}</span>' if run.classes else shown)
    return "".join(pieces)


def _body(document: Document, sessions: dict[int, str]) -> str:
    source = document.source
    _, skipped = read_front(source)
    blocks = {block.line: block for block in document.blocks}
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")

    def fence(tokens: Sequence[Token], index: int, *_: Any) -> str:
        token = tokens[index]
        line = (token.map[0] if token.map else 0) + skipped + 1
        if token.info.split(None, 1)[:1] == [ELIXIR_WORD] and token.map:
            return _elixir(token.content, blocks, sessions, range(line, token.map[1] + skipped))
        block = blocks.get(line)
        if block is None or token.info.split(None, 1)[:1] != [FENCE_WORD]:
            return f"<pre><code>{markup(token.content)}</code></pre>\n"
        return sessions.get(line) or _unplayed(source.lines, block)

    def raw(tokens: Sequence[Token], index: int, *_: Any) -> str:
        text = tokens[index].content
        return "" if text.lstrip().startswith("<!--") else markup(text)

    def image(tokens: Sequence[Token], index: int, *_: Any) -> str:
        return f"<em>[{markup(tokens[index].content)}]</em>"

    renderer = RendererHTML()
    rules: Any = renderer.rules  # functions also work where methods are expected
    rules |= {"fence": fence, "html_block": raw, "html_inline": raw, "image": image}
    tokens = parser.parse(source.text[source.after(skipped) :])
    _name_headings(tokens)
    page = str(renderer.render(tokens, parser.options, {}))
    for block in document.blocks[-1:]:
        if block.entries and block.entries[-1].command.text.endswith(RUN_TESTS):
            page += sessions.get(block.line, "")  # the tests' block is not in the Markdown
    return page


def _elixir(
    content: str, blocks: Mapping[int, CodeBlock], sessions: dict[int, str], lines: range
) -> str:
    """Return the HTML of a block of Elixir: the code before its first prompt, and its session."""
    played = [
        line
        for line in lines
        if line in sessions and blocks[line].entries[0].command.line > line  # it has prompts
    ]
    before = content.split("\n")[: played[0] - lines.start] if played else [content.rstrip("\n")]
    code = "\n".join(before)
    shown = f"<pre><code>{markup(code)}\n</code></pre>\n" if code.strip() else ""
    return shown + "".join(sessions[line] for line in played)


def _name_headings(tokens: Sequence[Token]) -> None:
    """Turn `{#id}` at the end of each heading into the id of its element."""
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and inline.children:
            last = inline.children[-1]
            if found := HEADING_ID.search(last.content):
                opening.attrSet("id", found["id"])
                last.content = last.content[: found.start()]


def _unplayed(lines: Sequence[Any], block: CodeBlock) -> str:
    """Return a block that was not run, as written in the document."""
    texts = [
        lines[number - 1].text[len(block.indent) :]
        for number in range(block.line + 1, block.last_line)
    ]
    return _pre(safe(text) for text in texts)


class Exported(NamedTuple):
    """The text of the exported file, and whether the document passed."""

    text: str
    passes: bool


_FORMS: dict[str, Callable[[Document, Settings, LineTimeout, float], tuple[str, bool]]] = {
    "cast": cast,
    "svg": svg,
    "html": html,
}


_ALL = Settings()

# The first bytes of each export format; any other file is not ours to overwrite.
_BEGINNINGS = (b'{"version"', b"<svg", b'<!doctype html>\n<html lang="en">\n<head>')


def may_export(file: Path, *, force: bool) -> bytes | None:
    """Return the content that an export may overwrite; None if there is no file.

    It may overwrite an earlier export or, with `force`, any file.

    Raises:
        NotWrittenError: the file is of another kind, or it cannot be read.
    """
    before = content(file)
    if before and not force and not before.startswith(_BEGINNINGS):
        raise NotWrittenError(file, "it exists and is not an export: name another file, or --force")
    return before


def export(
    document: Document, form: str, settings: Settings = _ALL, *, speed: float = 1.0
) -> Exported:
    """Play the document and return it in a form: `cast`, `svg` or `html`."""
    with LineTimeout() as watchdog:
        return Exported(*_FORMS[form](document, settings, watchdog, speed))
