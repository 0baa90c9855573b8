"""`kvshell -c` and pipes: lines in, answers out, as iex prints them."""

import json
from pathlib import Path

import pytest

from kvshell.runtime import NotAtRest
from kvshell.session import Session
from tests.cli.command import run


def test_a_cast_loses_the_race_on_one_line_and_not_on_two() -> None:
    done = run(stdin="start manager ets-cast\ncreate store a; lookup a\nlookup a\n")

    assert done == (0, "{:ok, #PID<0.103.0>}\n:ok\n:error\n{:ok, #PID<0.104.0>}\n", "")


def test_a_failed_match_ends_the_batch_with_exit_code_1() -> None:
    done = run("-c", "start manager", "-c", "{:ok, b} = lookup s1")

    assert done == (
        1,
        "{:ok, #PID<0.103.0>}\n** (MatchError) no match of right hand side value: :error\n",
        "",
    )


def test_a_stopped_store_is_still_found_while_its_manager_is_suspended() -> None:
    done = run(
        stdin="start manager\nb = create store s1\nsuspend manager; stop b\nlookup s1\nget b milk\n"
    )

    assert done.out.splitlines() == [
        "{:ok, #PID<0.103.0>}",
        "#PID<0.104.0>",
        ":ok",
        ":ok",
        "{:ok, #PID<0.104.0>}",
        "** (exit) exited in: GenServer.call(#PID<0.104.0>, "
        "{:get, #Function<1.16313657/1 in KV.Bucket.get/2>}, 5000)",
        "    ** (EXIT) no process: the process is not alive or there's no process currently"
        " associated with the given name, possibly because its application isn't started",
    ]
    assert done.code == 1


def test_a_negative_answer_is_not_an_error() -> None:
    done = run("-c", "start manager", "-c", "lookup s1", "-c", "create store s1; get s1 milk")

    assert done.code == 0
    assert done.out.splitlines()[1:] == [":error", "#PID<0.104.0>", "nil"]


def test_a_batch_stops_at_its_first_error() -> None:
    done = run(stdin="start manager\nget nobody milk\nlookup s1\n")

    assert done.code == 1
    assert done.out.splitlines()[-1].startswith("** (MatchError)")


def test_keep_going_continues_and_still_exits_with_1() -> None:
    done = run("--keep-going", stdin="start manager\nget nobody milk\nlookup s1\n")

    assert done.code == 1
    assert done.out.splitlines()[-1] == ":error"


def test_an_unknown_command_is_reported_on_standard_output() -> None:
    done = run("-c", "strat manager")

    assert (done.code, done.err) == (1, "")
    assert done.out.startswith("** (CommandError) no command strat: did you mean `start manager`?")


def test_blank_lines_and_comments_print_nothing() -> None:
    assert run(stdin="\n   \n# a comment\n\n") == (0, "", "")


def test_empty_input_is_not_an_error() -> None:
    assert run() == (0, "", "")


def test_crlf_lines_and_a_byte_order_mark_are_accepted() -> None:
    assert run(stdin=b"\xef\xbb\xbfstart manager\r\nlookup s1\r\n").out == (
        "{:ok, #PID<0.103.0>}\n:error\n"
    )


def test_exit_ends_the_batch() -> None:
    assert run(stdin="start manager\nexit\nlookup s1\n") == (0, "{:ok, #PID<0.103.0>}\n", "")


def test_exit_after_an_error_keeps_its_code() -> None:
    assert run("--keep-going", stdin="nonsense\nexit\n").code == 1


def test_i_continues_with_standard_input_after_the_given_lines() -> None:
    done = run("-c", "start manager", "-i", stdin="create store s1\n")

    assert done.out.splitlines() == ["{:ok, #PID<0.103.0>}", "#PID<0.104.0>"]


def test_with_given_lines_standard_input_is_not_read() -> None:
    assert run("-c", "start manager", stdin="nonsense\n") == (0, "{:ok, #PID<0.103.0>}\n", "")


def test_a_table_in_a_batch_is_plain_text() -> None:
    done = run(stdin="start manager\ncreate store s1\nregistry\n")

    head, row = done.out.splitlines()[2:4]
    assert head.split() == ["name", "pid", "process", "owner", "table", "state"]
    assert row.split() == ["s1", "#PID<0.104.0>", "alive", "yes", "yes", "fresh"]


def test_the_answer_of_another_client_comes_after_its_line() -> None:
    done = run(stdin="start manager\nas b create store s1\nlookup s1\n")

    assert done.out.splitlines() == [
        "{:ok, #PID<0.103.0>}",
        ":ok",
        "~ b: #PID<0.105.0>",
        "{:ok, #PID<0.105.0>}",
    ]


def test_a_crash_is_reported_after_the_line_that_caused_it() -> None:
    done = run("--keep-going", stdin="start manager\ncreate store s1\ncrash s1\nlookup s1\n")

    told = [line for line in done.out.splitlines() if line.startswith("~ ")]
    assert any("terminating" in line for line in told)
    assert done.out.splitlines()[-1] == ":error"


def test_json_has_an_object_per_answer_that_includes_the_events() -> None:
    done = run("--json", stdin="start manager\ncreate store a; lookup a\nas b lookup a\n")

    lines = [json.loads(line) for line in done.out.splitlines()]
    assert [(line["line"], line["input"], line["text"]) for line in lines] == [
        (1, "start manager", "{:ok, #PID<0.103.0>}"),
        (2, "create store a", "#PID<0.104.0>"),
        (2, "lookup a", "{:ok, #PID<0.104.0>}"),
        (3, "as b lookup a", ":ok"),
    ]
    assert lines[3]["events"][0]["text"] == "b: {:ok, #PID<0.104.0>}"


def test_in_json_an_error_is_an_object() -> None:
    done = run("--json", "-c", "nonsense")

    assert done.code == 1
    assert json.loads(done.out)["ok"] is False


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"put s1 k \xff", "line 1 is not UTF-8: byte 0xff at column 10"),
        (b"x" * 70_000, "line 1 has 70,001 bytes: a line may have 65,536"),
    ],
)
def test_input_that_is_not_a_line_has_its_own_error_message(line: bytes, sentence: str) -> None:
    done = run("--keep-going", stdin=line + b"\nself\n")

    assert done == (1, f"** (CommandError) {sentence}\n#PID<0.100.0>\n", "")


def test_virtual_time_passes_immediately() -> None:
    assert run("-c", "sleep 60m") == (0, ":ok\n", "")


def test_the_same_batch_gives_the_same_bytes() -> None:
    lines = "start manager\ncreate store s1\nput s1 milk 1\ntree\nprocesses\nregistry\ntables\n"

    assert run(stdin=lines) == run(stdin=lines)


def test_clear_has_no_effect_in_a_batch() -> None:
    assert run("-c", "clear", "-c", "self") == (0, "#PID<0.100.0>\n", "")


@pytest.mark.parametrize(("answer", "code"), [("{:ok, #PID<m>}", 0), (":error", 1)])
def test_a_document_can_be_replayed_from_a_batch(tmp_path: Path, answer: str, code: int) -> None:
    document = tmp_path / "a.md"
    document.write_text(f"```kvshell\nkv> start manager\n{answer}\n```\n", encoding="utf-8")

    done = run("--keep-going", stdin=f"self\nreplay {document}\nself\n")

    assert done.code == code
    assert done.out.splitlines()[0] == done.out.splitlines()[-1] == "#PID<0.100.0>"
    assert str(document) in done.out or "1 passed" in done.out


def test_a_replay_in_the_middle_of_a_line_runs_and_counts_for_the_exit_code(tmp_path: Path) -> None:
    document = tmp_path / "bad.md"
    document.write_text("```kvshell\nkv> self\n:nope\n```\n", encoding="utf-8")

    done = run("-c", f"self; replay {document}; self")

    assert done.code == 1
    first, *report, last = done.out.splitlines()
    assert first == last == "#PID<0.100.0>"
    assert any("1 failed" in line for line in report)


def test_a_command_that_needs_a_prompt_is_refused_and_counts_as_an_error() -> None:
    refused = "** (CommandError) learn needs the prompt: start kvshell in a terminal, without -c"

    assert run("-c", "learn; self") == (1, f"{refused}\n#PID<0.100.0>\n", "")


def test_in_json_a_refusal_is_an_object() -> None:
    done = run("--json", "-c", "learn")

    wish, refused = map(json.loads, done.out.splitlines())
    assert (wish["ok"], refused["ok"]) == (True, False)
    assert (
        refused["error"]
        == "** (CommandError) learn needs the prompt: start kvshell in a terminal, without -c"
    )


def test_a_system_that_never_settles_exits_with_4(monkeypatch: pytest.MonkeyPatch) -> None:
    def restless(*_: object) -> bool:
        raise NotAtRest("did not come to rest")

    monkeypatch.setattr(Session, "settle", restless)

    assert run("-c", "", "-c", "self") == (
        4,
        "#PID<0.100.0>\n",
        "kvshell: line 2: did not come to rest\n",
    )


def test_json_has_the_answer_of_a_line_after_which_the_system_never_settles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def restless(*_: object) -> bool:
        raise NotAtRest("did not come to rest")

    monkeypatch.setattr(Session, "settle", restless)

    done = run("--json", "-c", "self")

    assert (done.code, json.loads(done.out)["text"]) == (4, "#PID<0.100.0>")


def test_on_real_threads_the_answers_are_the_same() -> None:
    lines = "start manager\ncreate store s1\nput s1 milk 1\nget s1 milk\nstop manager\n"

    assert run("--free", stdin=lines) == run(stdin=lines)


PRINTER = """
from kvshell.otp import A, GenServer

class Printer(GenServer):
    def init(self, _start):
        print("begins")
        return (A.ok, None)

    def handle_call(self, request, _from, state):
        print("handles", request)
        return (A.reply, request, state)
"""


def test_a_loaded_servers_output_precedes_the_answer_and_is_in_no_object(
    tmp_path: Path,
) -> None:
    file = tmp_path / "printer.py"
    file.write_text(PRINTER)
    words = ("--load", str(file), "-c", "call Printer 1")

    assert run(*words) == (0, "begins\nhandles 1\n1\n", "")
    done = run("--json", *words)
    assert json.loads(done.out)["value"] == 1
    assert done.err == "begins\nhandles 1\n"


def test_an_error_in_a_piped_line_names_its_line_number() -> None:
    assert run(stdin="self\n\nnosuch 1\nself\n").err == (
        "kvshell: line 3 failed; --keep-going continues after an error\n"
    )
    assert run("--keep-going", stdin="nosuch\nself\nnosuch\n").err == (
        "kvshell: line 1 failed\nkvshell: line 3 failed\n"
    )
    assert run("-c", "nosuch").err == ""


def test_a_file_given_instead_of_a_mode_is_answered_with_how_to_run_it(tmp_path: Path) -> None:
    script = tmp_path / "a script.kv"
    script.write_text("self\n")

    done = run(str(script))

    assert done.code == 2
    assert done.err == f"kvshell: no mode {script}; it is a file: kvshell < '{script}'\n"


@pytest.mark.parametrize(
    ("name", "way"), [("a b.kv", "kvshell < '{}'"), ("a.md", "kvshell replay {}")]
)
def test_a_file_in_the_place_of_a_line_is_said_how_to_run(
    tmp_path: Path, name: str, way: str
) -> None:
    file = tmp_path / name
    file.write_text("self\n")

    done = run("-c", "self", "-c", str(file))

    assert (done.code, done.out) == (2, "")
    assert done.err == f"kvshell: -c runs a line, and {file} is a file: {way.format(file)}\n"


def test_a_file_with_the_name_of_a_command_leaves_it_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("self").write_text("")

    assert run("-c", "self") == (0, "#PID<0.100.0>\n", "")


@pytest.mark.parametrize("hints", ["on", "off"])
@pytest.mark.parametrize("line", ["state manager", "call manager :x", "mailbox manager", "state"])
def test_in_a_pipe_standard_error_says_that_nothing_runs(line: str, hints: str) -> None:
    done = run("--keep-going", stdin=f"set hints {hints}\n{line}\n{line}\n")

    told = "kvshell: nothing runs yet: start manager\n"
    usage = line == "state" and hints == "off"
    assert done.code == 1
    assert done.err.count(told) == (0 if usage else 2)
    assert "nothing runs" not in done.out
