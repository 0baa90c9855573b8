"""Loading a Python file: what is started, and what a second load changes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kvshell.otp import gen_server
from kvshell.otp.code_loading import LoadError
from kvshell.runtime import Exit, Runtime, process
from kvshell.session import Session
from kvshell.terms import A, Atom, List, Pid, alias, inspect
from tests.nodes import SCHEDULERS, node, said
from tests.otp.programs import COUNTER, NAME, Write, load


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as runtime:
        yield runtime


def test_a_server_is_started_under_its_own_name_with_an_empty_list(
    rt: Runtime, write: Write
) -> None:
    ok, pid = load(rt, write(COUNTER))

    assert (ok, pid) == (A.ok, gen_server.whereis(NAME))
    assert gen_server.call(NAME, A.next) == 0


def test_the_registered_name_is_the_servers_module_if_set(rt: Runtime, write: Write) -> None:
    load(rt, write(COUNTER.replace("GenServer):\n", "GenServer):\n    module = 'Lab.Counter'\n")))

    assert gen_server.call(alias("Lab.Counter"), A.next) == 0


def test_a_running_server_keeps_pid_and_state_and_runs_the_new_code(
    rt: Runtime, write: Write
) -> None:
    _ok, pid = load(rt, write(COUNTER))
    gen_server.call(pid, A.next)

    answer = load(rt, write(COUNTER.replace("count + 1", "count + 10")))

    assert answer == (A.reloaded, List([NAME]))
    assert [gen_server.call(pid, A.next) for _ in range(2)] == [1, 11]


def test_waiting_messages_are_handled_by_the_new_code(rt: Runtime, write: Write) -> None:
    """As in OTP, where gen_server's loop makes a fully qualified call for each message."""
    source = (
        "from kvshell.otp import A, GenServer\nfrom kvshell.runtime import process\n"
        "class Teller(GenServer):\n"
        "    def handle_cast(self, client, state):\n"
        "        process.send(client, (A.version, 1))\n"
        "        return (A.noreply, state)\n"
        "    def handle_info(self, client, state):\n"
        "        process.send(client, A.busy)\n"
        "        process.receive(lambda message: message is A.go)\n"
        "        return (A.noreply, state)\n"
    )
    _ok, pid = load(rt, write(source))
    process.send(pid, process.self_())
    assert process.receive() is A.busy
    gen_server.cast(pid, process.self_())

    load(rt, write(source.replace("A.version, 1", "A.version, 2")))
    process.send(pid, A.go)

    assert process.receive() == (A.version, 2)


def test_processes_without_a_name_run_the_new_code_too(rt: Runtime, write: Write) -> None:
    load(rt, write(COUNTER))
    named = gen_server.whereis(NAME)
    assert isinstance(named, Pid)
    callbacks = type(named.record.behaviour.callbacks)
    _ok, other = gen_server.start(callbacks, [1, 2])

    load(rt, write(COUNTER.replace("count + 1", "count + 10")))

    assert [gen_server.call(other, A.next) for _ in range(2)] == [2, 12]


def test_the_first_process_follows_three_new_versions(rt: Runtime, write: Write) -> None:
    load(rt, write(COUNTER))
    for step in (2, 3, 4):
        load(rt, write(COUNTER.replace("count + 1", f"count + {step}")))

    assert [gen_server.call(NAME, A.next) for _ in range(2)] == [0, 4]


def test_a_server_that_ended_is_started_again(rt: Runtime, write: Write) -> None:
    _ok, pid = load(rt, write(COUNTER))
    gen_server.stop(pid)

    ok, again = load(rt, write(COUNTER))

    assert ok is A.ok
    assert again is not pid


def test_a_name_registered_by_another_process_is_taken(rt: Runtime, write: Write) -> None:
    process.register(process.self_(), NAME)

    assert load(rt, write(COUNTER)) == (A.error, (A.already_started, process.self_()))


def test_several_servers_are_answered_by_name(rt: Runtime, write: Write) -> None:
    source = COUNTER + "\nclass Gauge(Counter):\n    pass\n\nclass _Base(GenServer):\n    pass\n"

    answer = load(rt, write(source))

    assert isinstance(answer, List)
    names = [(name, ok) for name, (ok, _pid) in answer]
    assert names == [(NAME, A.ok), (alias("Gauge"), A.ok)]


def test_a_second_load_starts_new_servers(rt: Runtime, write: Write) -> None:
    load(rt, write(COUNTER))

    answer = load(rt, write(COUNTER + "\nclass Gauge(Counter):\n    pass\n"))

    assert isinstance(answer, List)
    assert answer[0] == (NAME, A.reloaded)
    assert answer[1][1][0] is A.ok


def test_a_start_function_overrides_the_default(rt: Runtime, write: Write) -> None:
    source = COUNTER + (
        "\ndef start():\n    from kvshell.otp import gen_server\n"
        "    return gen_server.start(Counter, [1, 2, 3], name=A.mine)\n"
    )

    ok, pid = load(rt, write(source))

    assert (ok, pid) == (A.ok, process.whereis(A.mine))
    assert gen_server.call(A.mine, A.next) == 3

    edited = source.replace("count + 1", "count + 10")
    assert load(rt, write(edited)) == (A.reloaded, List([NAME]))
    assert [gen_server.call(A.mine, A.next) for _ in range(2)] == [4, 14]


def test_a_start_function_reports_a_taken_name(rt: Runtime, write: Write) -> None:
    process.register(process.self_(), A.mine)
    source = COUNTER + (
        "\ndef start():\n    from kvshell.otp import gen_server\n"
        "    return gen_server.start(Counter, [], name=A.mine)\n"
    )

    assert load(rt, write(source)) == (A.error, (A.already_started, process.self_()))


def test_a_server_that_refuses_to_start_says_why(rt: Runtime, write: Write) -> None:
    source = COUNTER.replace("(A.ok, len(start))", "(A.stop, A.no_disk)")

    assert load(rt, write(source)) == (A.error, A.no_disk)


def test_a_module_beside_it_can_be_imported(rt: Runtime, write: Write) -> None:
    write("STEP = 5\n", "steps.py")
    source = "from steps import STEP\n" + COUNTER.replace("count + 1", "count + STEP")

    load(rt, write(source))

    assert [gen_server.call(NAME, A.next) for _ in range(2)] == [0, 5]


def test_a_module_beside_it_that_was_edited_runs_anew(
    rt: Runtime, write: Write, tmp_path: Path
) -> None:
    write("STEP = 5\n", "steps.py")
    source = "from steps import STEP\n" + COUNTER.replace("count + 1", "count + STEP")
    load(rt, write(source))

    write("STEP = 7\n", "steps.py")  # as long as before, and in the same second
    load(rt, write(source))

    assert [gen_server.call(NAME, A.next) for _ in range(2)] == [0, 7]
    assert not (tmp_path / "__pycache__").exists()


def test_after_an_error_in_an_imported_module_the_old_one_is_kept(
    rt: Runtime, write: Write
) -> None:
    write("STEP = 5\n", "later.py")
    source = COUNTER.replace(
        "            case A.next:",
        "            case A.step:\n"
        "                import later\n                return (A.reply, later.STEP, count)\n"
        "            case A.next:",
    ).replace("from", "import later\nfrom", 1)
    load(rt, write(source))

    write("STEP = 1 / 0\n", "later.py")
    with pytest.raises(LoadError, match="ZeroDivisionError"):
        load(rt, write(source))

    assert gen_server.call(NAME, A.step) == 5


def test_servers_in_an_imported_module_run_their_new_code(rt: Runtime, write: Write) -> None:
    write(COUNTER, "counters.py")
    main = (
        "import counters\nfrom kvshell.otp import A, gen_server\n"
        "def start():\n    return gen_server.start(counters.Counter, [], name=A.mine)\n"
    )
    load(rt, write(main, "main.py"))

    write(COUNTER.replace("count + 1", "count + 3"), "counters.py")

    assert load(rt, write(main, "main.py")) == (A.reloaded, List([NAME]))
    assert [gen_server.call(A.mine, A.next) for _ in range(2)] == [0, 3]


def test_a_crash_shows_the_programs_line_as_iex_does(rt: Runtime, write: Write) -> None:
    load(rt, write(COUNTER))

    assert said(lambda: gen_server.call(NAME, (A.divide, 0))) == (
        "** (exit) exited in: GenServer.call(Counter, {:divide, 0}, 5000)\n"
        "    ** (EXIT) an exception was raised:\n"
        "        ** (ZeroDivisionError) division by zero\n"
        "            counter.py:12: Counter.handle_call/3"
    )
    rt.settle()
    told = [event.text for event in rt.drain_events() if event.kind == "crash"]
    assert told[0].split("\n")[:3] == [
        "GenServer Counter terminating",
        "** (ZeroDivisionError) division by zero",
        "    counter.py:12: Counter.handle_call/3",
    ]


def test_a_missing_clause_names_the_position_of_the_others(rt: Runtime, write: Write) -> None:
    load(rt, write(COUNTER))

    assert said(lambda: gen_server.call(NAME, A.nope)).endswith(
        "        ** (FunctionClauseError) no function clause matching in Counter.handle_call/3\n"
        "            counter.py:7: Counter.handle_call/3"
    )


def test_the_exit_reason_contains_the_position_as_on_the_beam(rt: Runtime, write: Write) -> None:
    _ok, pid = load(rt, write(COUNTER))
    process.monitor(pid)
    with pytest.raises(Exit):
        gen_server.call(pid, (A.divide, 0))
    down = process.receive()

    assert inspect(down[4][1], width=None) == (
        '[{Counter, :handle_call, 3, [file: "counter.py", line: 12]}]'
    )


def test_a_session_loads_nothing_unless_its_host_lets_it(write: Write) -> None:
    write(COUNTER)
    with Session() as session:
        results = session.run("load counter.py")

    assert results[0].error == (
        "** (CommandError) load runs code from a file: in a transcript only with --trust"
    )


def test_a_loaded_program_can_be_bound_and_compared(write: Write) -> None:
    write(COUNTER)
    with Session() as session:
        session.programs = Path
        session.run("{:ok, c} = load counter.py")
        compared = session.run("compare load counter.py")[0]

        assert type(session.bindings["c"]) is Pid
        assert compared.ok
        assert session.run("load counter.py")[0].value == (A.reloaded, List([Atom(NAME.name)]))
