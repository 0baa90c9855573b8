"""A node starts, answers, survives invalid input, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kvshell.engines.beam import node as node_module
from kvshell.engines.beam.conversation import Conversation, LineAnswer, NodeDownError
from kvshell.engines.beam.node import BeamNode, EngineError, compiled, installed_versions

pytestmark = pytest.mark.slow


def run(talk: Conversation, *sources: str, client: str = "") -> LineAnswer:
    answered = talk.wait(talk.begin(client, [("value", source) for source in sources]), 60)
    assert answered is not None
    return answered


def texts(answered: LineAnswer) -> list[str]:
    return [part.answer[0] if part.kind == "value" else part.answer for part in answered.parts]


@pytest.fixture(scope="module")
def shared_node(elixir: str) -> Iterator[BeamNode]:
    """A node that the tests of this file share, unless they end one."""
    with BeamNode() as started:
        yield started


@pytest.fixture
def talk(shared_node: BeamNode) -> Conversation:
    """A conversation with the shared node, on which nothing runs and nothing is bound."""
    before = Conversation(shared_node)
    assert before.ask("reset", "", 60) is not None
    before.poll()
    shared_node.port.printed()
    return Conversation(shared_node)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().split(") ")[1].startswith("Z")


def test_values_arrive_in_order_up_to_the_first_error(talk: Conversation) -> None:
    answered = run(talk, "1 + 1", "x = :a", 'raise "oops"', "3")

    assert texts(answered) == ["2", ":a", "** (RuntimeError) oops"]
    assert answered.end == "done"
    assert texts(run(talk, "x")) == [":a"]


def test_a_crash_is_reported_without_stack_lines(talk: Conversation) -> None:
    (text,) = texts(run(talk, "GenServer.call(:nobody, :x)"))

    assert text.splitlines()[0] == "** (exit) exited in: GenServer.call(:nobody, :x, 5000)"
    assert len(text.splitlines()) == 2


def test_nothing_that_the_node_prints_breaks_a_packet(talk: Conversation) -> None:
    answered = run(
        talk,
        'IO.puts(:user, "to the user")',
        ":erlang.display({:straight, :out})",
        'IO.puts(:standard_error, "to the error")',
        'for n <- 1..2000, do: IO.puts("line #{n}")',
    )

    assert [part.printed for part in answered.parts[:-1]] == ["", "", ""]
    assert answered.parts[-1].printed.splitlines() == [f"line {n}" for n in range(1, 2001)]
    assert texts(run(talk, ":ok")) == [":ok"]
    assert talk.ask("rest", 5000, 6) == ""
    printed = talk.node.port.printed()
    assert "to the user" in printed
    assert "{straight,out}" in printed


def test_the_node_truncates_an_answer_of_50_megabytes(talk: Conversation) -> None:
    (text,) = texts(run(talk, 'String.duplicate("x", 50_000_000)'))

    assert len(text) < 10_000
    assert text.endswith('" <> ...')


def test_a_frame_larger_than_the_pipes_buffer_is_sent(talk: Conversation) -> None:
    (text,) = texts(run(talk, f'byte_size("{"x" * 500_000}")'))

    assert text == "500000"


def test_a_greedy_evaluation_ends_and_the_node_lives(talk: Conversation) -> None:
    answered = run(talk, "Enum.to_list(1..200_000_000)")

    assert answered.end == "down"
    assert "killed" in answered.text
    assert texts(run(talk, "1")) == ["1"]


def test_an_interrupt_ends_an_endless_loop_and_keeps_the_bindings(talk: Conversation) -> None:
    run(talk, "x = 5")
    number = talk.begin("", [("value", "Stream.cycle([1]) |> Stream.run()")])

    assert talk.wait(number, 0.05) is None
    talk.interrupt()
    answered = talk.wait(number, 30)

    assert answered is not None
    assert answered.end == "interrupted"
    assert texts(run(talk, "x")) == ["5"]


def test_another_client_has_its_own_bindings_and_pid(talk: Conversation) -> None:
    run(talk, "x = 1", client="b")

    assert run(talk, "x").parts[0].kind == "error"
    assert texts(run(talk, "self()", client="b")) != texts(run(talk, "self()"))


def test_a_node_that_dies_is_noticed(node: BeamNode) -> None:
    talk = Conversation(node)
    number = talk.begin("", [("value", "System.halt(3)")])

    with pytest.raises(NodeDownError):
        talk.wait(number, 30)


# Each of these calls suspends its caller until all schedulers have passed a barrier.
TRACED = """
for on <- [true, false], do: :erlang.trace_pattern({:lists, :_, :_}, on, [:local])
"""
LOADED = """
{module, code, file} = :code.get_object_code(Kvshell.Term)
:code.purge(module)
:code.load_binary(module, file, code)
"""


@pytest.mark.parametrize("barrier", [TRACED, LOADED])
def test_a_node_with_runnable_processes_is_not_at_rest(talk: Conversation, barrier: str) -> None:
    run(talk, "me = self()")
    for _ in range(20):
        run(talk, f"spawn(fn -> {barrier.strip()}; send(me, :done) end)")
        assert talk.ask("rest", 30_000, 31) == ""

        assert texts(run(talk, "receive do :done -> :done after 0 -> :not_yet end")) == [":done"]


def test_a_process_suspended_by_another_is_at_rest(talk: Conversation) -> None:
    run(talk, "pid = spawn(fn -> Process.sleep(:infinity) end)", ":erlang.suspend_process(pid)")

    assert talk.ask("rest", 5000, 6) == ""


@pytest.mark.parametrize("many", [10, 1_000])
def test_settling_waits_for_a_message_passed_around(talk: Conversation, many: int) -> None:
    run(
        talk,
        "me = self()",
        "pass = fn pass, next -> receive do m -> send(next, m); pass.(pass, next) end end",
        f"ring = Enum.reduce(1..{many}, me, fn _, to -> spawn(fn -> pass.(pass, to) end) end)",
    )
    for _ in range(10):
        run(talk, "send(ring, :round)")
        assert talk.ask("rest", 30_000, 31) == ""

        assert texts(run(talk, "receive do :round -> :here after 0 -> :not_yet end")) == [":here"]


def test_a_closed_node_has_ended(elixir: str) -> None:
    node = BeamNode()
    node.close()
    node.close()

    assert gone(node.system_pid)


def test_a_node_stopped_by_a_signal_can_be_closed(elixir: str) -> None:
    node = BeamNode()
    os.kill(node.system_pid, signal.SIGSTOP)
    node.close()

    assert gone(node.system_pid)


OWNER = """
import os, sys, time
from kvshell.engines.beam.node import BeamNode
node = BeamNode()
node.send("eval", "", [("value", "Stream.cycle([1]) |> Enum.each(fn _ -> IO.puts(1) end)")], 1)
print(node.system_pid, flush=True)
time.sleep(60)
"""


def test_a_killed_owner_leaves_no_node_and_holds_no_output_open(elixir: str) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    owner.kill()

    assert owner.communicate(timeout=30)[0] == ""  # ends only when nobody holds it open
    descriptor = os.pidfd_open(pid) if not gone(pid) else None
    if descriptor is not None:
        import select

        assert select.select([descriptor], [], [], 30)[0], "the node is still there"
        os.close(descriptor)


def test_a_node_has_no_name_no_port_and_no_cookie(talk: Conversation) -> None:
    assert texts(run(talk, "Node.alive?()", "Process.whereis(:net_kernel)")) == ["false", "nil"]


def test_sigint_does_not_end_a_node(talk: Conversation) -> None:
    os.kill(talk.node.system_pid, signal.SIGINT)

    assert texts(run(talk, "1")) == ["1"]


def test_the_versions_are_those_of_the_installed_elixir(node: BeamNode) -> None:
    assert node.versions == installed_versions()


def test_without_elixir_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(EngineError, match="apt-get install elixir"):
        BeamNode()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("#!/bin/sh\nexit 3\n", "elixir does not start: try elixir --version. it said nothing"),
        ("#!/bin/sh\necho too old >&2; exit 1\n", "try elixir --version. too old"),
        ("no script at all", "elixir cannot be started: Exec format error"),
    ],
)
def test_an_elixir_that_does_not_start_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    broken = tmp_path / "elixir"
    broken.write_text(script)
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")

    with pytest.raises(EngineError) as raised:
        BeamNode()

    assert str(raised.value).endswith(said)


def test_compiled_code_is_not_loaded_from_a_folder_that_others_can_write(
    elixir: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")
    folder = tmp_path / f"kvshell-beam-{os.getuid()}"

    assert compiled(elixir).parent == folder
    folder.chmod(0o777)
    with pytest.raises(EngineError, match="others can write to"):
        compiled(elixir)


def test_the_bridge_is_compiled_once(elixir: str) -> None:
    folder = compiled(elixir)

    assert compiled(elixir) == folder
    assert (folder / "Elixir.Kvshell.Bridge.beam").exists()
    assert {each.name for each in (folder / "designs").iterdir()} == {
        design.replace("-", "_") for design in node_module.DESIGNS
    }
