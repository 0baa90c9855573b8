"""Documents on real sessions: what passes, what fails, and what is said about it."""

import threading

import pytest

from kvshell.otp import gen_server
from kvshell.otp.gen_server import GenServer
from kvshell.runtime import process
from kvshell.terms import A, Atom, Term
from kvshell.transcript.document import Document
from kvshell.transcript.parse import parse
from kvshell.transcript.play import Player, Settings
from kvshell.transcript.show import failure_lines
from kvshell.transcript.watchdog import Watchdog
from tests.transcript.running import Replay, block, failure, play, statuses

START = "kv> start manager\n{:ok, #PID<mgr>}\n"

TWO_STORES = """\
---
title: Two stores
prev_page: 01-manager
next_page: 03-ets-cache
width: 80
---
Start the manager, then make two stores. They are *different processes*:

```kvshell
kv> start manager
{:ok, #PID<mgr>}
kv> create store s1
#PID<s1>
kv> create store s2
#PID<s2>
kv> create store s1            # asking again returns the same process
#PID<s1>
kv> lookup s1
{:ok, #PID<s1>}
kv> registry
╭──────┬──────────┬─────────┬───────┬───────┬───────╮
│ name │ pid      │ process │ owner │ table │ state │
├──────┼──────────┼─────────┼───────┼───────┼───────┤
│ s1   │ #PID<s1> │ alive   │ yes   │ yes   │ fresh │
│ s2   │ #PID<s2> │ alive   │ yes   │ yes   │ fresh │
╰──────┴──────────┴─────────┴───────┴───────┴───────╯
kv> stop s1
:ok
kv> lookup s1
:error
```
"""


def shown(text: str, **settings: object) -> str:
    """The report of the one failure, without the time."""
    document = parse("transcripts/02-two-stores.md", text)
    played = play(text, **settings)
    return "\n".join(failure_lines(document, failure(played)._replace(ms=12)))


def test_the_document_of_the_specification_passes() -> None:
    played = play(TWO_STORES)

    assert set(statuses(played)) == {"passed"}
    assert played.code == 0


def test_the_suspended_manager_of_the_specification() -> None:
    text = block("""
kv> start manager ets-cast
{:ok, #PID<mgr>}
kv> suspend manager
:ok
kv> create store s1                 # cast: returns before the table is written
:ok
kv> lookup s1
:error
kv> step manager                    # now the message is handled
handled {:create, "s1"}, 0 left
kv> lookup s1
{:ok, #PID<s1>}
""")

    assert set(statuses(play(text))) == {"passed"}


# -- R2 --------------------------------------------------------------------------------------------


def test_r2_no_expected_line_means_that_nothing_is_printed() -> None:
    checked = failure(play(block("kv> start manager\n")))

    assert checked.failure is not None
    assert checked.failure.summary == (
        "printed 1 line; `kvshell replay t.md --update=new` fills in what is missing, "
        "`...` ignores it"
    )
    assert statuses(play(block("kv> # only a comment\nkv>\n"))) == ["passed", "passed"]


def test_r2_a_line_without_output_only_acts_in_session_blocks_and_after_explore() -> None:
    client = block("kv> start manager\n...") + block("kv[b]> create store s1", "session=b")
    explored = "<!-- kv:explore -->\n\n" + block("kv> start manager\nkv> create store s1\n")

    assert statuses(play(client)) == ["passed", "passed"]
    assert statuses(play(explored)) == ["passed", "passed"]


def test_r2_an_explicit_empty_line_asserts_silence_where_silence_is_not_asserted() -> None:
    start = block(START)

    assert statuses(play(start + block("kv> create store s1\n\\", "session=b")))[-1] == "failed"
    assert statuses(play(start + block("kv> # nothing\n\\", "session=b")))[-1] == "passed"


# -- R3, R4, R5 ------------------------------------------------------------------------------------


def test_r3_a_binding_is_the_whole_text_and_may_stand_in_a_command() -> None:
    text = block(
        START + "kv> create store s1\n#PID<s1>\nkv> lookup s1\n{:ok, ${s1}}\n"
        "kv> alive #PID<s1>\ntrue\nkv> alive ${s1}   # ${s1} and ${unknown} are not read here\ntrue"
    )

    assert set(statuses(play(text))) == {"passed"}


def test_r4_different_names_are_different_processes() -> None:
    text = block(START + "kv> create store s1\n#PID<s1>\nkv> create store s1\n#PID<s2>")

    assert shown(text).split("\n")[1:] == [
        "  identity: s1 and s2 are both #PID<0.104.0>; different names must be different processes."
    ]


def test_r5_fresh_is_a_new_system_and_clears_names() -> None:
    text = block(START) + block(START.replace("mgr>", "mgr2>"), "fresh") + block(START, "fresh")

    assert set(statuses(play(text))) == {"passed"}


def test_r5_a_name_reused_across_fresh_is_another_process() -> None:
    one = START + "kv> create store a\n#PID<x>\n"
    two = START + "kv> create store b\n#PID<y>\nkv> create store a\n#PID<x>\n"

    assert set(statuses(play(block(one) + block(two, "fresh")))) == {"passed"}


def test_r5_an_unbound_name_in_a_command_runs_nothing(replay: Replay) -> None:
    ran = replay(text=block("kv> start manager\n...\nkv> get ${x} k\nnil"))

    error, total = ran.out.splitlines()
    assert ran.code == 2
    assert error == "ERROR t.md:4:9: ${x} in a command, and nothing above binds x"
    assert total.startswith("1 file, 0 commands: 1 malformed (")


def test_r5_a_name_that_a_failed_line_owes_is_named() -> None:
    text = block(START + "kv> create store s1\n:ok #PID<s1>\nkv> get ${s1} k\nnil\nkv> stores\n...")

    played = play(text)

    assert statuses(played) == ["passed", "failed", "failed", "passed"]
    last = played.checked[2].failure
    assert last is not None
    assert (last.kind, last.follows) == ("unbound", 4)
    assert not played.checked[2].ran


# -- R8 --------------------------------------------------------------------------------------------


def test_r8_events_are_ignored_in_a_document_without_event_lines() -> None:
    assert statuses(play(block(START + "kv> as b lookup s1\n:ok"))) == ["passed", "passed"]


def test_r8_with_one_event_line_every_event_counts() -> None:
    lines = START + "kv> as b lookup s1\n:ok\n~ b: :error\nkv> as b stores\n:ok"

    played = play(block(lines, "", "logs: info"))

    assert statuses(played) == ["passed", "passed", "failed"]
    assert failure(played).failure.summary == "unexpected event: ~ b: []"  # type: ignore[union-attr]
    assert statuses(play(block(lines, "async=subset"))) == ["passed", "passed", "passed"]


def test_r8_events_are_a_multiset_in_any_order() -> None:
    lines = (
        START + "kv> suspend manager\n:ok\nkv> as a create store x\n:ok\nkv> as b create store y\n"
        ":ok\nkv> as c create store x\n:ok\nkv> resume manager\n:ok\n"
    )

    assert play(block(f"{lines}~ c: #PID<x>\n~ b: ${{_}}\n~ a: #PID<x>")).code == 0
    assert play(block(f"{lines}~ b: ${{_}}\n~ c: #PID<x>")).code == 1
    assert play(block(f"{lines}~ c: #PID<x>\n~ b: #PID<x>\n~ a: ${{_}}")).code == 1


def test_r8_event_lines_bind_and_hold_to_names() -> None:
    lines = START + "kv> as b create store s1\n:ok\n~ b: #PID<s1>\nkv> lookup s1\n{:ok, #PID<s1>}"

    assert play(block(lines)).code == 0
    assert play(block(lines.replace("{:ok, #PID<s1>}", "{:ok, #PID<mgr>}"))).code == 1


def test_r8_an_event_arrives_at_the_command_at_whose_rest_it_came() -> None:
    lines = (
        START + "kv> suspend manager\n:ok\nkv> as b create store s1\n:ok\nkv> lookup s1\n:error\n"
        "kv> resume manager\n:ok\n~ b: #PID<s1>"
    )

    assert play(block(lines)).code == 0


def test_r8_a_missing_event_is_shown_with_what_came() -> None:
    text = block(
        START + "kv> create store s1\n#PID<s1>\nkv> stop s1\n:ok\n~ [info] store s1 ${s1} down"
    )

    lines = shown(text).split("\n")

    assert lines == [
        "FAIL transcripts/02-two-stores.md:6  kv> stop s1        missing event",
        "  - ~ [info] store s1 ${s1} down",
        '  events until rest: (none)      log level is "off": set `logs: info` in the front matter',
    ]


def test_r8_crash_reports_come_with_logs() -> None:
    lines = START + "kv> create store s1\n#PID<s1>\nkv> crash s1\n...\n** (exit)${_}\n...\n"

    silent, loud = play(block(lines)), play(block(lines, "", "logs: info"))

    assert silent.checked[2].events == ()
    assert loud.checked[2].events[0].startswith("[error] GenServer #PID<0.104.0> terminating")


# -- R9, R10 ---------------------------------------------------------------------------------------


def test_r9_a_line_that_takes_too_long_is_a_hang(replay: Replay) -> None:
    text = block(START + "kv> repeat 100000000 lookup s1\n...\nkv> stores\n[]", "timeout=100ms")

    ran = replay(text=text)

    assert ran.code == 4
    assert "HANG t.md:4  kv> repeat 100000000 lookup s1        no settlement within 0.1s" in ran.out
    assert "not reached  t.md, from line 6 (1 command)" in ran.out


class Calling(GenServer):
    """Answers a call by making the same call to another server."""

    def init(self, name: Atom) -> tuple[Atom, Atom]:
        return (A.ok, name)

    def handle_call(self, request: Term, from_: Term, other: Atom) -> Term:
        return (A.reply, gen_server.call(other, request, A.infinity), other)


def test_r9_a_hang_prints_who_waits_for_whom() -> None:
    document = parse("t.md", block("kv> stop :a\n:ok\nkv> self\n..."))
    with Watchdog() as watchdog:
        player = Player(document, Settings(), watchdog)
        assert player.session.scheduler == "controlled"  # from here this thread is a process
        gen_server.start(Calling, A.b, name=A.a)
        gen_server.start(Calling, A.a, name=A.b)
        process.spawn(lambda: gen_server.call(A.a, A.ask, A.infinity))
        player.session.settle()
        checked = list(player.steps())
        player.close()

    assert [each.status.value for each in checked] == ["hung", "not reached"]
    assert failure_lines(document, checked[0]) == [
        "HANG t.md:2  kv> stop :a        nobody can move and no timer is set",
        "  shell  #PID<0.100.0>  waiting for :a (stop :normal)  mailbox 0",
        "  :a     #PID<0.101.0>  waiting for :b (call)          mailbox 2"
        "  ← call cycle: :a → :b → :a",
        "  :b     #PID<0.102.0>  waiting for :a (call)          mailbox 0",
        "         #PID<0.103.0>  waiting for :a (call)          mailbox 0",
    ]


def test_r9_the_shell_is_among_those_who_wait_on_a_real_clock(replay: Replay) -> None:
    lines = START + "kv> suspend manager\n:ok\nkv> create store s1\n..."

    ran = replay(text=block(lines, "timeout=200ms", front="clock: real"))

    assert ran.code == 4
    shown = [" ".join(line.split()) for line in ran.out.splitlines()[1:3]]
    assert shown == [
        'shell #PID<0.100.0> waiting for KV.Registry (call {:create, "s1"}) mailbox 0',
        "manager #PID<0.103.0> suspended mailbox 1",
    ]


def test_r9_a_busy_process_is_named_and_the_rest_is_not_reached() -> None:
    stuck = threading.Event()
    document = parse(
        "t.md",
        block("kv> self\n...\nkv> self\n...", "timeout=50ms") + block("kv> self\n...", "fresh"),
    )
    with Watchdog() as watchdog:
        player = Player(document, Settings(), watchdog)
        session = player.session
        process.spawn(stuck.wait)
        checked = list(player.steps())
        stuck.set()
        player.close()
    session.close()

    assert [each.status.value for each in checked] == ["hung", "not reached", "passed"]
    failed = checked[0].failure
    assert failed is not None
    assert failed.summary == "no settlement within 0.05s"
    assert any("busy 0." in line and "#PID<0.101.0>" in line for line in failed.sentences)


def test_r10_time_is_virtual_and_every_run_is_the_same() -> None:
    text = block(START + "kv> sleep 5m\n:ok\nkv> create store s1\n#PID<0.104.0>\nkv> info s1\n...")

    first, second = play(text), play(text)

    assert first.ms < 4000
    assert [each.printed for each in first.checked] == [each.printed for each in second.checked]


def test_r10_a_call_to_the_suspended_manager_answers_after_five_virtual_seconds() -> None:
    text = block(
        START + "kv> suspend manager\n:ok\nkv> create store s1\n"
        '** (exit) exited in: GenServer.call(KV.Registry, {:create, "s1"}, 5000)\n'
        "    ** (EXIT) time out"
    )

    assert play(text).code == 0


def test_r10_a_real_clock_is_real_threads() -> None:
    text = block(
        START + "kv> create store s1\n#PID<s1>\nkv> lookup s1\n{:ok, #PID<s1>}", "", "clock: real"
    )

    assert play(text).code == 0


# -- R12 -------------------------------------------------------------------------------------------


def test_r12_a_failure_does_not_cascade() -> None:
    text = block(
        START.replace("mgr>", "mgr> ")
        + "kv> create store s1\n#PID<s1>\nkv> lookup s1\n{:ok, #PID<s1>}"
    )

    assert statuses(play(text)) == ["failed", "passed", "passed"]


def test_r12_holes_of_lines_that_match_bind_tentatively() -> None:
    text = block(
        START + "kv> create store s1; lookup s1\n#PID<s1>\n:wrong\nkv> lookup s1\n{:ok, #PID<s1>}\n"
        "kv> create store s2\n#PID<s1>\n"
    )

    played = play(text)

    assert statuses(played) == ["passed", "failed", "passed", "failed"]
    last = played.checked[3].failure
    assert last is not None
    assert (last.kind, last.follows) == ("identity", 4)
    lines = failure_lines(played.document, played.checked[3])
    assert lines == ["FAIL t.md:9  kv> create store s2        follows from line 4"]


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
    assert 'expected to fail, "not yet", and passed' in failure(passing).failure.summary  # type: ignore[union-attr]


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


def test_settle_off_lets_nobody_run() -> None:
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


def test_a_goal_is_no_line_of_the_session() -> None:
    """The learner never types it: the numbers are those that the learner has, too."""
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


def test_a_wish_to_the_prompt_is_refused_and_opens_nothing() -> None:
    played = play(
        block("kv> replay t.md\n...\n** (CommandError) ${_}\nkv> learn\n** (CommandError) ${_}")
    )

    assert statuses(played) == ["passed", "passed"]


# -- section 7 -------------------------------------------------------------------------------------


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


def test_the_head_of_a_mismatch_ends_at_column_90() -> None:
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


def test_it_ends_where_the_session_ends() -> None:
    played = play(block("kv> exit\nkv> self\n...") + block("kv> self\n...", "fresh"))

    assert statuses(played) == ["passed", "not reached", "not reached"]
    assert played.code == 1


def test_ctrl_c_ends_the_replay_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def press(self: Watchdog, seconds: float, ask: object) -> None:
        self._running, self._ask = True, ask  # type: ignore[assignment]
        self._press(2, None)

    monkeypatch.setattr(Watchdog, "start", press)

    played = play(block("kv> self\n...\nkv> self\n..."))

    assert (played.code, statuses(played)) == (130, ["not reached"])


def test_a_document_knows_nothing_of_the_next(replay: Replay) -> None:
    document: Document = parse("t.md", block(START))

    assert document.commands() == 1
    assert [replay(text=block(START)).code for _ in range(2)] == [0, 0]
