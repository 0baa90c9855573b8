"""The whole shell on a real pseudo-terminal."""

import os
import re
import signal
from pathlib import Path

import pytest

from tests.shell.pty_terminal import Pty

pytestmark = pytest.mark.slow


def started(pty: Pty, line: str = "start manager") -> Pty:
    """Run a first line at a new prompt, and wait for the second prompt."""
    return pty.prompt("kv(1)>").type(f"{line}\r").prompt("kv(2)>")


def test_the_welcome_has_three_lines_and_ends_with_a_suggestion(tmp_path: Path) -> None:
    with Pty(tmp_path) as pty:
        pty.wait("Tab: start manager")

        assert pty.lines[0].startswith("kvshell ")
        assert pty.lines[2] == "Try: start manager"
        assert pty.lines[3] == "kv(1)>"
        assert pty.type("\x04").ends() == 0


def test_the_tutorials_session_can_be_typed(tmp_path: Path) -> None:
    with Pty(tmp_path) as pty:
        started(pty)
        pty.type("create store s1\r").prompt("kv(3)>")
        pty.type("put s1 milk 1\r").prompt("kv(4)>")
        pty.type("get s1 milk\r").prompt("kv(5)>")
        pty.type("exit\r")

        assert pty.ends() == 0
        assert pty.lines[3:12] == [
            "kv(1)> start manager",
            "{:ok, #PID<0.103.0>}",
            "kv(2)> create store s1",
            "#PID<0.104.0>",
            "kv(3)> put s1 milk 1",
            ":ok",
            "kv(4)> get s1 milk",
            "1",
            "kv(5)> exit",
        ]


def test_a_stale_row_turns_the_prompt_yellow_and_is_in_the_toolbar(tmp_path: Path) -> None:
    with Pty(tmp_path) as pty:
        started(pty)
        assert pty.colour("kv(2)>") == "default"
        pty.type("create store s1\r").prompt("kv(3)>")
        pty.type("suspend manager; stop s1\r").wait("1 stale")

        assert "manager suspended" in pty.text
        assert pty.colour("kv(4)>") == "brown"  # pyte's word for yellow
        pty.type("resume manager\r").prompt("kv(5)>")
        pty.wait(lambda pty: "stale" not in pty.lines[-1])
        assert pty.colour("kv(5)>") == "default"


def test_ctrl_c_ends_a_wait_that_was_announced(tmp_path: Path) -> None:
    with Pty(tmp_path, columns=120) as pty:
        started(pty)
        pty.type("suspend manager\r").prompt("kv(3)>")
        pty.type("create store s1\r").wait("waiting for KV.Registry (suspended), 4.")
        assert "Ctrl-C gives up, the request stays in its mailbox" in pty.text

        pty.type("\x03").wait("** (EXIT) interrupted").prompt("kv(3)>")

        assert "waiting for KV.Registry" not in pty.text
        assert "** (exit) exited in: GenServer.call(KV.Registry, {:create" in pty.text
        pty.type("resume manager\r").prompt("kv(4)>")
        pty.type("lookup s1\r").wait("{:ok, #PID<0.104.0>}")


def test_ctrl_c_ends_a_sleep(tmp_path: Path) -> None:
    with Pty(tmp_path) as pty:
        started(pty)
        pty.type("sleep 60s\r").wait(" s left; Ctrl-C gives up")

        pty.type("\x03").prompt("kv(2)>")


def test_ctrl_c_in_the_middle_of_handlers_kills_no_store(tmp_path: Path) -> None:
    with Pty(tmp_path) as pty:
        started(pty)
        pty.type("s1 = create store s1\r").prompt("kv(3)>")
        for number in range(3, 13):
            pty.type("repeat 100000000 put s1 milk {n}\r").wait("Ctrl-C stops")
            pty.type("\x03").wait("interrupted").prompt(f"kv({number + 1})>")
            pty.type("\x0c").wait(lambda pty: "interrupted" not in pty.text)

        pty.type("lookup s1; alive s1\r").wait("{:ok, #PID<0.104.0>}").wait("true")


def test_ctrl_c_clears_the_line_then_says_how_to_exit(tmp_path: Path) -> None:
    with Pty(tmp_path) as pty:
        pty.prompt("kv(1)>").type("create store").wait("kv(1)> create store")
        pty.type("\x03").prompt("kv(1)>")
        pty.type("\x03").wait("Ctrl-D or `exit` leaves kvshell")
        assert pty.type("\x04").ends() == 0


def test_another_clients_answer_appears_above_the_line_being_typed(tmp_path: Path) -> None:
    with Pty(tmp_path) as pty:
        started(pty)
        pty.type("suspend manager\r").prompt("kv(3)>")
        pty.type("as b create store s1\r").prompt("kv(4)>")
        pty.type("resume manager\r").wait("~ b: #PID<0.")

        pty.prompt("kv(5)>")


def test_a_crash_report_leaves_the_line_being_typed_intact(tmp_path: Path) -> None:
    with Pty(tmp_path) as pty:
        started(pty)
        pty.type("create store s1\r").prompt("kv(3)>")
        pty.type("as b sleep 400ms; crash s1\r").prompt("kv(4)>")
        pty.type("lookup s").wait("kv(4)> lookup s").wait("oops in agent")
        pty.wait(lambda pty: pty.line.startswith("kv(4)> lookup s"))

        pty.type("1\r").wait("kv(5)>")


@pytest.mark.parametrize("columns", [40, 80])
def test_a_resize_while_typing_keeps_the_line(tmp_path: Path, columns: int) -> None:
    with Pty(tmp_path, columns=60) as pty:
        started(pty)
        pty.type("create store s").wait("kv(2)> create store s")
        pty.resize(columns, 24).wait(lambda pty: len(pty.lines[-1]) in (columns, columns - 1))
        pty.type("1\r").prompt("kv(3)>")

        assert "#PID<0.104.0>" in pty.text


def test_without_a_position_report_everything_but_the_toolbar_works(tmp_path: Path) -> None:
    with Pty(tmp_path, answers=False) as pty:
        started(pty)
        pty.type("designs\r").wait("ets-cast")

        assert "Tab:" not in pty.text
        assert "WARNING" not in pty.raw
        assert pty.type("\x04").ends() == 0


def test_no_color_is_respected_and_the_title_unchanged(tmp_path: Path) -> None:
    with Pty(tmp_path, environment={"NO_COLOR": "1"}) as pty:
        started(pty)
        pty.type("create store s1; registry\r").prompt("kv(3)>")
        pty.type("nonsense\r").wait("**")

        assert not re.search(r"\x1b\[[0-9;]*(3[0-7]|4[0-7]|9[0-7]|10[0-7])[;m]", pty.raw)
        assert "\x1b]" not in pty.raw


def test_the_prompt_works_at_40_columns(tmp_path: Path) -> None:
    with Pty(tmp_path, columns=40) as pty:
        started(pty)
        pty.type("create store s1; create store s2; registry\r").prompt("kv(3)>")
        pty.wait("Tab:")

        assert max(len(line) for line in pty.lines) <= 40
        assert "s1" in pty.text
        assert "fresh" in pty.text


def test_a_dumb_terminal_has_a_plain_prompt(tmp_path: Path) -> None:
    with Pty(tmp_path, environment={"TERM": "dumb"}) as pty:
        pty.prompt("kv(1)>").type("start manager\r").prompt("kv(2)>")
        pty.type("\x03").wait("Ctrl-D or `exit` leaves kvshell").prompt("kv(2)>")
        pty.type("\x03").prompt("kv(2)>").type("alive manager\r").wait("true")
        pty.type("\x04")

        assert pty.ends() == 0
        assert pty.raw.count("leaves kvshell") == 1
        assert "\x1b" not in pty.raw


def test_a_locale_without_utf_8_gets_ascii(tmp_path: Path) -> None:
    with Pty(tmp_path, environment={"LANG": "C", "LC_ALL": "C"}) as pty:
        started(pty)
        pty.type("create store s1; registry\r").prompt("kv(3)>").wait("Tab:")

        assert pty.raw.isascii()


def test_the_history_is_available_in_the_next_session(tmp_path: Path) -> None:
    with Pty(tmp_path) as pty:
        started(pty)
        pty.type("\x04").ends()
    with Pty(tmp_path) as pty:
        pty.prompt("kv(1)>").type("\x1b[A").wait("kv(1)> start manager")
        pty.type("\r").prompt("kv(2)>").type("\x04")
        assert pty.ends() == 0

    (path,) = tmp_path.rglob("history")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == "start manager\n"


def test_no_history_stores_nothing(tmp_path: Path) -> None:
    with Pty(tmp_path, words=("--no-history",)) as pty:
        started(pty)
        assert pty.type("\x04").ends() == 0

    assert not list(tmp_path.rglob("history"))


def test_a_killed_shell_restores_the_terminal(tmp_path: Path) -> None:
    with Pty(tmp_path) as pty:
        pty.prompt("kv(1)>")
        pty.child.kill(signal.SIGTERM)

        assert pty.ends() == -signal.SIGTERM
        assert "\x1b[?2004l" in pty.raw


def test_lines_given_before_the_prompt_are_run_at_it(tmp_path: Path) -> None:
    with Pty(tmp_path, words=("-c", "start manager", "-c", "create store s1", "-i")) as pty:
        pty.prompt("kv(3)>")

        assert [line for line in pty.lines if line.startswith("kv(")] == [
            "kv(1)> start manager",
            "kv(2)> create store s1",
            "kv(3)>",
        ]


def test_a_start_up_script_runs_before_the_lines_that_were_given(tmp_path: Path) -> None:
    (tmp_path / "kvshell").mkdir()
    (tmp_path / "kvshell" / "startup.kv").write_text("q = 42\nstart manager\n")
    words = ("-c", "q + 1", "-c", "create store s1", "-i")
    with Pty(tmp_path, words=words, environment={"XDG_CONFIG_HOME": str(tmp_path)}) as pty:
        pty.prompt("kv(3)>")

        assert pty.lines[:2] == ["kv(1)> q + 1", "43"]
        assert pty.lines[2] == "kv(2)> create store s1"
        assert pty.lines[3].startswith("#PID<")


def test_watch_redraws_the_registry_after_a_change(tmp_path: Path) -> None:
    with Pty(tmp_path) as pty:
        started(pty)
        pty.type("set watch registry\r").prompt("kv(3)>")
        pty.type("create store s1\r").prompt("kv(4)>")
        assert "fresh" in pty.text
        before = pty.text.count("fresh")
        pty.type("get s1 milk\r").prompt("kv(5)>")

        assert pty.text.count("fresh") == before


def test_hints_can_be_turned_off(tmp_path: Path) -> None:
    with Pty(tmp_path) as pty:
        started(pty)
        pty.type("get s9 a\r").wait("hint:").prompt("kv(2)>")
        pty.type("set hints off\r").prompt("kv(3)>").type("clear\r").prompt("kv(4)>")
        pty.type("nonsense here\r").wait("** (CommandError)").prompt("kv(4)>")

        assert "hint:" not in pty.text
        assert "^^^" not in pty.text


def test_ten_thousand_rows_are_paged(tmp_path: Path) -> None:
    with Pty(tmp_path) as pty:
        started(pty)
        pty.type("repeat 10000 create store s{n}\r").prompt("kv(3)>")
        pty.type("registry\r").wait("-- line 23 of 205: Space, b, / searches, q --")
        pty.type(" qself").wait("... 163 more lines").prompt("kv(4)> self")


def test_a_document_is_replayed_without_touching_the_session(tmp_path: Path) -> None:
    with Pty(tmp_path) as pty:
        started(pty)
        pty.type("create store mine\r").prompt("kv(3)>")
        pty.type("replay ets\r").wait("passed").prompt("kv(4)>")
        pty.type("stores\r").wait('["mine"]')


@pytest.mark.parametrize("around", ["{}", "\x1b[200~{}\x1b[201~"], ids=["typed", "pasted"])
def test_a_byte_that_is_not_utf_8_is_refused_and_never_dropped(around: str, tmp_path: Path) -> None:
    with Pty(tmp_path) as pty:
        pty.wait("kv(1)>").type("start manager\r").wait("kv(2)>")
        pty.type("create store s1\r").wait("kv(3)>")
        typed = around.format("put s1 k caf\udce9").encode(errors="surrogateescape")
        os.write(pty.child.child_fd, typed + b"\r")
        pty.wait("not UTF-8: byte 0xe9 at column 13; the line was not run")
        pty.type("keys s1\r").wait("[]")
