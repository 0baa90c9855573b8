"""The prompt proper: one PromptSession, made here and nowhere else."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Final

from prompt_toolkit import PromptSession
from prompt_toolkit.application.current import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import FormattedText, StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.shortcuts import print_formatted_text

from kvshell.shell.completion import WordCompleter
from kvshell.shell.emitter import Emitter
from kvshell.shell.highlighting import Highlighter, painted
from kvshell.shell.history import Ghost, Lines
from kvshell.shell.host import Block, Host
from kvshell.shell.keys import Searching, bindings
from kvshell.shell.paste import take_apart
from kvshell.shell.style import prompt_style
from kvshell.shell.toolbar import toolbar
from kvshell.views import safe

BUSY_LOOK_S: Final = 0.2
IDLE_S: Final = 0.2


class Reader:
    """Reads lines at a prompt and sets news above it meanwhile.

    Args:
        host: whose words, prompt and news these are.
        history: the lines of earlier sessions.
        terminal_in: where keys come from.
        terminal_out: where the prompt is drawn.
        depth: how many colours there are.
        theme: the name of the colours; may be changed between lines.
        idle: called once, in another thread, when the first prompt waits for its first key.
    """

    def __init__(
        self,
        host: Host,
        history: Lines,
        terminal_in: Input,
        terminal_out: Output,
        *,
        depth: ColorDepth = ColorDepth.DEPTH_4_BIT,
        theme: Callable[[], str] = lambda: "dark",
        idle: Callable[[], None] | None = None,
        narrate: bool = True,
    ) -> None:
        self._host = host
        self._history = history
        self._depth = depth
        self._theme = theme
        self._idle = idle
        self._narrate = narrate
        self._message: StyleAndTextTuples = []
        self._queue: deque[str] = deque()
        self._rest = ""
        self._busy = False
        self._said: deque[Block] = deque()  # of any thread
        searching = Searching()
        words = host.words
        self._session: PromptSession[str] = PromptSession(
            lambda: self._message,
            input=terminal_in,
            output=terminal_out,
            color_depth=depth,
            style=prompt_style(theme()),
            include_default_pygments_style=False,
            history=history,
            auto_suggest=Ghost(
                lambda line: all(span.role != "error" for span in words.spans(line))
            ),
            lexer=Highlighter(words.spans),
            completer=WordCompleter(words.complete),
            complete_while_typing=True,
            enable_history_search=Condition(lambda: searching.now),
            bottom_toolbar=self._toolbar,
            key_bindings=bindings(
                searching,
                lambda: self._host.status.next,
                lambda text: any(current for _, current in words.signature(f"{text} ")),
                self._paste,
                lambda: self._say(self._host.status.leave),
            ),
            enable_suspend=True,
            reserve_space_for_menu=6,
        )
        # No answer to a cursor position request: no toolbar, and no word about it.
        self._session.app.renderer.cpr_not_supported_callback = None
        self._emitter = Emitter(self._session.app, self._news)
        host.on_news(self._emitter.poke)

    def read(self) -> str:
        """The next line typed or pasted. Raises EOFError when the prompt is left."""
        if self._history.trouble is not None:
            self._said.append(Block(self._history.trouble, narration=True))
            self._history.trouble = None
        self._emitter.drain()
        self._refresh()
        if self._queue:
            line = self._queue.popleft()
            self._echo(line)
            return line
        rest, self._rest = self._rest, ""
        self._session.style = prompt_style(self._theme())
        try:
            return self._session.prompt(
                default=rest, pre_run=self._begin, set_exception_handler=False
            )
        finally:
            self._emitter.drain()

    def forget_queue(self) -> int:
        """Drop the pasted lines that were not run yet; how many there were."""
        count = len(self._queue)
        self._queue.clear()
        self._rest = ""
        return count

    def queue(self, lines: Iterable[str]) -> None:
        """Have lines run before the next one is asked for, shown as if they had been typed."""
        self._queue.extend(lines)

    def stray(self, lines: str) -> bool:
        """Set `lines` above the prompt; False when there is none now. Any thread."""
        if not self._session.app.is_running:
            return False
        if lines:
            self._said.append(Block(lines))
            self._emitter.poke()
        return True

    def _begin(self) -> None:
        # Runs in the loop of the new prompt: news that came after the last drain, and the rest.
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._fault)
        loop.call_soon(self._emitter.poke)
        if self._busy:
            self._session.app.create_background_task(self._watch_busy())
        if self._idle is not None:
            idle, self._idle = self._idle, None
            self._session.app.create_background_task(_later(idle))

    def _fault(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """End the prompt with a fault in a colour, a menu or a task: it goes to the crash file."""
        error = context.get("exception")
        app = self._session.app
        if isinstance(error, Exception) and app.is_running and not app.is_done:
            app.exit(exception=error)
        else:
            loop.default_exception_handler(context)

    async def _watch_busy(self) -> None:
        while self._busy:
            await asyncio.sleep(BUSY_LOOK_S)
            self._refresh()
            self._session.app.invalidate()

    def _refresh(self) -> None:
        self._busy = self._host.busy()
        style = "class:prompt.alert" if self._host.alert else "class:prompt"
        self._message = [(style, self._host.prompt)]

    def _news(self) -> str:
        blocks = []
        while self._said:
            blocks.append(self._said.popleft())
        blocks += self._host.news()
        if blocks:
            self._refresh()
        return "\n".join(block.text for block in blocks if self._narrate or not block.narration)

    def _say(self, text: str) -> None:
        self._said.append(Block(text, narration=True))
        self._emitter.poke()

    def _toolbar(self) -> StyleAndTextTuples:
        app = get_app()
        document = self._session.default_buffer.document
        before = document.text_before_cursor
        signature = self._host.words.signature(before) if before.strip() else ()
        width = app.output.get_size().columns
        return [*toolbar(self._host.status, signature, before, width=width, busy=self._busy)]

    def _paste(self, buffer: Buffer, data: str) -> None:
        paste = take_apart(data, self._host.words.drop_prompt)
        if paste.left_out:
            self._say(f"left out {paste.left_out} lines of the paste that are no commands")
        if not paste.lines:
            buffer.insert_text(paste.rest)
            return
        first, *others = paste.lines
        self._queue.extend(others)
        self._rest = paste.rest
        buffer.insert_text(first)
        buffer.validate_and_handle()
        for line in others:
            self._history.append_string(line)

    def _echo(self, line: str) -> None:
        """Show a line that is run without Enter as if it had been typed."""
        spans = self._host.words.spans(line) if line.isprintable() else ()
        print_formatted_text(
            FormattedText([*self._message, *painted(safe(line), spans)]),
            style=prompt_style(self._theme()),
            output=self._session.output,
            color_depth=self._depth,
        )


async def _later(idle: Callable[[], None]) -> None:
    await asyncio.sleep(IDLE_S)
    await asyncio.get_running_loop().run_in_executor(None, idle)
