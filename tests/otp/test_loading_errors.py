"""Loading a Python file: how mistakes in it are reported."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kvshell.otp import code_loading as loading
from kvshell.otp.code_loading import LoadError
from kvshell.runtime import Exit, Runtime
from kvshell.session import Session
from kvshell.session.interrupts import Interrupts
from kvshell.terms import ElixirError
from tests.nodes import SCHEDULERS, node
from tests.otp.programs import COUNTER, Write, load


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as runtime:
        yield runtime


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("class A(:\n", "it.py:1: invalid syntax: class A(:"),
        ("x = 1\nimport nosuch_\n", "it.py:2: ModuleNotFoundError: No module named 'nosuch_'"),
        ("def f():\n    1 / 0\nf()\n", "it.py:2: ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(3)\n", "it.py:2: SystemExit: 3"),
        ("raise BaseException('b')\n", "it.py:1: BaseException: b"),
        ("raise GeneratorExit\n", "it.py:1: GeneratorExit"),
        ("raise KeyboardInterrupt\n", "it.py:1: KeyboardInterrupt"),
        ("def start():\n    raise SystemExit\n", "it.py:2: SystemExit"),
        (
            "class E(Exception):\n    def __str__(self): return 1\nraise E\n",
            "it.py:3: E: <exception str() failed>",
        ),
        (
            "class X(BaseException):\n    def __str__(self): raise X\nraise X\n",
            "it.py:3: X: <exception str() failed>",
        ),
        (
            "class X(Exception):\n    def __str__(self): raise SystemExit\nraise X\n",
            "it.py:3: X: <exception str() failed>",
        ),
        ("raise ValueError\n", "it.py:1: ValueError"),
        ("raise ValueError('a\\nb')\n", "it.py:1: ValueError: a b"),
        ("x = 1\n", "it.py has no GenServer class and no start(): nothing to start"),
        ("def start():\n    return {1}\n", "it.py: TypeError: start(): set is not a term"),
        ("def start():\n    return [][1]\n", "it.py:2: IndexError: list index out of range"),
    ],
)
def test_an_error_is_one_line_with_its_position(
    rt: Runtime, write: Write, source: str, sentence: str
) -> None:
    with pytest.raises(LoadError) as caught:
        load(rt, write(source, "it.py"))

    assert str(caught.value) == sentence


def test_ctrl_c_while_a_file_runs_is_not_an_error_of_the_file(rt: Runtime, write: Write) -> None:
    press = "import signal\nsignal.raise_signal(signal.SIGINT)\n"

    with Interrupts(), pytest.raises(KeyboardInterrupt):
        load(rt, write(press, "it.py"))


def test_bytes_that_are_not_text_are_an_error_of_the_file(rt: Runtime, tmp_path: Path) -> None:
    for name, data in (("latin.py", b"x = '\xe9'\n"), ("nul.py", b"x = 1\x00\n")):
        path = tmp_path / name
        path.write_bytes(data)

        with pytest.raises(LoadError, match=rf"{name}:\d+: "):
            loading.load(path)


def test_a_comment_in_another_encoding_is_refused_unless_the_file_says_so(
    rt: Runtime, tmp_path: Path
) -> None:
    """Python itself rejects such a file, but its `compile` skips the bytes of a comment."""
    path = tmp_path / "bad.py"
    for lines in (0, 5):
        path.write_bytes(b"x = 1\n" * lines + b"# caf\xe9\ndef start(): return 1\n")

        with pytest.raises(LoadError, match=rf"bad\.py:{lines + 1}: not UTF-8: byte 0xe9$"):
            loading.load(path)

    path.write_bytes(b"# coding: latin-1\n# caf\xe9\ndef start(): return 1\n")
    assert loading.load(path).start is not None


@pytest.mark.parametrize(
    ("name", "why"),
    [("nosuch.py", "no such file or folder: nosuch.py"), (".", "cannot read .: Is a directory")],
)
def test_an_unreadable_file_is_reported(rt: Runtime, write: Write, name: str, why: str) -> None:
    write("")

    with pytest.raises(LoadError, match=f"^{why}$"):
        loading.load(Path(name))


def test_an_elixir_file_is_refused(rt: Runtime, write: Write) -> None:
    with pytest.raises(LoadError, match=r"^counter\.ex is Elixir: "):
        loading.load(write("defmodule Counter do\nend\n", "counter.ex"))


def test_exits_and_elixir_errors_pass_through(rt: Runtime, write: Write) -> None:
    with pytest.raises(Exit):
        load(rt, write("from kvshell.otp import A, gen_server\ngen_server.call(A.nobody, 1)\n"))
    with pytest.raises(ElixirError):
        load(rt, write("from kvshell.runtime import process\nprocess.send('x', 1)\n"))


def test_an_error_is_followed_by_a_hint(write: Write) -> None:
    write(COUNTER)
    with Session() as session:
        session.programs = Path
        session.run("load counter.py")
        crashed = session.run("call Counter {:divide, 0}")[0]
        write("class\n")
        failed = session.run("load counter.py")[0]

    assert crashed.hint is not None
    assert crashed.hint.line == "load counter.py"
    assert failed.hint is not None
    assert failed.hint.text == "fix it and load it again: load counter.py"
