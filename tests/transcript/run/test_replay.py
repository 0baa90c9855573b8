"""Replays on real sessions: what passes, what fails, and how it is reported."""

import threading

from kvshell.otp import gen_server
from kvshell.otp.gen_server import GenServer
from kvshell.runtime import process
from kvshell.terms import A, Atom, Term
from kvshell.transcript.format.parser import parse
from kvshell.transcript.replay import play_document
from kvshell.transcript.report.failures import failure_lines
from kvshell.transcript.run.line_timeout import LineTimeout
from kvshell.transcript.run.player import Player, Settings
from tests.transcript.run.reports import START, TWO_STORES, shown
from tests.transcript.running import Replay, block, failure, play, statuses


def test_the_specifications_document_passes() -> None:
    played = play(TWO_STORES)

    assert set(statuses(played)) == {"passed"}
    assert played.code == 0


def test_the_specifications_suspended_manager_behaves_as_documented() -> None:
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


# -- no expected output ----------------------------------------------------------------------------


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


# -- holes, names and `fresh` ----------------------------------------------------------------------


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


def test_r5_a_name_that_a_failed_line_should_have_bound_is_named() -> None:
    text = block(START + "kv> create store s1\n:ok #PID<s1>\nkv> get ${s1} k\nnil\nkv> stores\n...")

    played = play(text)

    assert statuses(played) == ["passed", "failed", "failed", "passed"]
    last = played.checked[2].failure
    assert last is not None
    assert (last.kind, last.follows) == ("unbound", 4)
    assert not played.checked[2].ran


# -- events ----------------------------------------------------------------------------------------


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


def test_r8_an_event_belongs_to_the_command_after_which_it_arrived() -> None:
    lines = (
        START + "kv> suspend manager\n:ok\nkv> as b create store s1\n:ok\nkv> lookup s1\n:error\n"
        "kv> resume manager\n:ok\n~ b: #PID<s1>"
    )

    assert play(block(lines)).code == 0


def test_r8_a_missing_event_is_shown_with_the_actual_ones() -> None:
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


# -- settling and virtual time ---------------------------------------------------------------------


def test_r9_a_line_that_takes_too_long_is_a_hang(replay: Replay) -> None:
    text = block(START)
    text += block("kv> repeat 100000000 lookup s1\n...\nkv> stores\n[]", "timeout=100ms")

    ran = replay(text=text)

    assert ran.code == 4
    assert "HANG t.md:6  kv> repeat 100000000 lookup s1        no settlement within 0.1s" in ran.out
    assert "not reached  t.md, from line 8 (1 command)" in ran.out


class Calling(GenServer):
    """A server that answers a call by making the same call to another server."""

    def init(self, name: Atom) -> tuple[Atom, Atom]:
        return (A.ok, name)

    def handle_call(self, request: Term, from_: Term, other: Atom) -> Term:
        return (A.reply, gen_server.call(other, request, A.infinity), other)


def test_r9_a_hang_prints_who_waits_for_whom() -> None:
    document = parse("t.md", block("kv> stop :a\n:ok\nkv> self\n..."))
    with LineTimeout() as watchdog:
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
        "HANG t.md:2  kv> stop :a        no process can continue and no timer is set",
        "  shell  #PID<0.100.0>  waiting for :a (stop :normal)  mailbox 0",
        "  :a     #PID<0.101.0>  waiting for :b (call)          mailbox 2"
        "  ← call cycle: :a → :b → :a",
        "  :b     #PID<0.102.0>  waiting for :a (call)          mailbox 0",
        "         #PID<0.103.0>  waiting for :a (call)          mailbox 0",
    ]


def test_r9_on_a_real_clock_the_shell_is_listed_among_the_waiting(replay: Replay) -> None:
    lines = START + "kv> suspend manager\n:ok\nkv> create store s1\n..."

    ran = replay(text=block(lines, "timeout=200ms", front="clock: real"))

    assert ran.code == 4
    shown = [" ".join(line.split()) for line in ran.out.splitlines()[1:3]]
    assert shown == [
        'shell #PID<0.100.0> waiting for KV.Registry (call {:create, "s1"}) mailbox 0',
        "manager #PID<0.103.0> suspended mailbox 1",
    ]


def test_r9_a_busy_process_is_named_and_later_lines_are_not_reached() -> None:
    stuck = threading.Event()
    document = parse(
        "t.md",
        block("kv> self\n...\nkv> self\n...", "timeout=50ms") + block("kv> self\n...", "fresh"),
    )
    with LineTimeout() as watchdog:
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


# -- failures that follow from another -------------------------------------------------------------


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


def test_a_hang_among_very_many_processes_is_told_of_a_few() -> None:
    start = "Enum.each(1..1100, fn _ -> {:ok, p} = Agent.start(fn -> 1 end); :sys.suspend(p) end)"
    lines = f"kv> {start}\n:ok\nkv> receive do: (:never -> 1)\n..."
    document = parse("t.md", block(lines, front="timeout: 60s"))
    played = play_document(document, Settings(), lambda each: None)

    told = failure_lines(document, failure(played))
    assert len(told) == 22
    assert told[-1].strip() == "... and more of 1,101 processes"
