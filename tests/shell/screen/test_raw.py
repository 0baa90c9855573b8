"""No control character reaches a terminal from blocks, toolbar, menu, line or printed text."""

import io
import re
import sys

import pytest
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout.controls import BufferControl
from prompt_toolkit.layout.processors import TransformationInput

from kvshell.shell.hosts.protocol import CompletionItem, ScreenBlock, ToolbarItem, ToolbarStatus
from kvshell.shell.prompt.appearance import toolbar
from kvshell.shell.prompt.dumb import DumbScreen
from kvshell.shell.prompt.shown_safely import ShownSafely
from kvshell.views.output import GuestOutput, guests
from tests.shell.terminal import FakeHost, FakeWords, talk

RAW = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069]"
)
NASTY = "x\x1b]0;T\x07\x1b[2J\x9b2J\u202e\u2060\u2066y"


class NastyWords(FakeWords):
    """Stores whose names contain control characters."""

    stores = (f"s{NASTY}", f"s{NASTY}2")

    def complete(self, text: str) -> list[CompletionItem]:
        return [CompletionItem(store, min(len(text), 7), NASTY) for store in self.stores]


class NastyHost(FakeHost):
    """A host whose output contains characters that would move, colour or reverse text."""

    def __init__(self) -> None:
        super().__init__()
        self.words = NastyWords()
        self.prompt = f"kv({NASTY}1)> "
        self.status = ToolbarStatus((ToolbarItem(NASTY),), f"lookup {NASTY}")


def test_answers_news_toolbar_menu_and_prompt_are_shown_safely() -> None:
    host = NastyHost()
    host.answers["stores"] = lambda: [
        ScreenBlock(NASTY), ScreenBlock(f"\x1b[31mred\x1b[0m{NASTY}", narration=True)
    ]  # fmt: skip

    terminal = talk(
        host,
        ("Tab: ", "stores"),
        ("kv", "\r"),
        ("red", "lookup s"),
        ("\\x9B2J\\u202E", lambda: host.tell(NASTY)),
        ("lookup s", "\x03\x04"),
        columns=200,
    )

    # The output without the sequences with which prompt_toolkit moves the cursor.
    text = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]|[\r\x08]", "", "".join(terminal.written))
    assert RAW.search(text) is None, ascii(text)
    assert "\x1b]0;T" not in "".join(terminal.written)
    assert "\x1b[31mred" in "".join(terminal.written)


def test_the_toolbar_counts_what_it_shows() -> None:
    status = ToolbarStatus((ToolbarItem("a\u2060b"),), "lookup \u202e")

    for width in range(10, 60):
        shown = "".join(text for _, text in toolbar(status, (), "", width=width, busy=False))
        assert len(shown) == width
        assert RAW.search(shown) is None


@pytest.mark.parametrize("text", ["a\u202eb\u2060c", "\u2066", "e\u0301\u200d日\u202e", "plain"])
def test_a_typed_line_shows_invisible_marks_and_keeps_the_cursor(text: str) -> None:
    fragments: StyleAndTextTuples = [("", text[:1]), ("", text[1:])]
    given = TransformationInput(
        BufferControl(), Document(text), 0, lambda place: place, fragments, 80, 1
    )

    made = ShownSafely().apply_transformation(given)

    shown = "".join(fragment[1] for fragment in made.fragments)
    assert RAW.search(shown) is None
    for place in range(len(text) + 1):
        assert made.display_to_source(made.source_to_display(place)) == place
    assert made.source_to_display(len(text)) == len(shown)


def test_a_dumb_terminal_gets_no_control_characters_either() -> None:
    from kvshell.shell import conversation

    written = io.StringIO()
    with guests(written):
        DumbScreen(conversation._write_tame, narrate=True).show([ScreenBlock(NASTY)])

    assert RAW.search(written.getvalue()) is None


def test_printed_output_keeps_tabs_and_line_breaks() -> None:
    stream = io.StringIO()
    guest = GuestOutput(stream)

    print(f"a\tb\r\nc{NASTY}", file=guest)
    guest.close()
    print("d", file=guest)

    first, second, third, _ = stream.getvalue().split("\n")
    assert (first, third) == ("a\tb", "d")
    assert second.startswith("cx\\e]0;T\\a")
    assert RAW.search(second) is None


def test_output_to_standard_error_is_escaped_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with guests():
        sys.stderr.write(f"a\tb{NASTY}\n")
        sys.stderr.flush()

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("a\tbx\\e]0;T\\a")
    assert RAW.search(err.replace("\t", "").replace("\n", "")) is None
