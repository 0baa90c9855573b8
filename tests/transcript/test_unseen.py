"""Blocks that look as if they run but do not: `check` names them, `replay` counts them."""

import pytest

from kvshell.transcript.format.parser import parse
from kvshell.transcript.format.unseen import is_meant, passed_over, unseen
from tests.transcript.running import Replay

BLOCK = "```kvshell\nkv> self\n#PID<me>\n```\n"


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (f"<details>\n{BLOCK}</details>\n", 2, "the HTML of line 1 goes on here"),
        (f"text\n\n<div>\n<b>\n{BLOCK}", 5, "the HTML of line 3 goes on here"),
        (f"<!-- a note\n{BLOCK}", 2, "the comment of line 1 is never closed"),
        (f"<!-- a note --\n\n{BLOCK}", 3, "the comment of line 1 is never closed"),
        (f"<pre>\n{BLOCK}</pre>\n", 2, "the HTML of line 1 goes on here"),
        (f"<script>\n\n{BLOCK}", 3, "the HTML of line 1 goes on here"),
        (f"<?php\n{BLOCK}", 2, "the HTML of line 1 goes on here"),
        (f"```elixir\n1 + 1\n\n{BLOCK}", 4, "the block of line 1 goes on here"),
        ("text\n\n" + BLOCK.replace("```k", "    ```k"), 3, "four spaces or a tab"),
        ("\t```kvshell\n\tkv> self\n\t```\n", 1, "four spaces or a tab"),
        ("so: ```kvshell\nkv> self\n```\n", 1, "a fence begins a line of its own"),
        ("```kvshell id=`a`\nkv> self\n```\n", 1, "no ` may stand behind a fence"),
    ],
)
def test_a_block_that_markdown_does_not_see_is_named(text: str, line: int, why: str) -> None:
    document = parse("t.md", text)

    assert document.blocks == ()
    (found,) = unseen(document)
    assert found.line == line
    assert why in found.message
    assert passed_over(document) == 1


@pytest.mark.parametrize(
    "info",
    [
        "KVShell", "kvshel", "kv-shell", "kv_shell", "kv shell", "{.kvshell}", "{kvshell}",
        "kvshell,norun", "kvshell:", "kvshell{norun}", "language-kvshell", "console kvshell",
        "kv", "kvsh", '"kvshell"', "кvshell", "kvshelll", "kvshell\u00a0norun",
    ],
)  # fmt: skip
def test_a_misspelt_info_string_is_named(info: str) -> None:
    document = parse("t.md", f"~~~{info}\nkv> self\n~~~\n")

    if document.blocks:  # a space that is one
        assert info == "kvshell\u00a0norun"
        return
    (found,) = unseen(document)
    assert "this block is not run: its language is " in found.message
    assert passed_over(document) == 1


@pytest.mark.parametrize(
    "info",
    ["shell", "nushell", "sh", "bash", "elixir", "python kvshell/cli.py", "powershell", "", "text",
     "kvshellfish", "kotlin", "console", "sql"],
)  # fmt: skip
def test_blocks_of_other_languages_are_not_named(info: str) -> None:
    assert not is_meant(info)
    assert unseen(parse("t.md", f"~~~{info}\n1\n~~~\n")) == []


@pytest.mark.parametrize(
    "text",
    [
        f"````markdown\n{BLOCK}````\n",
        f"<!-- taken out\n{BLOCK}-->\n",
        "a fence is written ``` ```kvshell ``` here\n",
        BLOCK,
        f"<details>\n\n{BLOCK}\n</details>\n",
        f"> {BLOCK}".replace("\n", "\n> "),
        f"- item\n\n  {BLOCK}".replace("\n", "\n  "),
    ],
)
def test_examples_and_running_blocks_are_not_named(text: str) -> None:
    document = parse("t.md", text)

    assert unseen(document) == []
    assert passed_over(document) == 0


def test_a_prompt_in_another_languages_block_is_only_a_warning() -> None:
    document = parse("t.md", "```text\nkv(1)> self\n```\n")

    (found,) = unseen(document)
    assert found.message == (
        "this block has a prompt but is not run: its language is text, not kvshell"
    )
    assert passed_over(document) == 0


def test_check_warns_and_replay_counts(replay: Replay) -> None:
    text = f"{BLOCK}\n<details>\n{BLOCK}</details>\n\n~~~KVShell\nkv> self\n~~~\n"

    checked = replay(text=text, verb="check")
    replayed = replay(text=text)

    assert [line.split(" ")[0] for line in checked.out.splitlines()] == ["t.md:7:1:", "t.md:13:1:"]
    assert checked.code == 0
    assert replayed.code == 0
    assert replayed.err == "kvshell: t.md: 2 blocks are passed over: kvshell check t.md\n"


def test_an_empty_line_below_a_command_is_pointed_out(replay: Replay) -> None:
    ran = replay(text="```kvshell\nkv> self\n\n#PID<me>\n```\n")

    assert ran.code == 1
    assert "an empty line stands between the command and its answer: take it out;" in ran.out
