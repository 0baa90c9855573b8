"""The command as a program: pipes, signals, terminals, and what it imports."""

import json
import os
import pty
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import Done, environment, finish, program, start

POSIX = pytest.mark.skipif(os.name == "nt", reason="pipes and signals of POSIX")


def output(*words: str, stdin: bytes = b"", **variables: str) -> Done:
    return finish(start(*words, env=environment(**variables)), stdin)


def test_each_answer_is_written_before_the_next_line_is_read() -> None:
    with start(env=environment()) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"start manager\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"{:ok, #PID<0.103.0>}\n"
        process.stdin.write(b"lookup s1\n")
        process.stdin.flush()
        assert process.stdout.readline() == b":error\n"
        process.stdin.close()
        assert process.wait(30) == 0
        process.stdin = None


@POSIX
def test_a_closed_pipe_ends_the_program_quietly() -> None:
    process = start(env=environment())
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None

    done = finish(process, b"self\n" * 1_000)

    assert (done.code, done.err) == (-signal.SIGPIPE, "")


@pytest.mark.slow
@POSIX
def test_a_full_disk_is_reported() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    with full.open("wb") as stream:
        done = finish(start("-c", "self", stdout=stream, env=environment()))

    assert done.code == 4
    assert done.err == "kvshell: cannot write to standard output: No space left on device\n"


@pytest.mark.slow
@POSIX
@pytest.mark.parametrize(("closed", "code"), [("<&-", 0), (">&-", 4), ("2>&-", 1)])
def test_closed_standard_streams_do_no_harm(closed: str, code: int) -> None:
    words = " ".join(program("-c", "nonsense" if closed == "2>&-" else "self"))

    done = subprocess.run(
        ["/bin/sh", "-c", f"{words} {closed}"],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
        timeout=30,
    )

    assert done.returncode == code
    assert "Traceback" not in done.stderr


@POSIX
def test_unreadable_input_exits_with_2() -> None:
    with Path(os.devnull).open("wb") as unreadable:
        done = finish(start(stdin=unreadable, env=environment()))

    assert (done.code, done.out) == (2, "")
    assert done.err == "kvshell: cannot read standard input: Bad file descriptor\n"


@pytest.mark.slow
@POSIX
def test_ctrl_c_while_reading_exits_with_130() -> None:
    process = start(env=environment())
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"self\n")
    process.stdin.flush()
    process.stdout.readline()

    process.send_signal(signal.SIGINT)

    assert process.wait(30) == 130
    assert finish(process).err == ""


@pytest.mark.slow
@POSIX
def test_ctrl_c_during_a_wait_answers_the_line_and_exits_with_130() -> None:
    process = start("--free", env=environment())
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"self\nsleep 60m\nself\n")
    process.stdin.flush()
    process.stdout.readline()

    process.send_signal(signal.SIGINT)

    done = finish(process)
    assert done.code == 130
    assert "self" not in done.out
    assert "Traceback" not in done.err


def test_batches_import_no_more_than_they_need() -> None:
    heavy = {
        "prompt_toolkit",
        "asyncio",
        "sortedcontainers",
        "platformdirs",
        "rich",
        "markdown_it",
        "dataclasses",
        "inspect",
        "importlib.metadata",
        "json",
    }
    lines = ["start manager", "create store s1", "put s1 milk 1", "registry", "tree", "nonsense"]
    code = (
        "import sys\n"
        "before = set(sys.modules)\n"  # a coverage tool may have come first
        "from kvshell.cli import main\n"
        f"main({[word for line in lines for word in ('-c', line)]})\n"
        f"print(sorted({heavy} & set(sys.modules) - before))\n"
    )

    done = subprocess.run(
        [program()[0], "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        env=environment(),
    )

    assert done.stdout.splitlines()[-1] == "[]"


def test_json_needs_no_more_than_json() -> None:
    code = (
        "import sys\n"
        "before = set(sys.modules)\n"  # a coverage tool may have come first
        "from kvshell.cli import main\n"
        "main(['--json', '-c', 'start manager', '-c', 'registry'])\n"
        "heavy = {'prompt_toolkit', 'rich', 'asyncio', 'dataclasses'}\n"
        "print(sorted(heavy & set(sys.modules) - before))\n"
    )

    done = subprocess.run(
        [program()[0], "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        env=environment(),
    )

    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow
def test_output_never_depends_on_hash_order() -> None:
    lines = b"start manager\n" + b"".join(b"create store s%d\n" % n for n in range(9))
    lines += b"stores\nregistry\nprocesses\ntree\ntables\ndesigns\nstate manager\n"

    assert output(stdin=lines, PYTHONHASHSEED="1") == output(stdin=lines, PYTHONHASHSEED="2")


@pytest.mark.slow
@POSIX
@pytest.mark.parametrize(
    ("variables", "flags", "shown"),
    [
        ({"TERM": "xterm"}, (), "│ \x1b[1mname"),
        ({"TERM": "xterm", "NO_COLOR": "1"}, (), "│ name"),
        ({"TERM": "dumb"}, (), "│ name"),
        ({"TERM": "xterm"}, ("--color", "never"), "│ name"),
        ({"TERM": "xterm"}, ("--plain",), "name  pid"),
        ({"TERM": "xterm", "LC_ALL": "C"}, ("--color", "never"), "| name"),
        ({"TERM": "xterm"}, ("--json",), '{"v":1,'),
    ],
)
def test_on_a_terminal_tables_have_boxes(
    variables: dict[str, str], flags: tuple[str, ...], shown: str
) -> None:
    ours, theirs = pty.openpty()
    words = [*flags, "-c", "start manager", "-c", "create store s1", "-c", "registry"]
    process = start(*words, stdout=theirs, env=environment(**variables))
    os.close(theirs)
    text = b""
    while True:
        try:
            piece = os.read(ours, 65_536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        text += piece
    os.close(ours)

    assert finish(process) == (0, "", "")
    assert shown in text.decode()


@pytest.mark.slow
@POSIX
def test_at_a_terminal_a_batch_error_names_the_position_but_no_keys() -> None:
    ours, theirs = pty.openpty()
    process = start("-c", "self; strat manager", stderr=theirs, env=environment())
    os.close(theirs)
    done = finish(process)
    narration = os.read(ours, 4_096).decode().replace("\r\n", "\n")
    os.close(ours)

    assert done.code == 1
    assert narration == "  self; strat manager\n        ^^^^^\n"


@pytest.mark.slow
@POSIX
def test_hints_are_shown_on_a_terminal_but_not_written_to_a_file() -> None:
    words = ["-c", "start manager", "-c", "suspend manager", "-c", "as b create store s1"]
    ours, theirs = pty.openpty()
    process = start(*words, "-c", "lookup s1", stderr=theirs, env=environment())
    os.close(theirs)
    done = finish(process)
    narration = os.read(ours, 4_096).decode()
    os.close(ours)

    assert "hint: " in narration
    assert done == output(*words, "-c", "lookup s1")


@pytest.mark.slow
def test_json_is_utf_8_whatever_the_locale() -> None:
    done = output("--json", "-c", 'call "x" "日本"', LC_ALL="C")

    assert "日本" in json.loads(done.out)["input"]


@POSIX
@pytest.mark.parametrize(
    ("number", "name"),
    [
        (1, "standard output"),
        pytest.param(0, "standard input", marks=pytest.mark.slow),
        pytest.param(2, "standard error", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("words", [("--load", "shut.py", "-c", "self"), ("-c", "load shut.py")])
def test_a_loaded_file_that_closes_a_stream_gets_a_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    name: str,
    words: tuple[str, ...],
) -> None:
    (tmp_path / "shut.py").write_text(f"import os\nos.close({number})\n")
    monkeypatch.chdir(tmp_path)

    done = output(*words)

    sentence = f"shut.py closes {name}, which the shell needs\n"
    loaded = words[0] == "--load"
    assert done.code == (2 if loaded else 1)
    assert done.err == (f"kvshell: {sentence}" if loaded else "")
    assert done.out == ("" if loaded else f"** (CommandError) {sentence}")
