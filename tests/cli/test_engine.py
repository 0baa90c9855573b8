"""`--engine beam` for `-c` and pipes, `kvshell doctor`, and combinations that are rejected."""

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kvshell.engines.beam.node import elixir_path

needs_elixir = pytest.mark.skipif(
    elixir_path() is None, reason="needs Elixir, which is not installed: apt-get install elixir"
)
pytestmark = pytest.mark.slow
KVSHELL = [sys.executable, "-m", "kvshell"]


def run(*words: str, stdin: str = "", path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **({"PATH": path} if path is not None else {})}
    return subprocess.run(
        [*KVSHELL, *words],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment,
    )


@needs_elixir
def test_lines_are_answered_by_a_node() -> None:
    done = run("--engine", "beam", "-c", "start manager", "-c", "create store s1; get s1 milk")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[2] == "nil"


@needs_elixir
def test_json_and_another_design_work_in_a_pipe() -> None:
    lines = "start manager\ncreate store a\nlookup nosuch\nget nosuch k\n"

    done = run("--engine", "beam", "--design", "plain", "--json", stdin=lines)

    assert done.returncode == 1
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers[2]["value"] == {"atom": "error"}
    assert answers[3]["error"].startswith("** (MatchError)")


@needs_elixir
def test_a_killed_kvshell_leaves_no_node_and_holds_no_output_open() -> None:
    shell = subprocess.Popen(
        [*KVSHELL, "--engine", "beam"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert shell.stdin is not None
    assert shell.stdout is not None
    shell.stdin.write("System.pid()\n")
    shell.stdin.flush()
    node = int(shell.stdout.readline().strip().strip('"'))
    watched = os.pidfd_open(node)
    shell.kill()

    assert shell.communicate(timeout=60)[0] == ""  # ends when nobody holds it open any more
    assert select.select([watched], [], [], 60)[0], "the node is still there"
    os.close(watched)


@needs_elixir
def test_output_comes_while_the_line_runs_and_ctrl_c_ends_it() -> None:
    with subprocess.Popen(
        [*KVSHELL, "--engine", "beam", "-c", 'IO.puts("now"); Process.sleep(:infinity)'],
        stdout=subprocess.PIPE,
        text=True,
    ) as shell:
        assert shell.stdout is not None
        assert shell.stdout.readline() == "now\n"
        shell.send_signal(signal.SIGINT)

        assert shell.communicate()[0].startswith("** (exit) interrupted\n")
    assert shell.returncode == 130


@needs_elixir
def test_doctor_names_the_versions() -> None:
    done = run("doctor")

    assert done.returncode == 0
    assert "Elixir" in done.stdout.splitlines()[2]


def test_the_elixir_engine_runs_commands_without_an_installed_elixir() -> None:
    own = "defmodule KV.Bucket do def get(_bucket, key), do: {:mine, key} end"
    lines = f"start manager\ncreate store s1\n{own}\nget s1 milk\nexplore self\n"

    done = run("--engine", "elixir", "--keep-going", stdin=lines, path="/nowhere")

    assert done.returncode == 1
    assert done.stdout.splitlines()[-2:] == [
        '{:mine, "milk"}',
        "** (CommandError) explore runs commands in systems of its own: "
        "use kvshell without --engine",
    ]


def test_joining_without_a_node_name_is_an_error() -> None:
    done = run("--engine", "beam", "--join", "", "-c", "self")

    assert done.returncode == 2
    assert "--join: names of nodes, as in a@127.0.0.1,b@127.0.0.1" in done.stderr


def test_only_the_beam_engine_takes_nodes() -> None:
    done = run("--engine", "elixir", "--nodes", "3", "-c", "self")

    assert done.returncode == 2
    assert "--nodes and --join go with --engine beam" in done.stderr


def test_doctor_says_how_to_install_what_is_missing() -> None:
    done = run("doctor", "--json", path="/nowhere")

    engines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["engine"] for each in engines] == ["native", "elixir", "beam"]
    assert engines[1]["missing"] is None
    assert "apt-get install elixir" in engines[2]["missing"]


def test_without_elixir_no_line_is_run() -> None:
    done = run("--engine", "beam", "-c", "start manager", path="/nowhere")

    assert done.returncode == 2
    assert done.stdout == ""
    assert "apt-get install elixir" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("words", [("learn",), ("explore", "races/create-cast"), ("bench",)])
def test_a_mode_that_needs_our_runtime_refuses_another_engine(words: tuple[str, ...]) -> None:
    for line in (("--engine", "beam", *words), (*words, "--engine", "beam")):
        done = run(*line)

        assert done.returncode == 2
        assert "works only on kvshell's own runtime: leave --engine out" in done.stderr


@needs_elixir
def test_a_block_of_elixir_in_a_pipe_is_one_line_for_a_node() -> None:
    block = "defmodule A do\n  def test(x), do: x\nend\nA.test(7)\n"

    done = run("--engine", "beam", stdin=block)

    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1] == "7"


def test_what_the_beam_cannot_do_is_found_in_a_whole_file_before_anything_is_started(
    tmp_path: Path,
) -> None:
    lines = tmp_path / "lines.txt"
    lines.write_text("start manager\ndefmodule A do\n  test x\nend\ncompare lookup a\n")

    with lines.open() as stdin:
        done = subprocess.run(
            [*KVSHELL, "--engine", "beam"], stdin=stdin, capture_output=True, text=True, check=False
        )

    assert (done.returncode, done.stdout) == (2, "")
    assert "compare runs five systems of kvshell's own" in done.stderr


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--free", "--free is for kvshell's own runtime: leave --engine out"),
        ("--design=own", "own is made of your modules on kvshell's own runtime"),
    ],
)
def test_an_option_that_means_nothing_to_a_node_is_refused(option: str, said: str) -> None:
    done = run("--engine", "beam", option, "-c", "self")

    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("start manager own", "own is made of your modules"),
        ("explore create store a", "explore runs every schedule, and the BEAM shows one"),
        ("compare lookup a", "compare runs five systems of kvshell's own"),
        ("stop node b", "there is one node here"),
    ],
)
def test_lines_the_beam_cannot_run_are_refused_before_anything_starts(
    line: str, sentence: str
) -> None:
    done = run("--engine", "beam", "-c", "start manager", "-c", line, path="/nowhere")

    assert done.returncode == 2
    assert done.stdout == ""
    assert sentence in done.stderr


def test_files_are_not_loaded_into_a_node() -> None:
    done = run("--engine", "beam", "--load", "x.py", "-c", "self")

    assert done.returncode == 2
    assert "--load runs files on kvshell's own runtime" in done.stderr


@needs_elixir
def test_without_a_node_a_pipe_says_how_to_go_on_and_nothing_else() -> None:
    done = run(
        "--engine",
        "beam",
        "--keep-going",
        stdin="System.halt(0)\nregistry\nget a k\nreset\nget a k\n",
    )

    gone = "** (CommandError) the node is gone: type reset to start another"
    idle = "** (CommandError) nothing runs yet: start manager"
    assert done.stdout.splitlines() == [gone, gone, gone, ":ok", idle]
    assert "nothing runs" not in done.stderr


def test_help_engines_lists_them() -> None:
    done = run("-c", "help engines")

    assert done.returncode == 0
    assert "--engine beam --nodes 3" in done.stdout
    assert "kvshell doctor" in done.stdout
