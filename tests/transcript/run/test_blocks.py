"""The attributes of blocks, and how mismatches are shown."""

import signal

import pytest

from kvshell.transcript.format.document import Document
from kvshell.transcript.format.parser import parse
from kvshell.transcript.run.line_timeout import LineTimeout
from tests.transcript.run.reports import START, TWO_STORES, shown
from tests.transcript.running import Replay, block, failure, play, statuses

# -- attributes ------------------------------------------------------------------------------------


def test_skip_is_skipped_and_never_passed() -> None:
    played = play(block("kv> nonsense\n", 'skip="later"'))

    assert (statuses(played), played.code) == (["skipped"], 0)


def test_fails_expects_a_mismatch_and_passing_is_an_error() -> None:
    assert statuses(play(block("kv> start manager\n:no", 'fails="not yet"'))) == [
        "failed as expected"
    ]

    passing = play(block(START + "kv> stores\n[]", 'fails="not yet"'))

    assert statuses(passing) == ["passed", "failed"]
    assert 'expected to fail, "not yet", but passed' in failure(passing).failure.summary  # type: ignore[union-attr]


def test_teardown_always_runs_and_at_the_end_of_its_system() -> None:
    text = (
        block("kv> stop manager\n:ok", "teardown")
        + block(START + "kv> stores\n:wrong\nkv> exit")
        + block("kv> stores\n[]")
        + block(START, "fresh")
    )

    played = play(text, stop_first=True)

    assert [(each.line, each.status.value) for each in played.checked] == [
        (6, "passed"), (8, "failed"), (2, "passed"),
    ]  # fmt: skip


def test_goal_blocks_run_after_their_steps_visible_blocks() -> None:
    text = (
        "## One\n\n<!--kvshell goal\nkv> lookup s1\n{:ok, #PID<_>}\n-->\n\n"
        + block(START + "kv> create store s1\n#PID<_>")
        + '\n<!--kvshell wrong say="no"\nkv> nonsense\n-->\n\n## Two\n\n'
        + block('kv> stores\n["s1"]')
    )

    assert set(statuses(play(text))) == {"passed"}
    assert [each.line for each in play(text).checked] == [9, 11, 4, 22]


def test_settle_off_lets_no_process_run() -> None:
    lines = "kv> start manager ets-cast\n...\nkv> create store s1\n:ok\nkv> lookup s1\n"

    assert play(block(f"{lines}:error", "settle=off")).code == 0
    assert play(block(f"{lines}{{:ok, #PID<_>}}")).code == 0


def test_a_session_block_is_the_client_of_as() -> None:
    text = (
        block(START + "kv> create store s1\n#PID<s1>\nkv> as b x = lookup s1\n:ok")
        + block("kv[b]> $x\n{:ok, #PID<s1>}\nkv> self\n#PID<b>", "session=b")
        + block("kv> self\n#PID<me>\nkv> x\n** (CommandError) ${_}")
    )

    assert statuses(play(text)) == ["passed"] * 7


def test_width_logs_and_design_come_from_the_front_matter() -> None:
    text = block(
        "kv> start manager\n{:ok, #PID<m>}\nkv> create store s1\n:ok", "", "design: ets-cast"
    )

    assert play(text).code == 0
    assert play(text, design="ets").code == 1


def test_a_goal_is_not_counted_as_a_line_of_the_session() -> None:
    """The learner does not type it, so line numbers are the same as in a lesson."""
    text = """
## Start

```kvshell
kv> start manager
{:ok, #PID<manager>}
```

<!--kvshell goal
kv> alive manager
true
-->

## Look

```kvshell
kv> v
{:ok, #PID<manager>}
kv> history
╭──────┬───────────────╮
│ line │ input         │
├──────┼───────────────┤
│    1 │ start manager │
│    2 │ v             │
╰──────┴───────────────╯
```
"""

    assert play(text).code == 0


def test_a_command_for_the_prompt_is_refused() -> None:
    played = play(
        block("kv> replay t.md\n...\n** (CommandError) ${_}\nkv> learn\n** (CommandError) ${_}")
    )

    assert statuses(played) == ["passed", "passed"]


# -- how a mismatch is shown -----------------------------------------------------------------------


def test_a_mismatch_in_a_table_is_shown_by_cell() -> None:
    text = TWO_STORES.replace(
        "kv> registry\n", "kv> suspend manager; stop s2; registry\n:ok\n:ok\n"
    )
    text = text[: text.index("kv> stop s1")] + "```\n"

    assert shown(text).split("\n") == [
        "FAIL transcripts/02-two-stores.md:20  "
        "Two stores › kv> suspend manager; stop s2; registry  12 ms",
        "  - expected (file)      + actual",
        "   26   │ s1   │ #PID<s1>      │ alive         │ yes   │ yes   │ fresh │",
        "   27 - │ s2   │ #PID<s2>      │ alive         │ yes   │ yes   │ fresh │",
        "      + │ s2   │ #PID<0.105.0> │ dead: :normal │ yes   │ yes   │ stale │",
        " " * 65 + '^^^^^ cell "state": expected fresh, got stale (and "process")',
        "  bound: mgr=#PID<0.103.0> (l.11)  s1=#PID<0.104.0> (l.13)  s2=#PID<0.105.0> (l.15)",
        "  re-run: kvshell replay transcripts/02-two-stores.md:20"
        "    look there: kvshell replay --stop-at 20 transcripts/02-two-stores.md",
    ]


def test_the_heading_of_a_mismatch_ends_at_column_90() -> None:
    text = TWO_STORES.replace("│ s2   │ #PID<s2> │ alive   │", "│ s2   │ #PID<s2> │ dead    │")

    head = shown(text).split("\n")[0]

    assert head == (
        "FAIL transcripts/02-two-stores.md:20  Two stores › kv> registry                      12 ms"
    )


def test_another_process_is_an_identity_failure() -> None:
    text = block(
        START + "kv> create store s1\n#PID<s1>\nkv> stop s1; create store s1\n:ok\n#PID<s1>"
    )

    assert shown(text).split("\n") == [
        "FAIL transcripts/02-two-stores.md:6  kv> stop s1; create store s1",
        "  identity: #PID<s1> was #PID<0.104.0> at line 5, here it is #PID<0.105.0>.",
        "  The line matches in every other respect: a *different process* answered. "
        "(not fixed by --update; see --accept-identity)",
    ]


def test_output_that_would_move_the_cursor_is_shown_escaped() -> None:
    text = block(START + 'kv> create store s1\n#PID<s1>\nkv> put s1 k "\u202e"\n:no\x1b[2J')

    assert "\x1b" not in shown(text)
    assert "\u202e" not in shown(text)


def test_the_replay_ends_where_the_session_ends() -> None:
    played = play(block("kv> exit\nkv> self\n...") + block("kv> self\n...", "fresh"))

    assert statuses(played) == ["passed", "not reached", "not reached"]
    assert played.code == 1


def test_ctrl_c_ends_the_replay_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def press(self: LineTimeout, *_: object) -> None:
        if not self.interrupted:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(LineTimeout, "start", press)

    played = play(block("kv> self\n...\nkv> self\n..."))

    assert (played.code, statuses(played)) == (130, ["not reached"])


def test_documents_are_independent_of_each_other(replay: Replay) -> None:
    document: Document = parse("t.md", block(START))

    assert document.commands() == 1
    assert [replay(text=block(START)).code for _ in range(2)] == [0, 0]
