import pytest
from prompt_toolkit.utils import get_cwidth

from kvshell.shell.hosts.protocol import ToolbarItem, ToolbarStatus
from kvshell.shell.prompt.appearance import toolbar
from tests.shell.terminal import FakeHost, Terminal, talk

STATUS = ToolbarStatus(
    (
        ToolbarItem("ets", "plain", 3),
        ToolbarItem("12 stores", "plain", 4),
        ToolbarItem("1 stale", "stale", 1),
    ),
    "registry s1",
)


def text(width: int, typed: str = "", *, busy: bool = False, status: ToolbarStatus = STATUS) -> str:
    signature = [("put", False), ("STORE", True), ("KEY", False), ("VALUE", False)]
    fragments = toolbar(status, signature if typed else (), typed, width=width, busy=busy)
    return "".join(piece for _, piece in fragments)


def test_the_toolbar_shows_the_state_left_and_the_suggestion_right() -> None:
    assert text(60) == " ets  12 stores  1 stale                    Tab: registry s1"


def test_a_narrow_toolbar_drops_the_least_important_parts_first() -> None:
    assert text(40) == " ets  1 stale           Tab: registry s1"
    assert text(27) == " 1 stale   Tab: registry s1"
    assert text(18) == "  Tab: registry s1"


@pytest.mark.parametrize("width", range(8, 90))
@pytest.mark.parametrize("typed", ["", "put "])
def test_the_toolbar_is_never_wider_than_the_terminal(width: int, typed: str) -> None:
    assert len(text(width, typed, busy=True)) == width


def test_wide_characters_count_as_two_columns() -> None:
    wide = ToolbarStatus((ToolbarItem("ets"),), "lookup 買い物リスト")

    assert get_cwidth(text(60, status=wide)) == 60
    assert get_cwidth(text(12, status=wide)) <= 12


def test_the_signature_replaces_the_left_while_a_command_is_typed() -> None:
    assert text(60, "put ") == " put STORE KEY VALUE                       next: registry s1"


def test_busy_is_shown_first() -> None:
    assert text(60, busy=True).startswith(" busy  ets")


def test_the_parameter_being_typed_is_bold() -> None:
    terminal = talk(FakeHost(), ("kv(1)>", "get s1 m"), ("STORE KEY", "\x03"), ("Tab:", "\x04"))

    assert "get STORE KEY" in terminal.seen[1]


def test_the_current_parameter_stands_out_on_the_screen() -> None:
    looks: list[tuple[bool, bool]] = []
    host = FakeHost()

    def look(terminal: Terminal) -> bool:
        if "STORE" not in terminal.text:
            return False
        looks.append((terminal.style("STORE").bold, terminal.style("KEY").bold))
        return True

    talk(host, ("kv(1)>", "get s"), (look, "\x03"), ("Tab:", "\x04"))

    assert looks == [(True, False)]


def test_the_prompt_is_yellow_while_something_is_stale_or_suspended() -> None:
    host = FakeHost()
    host.alert = True

    looks: list[str] = []

    def look(terminal: Terminal) -> bool:
        if "kv(1)>" in terminal.text:
            looks.append(terminal.style("kv(1)>").fg)
        return bool(looks)

    talk(host, (look, "\x04"))

    assert looks == ["brown"]  # pyte's word for colour 3


def test_busy_disappears_by_itself() -> None:
    host = FakeHost()
    host.moving = 3

    terminal = talk(
        host, ("busy", ""), (lambda t: "Tab:" in t.text and "busy" not in t.text, "\x04")
    )

    assert " busy  ets" in terminal.seen[0]


def test_a_resize_while_typing_keeps_the_line_and_fits_the_toolbar() -> None:
    host = FakeHost()

    def wide(terminal: Terminal) -> bool:
        if "lookup sho" not in terminal.text:
            return False
        terminal.resize(40, 12)
        return True

    terminal = talk(host, ("kv(1)>", "lookup sho"), (wide, "p\r"), ("= lookup shop", "\x04"))

    assert host.lines == ["lookup shop"]
    assert max(len(line) for line in terminal.lines) <= 40


def test_ctrl_c_on_an_empty_line_says_how_to_exit() -> None:
    terminal = talk(FakeHost(), ("kv(1)>", "\x03"), ("Ctrl-D or `exit` leaves kvshell", "\x04"))

    assert terminal.text.count("kv(1)>") == 1


def test_a_second_ctrl_c_on_an_empty_line_does_not_say_it_again() -> None:
    leave = "Ctrl-D or `exit` leaves kvshell"
    terminal = talk(
        FakeHost(),
        ("kv(1)>", "\x03"),
        (leave, "\x03\x03stores\r"),
        ("= stores", "\x03"),
        (lambda terminal: terminal.text.count(leave) == 2, "\x04"),
    )

    assert terminal.text.count(leave) == 2  # once before each line
