"""Parsing documents: their records, and the position of each mistake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvshell.transcript.format.document import Document, Gap, Hole, Out
from kvshell.transcript.format.grammar import MAX_BYTES, ParseError
from kvshell.transcript.format.parser import parse


def _block(lines: str, attributes: str = "") -> Document:
    return parse("t.md", f"```kvshell {attributes}\n{lines}```\n")


def _error(text: str | bytes) -> str:
    with pytest.raises(ParseError) as raised:
        parse("t.md", text)
    return str(raised.value)


def test_any_markdown_is_a_document() -> None:
    text = "# T\n\nprose `kv> x`\n\n```elixir\niex> 1\n```\n\n    kv> code\n\n<!-- a comment -->\n"

    document = parse("t.md", text)

    assert (document.title, document.blocks, document.directives) == ("T", (), ())


def test_a_block_has_commands_with_their_output() -> None:
    document = _block("kv> start manager\n{:ok, #PID<mgr>}\nkv(2)> lookup s1   # a comment\n...\n")

    first, second = document.blocks[0].entries

    assert first.command.text == "start manager"
    assert first.out == (
        Out(3, "{:ok, #PID<mgr>}", ("{:ok, ", Hole("mgr", "pid", "#PID<mgr>"), "}")),
    )
    assert (second.command.prompt, second.command.text) == ("kv(2)> ", "lookup s1   # a comment")
    assert second.out == (Gap(5),)


def test_a_command_may_have_no_output() -> None:
    document = _block("kv> a\nkv> b\niex(3)> c\nkv>\n")

    assert [entry.command.text for entry in document.blocks[0].entries] == ["a", "b", "c", ""]
    assert all(entry.out == () and not entry.stated for entry in document.blocks[0].entries)


def test_a_command_continues_after_a_continuation_prompt() -> None:
    document = _block('kv> put s1 milk\n...> "a lot"\n...(1)> # more\n:ok\n')

    command = document.blocks[0].entries[0].command

    assert (command.text, command.line, command.last_line) == ('put s1 milk\n"a lot"\n# more', 2, 4)


def test_blank_lines_inside_are_expected_and_those_at_the_end_are_not() -> None:
    entry = _block("kv> a\n\none\n\ntwo\n\n\nkv> b\n\n").blocks[0].entries[0]

    assert [out.text for out in entry.out if isinstance(out, Out)] == ["", "one", "", "two"]
    assert entry.span == (18, 28)


def test_front_matter_is_flat_and_checked() -> None:
    text = (
        "---\ntitle: Two stores\nprev_page: 01-manager\nnext_page: '03'\nwidth: 72\n"
        "design: ets-cast\ntimeout: 5s\nlogs: info\nclock: real\nlaw: spec\nheight: 30\n"
        "elixir: run\nid: stores\n---\n"
    )

    front = parse("t.md", text).front

    assert front == (
        "Two stores", "01-manager", "03", 72, 30, "ets-cast", "spec", "real", 5000, "info", 0,
        "run", "stores",
    )  # fmt: skip


def test_a_thematic_break_on_the_first_line_is_not_front_matter() -> None:
    assert parse("t.md", "---\n\nprose\n").front.title == ""
    assert parse("t.md", "---\n").front.title == ""


def test_attributes_are_read_with_and_without_quotes() -> None:
    document = _block("kv> a\n", r'fresh timeout=200ms fails="a \"why\"" id=x-1 async=subset flex')

    given = document.blocks[0].attributes

    assert (given.fresh, given.timeout_ms, given.fails, given.id, given.async_, given.flex) == (
        True, 200, 'a "why"', "x-1", "subset", True,
    )  # fmt: skip


def test_hidden_blocks_and_directives_are_parsed() -> None:
    text = (
        "<!--kvshell setup\nkv> a\nx --\\> y\n\n-->\n\n## Step {#one}\n\n"
        "<!-- kv:hint Think\n again. -->\n"
        "<!-- kv:explore -->\n\n```kvshell\nkv> b\n```\n"
    )

    document = parse("t.md", text)

    hidden, block = document.blocks
    assert (hidden.hidden, hidden.attributes.setup, hidden.step) == (True, True, 0)
    assert hidden.entries[0].out[0].pattern == ("x --> y",)  # type: ignore[union-attr]
    assert (block.hidden, block.step, block.after_explore) == (False, 1, True)
    assert [(each.word, each.text) for each in document.directives] == [
        ("hint", "Think again."), ("explore", ""),
    ]  # fmt: skip
    assert (document.steps[1].title, document.steps[1].id) == ("Step", "one")


def test_fences_in_lists_and_quotes_are_parsed() -> None:
    text = "1. item\n\n\t```kvshell\n\tkv> a\n\t:ok\n\t```\n\n> ```kvshell\n> kv> b\n> ```\n"

    listed, quoted = parse("t.md", text).blocks

    assert (listed.entries[0].command.text, listed.indent) == ("a", "\t")
    assert (quoted.entries[0].command.text, quoted.indent) == ("b", "> ")
    assert listed.entries[0].command.column == 2


def test_a_block_inside_a_longer_fence_is_prose() -> None:
    assert parse("t.md", "````markdown\n```kvshell\nkv> a\n```\n````\n").blocks == ()


def test_crlf_byte_order_mark_and_missing_newline_are_preserved() -> None:
    data = b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\n```kvshell\r\nkv> a\r\n:ok\r\n```"

    document = parse("t.md", data)

    entry = document.blocks[0].entries[0]
    assert document.title == "T"
    assert entry.out == (Out(6, ":ok", (":ok",)),)
    assert document.source.text[slice(*entry.span)] == ":ok\r\n"
    assert document.source.text.encode() == data


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("x\nkv> a\n", "2:1: expected a prompt"),
        ("", "1:1: no command in this block"),
        ("\n\n", "1:1: no command in this block"),
        ("kv> a\nx\n...> b\n", "4:1: a continuation follows its command"),
        ("kv[b]> a\n", "2:4: kv[b]> in a block without session="),
        ("kv> a\n${x:pod}\n", "3:1: no kind 'pod'; kinds are any int"),
        ("kv> a\n#PID<x>\nkv> b\n${x:int}\n", "5:1: ${x:int}: x is a pid since line 3"),
        ("kv> a\n${x}\nkv> b\n#PID<x>\n", "5:1: #PID<x>: x is an any since line 3"),
        ("kv> get ${x} k\n", "2:9: ${x} in a command, and nothing above binds x"),
        ("kv> info #PID<_>\n", "2:10: #PID<_> in a command"),
    ],
)
def test_a_malformed_block_is_named_by_line_and_column(lines: str, said: str) -> None:
    assert _error(f"```kvshell\n{lines}```\n").startswith(f"t.md:{said}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```kvshell frsh\nkv> a\n```\n", "1:12: no attribute 'frsh': did you mean fresh?"),
        ("```kvshell fresh fresh\nkv> a\n```\n", "1:18: fresh is given twice"),
        ("```kvshell timeout\nkv> a\n```\n", "1:12: timeout needs a value: timeout=5s"),
        ("```kvshell timeout=fast\nkv> a\n```\n", "1:12: timeout=fast should be a duration"),
        ("```kvshell fresh=1\nkv> a\n```\n", "1:12: fresh takes no value"),
        ("```kvshell settle=on\nkv> a\n```\n", "1:12: settle=on should be off"),
        ("```kvshell =\nkv> a\n```\n", "1:12: expected attributes"),
        ('```kvshell fails=""\nkv> a\n```\n', "1:12: fails="),
        ("```kvshell fails=a skip=b\nkv> a\n```\n", "1:20: fails and skip exclude each other"),
        ("```kvshell say=x\nkv> a\n```\n", "1:12: say= goes with wrong"),
        ("a\n\n```kvshell\nkv> a\n", "3:1: this block is never closed"),
        ("<!--kvshell\nkv> a\n", "1:1: this block is never closed"),
        ("<!--kvshell\nkv> a\nx -->\n", "3:1: `-->` ends the block"),
        ("<!--kvshell -->\n", "1:1: no command in this block"),
        ("<!-- kv:hnt x -->\n", "1:1: no directive 'hnt': did you mean hint?"),
        ("<!-- kv:hint -->\n", "1:1: kv:hint needs a text"),
        ("<!-- kv:hint x --> y\n", "1:1: expected `<!-- kv:word text -->`"),
        ("<div>\n<!--kvshell\nkv> a\n-->\n</div>\n", "2:1: <!--kvshell inside other HTML"),
        ("```kvshell wat\nkv> a\n```\n", "1:12: no attribute 'wat'; known are async, fails"),
        ("```kvshell frehs\nkv> a\n```\n", "1:12: no attribute 'frehs': did you mean fresh?"),
        ("---\ntitel: x\n---\n", "2:1: no front-matter key 'titel': did you mean title?"),
        ("---\ntitle: a\ntitle: b\n---\n", "3:1: title is given twice"),
        ("---\nwidth: wide\n---\n", "2:1: width: wide should be a number"),
        ("---\ntitle: [a, b]\n---\n", "2:1: title takes one value"),
        ("---\ntitle:\n---\n", "2:1: title needs a value"),
        ("---\ntitle: a\n\n", "3:1: expected `key: value`"),
        ("---\ntitle: a\n", "1:1: the front matter is never closed"),
        (b"ab\n\xc3\xa9\xff", "2:2: not UTF-8: byte 0xff"),
        (b"a" * (MAX_BYTES + 1), "1:1: 10,000,001 bytes"),
        ("> " * 150 + "a\n", "1:1: lists and quotes nested deeper than 100"),
    ],
)
def test_a_malformed_document_is_named_by_line_and_column(text: str | bytes, said: str) -> None:
    assert _error(text).startswith(f"t.md:{said}")


def test_a_name_may_have_another_kind_after_fresh() -> None:
    text = "```kvshell\nkv> a\n#PID<x>\n```\n```kvshell fresh\nkv> a\n${x:int}\n```\n"

    assert parse("t.md", text).kinds == ({"x": "pid"}, {"x": "int"})


def test_a_bare_hole_has_the_kind_of_its_name() -> None:
    entry = _block("kv> a\n#PID<x>\nkv> b\n${x}\n").blocks[0].entries[1]

    assert entry.out[0] == Out(5, "${x}", (Hole("x", "pid", "${x}"),))


def test_a_skipped_block_binds_nothing() -> None:
    text = '```kvshell skip="later"\nkv> a\n#PID<x>\n```\n```kvshell\nkv> info #PID<x>\n```\n'

    assert "6:10: #PID<x> in a command" in _error(text)


def test_a_block_for_display_only_need_not_be_a_session() -> None:
    document = parse("t.md", "```kvshell norun\nanything\n```\n")

    assert document.blocks[0].entries == ()
    assert not document.blocks[0].runs


def test_a_hole_in_a_comment_is_text() -> None:
    entry = _block("kv> lookup s1 # ${x}\n").blocks[0].entries[0]

    assert "".join(map(str, entry.command.pattern)) == "lookup s1 # ${x}"


@pytest.mark.slow
def test_a_document_of_100_000_lines_is_parsed() -> None:
    text = "```kvshell\n" + "kv> a\n:ok\n" * 50_000 + "```\n"

    assert len(parse("t.md", text).blocks[0].entries) == 50_000


_PIECES = [
    "```kvshell\n", "```\n", "~~~kvshell fresh\n", "~~~\n", "<!--kvshell\n", "-->\n", "kv> ", "\n",
    "<!-- kv:hint x -->\n", "kv[b]> x\n", "iex(3)> y\n", "...\n", "...> z\n", "~ e\n", "#PID<a>",
    "${x:int}", "${x}", "\\", "\t", "    ", "> ", "- ", "1. ", "---\n", "title: a\n", "\r\n", "\r",
    "\0", "\ufeff", "`", "````kvshell timeout=5s\n", "<div>\n", "## S {#a}\n", "<!--", "--\\>\n",
    "#", "é", "\u2028", "\x0b", "kv> a\n```\n", "\t```kvshell\n\tkv> x\n\t```\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=4), max_size=20).map("".join))
def test_parse_raises_nothing_but_its_own_error(text: str) -> None:
    try:
        document = parse("t.md", text)
    except ParseError:
        return

    for block in document.blocks:
        for entry in block.entries:
            assert 0 <= entry.span.start <= entry.span.end <= len(text)


@given(st.binary(max_size=60))
def test_parse_of_bytes_raises_nothing_but_its_own_error(data: bytes) -> None:
    try:
        parse("t.md", data)
    except ParseError:
        return


def test_blocks_of_elixir_run_if_the_front_matter_says_so() -> None:
    body = (
        "# T\n\n```elixir\niex> 1 + 1\n2\n```\n\n```elixir\ndefmodule A do\nend\n```\n\n"
        "```elixir\nx = shown(only)\n```\n"
    )

    shown = parse("t.md", body)
    run = parse("t.md", f"---\nelixir: run\n---\n{body}")

    assert not shown.blocks
    texts = [entry.command.text for block in run.blocks for entry in block.entries]
    assert texts == ["1 + 1", "defmodule A do\nend"]
