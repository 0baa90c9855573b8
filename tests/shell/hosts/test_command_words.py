import sys
from types import FrameType

import pytest

from kvshell.commands.read.matcher import parse
from kvshell.commands.snapshot import Snapshot, StoreRow
from kvshell.session import Session
from kvshell.shell.hosts.command_words import CommandWords, typing_help

SNAPSHOT = Snapshot(
    design="ets",
    stores=(StoreRow("s1", "#PID<0.104.0>"), StoreRow("shopping list", "#PID<0.105.0>", "stale")),
)
WORDS = CommandWords(lambda: SNAPSHOT)


def test_commands_are_offered_with_their_summary() -> None:
    entries = WORDS.complete("create")

    assert [entry.text for entry in entries] == ["create store"]
    assert entries[0].start == 0
    assert entries[0].description


def test_stores_are_offered_from_the_snapshot_and_quoted_where_needed() -> None:
    entries = {entry.text: entry for entry in WORDS.complete("lookup s")}

    assert entries["s1"].start == len("lookup ")
    assert "#PID<0.104.0>" in entries["s1"].description
    assert '"shopping list"' in {entry.text for entry in WORDS.complete("lookup ")}


def test_wrong_words_are_marked() -> None:
    roles = {"get strat"[span.start : span.end]: span.role for span in WORDS.spans("get strat")}

    assert roles["get"] == "command"
    assert next(span.role for span in WORDS.spans("strat it")) == "error"


def test_the_signature_marks_the_parameter_being_typed() -> None:
    assert WORDS.signature("put s1 m") == [
        ("put", False),
        ("STORE", False),
        ("KEY", True),
        ("VALUE", False),
    ]
    assert WORDS.signature("nothing known") == []


def test_a_pasted_prompt_is_distinguished_from_an_answer() -> None:
    assert WORDS.drop_prompt("kv(3)> lookup s1") == "lookup s1"
    assert WORDS.drop_prompt("iex(12)> lookup s1") == "lookup s1"
    assert WORDS.drop_prompt("{:ok, #PID<0.104.0>}") is None


@pytest.mark.parametrize("text", ["get s1 mi", "x = 1 +", "Enum.ma", "get s1 milk; lookup"])
def test_a_key_press_parses_the_line_once(text: str) -> None:
    parsed: list[str] = []

    def count(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code is parse.__code__:
            parsed.append(frame.f_locals["text"])

    with Session() as session:
        words = CommandWords(session.snapshot, lambda: typing_help(session))
        words.complete("Enum")  # what reads Elixir is imported once
        sys.setprofile(count)
        try:
            words.spans(text)
            words.complete(text)
            words.signature(text)
            words.unfinished(text)
        finally:
            sys.setprofile(None)

    assert parsed == [text]
