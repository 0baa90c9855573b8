"""The edge cases of the document format, and malicious documents."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kvshell.transcript.format.document import Document
from kvshell.transcript.format.parser import parse
from kvshell.transcript.match.outcome import Checked, Played, Status
from kvshell.transcript.replay import play_document
from kvshell.transcript.run.document_host import DocumentHost, PlayedLine
from kvshell.transcript.run.player import Settings
from kvshell.transcript.write.recording import RecordedLine, recorded
from kvshell.transcript.write.update import Updater
from kvshell.transcript.write.updating import Rewritten
from kvshell.views.widths import cell_width
from tests.transcript.running import Replay, block, play, statuses

START = "kv> start manager\n{:ok, #PID<mgr>}\n"


def printed(text: str, lines: list[str]) -> str:
    """Return the document after an update in which its first command printed these lines."""
    document = parse("t.md", text)
    first = document.blocks[0]
    checked = Checked(first, first.entries[0], Status.failed, ran=True, printed=tuple(lines))
    return Updater(document, [checked]).update().text


def passes(text: str, lines: list[str]) -> bool:
    """Whether the document expects these lines."""
    return printed(text, lines) == text


def written(lines: list[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the recording of a line that prints these lines."""
    told = PlayedLine(printed=tuple(lines))
    monkeypatch.setattr(DocumentHost, "run", lambda *_args, **_options: told)
    return recorded([RecordedLine("self")], title="").text


def play_quietly(document: Document) -> Played:
    return play_document(document, Settings(), lambda _: None)


STRUCTURE = ["```", "kv> x", "...", "${x}", "#PID<abc>", "~ e", "\\", "...> z", "-->", "~~~~~~"]


@pytest.mark.parametrize("line", STRUCTURE)
def test_output_that_looks_like_structure_is_recorded(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = written(["before", line, "", "after"], monkeypatch)

    (only,) = parse("t.md", text).blocks
    assert len(only.entries) == 1
    assert passes(text, ["before", line, "", "after"])


@pytest.mark.parametrize("line", STRUCTURE)
@pytest.mark.parametrize(
    "text",
    [
        "```kvshell\nkv> self\n:old\n```\n",
        "1. ~~~kvshell\n   kv> self\n   :old\n   ~~~\n",
        "> ```kvshell\n> kv> self\n> :old\n> ```\n",
        "<!--kvshell\nkv> self\n:old\n-->\n",
    ],
)
def test_output_that_looks_like_structure_is_updated(line: str, text: str) -> None:
    after = printed(text, ["before", line, "", "after"])

    (only,) = parse("t.md", after).blocks
    assert len(only.entries) == 1
    assert passes(after, ["before", line, "", "after"])


def test_the_recorder_lengthens_the_fence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert written(["`````"], monkeypatch) == "``````kvshell\nkv> self\n`````\n``````\n"


def test_the_updater_lengthens_the_fence() -> None:
    assert printed("```kvshell id=a\nkv> self\n```\n", ["````"]) == (
        "`````kvshell id=a\nkv> self\n````\n`````\n"
    )


def test_blank_lines_alone_can_be_expected() -> None:
    assert play(block("kv> # nothing\n\\\n\\")).code == 0
    assert play(block("kv> self\n\\")).code == 1


def test_byte_order_mark_crlf_and_missing_final_newline_are_preserved() -> None:
    data = b"\xef\xbb\xbf" + block(START).replace("\n", "\r\n").rstrip().encode()

    assert play(data).code == 0
    assert play(data.replace(b"\r\n", b"\r")).code == 0


def test_a_fence_indented_with_tabs_in_a_list_item_runs() -> None:
    assert statuses(play("1. item\n\t```kvshell\n\tkv> self\n\t#PID<me>\n\t```\n")) == ["passed"]


@pytest.mark.slow
def test_ten_thousand_lines_of_output_are_compared() -> None:
    lines = [f'"{number}": #PID<0.{number}.0>' for number in range(10_000)]

    assert passes(block("kv> self\n" + "\n".join(lines)), lines)
    assert "\n".join(lines[5:]) not in printed(block("kv> self\n...\n:last"), lines)


def test_wide_cells_in_a_table_are_compared() -> None:
    family = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
    lines = ["start manager", 'create store "日本"', f'create store "{family}"', "registry"]
    rewritten = Rewritten(parse("t.md", block("kv> " + "\nkv> ".join(lines))), play_quietly)

    rewritten.rewrite(new_only=True, accept=False, ask=None)

    text = rewritten.document.source.text
    table = [line for line in text.split("\n") if line and line[0] in "│├╭╰"]
    assert rewritten.played.code == 0
    assert len(table) == 6
    assert {cell_width(line) for line in table} == {cell_width(table[0])}
    assert family in text


def test_an_event_during_the_next_command_belongs_to_it() -> None:
    lines = START + (
        "kv> suspend manager\n:ok\nkv> as b create store s1\n:ok\n"
        'kv> resume manager\n:ok\n~ b: #PID<s1>\nkv> stores\n["s1"]'
    )
    elsewhere = lines.replace("\n~ b: #PID<s1>", "") + "\n~ b: ${_}"

    assert play(block(lines)).code == 0
    assert statuses(play(block(elsewhere)))[3:] == ["failed", "failed"]


def test_lines_after_exit_are_not_reached() -> None:
    played = play(block("kv> quit\nkv> self\n#PID<a>"))

    assert (statuses(played), played.code) == (["passed", "not reached"], 1)


# -- hostile ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_document_of_100_000_lines_is_replayed(replay: Replay) -> None:
    ran = replay(text="word\n" * 99_990 + block("kv> self\n#PID<a>"))

    assert ran.code == 0


def test_deeply_nested_fences_and_quotes_are_handled(replay: Replay) -> None:
    fences = "".join("`" * number + "kvshell\n" for number in range(200, 2, -1))

    assert replay(text=fences).code == 2
    assert replay(text="> " * 5_000 + "```kvshell\n").code == 2
    assert replay(text="- " * 90 + "a\n").code == 2
    assert replay(text="- " * 40 + "a\n").code == 3


def test_invalid_utf_8_is_reported(replay: Replay, tmp_path: Path) -> None:
    (tmp_path / "t.md").write_bytes(b"```kvshell\nkv> \xff\n```\n")

    assert replay("t.md").out.startswith("ERROR t.md:2:5: not UTF-8: byte 0xff\n")


def test_control_characters_of_a_document_never_reach_the_terminal(replay: Replay) -> None:
    evil = "\x1b]0;evil\x07\x1b[2J\u202e"
    text = f"---\ntitle: {evil}\n---\n## {evil}\n\n" + block(
        f"kv> lookup {evil}\n{evil}\nkv> {evil}"
    )

    for report in ("text", "trace", "json", "junit", "github"):
        shown = replay(text=text, report=report)
        assert "\x1b" not in shown.out.replace("\\u001b", "")
        assert "\x07" not in shown.out
        if report != "json":
            assert "\u202e" not in shown.out
    assert "\x1b" not in replay(text=text, list_only=True).out


def test_a_stuck_document_ends_at_that_line(replay: Replay) -> None:
    text = block("kv> repeat 90000000 repeat 90000000 self\n...", "timeout=50ms")

    assert replay(text=text).code == 4


# -- trust -----------------------------------------------------------------------------------------


def test_an_untrusted_document_reads_no_file(replay: Replay, tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text(block(START))
    text = block(
        "kv> replay other.md\n** (CommandError) replay reads a file: ${_}\n"
        "kv> record x.md\n** (CommandError) record opens something for the prompt: ${_}"
    )

    assert replay(text=text).code == 0
    assert not (tmp_path / "x.md").exists()


def test_a_trusted_document_replays_another(replay: Replay, tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(block(START))
    (tmp_path / "bad.md").write_text(block("kv> self\n:no"))
    (tmp_path / "me.md").write_text(block("kv> replay me.md\nok"))
    text = block(
        "kv> replay good.md\nok\nkv> replay bad.md\nbad.md:3: expected :no, got #PID<${_}>\n"
        "kv> replay none.md\n** (CommandError) no such file or folder: none.md"
    ).replace("#PID<${_}>", "#PID<_>")

    assert replay(text=text, trust=True).code == 0
    assert replay(text=text).code == 1
    assert "8 documents replay one another" in replay("me.md", trust=True, report="json").out


# -- determinism -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_r10_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    (tmp_path / "t.md").write_text(
        block(START + "kv> create store s1; create store s2; processes; tree; tables; info s1\n...")
    )

    pages = {
        subprocess.run(
            [sys.executable, "-m", "kvshell", "export", "t.md", "--to", "html"],
            cwd=tmp_path, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True,
            timeout=60, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip

    assert len(pages) == 1


def test_a_replay_in_another_thread_needs_no_signals() -> None:
    found: list[Played] = []
    thread = threading.Thread(target=lambda: found.append(play(block(START))))

    thread.start()
    thread.join()

    assert found[0].code == 0


def test_a_program_beside_a_document_is_named_as_typed_wherever_it_is_replayed(
    replay: Replay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "odd.py").write_text(
        "from kvshell.otp import A, GenServer\n"
        "class Odd(GenServer):\n    def init(self, _):\n        return (A.ok, 0)\n"
        "    def handle_call(self, request, _from, state):\n        raise ValueError(request)\n"
    )
    (tmp_path / "far" / "bad.py").write_text("def\n")
    (tmp_path / "far" / "t.md").write_text(
        block(
            "kv> load odd.py\n{:ok, #PID<p>}\nkv> call Odd :x\n"
            "** (exit) exited in: GenServer.call(Odd, :x, 5000)\n"
            "    ** (EXIT) an exception was raised:\n        ** (ValueError) :x\n"
            "            odd.py:6: Odd.handle_call/3\n"
            "kv> load bad.py\n** (CommandError) bad.py:1: invalid syntax: def"
        )
    )

    assert replay("far/t.md", trust=True).code == 0
    monkeypatch.chdir("far")
    assert replay("t.md", trust=True).code == 0
