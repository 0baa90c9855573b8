"""kvshell's commands on a real node give the same results, rendered by the same handlers."""

import pytest

from kvshell.commands.result import StreamedOutput
from kvshell.engines.beam.beam_client import NOT_KNOWN
from kvshell.engines.beam.node import BeamNode, Versions
from kvshell.engines.beam_runner import BeamRunner
from kvshell.runtime import Event
from kvshell.session import Session
from kvshell.session.client import plain
from kvshell.terms import Pid
from tests.engines.typed import lines, said

pytestmark = pytest.mark.slow


OTHER = Versions("1.17.3", "27")
ONE_AT_A_TIME = "+S 1"  # one scheduler: nobody runs beside the line


def told(runner: BeamRunner, *texts: str) -> list[Event]:
    """Return all events of these lines: those in their results, and those after them."""
    during = [event for result in lines(runner, *texts) for event in result.events]
    return during + runner.events()


def test_a_store_is_created_written_and_read(runner: BeamRunner) -> None:
    answers = said(runner, "start manager", "create store s1", "put s1 milk 1; get s1 milk")

    assert answers[0].startswith("{:ok, #PID<")
    assert answers[2:] == [":ok", "1"]


def test_a_value_is_decoded_to_a_term(runner: BeamRunner) -> None:
    (started, created) = lines(runner, "start manager", "create store s1")

    assert isinstance(created.value, Pid)
    assert started.value != created.value


@pytest.mark.parametrize("design", ["plain", "map", "ets-cast", "ets", "library"])
def test_every_design_keeps_names(runner: BeamRunner, design: str) -> None:
    answers = said(
        runner,
        f"start manager {design}",
        "create store s1",
        "put s1 k v",
        "get s1 k",
        "stores",
        "keys s1",
        "alive s1",
    )

    assert answers[3:] == ['"v"', '["s1"]', '["k"]', "true"]


def test_two_commands_of_a_line_are_one_evaluation(elixir: str) -> None:
    with BeamRunner(node=BeamNode(ONE_AT_A_TIME)) as runner:
        lines(runner, "start manager ets-cast")

        found = [said(runner, f"create store s{n}; lookup s{n}")[-1] for n in range(100)]

    assert found == [":error"] * 100


@pytest.mark.parametrize("line", ["lookup s1", "get s1 k", "stores", "kill manager", "registry"])
def test_if_nothing_runs_it_says_so_as_kvshell_does(runner: BeamRunner, line: str) -> None:
    with Session() as native:
        assert said(runner, line)[0] == plain(native.run(line)[0])
        assert "nothing runs yet: start manager" in said(runner, line)[0]
        for each in (runner, native):
            each.run("start manager; stop manager")
        assert said(runner, line)[0] == plain(native.run(line)[0])
        assert "nothing runs: start manager" in said(runner, line)[0]


def test_another_client_is_told_that_nothing_runs_too(runner: BeamRunner) -> None:
    (event,) = told(runner, "as b lookup s1")

    assert event.text == "b: ** (CommandError) nothing runs yet: start manager"


def test_an_ets_error_in_typed_elixir_is_unchanged(runner: BeamRunner) -> None:
    (error,) = said(runner, 'KV.Registry.lookup(KV.Registry, "s1")')

    assert error.startswith("** (ArgumentError) errors were found")


def test_a_line_stops_at_its_first_error_after_running_what_precedes_it(runner: BeamRunner) -> None:
    answers = said(runner, "start manager", "x = create store a; get nosuch k; create store b")

    assert len(answers) == 3
    assert answers[2] == "** (MatchError) no match of right hand side value: :error"
    assert said(runner, "stores; x")[1] == answers[1]


def test_the_counter_advances_after_an_answer_but_not_after_an_error(runner: BeamRunner) -> None:
    lines(runner, "self", "get s1 k", "self; self")

    assert runner.counter == 3
    assert said(runner, "v 1") == said(runner, "self")


def test_step_lets_one_message_through(runner: BeamRunner) -> None:
    answers = said(
        runner,
        "start manager ets-cast",
        "suspend manager",
        "create store a; create store b",
        "step manager",
        "lookup a",
        "lookup b",
        "step manager 5",
        "step manager",
    )

    assert answers[4] == 'handled {:create, "a"}, 1 left'
    assert answers[5].startswith("{:ok, #PID<")
    assert answers[6:] == [":error", 'handled {:create, "b"}, 0 left', "nothing to handle, 0 left"]


def test_registry_tells_the_history_of_a_stale_row(runner: BeamRunner) -> None:
    lines(runner, "start manager", "create store s1", "suspend manager; stop s1")

    (story,) = said(runner, "registry s1")

    assert "died at line 3: :normal (it was stopped)." in story
    assert "Its :DOWN waits in the mailbox of KV.Registry, 1 of 1." in story
    assert "next: step manager" in story


def test_another_clients_wait_blocks_nobody_and_its_answer_is_an_event(runner: BeamRunner) -> None:
    assert told(runner, "start manager", "suspend manager", "as b create store s1") == []

    (created,) = told(runner, "resume manager")
    (handed,) = lines(runner, "as b lookup s1")
    (looked_up,) = (*handed.events, *runner.events())

    assert plain(handed) == ":ok"
    assert created.kind == looked_up.kind == "answer"
    assert created.text.startswith("b: #PID<")
    assert looked_up.text == f"b: {{:ok, {created.text.removeprefix('b: ')}}}"


def test_a_clients_answer_is_returned_once_it_has_arrived(runner: BeamRunner) -> None:
    lines(runner, "start manager")

    (result,) = runner.run_as("b", "create store s1")

    assert isinstance(result.value, Pid)
    assert result.events == ()
    assert runner.events() == []


def test_killing_the_manager_a_hundred_times_works(runner: BeamRunner) -> None:
    for _ in range(100):
        results = lines(runner, "start manager", "kill manager")
        assert results[-1].ok
        runner.events()

    assert said(runner, "self")[0].startswith("#PID<")


def test_after_its_death_the_shell_starts_anew(runner: BeamRunner) -> None:
    lines(runner, "start manager", "x = create store s1")
    (before,) = said(runner, "self")

    (banner,) = said(runner, "kill shell")

    assert banner == f"** (EXIT from {before}) shell process exited with reason: killed"
    assert runner.counter == 1
    assert said(runner, "x") == ["** (CommandError) no command x: type help to see them all"]
    assert said(runner, "lookup s1")[0].startswith("{:ok, #PID<")


def test_a_crash_is_an_event_without_its_stack(runner: BeamRunner) -> None:
    results = lines(runner, "start manager", "create store s1", "crash s1")
    text = "\n".join(event.text for event in (*results[-1].events, *runner.events()))

    assert results[-1].error is not None
    assert results[-1].error.endswith("** (RuntimeError) oops in agent")
    assert "terminating\n** (RuntimeError) oops in agent\nLast message (from" in text


def test_an_unknown_log_report_is_shown_unchanged(runner: BeamRunner) -> None:
    # On Elixir 1.15 and newer this happens if Logger is not configured.
    report = "%{level: :error, msg: {:string, :no_text}, meta: %{}}"
    (event,) = told(runner, f"Kvshell.Log.log({report}, %{{}})")

    assert event.text == "{:string, :no_text}"


def test_counters_that_only_kvshell_has_are_omitted(runner: BeamRunner) -> None:
    lines(runner, "start manager")
    (text,) = said(runner, "info manager")

    facts = dict(line.split("  ", 1) for line in text.splitlines()[1:])
    assert facts["handled"] == NOT_KNOWN
    assert facts["memory"].endswith(" bytes")
    assert "about" not in facts["memory"]
    assert facts["status"] == "idle"


@pytest.mark.parametrize(
    "line",
    [
        "explore create store a",
        "compare lookup a",
        "deliver shell to manager",
        "load x.py",
        "bench",
        "messages on",
        "set law spec",
    ],
)
def test_commands_a_node_cannot_run_are_refused_with_a_reason(
    runner: BeamRunner, line: str
) -> None:
    (answer,) = said(runner, line)

    assert answer.startswith("** (CommandError) ")
    assert answer.count("\n") == 0


def test_repeat_counts_the_race_of_the_chapter(elixir: str) -> None:
    with BeamRunner(node=BeamNode(ONE_AT_A_TIME)) as runner:
        lines(runner, "start manager ets-cast")

        (table,) = said(runner, "repeat 20 create store a{n}; lookup a{n}")

    assert table.splitlines()[1:] == ["20  100.0 %  :ok; :error  1", "20 rounds"]


def test_a_restarted_system_uses_the_designs_own_modules_again(runner: BeamRunner) -> None:
    own = "defmodule KV.Registry do def lookup(_server, _name), do: :mine end"
    assert said(runner, own, "lookup s1")[1] == ":mine"

    runner.fresh("ets")

    assert said(runner, "start manager", "lookup s1")[1] == ":error"


def test_reset_starts_another_node(elixir: str) -> None:
    with BeamRunner() as runner:
        lines(runner, "start manager", "x = self")
        pid = runner.node.system_pid

        assert said(runner, "reset") == [":ok"]

        assert runner.node.system_pid != pid
        assert runner.counter == 1
        assert said(runner, "alive manager") == ["false"]


def test_reset_starts_a_node_of_the_same_kind(elixir: str) -> None:
    with BeamRunner(node=BeamNode(ONE_AT_A_TIME, claimed=OTHER)) as runner:
        lines(runner, "reset")

        assert said(runner, ":erlang.system_info(:schedulers)") == ["1"]
        assert runner.node.versions == OTHER


def test_the_loss_of_the_node_is_reported(elixir: str) -> None:
    with BeamRunner() as runner:
        lines(runner, "start manager")
        runner.node.port.kill()

        answers = [plain(result) for result in runner.run("create store s1")]

        assert answers == ["** (CommandError) the node is gone: type reset to start another"]
        assert runner.events() == []
        assert plain(runner.run("reset; self")[0]) == ":ok"


def test_observing_leaves_nothing_in_a_mailbox(runner: BeamRunner) -> None:
    own = "defmodule Own do def loop, do: (receive do :stop -> :ok end) end"
    lines(runner, own, "pid = spawn(&Own.loop/0)")

    for _ in range(2):
        runner.snapshot()

    assert said(runner, "flush", "Process.info(pid, :messages)") == [":ok", "{:messages, []}"]


def test_the_snapshot_names_what_runs(runner: BeamRunner) -> None:
    lines(runner, "start manager", "create store s1", "suspend manager", "x = self")

    snapshot = runner.snapshot()

    assert snapshot.design == "ets"
    assert [row.name for row in snapshot.stores] == ["s1"]
    assert snapshot.suspended == ("manager",)
    assert [row.name for row in snapshot.bindings] == ["x"]


def test_what_the_first_part_prints_is_passed_on_line_by_line_while_it_runs(
    runner: BeamRunner,
) -> None:
    shown: list[str] = []
    runner.on_output = shown.append

    (first,) = runner.run('IO.write("a"); IO.write("b\\nc"); send(self(), :go); 1 / 0')
    answers = runner.run('IO.puts("d"); self; IO.puts("e")')
    runner.on_output = None

    assert shown == ["ab", "c", "d"]
    assert isinstance(first.output, StreamedOutput)
    assert (first.output, first.elixir) == ("ab\nc", True)
    assert [each.output for each in answers] == ["d\n", "", "e\n"]
    assert not isinstance(answers[-1].output, StreamedOutput)


def test_what_another_client_prints_comes_before_its_answer(runner: BeamRunner) -> None:
    events = told(runner, 'as bob IO.puts("hi")')

    assert [event.text for event in events] == ["hi", "bob: :ok"]


def test_a_supervisor_that_gives_up_says_so(runner: BeamRunner) -> None:
    events = told(runner, "start manager", *["kill manager"] * 4)

    assert [event.text for event in events] == [
        "KV.Supervisor gives up: KV.Registry ended: killed, and no restart is left"
    ]
    assert said(runner, "stores") == ["** (CommandError) nothing runs: start manager"]


def test_the_limit_of_a_line_s_memory_is_named(runner: BeamRunner) -> None:
    events = told(runner, "Enum.to_list(1..200_000_000)")
    while not events:  # the emulator logs it by a message of its own
        events = runner.events()

    assert [event.text for event in events] == [
        "kvshell ends a line on a node whose process needs more than 400 MB; the node goes on"
    ]


def test_who_does_not_come_to_rest_is_named(runner: BeamRunner) -> None:
    runner.run("x = spawn(fn -> Enum.each(Stream.cycle([1]), & &1) end)")
    assert not runner.settle(0.1)

    assert " in " in runner.busy  # with what it is busy
    runner.run("Process.exit(x, :kill)")
    assert runner.settle(20)
    assert runner.busy == ""


def test_a_node_that_ends_while_nobody_types_is_told_once_and_has_nothing_to_watch(
    elixir: str,
) -> None:
    with BeamRunner() as runner:
        assert runner.descriptors()
        runner.node.port.kill()
        while not (events := runner.events()):
            pass

        assert [event.text for event in events] == ["the node is gone: type reset to start another"]
        assert runner.events() == []
        assert runner.descriptors() == ()


def test_a_client_reads_the_bindings_of_the_shell_and_makes_its_own(runner: BeamRunner) -> None:
    lines(runner, "x = 1")

    events = told(runner, "as b x + 1", "as b x = 5", "as b x", "as c x")

    assert [event.text for event in events] == ["b: 2", "b: 5", "b: 5", "c: 1"]
