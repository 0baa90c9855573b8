"""Recordings can be replayed: their law is kept, and lines for the prompt are left out."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kvshell.runtime.schedule.stacks import allow_deep_recursion
from kvshell.session import Session
from kvshell.transcript.format.parser import parse
from kvshell.transcript.recorder import Recorder, RecordError
from kvshell.transcript.run import document_host as stage
from kvshell.transcript.write import recording
from kvshell.transcript.write.recording import RecordedLine, Redaction, recorded, writable
from tests.transcript.running import play


def text_of(*lines: str, design: str = "ets") -> str:
    return recorded([RecordedLine(writable(line)) for line in lines], title="T", design=design).text


def test_a_session_becomes_a_document() -> None:
    text = text_of(
        "# Two stores of one manager.", "start manager", "create store s1   # the first", "",
        "# ## Another", "lookup s1; s1 = create store s1", "registry", "exit",
    )  # fmt: skip

    assert (
        text
        == """\
---
title: T
---

Two stores of one manager.

```kvshell
kv> start manager
{:ok, #PID<manager>}
kv> create store s1   # the first
#PID<s1>
```

## Another

```kvshell
kv> lookup s1; s1 = create store s1
{:ok, #PID<s1>}
#PID<s1>
kv> registry
╭──────┬──────────┬─────────┬───────┬───────┬───────╮
│ name │ pid      │ process │ owner │ table │ state │
├──────┼──────────┼─────────┼───────┼───────┼───────┤
│ s1   │ #PID<s1> │ alive   │ yes   │ yes   │ fresh │
╰──────┴──────────┴─────────┴───────┴───────┴───────╯
```
"""
    )
    assert play(text).code == 0


def test_events_of_other_clients_are_recorded() -> None:
    text = text_of("start manager", "as b create store s1", "lookup s1")

    assert "kv> as b create store s1\n:ok\n~ b: #PID<s1>\n" in text
    assert play(text).code == 0


def test_references_are_named_and_commands_use_the_names() -> None:
    text = text_of("start manager", "create store a", "t = ets new t", "alive #PID<0.104.0>")

    assert "kv> t = ets new t\n#Reference<t>\n" in text
    assert "kv> alive #PID<a>\ntrue\n" in text


def test_a_pid_in_the_title_of_a_panel_is_named() -> None:
    text = text_of("registry #PID<0.104.0>", "lookup #PID<0.104.0>")

    assert "╭─ #PID<p1> ─" in text
    assert "kv> lookup #PID<p1>" in text
    assert play(text).code == 0


def test_durations_and_times_of_day_are_left_open() -> None:
    text = text_of("v", "explain sleep 5s", "start manager", "create store 5s", 'put "5s" k "5 ms"')

    assert 'put "5s" k "5 ms"' in text
    assert play(text).code == 0


def test_output_that_holds_a_fence_gets_a_longer_fence() -> None:
    text = text_of("start manager", 'create store "```"', "help words")

    assert play(text).code == 0


@pytest.mark.parametrize(
    "line", ["record x.md", "record off", "replay x.md", "learn", "bench", "exit", "  ", ""]
)
def test_commands_for_the_prompt_are_not_recorded(line: str) -> None:
    assert "```" not in text_of(line)


@pytest.mark.parametrize(
    "line",
    [
        "explore create store s; stop s; lookup s",
        "explore races/create-cast",
        "explore ls s; get s milk",
        "lookup s; explore create store x; lookup x",
        "explore",
    ],
)
def test_an_exploration_is_recorded_with_its_answer(line: str) -> None:
    text = text_of("start manager ets-cast", line, "create store t")

    assert f"kv> {line}\n" in text
    assert "live:" not in text
    assert "kv> create store t\n:ok\n" in text
    assert play(text).code == 0


def test_a_recorded_exploration_has_its_verdict() -> None:
    text = text_of("start manager", "explore create store s; stop s; lookup s")

    assert "spec: 2 schedules, 2 outcomes; beam: 2 schedules, 2 outcomes\n" in text
    assert "│ lookup s: {:ok, #PID<s>} │    1 │    1 │\n" in text


def test_irreproducible_lines_are_left_out_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = Path("own.md")
    own.write_text("```kvshell\nkv> start manager\n```\n", encoding="utf-8")
    recorder = Recorder(tmp_path / "a.md")
    for line in ("start manager", "bench", f"explore {own}", "create store s"):
        recorder.line(line, None)
    told = recorder.finish()

    assert told.passes
    assert told.message.split("\n") == [
        f"recorded 2 commands in {tmp_path / 'a.md'}",
        "  bench: left out, its figures depend on this machine and differ each time",
        f"  explore {own}: left out, a transcript reads no file",
    ]
    text = (tmp_path / "a.md").read_text()
    assert (
        "<!-- bench: left out, its figures depend on this machine and differ each time -->" in text
    )
    assert text.endswith("kv> create store s\n#PID<s>\n```\n")


def test_a_search_without_a_verdict_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "EXPLORING_S", 0.2)
    lives = "; ".join(f"create store {name}; kill {name}" for name in "abcdefgh")
    recorder = Recorder(tmp_path / "a.md")
    for line in ("start manager", f"explore {lives}; stores", "create store s"):
        recorder.line(line, None)
    told = recorder.finish()

    assert told.passes
    assert told.message.split("\n") == [
        f"recorded 2 commands in {tmp_path / 'a.md'}",
        f"  explore {lives}; stores: left out, no verdict within 0.2s",
    ]


def test_likely_secrets_are_hidden(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.md", redact=["hunter\\d"])
    recorder.line("put s1 password swordfish", None)
    recorder.line("put s1 k hunter2", None)
    recorder.finish()

    text = (tmp_path / "a.md").read_text()
    assert "swordfish" not in text
    assert "hunter2" not in text
    assert "[hidden]" in text
    with pytest.raises(RecordError, match="--redact"):
        Redaction(["("])


def test_a_secret_hidden_in_a_command_is_hidden_in_the_answer(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.md", redact=["hunter\\d"])
    with Session() as session:
        for line in (
            "start manager", "create store s1", "put s1 token abc123secretsecret", "get s1 token",
            "info s1", "put s1 password sword", "state s1", "put s1 k hunter2", "get s1 k",
            "put s1 other abc123secretsecret", "get s1 other",
        ):  # fmt: skip
            recorder.line(line, session.run(line))
            session.settle()
    draft = (tmp_path / "a.md").read_text()
    finished = recorder.finish()

    for text in (draft, (tmp_path / "a.md").read_text()):
        assert "abc123" not in text
        assert "sword" not in text.replace("password", "")
        assert "hunter2" not in text
    assert finished.passes
    assert finished.message == f"recorded 11 commands in {tmp_path / 'a.md'}"


@pytest.mark.parametrize(
    "line",
    [
        "create store tokens",
        "create store secret-santa",
        'get s1 "token"',
        "get s1 token # it",
        "lookup secrets; stores",
    ],
)
def test_the_word_password_is_not_a_secret(line: str) -> None:
    assert Redaction()(line) == line


def test_a_line_whose_answer_differs_from_the_screen_is_named(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "07-two-stores.md")
    with Session() as session:
        for line in ("start manager", "create store s1", "stores"):
            recorder.line(line, session.run(line))
            session.settle()
        recorder.line("lookup s1", session.run("lookup s9"))

    finished = recorder.finish()

    assert finished.passes
    assert finished.message.splitlines() == [
        f"recorded 4 commands in {tmp_path}/07-two-stores.md",
        "  lookup s1: the screen showed something else, see the comment below it",
    ]
    text = (tmp_path / "07-two-stores.md").read_text()
    assert text.startswith("---\ntitle: Two stores\n---\n")
    assert "kv> lookup s1\n{:ok, #PID<s1>}\n```\n\n<!-- live: :error -->\n" in text


def test_pids_on_the_screen_are_mapped_to_the_re_run(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.md")
    with Session() as session:
        session.run("create store nobody; self")
        for line in ("start manager plain", "stop manager", "start manager", "create store s1"):
            recorder.line(line, session.run(line))
            session.settle()
        pid = session.run("self")
        recorder.line("alive #PID<0.106.0>", session.run("alive #PID<0.106.0>"))

    assert pid
    recorder.finish()
    assert "alive #PID<" in (tmp_path / "a.md").read_text()


def test_a_crash_of_the_shell_loses_no_answered_line(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.md", earlier=["start manager"])
    with Session() as session:
        session.run("start manager")
        recorder.line("# a note", [])
        recorder.line("create store s1", session.run("create store s1"))
        recorder.line('create store "```"', session.run('create store "```"'))
    text = (tmp_path / "a.md").read_text()  # as the crash leaves it
    recorder.abandon()

    assert [each.entries[0].command.text for each in parse("a.md", text).blocks] == [
        "start manager", "create store s1", 'create store "```"',
    ]  # fmt: skip
    assert play(text).code == 0


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("mine")

    with pytest.raises(RecordError, match="exists"):
        Recorder(tmp_path / "a.md")
    with pytest.raises(RecordError, match="cannot write"):
        Recorder(tmp_path / "none" / "a.md")
    assert Recorder(tmp_path / "a.md", force=True).finish().message.startswith("nothing recorded")
    assert (tmp_path / "a.md").read_text() == "mine"
    recorder = Recorder(tmp_path / "a.md", force=True)
    assert (tmp_path / "a.md").read_text() == "mine"
    recorder.line("start manager", [])
    assert "mine" not in (tmp_path / "a.md").read_text()
    recorder.finish()
    assert "{:ok, #PID<manager>}" in (tmp_path / "a.md").read_text()


@pytest.fixture(autouse=True)
def deep_recursion() -> None:
    """Raise Python's recursion limit now, because Hypothesis needs it unchanged while it runs."""
    allow_deep_recursion()  # the limit is restored after every test


def test_a_line_that_never_settles_is_display_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recording, "TIMEOUT_MS", 1_000)
    text = text_of("start manager", "repeat 100000000 self", "stores")

    assert "<!-- this line did not come to rest: " in text
    assert "```kvshell norun\nkv> repeat 100000000 self\nkv> stores\n```" in text
    assert play(text).code == 0


_WORDS = st.sampled_from(
    [
        "start manager", "start manager plain", "start manager ets-cast", "create store", "lookup",
        "put", "get", "del", "keys", "stop", "kill", "crash", "state", "info", "mailbox", "alive",
        "processes", "tree", "registry", "cache", "tables", "suspend", "resume", "step", "settle",
        "sleep 5s", "as b", "monitor", "flush", "self", "call", "cast", "compare", "repeat 3",
        "explain", "help", "history", "v", "v(1)", "set hints off", "designs", "stores", "reset",
        "stop manager", "restart manager", "x =", "{:ok, y} =", "#", "exit", "ets new t",
        "ets insert", "ets lookup", "clear", "replay x.md",
    ]
)  # fmt: skip
_ARGUMENTS = st.sampled_from(
    [
        "", "s1", "manager", "b", "$x", '"two words"', "1", ":a", "[1, 2]", "lookup s1", "; stores",
        "#PID<0.104.0>", "#PID<s1>", "${x}", "# a", "x.md", '"', "'", "```", "-->", "~ e", "kv> ",
        "\\${y:int}", "...", '{"foo", self()}', "t", "日本", "\U0001f469\u200d\U0001f467", "\t",
        "\x1b[31m", "\x00", "\r", "\n", "\u2028",
    ]
)  # fmt: skip
_LINE = st.tuples(_WORDS, _ARGUMENTS, _ARGUMENTS).map(" ".join)


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_LINE, max_size=8))
def test_every_recorded_session_replays(lines: list[str]) -> None:
    text = text_of(*lines)

    played = play(text)

    assert played.code in {0, 3}, [each.failure for each in played.checked if each.failure]
