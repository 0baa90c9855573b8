"""`help` is short, complete and fits one screen; the reference pages come from the same table."""

import json

import pytest

from kvshell.commands import COMMANDS, parse
from kvshell.commands.assist.advice import advice, now
from kvshell.commands.assist.wrapped_text import WIDTH, cells, wrapped
from kvshell.commands.help.help import help_view
from kvshell.commands.help.table_as_data import markdown, spec
from kvshell.commands.result import CommandError
from kvshell.commands.snapshot import EMPTY, Snapshot, StoreRow
from kvshell.commands.table import GROUPS, CommandGroup
from tests.commands.test_completion import BUSY

HELD = BUSY._replace(suspended=("manager", "s1"), stale=("s2",), waiting=1234, inbox=1)
AVAILABLE = [command.words for command in COMMANDS]


def shown(topic: str | None, snapshot: Snapshot = EMPTY) -> list[str]:
    view = help_view(topic, snapshot)
    return ["".join(cell.text for cell in line) for line in view.lines]


@pytest.mark.parametrize("snapshot", [EMPTY, BUSY, HELD, EMPTY._replace(design="plain")])
def test_the_overview_fits_a_screen(snapshot: Snapshot) -> None:
    lines = shown(None, snapshot)

    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80


def test_help_begins_with_the_state_of_the_system() -> None:
    assert now(HELD) == ("Design ets runs: 3 stores, 1 stale, 2 suspended, 1,234 messages waiting.")


@pytest.mark.parametrize("snapshot", [
    EMPTY, BUSY, HELD, EMPTY._replace(design="plain"), EMPTY._replace(design="ets-cast"),
    BUSY._replace(stores=(StoreRow("manager", ""),)),
    BUSY._replace(design="plain"), BUSY._replace(design="ets-cast"),
])  # fmt: skip
def test_help_suggests_three_lines_that_run(snapshot: Snapshot) -> None:
    proposed = [*advice(snapshot)]

    assert len(proposed) == 3
    assert len({each.line for each in proposed}) == 3
    for each in proposed:
        assert all(part.complete for part in parse(each.line).parts), each.line


@pytest.mark.parametrize(("design", "line"), [
    ("ets", "as b create store s1"), ("plain", "as b create store s1"),
    ("map", "create store s1"), ("ets-cast", "create store s1"),
])  # fmt: skip
def test_help_suggests_no_call_to_a_suspended_manager(design: str, line: str) -> None:
    held = EMPTY._replace(design=design, suspended=("manager",))

    assert line in [each.line for each in advice(held)]


@pytest.mark.parametrize("topic", [*AVAILABLE, "words", "designs", "ets", "create", "plain"])
def test_a_topic_fits_the_terminal_width(topic: str) -> None:
    for line in shown(topic):
        assert len(line) <= 80 or "** (" in line or line.startswith(("Elixir", "Python")), line
        assert line == line.rstrip()


def test_how_a_line_is_read_fits_a_screen() -> None:
    assert len(shown("words")) <= 24
    assert len(shown("designs")) <= 24


def test_elixir_fits_a_screen_above_the_prompt_and_its_menu() -> None:
    """Of 24 lines the prompt takes one, the space for its menu five, and the toolbar one."""
    assert len(shown("elixir")) <= 17


def test_help_for_a_command_shows_its_usage_and_examples() -> None:
    assert shown("put") == [
        "usage: put STORE KEY VALUE",
        "Store VALUE under KEY in STORE.",
        "",
        "  STORE  a store by its name, a binding or a pid",
        '  KEY    text, or a literal: 1 and "1" are two keys',
        '  VALUE  text, or a literal: 1 2.5 :a "two words" nil [1, 2] %{"k" => 1} $b',
        "",
        "A word is text unless all of it is an Elixir literal: milk is text, 1 a",
        'number, :a an atom, "two words" text, [1, 2] a list. The bare name of a',
        "binding is text, too: $b is its value, self() the shell's pid.",
        "",
        "In plain it is a cast: :ok even if the store is dead. In the others it is a",
        "call.",
        "",
        "Returns",
        "  plain                        :ok, a cast: even to a dead store",
        "  map, ets-cast, ets, library  :ok",
        "",
        "  kv> put s1 milk 1    # after create store s1",
        "  :ok",
        "  # after create store s1",
        "  # a literal",
        '  kv> put s1 list [1, "two"]; get s1 list',
        "  :ok",
        '  [1, "two"]',
        "",
        'Elixir  KV.Bucket.put(s1, "milk", 1)',
        'Python  bucket.put(s1, "milk", 1)',
        "see     help get · help del · help create store",
    ]


def test_help_follows_the_running_design() -> None:
    snapshot = EMPTY._replace(design="plain")

    assert 'Elixir  KeyVal.Server.put(s1, "milk", 1)' in shown("put", snapshot)


@pytest.mark.parametrize(
    ("topic", "first"),
    [
        ("delete", "usage: del STORE KEY"),
        ("create", "usage: create store NAME [on NODE]"),
        ("stop", "usage: stop PROCESS [REASON]"),
        ("stop manager", "usage: stop manager"),
        ("?", "usage: help [COMMAND]"),
        ("self()", "usage: self"),
        ("`put`", "usage: put STORE KEY VALUE"),
        ("ets", "ets needs a second word:"),
        ("explore", "usage: explore PATH or LINE"),
        ("break", "The group break: end processes, suspend them, let them continue"),
        ("send", "usage: send PROCESS TERM"),
        ("stores", "usage: stores"),
        ("map", "One system at a time, built in one of five ways"),
    ],
)
def test_every_topic_has_a_page(topic: str, first: str) -> None:
    assert shown(topic)[0] == first


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.title)
def test_every_group_has_a_page(group: CommandGroup) -> None:
    page = "\n".join(shown(group.title))

    assert f"The group {group.title}: {group.about}" in page
    assert all(f"  {command.usage}" in page for command in group.rows)


def test_help_keys_lists_the_keys() -> None:
    shown = "\n".join(
        "".join(cell.text for cell in line) for line in help_view("keys", EMPTY).lines
    )

    assert shown.startswith("The keys of the prompt")
    for key in ("Tab", "Ctrl-R", "Ctrl-C", "Ctrl-D", "Space, Enter"):
        assert key in shown


@pytest.mark.parametrize(
    ("topic", "sentence"),
    [
        ("nosuch", "no help for nosuch: type help to see the commands"),
        ("Race", "no help for Race: did you mean help race?"),
        ("sistem", "no help for sistem: did you mean help system?"),
        ("lokup", "no help for lokup: did you mean help lookup?"),
        ("word", "no help for word: did you mean help words?"),
        ("insert", "no help for insert: did you mean help put?"),
        ("GenServer.call", "no help for GenServer.call: did you mean help call?"),
        ("start manger", "no help for start manger: did you mean help start manager?"),
        ("\x00", "no help for \\x00: type help to see the commands"),
    ],
)
def test_an_unknown_topic_is_an_error(topic: str, sentence: str) -> None:
    with pytest.raises(CommandError) as raised:
        help_view(topic, EMPTY)

    assert str(raised.value) == sentence


def test_text_is_wrapped_without_breaking_code() -> None:
    lines = wrapped("one two `three four five` six", 12)

    assert lines == ["one two", "`three four five`", "six"]
    assert all(len(line) <= WIDTH + 4 for line in wrapped("word " * 100))


def test_backquotes_and_stars_become_roles() -> None:
    found = [(cell.text, cell.role.value) for cell in cells("a `b` is *stale* now")]

    assert found == [
        ("a ", "plain"), ("b", "command"), (" is ", "plain"), ("stale", "title"), (" now", "plain"),
    ]  # fmt: skip


def test_the_spec_is_json_and_contains_every_command() -> None:
    data = json.loads(json.dumps(spec()))

    assert [each["path"] for each in data["commands"]] == [c.words for c in COMMANDS]
    assert data["v"] == 1
    put = next(each for each in data["commands"] if each["path"] == "put")
    assert put["elixir"]["plain"] == "KeyVal.Server.put(<store>, <key>, <value>)"
    assert put["effects"] == {
        "ets": ["call"], "ets-cast": ["call"], "library": ["call"], "map": ["call"],
        "plain": ["cast"],
    }  # fmt: skip
    assert [param["word"] for param in put["params"]] == ["STORE", "KEY", "VALUE"]


def test_the_list_for_the_readme_has_a_row_per_command() -> None:
    rows = [line for line in markdown().splitlines() if line.startswith("| `")]

    assert len(rows) == len(AVAILABLE)
    assert "| `put STORE KEY VALUE` | store VALUE under KEY in STORE |" in rows


@pytest.mark.parametrize("words", AVAILABLE)
def test_help_for_a_command_shows_no_example_twice(words: str) -> None:
    examples = "\n".join(shown(words)).split("\n  kv> ")[1:]

    whole = [each.split("\n\n")[0] for each in examples]
    assert len(whole) == len(set(whole))
