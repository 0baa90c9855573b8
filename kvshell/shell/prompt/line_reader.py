"""Reads lines at a prompt, with completion, colours, and news above the line."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Final

from prompt_toolkit.application.current import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import FormattedText, StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding.key_processor import KeyProcessor
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout.controls import SearchBufferControl
from prompt_toolkit.layout.processors import HighlightMatchingBracketProcessor
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.search import SearchState
from prompt_toolkit.shortcuts import CompleteStyle, print_formatted_text

from kvshell.commands.assist.keys import spelled
from kvshell.commands.language.message import Message
from kvshell.commands.language.texts import ENGLISH, Texts
from kvshell.runtime.garbage import collect_while_idle
from kvshell.shell.hosts.protocol import (
    SETTINGS,
    PromptHost,
    ScreenBlock,
    ToolbarItem,
)
from kvshell.shell.prompt.appearance import prompt_style, toolbar
from kvshell.shell.prompt.entries import entries, take_apart
from kvshell.shell.prompt.fitting_session import FittingSession
from kvshell.shell.prompt.highlighting import Highlighter, painted
from kvshell.shell.prompt.history import Ghost, HistoryFile
from kvshell.shell.prompt.key_bindings import EDITING_MODES, Actions, Searching, bindings
from kvshell.shell.prompt.menu import WordCompleter
from kvshell.shell.prompt.pasted_answers import PastedAnswers
from kvshell.shell.prompt.shown_safely import ShownSafely
from kvshell.shell.screen.screen import Emitter
from kvshell.views import safe

MENUS: Final = {"list": CompleteStyle.COLUMN, "columns": CompleteStyle.MULTI_COLUMN}
BUSY_LOOK_S: Final = 0.2
KEYS_SHOWN: Final = 4
REST_S: Final = 0.03  # seconds after the last drawing: a pause between two keys


class Reader:
    """Reads lines at a prompt, and shows news above it meanwhile.

    Args:
        host: provides typing help, prompt and news.
        history: the lines of earlier sessions.
        terminal_in: the source of keys.
        terminal_out: the output for the prompt.
        depth: the colour depth.
        setting: returns the value of `theme`, `editing` (emacs or vi), `menu` (list or columns) or
            `pairs` (on or off); called before each line.
        idle: called once, in another thread, in the first pause of a prompt.
        narrate: whether to show narration.
        texts: the language of messages.
        present: whether an audience watches: no ghost text, and the keys are shown.
    """

    def __init__(
        self,
        host: PromptHost,
        history: HistoryFile,
        terminal_in: Input,
        terminal_out: Output,
        *,
        depth: ColorDepth = ColorDepth.DEPTH_4_BIT,
        setting: Callable[[str], str] = SETTINGS.__getitem__,
        idle: Callable[[], None] | None = None,
        narrate: bool = True,
        present: bool = False,
        texts: Texts = ENGLISH,
    ) -> None:
        self._host = host
        self._texts = texts
        self._history = history
        self._depth = depth
        self._setting = setting
        self._idle = idle
        self._narrate = narrate
        self._message: StyleAndTextTuples = []
        self._told_to_leave = False
        self._echoes = False  # whether queued lines still have to be shown
        self._queue: deque[str] = deque()
        self._busy = False
        self._said: deque[ScreenBlock] = deque()  # events may arrive from any thread
        searching = Searching()
        words = host.words
        ghost = Ghost(lambda line: all(span.role != "error" for span in words.spans(line)))
        self._session = FittingSession(
            lambda: self._message,
            input=terminal_in,
            output=terminal_out,
            color_depth=depth,
            style=prompt_style(setting("theme")),
            include_default_pygments_style=False,
            history=history,
            auto_suggest=None if present else ghost,
            lexer=Highlighter(words),
            input_processors=[ShownSafely(), HighlightMatchingBracketProcessor()],
            completer=WordCompleter(words.complete, texts),
            enable_history_search=Condition(lambda: searching.now),
            bottom_toolbar=self._toolbar,
            multiline=Condition(lambda: "\n" in self._session.default_buffer.text),
            prompt_continuation=self._continuation,
            key_bindings=bindings(
                Actions(
                    lambda: self._host.words,
                    searching,
                    lambda: self._host.status.next,
                    self._paste,
                    self._show_message,
                    self._say_how_to_leave,
                ),
                Condition(lambda: self._setting("pairs") == "on"),
            ),
            enable_suspend=True,
        )
        self._pressed: deque[str] = deque(maxlen=KEYS_SHOWN)
        if present:
            self._session.app.key_processor.after_key_press += self._show_key
        # Terminals that do not answer a cursor position request get no toolbar, and no warning.
        self._session.app.renderer.cpr_not_supported_callback = None
        self._session.app.after_render += self._rest_later
        self._rests: asyncio.TimerHandle | None = None
        self._answers = PastedAnswers()
        self._emitter = Emitter(self._session.app, self._news)
        host.on_news(self._emitter.poke)

    def read(self) -> str:
        """Return the next typed or pasted line. Raises EOFError when the prompt is left."""
        if self._history.trouble is not None:
            self._said.append(ScreenBlock(self._history.trouble, narration=True))
            self._history.trouble = None
        self._emitter.drain()
        self._refresh()
        while not self._queue:
            self._queue.extend(self._typed())
        line = self._queue.popleft()
        if self._echoes:
            self._echo(line)
        self._echoes = bool(self._queue)
        return line

    def _typed(self) -> list[str]:
        """Prompt the user; return what one Enter runs: an entry, or the entries of a block."""
        session = self._session
        self._told_to_leave = False
        session.style = prompt_style(self._setting("theme"))
        session.editing_mode = EDITING_MODES[self._setting("editing")]
        session.complete_style = MENUS[self._setting("menu")]
        session.app.erase_when_done = False
        try:
            text = session.prompt(pre_run=self._begin, set_exception_handler=False)
        finally:
            self._emitter.drain()
        words = self._host.words
        found = entries(text, words.unfinished, words.within)
        if len(found) < 2:
            return [text]
        self._echoes = True
        return found

    def answered(self, line: str, shown: str) -> str | None:
        """Return a message that compares the answer with a pasted one; None if none was pasted."""
        return self._answers.compare(line, shown)

    def forget_queue(self) -> int:
        """Drop the lines of a block that have not run yet; return how many there were."""
        count = len(self._queue)
        self._queue.clear()
        self._answers.forget()
        return count

    def queue(self, lines: Iterable[str]) -> None:
        """Queue lines to run before the next one is read, shown as if typed."""
        self._queue.extend(lines)
        self._echoes = bool(self._queue)

    def stray(self, lines: str) -> bool:
        """Show `lines` above the prompt; return False if none is shown. Safe from any thread."""
        if not self._session.app.is_running:
            return False
        if lines:
            self._said.append(ScreenBlock(lines))
            self._emitter.poke()
        return True

    def _begin(self) -> None:
        # Runs in the event loop of the new prompt: collect news that came after the last drain.
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._fault)
        loop.call_soon(self._emitter.poke)
        for descriptor in self._host.descriptors():
            loop.add_reader(descriptor, self._arrived, loop, descriptor)
        if self._busy:
            self._session.app.create_background_task(self._watch_busy())

    def _rest_later(self, _app: object) -> None:
        """Schedule `_rest` for the next pause in typing, so that it delays no key press."""
        if self._rests is not None:
            self._rests.cancel()
        self._rests = asyncio.get_running_loop().call_later(REST_S, self._rest)

    def _rest(self) -> None:
        collect_while_idle()
        if self._idle is not None:
            idle, self._idle = self._idle, None
            self._session.app.create_background_task(_in_a_thread(idle))

    def _arrived(self, loop: asyncio.AbstractEventLoop, descriptor: int) -> None:
        if descriptor in self._host.descriptors():
            self._emitter.poke()
        else:
            loop.remove_reader(descriptor)  # a descriptor at its end stays readable

    def _fault(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """End the prompt with the error if a task or a drawing raises, so that it is reported."""
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
        self._message = [(style, safe(self._host.prompt))]

    def _news(self) -> str:
        blocks = []
        while self._said:
            blocks.append(self._said.popleft())
        blocks += self._host.news()
        if blocks:
            self._refresh()
        shown = (block.text for block in blocks if self._narrate or not block.narration)
        return "\n".join(map(self._texts.translate, shown))

    def _say_how_to_leave(self) -> None:
        """Show how to leave, once before each line."""
        if not self._told_to_leave:
            self._told_to_leave = True
            self._show_message(self._host.status.leave)

    def _show_message(self, text: str) -> None:
        self._said.append(ScreenBlock(text, narration=True))
        self._emitter.poke()

    def _toolbar(self) -> StyleAndTextTuples:
        app = get_app()
        if failed := self._failed_search():
            message = self._texts("failed: no other line has `{words}`", words=safe(failed))
            return [("class:error", f" {message}")]
        document = self._session.default_buffer.document
        before = document.text_before_cursor
        if self._pressed:
            shown = "  ".join(self._pressed)
            status = self._host.status._replace(
                parts=(ToolbarItem(self._texts("keys: {keys}", keys=shown)),)
            )
            return [*toolbar(status, (), before, width=app.output.get_size().columns, busy=False)]
        signature = self._host.words.signature(before) if before.strip() else ()
        width = app.output.get_size().columns
        return [*toolbar(self._host.status, signature, before, width=width, busy=self._busy)]

    def _show_key(self, processor: KeyProcessor) -> None:
        """Show keys other than letters in the toolbar, for an audience."""
        pressed = processor._previous_key_sequence  # noqa: SLF001  # there is no public access to it
        names = [press.key.value if isinstance(press.key, Keys) else press.key for press in pressed]
        if names and (len(names) > 1 or len(names[0]) > 1) and "<" not in names[0]:
            self._pressed.append(" ".join(spelled(name) for name in names))

    def _failed_search(self) -> str:
        """Return the text searched for in the history if it is not found, otherwise ""."""
        control = self._session.app.layout.current_control
        if not isinstance(control, SearchBufferControl):
            return ""
        wanted = control.buffer.text
        state = control.searcher_search_state
        sought = SearchState(wanted, state.direction, state.ignore_case)
        # The found line is only a preview: it is not in the buffer until the search moves on.
        line = self._session.default_buffer.document_for_search(sought).text
        return "" if wanted.lower() in line.lower() else wanted

    def _paste(self, buffer: Buffer, data: str) -> None:
        """Put pasted text on the prompt for review, before Enter runs it."""
        paste = take_apart(data, self._host.words.drop_prompt)
        compared = 0
        if self._setting("paste") == "compare":
            compared = self._answers.take(data, self._host.words.drop_prompt)
        if compared:
            self._show_message(
                Message(
                    "{count} pasted answer is compared",
                    "{count} pasted answers are compared",
                    count=compared,
                )
            )
        elif paste.left_out:
            self._show_message(
                Message(
                    "{count} pasted line is an answer and was left out",
                    "{count} pasted lines are answers and were left out",
                    count=paste.left_out,
                )
            )
        buffer.insert_text(paste.text)
        if "\n" in paste.text:
            self._show_message(
                Message(
                    "pasted {count} line: Enter runs all, Ctrl-C drops them",
                    "pasted {count} lines: Enter runs all, Ctrl-C drops them",
                    count=paste.text.count("\n") + 1,
                )
            )

    def _continuation(self, width: int, _number: int, wrapped: int) -> StyleAndTextTuples:
        """Return the prefix of the second and later lines of a block: `...(3)> `, as in iex."""
        if wrapped:
            return [("", " " * width)]
        _name, bracket, rest = self._host.prompt.partition("(")
        return [("class:prompt", f"...{bracket}{rest}" if bracket else "...> ")]

    def _echo(self, line: str) -> None:
        """Show queued text as if it had been typed."""
        plain = line.replace("\n", "").isprintable()
        fragments = painted(line, self._host.words.spans(line) if plain else ())
        shown: StyleAndTextTuples = []
        for style, text, *_rest in fragments:
            first, *more = text.split("\n")
            shown.append((style, safe(first)))
            for part in more:
                shown += [("", "\n"), *self._continuation(0, 0, 0), (style, safe(part))]
        print_formatted_text(
            FormattedText([*self._message, *shown]),
            style=prompt_style(self._setting("theme")),
            output=self._session.output,
            color_depth=self._depth,
        )


async def _in_a_thread(idle: Callable[[], None]) -> None:
    await asyncio.get_running_loop().run_in_executor(None, idle)
