"""A program without any operation for seconds of real time is abandoned, and its place reported."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from kvshell.explore.program.function_program import Clients, Written
from kvshell.explore.program.program import Program
from kvshell.explore.search.search import Search, Stopped
from kvshell.otp import gen_server
from kvshell.otp.gen_server import GenServer
from kvshell.runtime import NotAtRest
from kvshell.runtime.search.steps import FaultModel
from kvshell.terms import A, Atom, Opaque, Pid, Term
from tests.explore.search.figures import MADE, document, started

KVSHELL = str(Path(sys.executable).with_name("kvshell"))
BRIEF_S = 0.2
LOOPS = """
import os
import time

from kvshell.otp import gen_server
from kvshell.otp.gen_server import GenServer
from kvshell.terms import A, Atom


class Server(GenServer):
    def init(self, arg):
        return (A.ok, arg)

    def handle_call(self, request, from_, state):
        match request:
            case A.loop:
                os.write(2, b"looping\\n")  # in one piece: each law loops in a process of its own
                while True:
                    pass
            case A.sleep:
                time.sleep(60)
            case A.ask:
                input()
        return (A.reply, A.ok, state)


def start():
    gen_server.start(Server, None, name=Atom("Elixir.Mill"))
"""
SLEEPING = LOOPS.split("\n").index("                time.sleep(60)") + 1
LOOPING = LOOPS.split("\n").index("                    pass") + 1
ASKING = LOOPS.split("\n").index("                input()") + 1


@pytest.fixture
def over() -> Iterator[threading.Event]:
    """An event that lets the abandoned threads end after the test."""
    event = threading.Event()
    yield event
    event.set()
    left = [thread for thread in threading.enumerate() if thread.name == "kvshell-controlled"]
    for thread in left:
        thread.join(10)
    assert not any(thread.is_alive() for thread in left)


def runs_on(over: threading.Event) -> None:
    while not over.is_set():
        pass


def waits(over: threading.Event) -> None:
    over.wait()


class Mill(GenServer):
    def init(self, arg: Term) -> Term:
        return (A.ok, arg)

    def handle_call(self, request: Term, from_: Term, state: Term) -> Term:
        request.value()
        return (A.reply, A.ok, state)


def ann(_: Pid) -> Term:
    return A.ok


def refusal(searched: Program, spec: bool) -> str:
    began = monotonic()
    search = Search(searched, FaultModel(spec), patience_s=BRIEF_S)
    with search, pytest.raises(NotAtRest) as raised:
        search.run()
    assert monotonic() - began < 2  # stuck processes are not waited for
    return str(raised.value)


def says(name: str, function: Callable[..., object]) -> str:
    first = function.__code__.co_firstlineno
    return (
        rf"{re.escape(name)} keeps running \(or waits for something outside\) "
        "between two operations: "
        rf"{re.escape(__file__)}:({first + 1}|{first + 2})"
    )


@pytest.mark.parametrize("spec", [True, False])
@pytest.mark.parametrize("stuck", [runs_on, waits])
def test_a_stuck_client_is_named_with_its_position(
    stuck: Callable[[threading.Event], None], spec: bool, over: threading.Event
) -> None:
    def bob(_: Pid) -> None:
        stuck(over)

    assert re.fullmatch(says("bob", stuck), refusal(started(mill, ann, bob), spec))


def mill() -> Pid:
    return gen_server.start(Mill, None, name=Atom("Elixir.Mill"))[1]  # type: ignore[no-any-return]


@pytest.mark.parametrize("stuck", [runs_on, waits])
def test_a_stuck_server_is_named_with_its_position(
    stuck: Callable[[threading.Event], None], over: threading.Event
) -> None:
    ask = Opaque(lambda: stuck(over))
    searched = started(mill, lambda server: gen_server.call(server, ask))

    assert re.fullmatch(says("Mill", stuck), refusal(searched, spec=True))


def test_a_server_stuck_in_the_set_up_is_named(over: threading.Event) -> None:
    ask = Opaque(lambda: waits(over))
    searched = started(lambda: gen_server.call(mill(), ask), ann)

    assert re.fullmatch(says("Mill", waits), refusal(searched, spec=True))


def test_a_server_stuck_in_the_final_check_is_named(over: threading.Event) -> None:
    ask = Opaque(lambda: waits(over))

    def program() -> Clients:
        server = mill()
        yield lambda: None
        gen_server.call(server, ask)

    told = refusal(Written(program), spec=True)
    assert re.fullmatch(f"in the final check: {says('Mill', waits)}", told)


def test_a_slow_process_is_waited_for() -> None:
    def slow(server: Pid) -> Term:
        for _ in range(4):  # longer than the limit in total, but not between two operations
            gen_server.call(server, Opaque(lambda: sleep(BRIEF_S / 2)))
        return A.ok

    with Search(started(mill, slow), patience_s=BRIEF_S) as search:
        run = search.run()
        assert run is not None
        assert run.ending.seen[0].answer == ":ok"
        assert search.run() is None
        assert search.complete


def test_a_stuck_process_need_not_be_waited_for(over: threading.Event) -> None:
    searched = started(mill, lambda _: waits(over))
    with Search(searched, stop=lambda: True) as search, pytest.raises(Stopped):
        search.run()


class Told:
    """Runs `kvshell explore` as a separate program."""

    def __init__(self, folder: Path) -> None:
        (folder / "server.py").write_text(LOOPS, encoding="utf-8")
        self.path = folder / "program.md"
        self.server = folder / "server.py"

    def start(self, request: str, *words: str) -> "subprocess.Popen[str]":
        text = document(f"kv> call Mill :{request}\n...", setup=f"{MADE}\nkv> load server.py\n...")
        self.path.write_text(text, encoding="utf-8")
        return subprocess.Popen(
            [KVSHELL, "explore", str(self.path), "--trust", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "NO_COLOR": "1"},
        )


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(tmp_path)


@pytest.mark.slow
def test_a_stuck_program_ends_without_a_verdict(tmp_path: Path) -> None:
    """The cases run at the same time, since each takes five seconds; a failure names its case."""
    running, places = {}, {}
    for request, line in (("loop", LOOPING), ("sleep", SLEEPING), ("ask", ASKING)):
        for words in ((), ("--replay", "spec:0")):
            case = "-".join([request, *words])
            folder = tmp_path / case
            folder.mkdir()
            running[case] = Told(folder).start(request, *words)
            places[case] = rf"\S*server\.py:({line}|{line - 1})"
    codes = {case: shell.wait(timeout=100) for case, shell in running.items()}

    for case, shell in running.items():
        answered, errors = shell.communicate()
        said = errors.replace("looping\n", "")  # by each of the two laws
        verdict = (
            r"kvshell: no verdict: Mill keeps running \(or waits for something outside\) "
            rf"between two operations: {places[case]}\n"
        )
        assert (case, codes[case], answered) == (case, 4, "")
        assert re.fullmatch(verdict, said), (case, said)


@pytest.mark.slow
@pytest.mark.parametrize("words", [(), ("--replay", "spec:0")])
def test_ctrl_c_ends_a_search_whose_server_loops(told: Told, words: tuple[str, ...]) -> None:
    with told.start("loop", *words) as shell:
        assert shell.stderr is not None
        assert shell.stderr.readline() == "looping\n"
        began = monotonic()
        shell.send_signal(signal.SIGINT)

        assert shell.wait(timeout=50) == 130
        assert monotonic() - began < 4
