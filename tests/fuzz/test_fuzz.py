"""Fuzzers for lines, documents, files and terminals; run by hand, a few seconds each by default.

    KVSHELL_FUZZ_S=600 pytest -n0 -m slower tests/fuzz -s

A failure is printed with its seed and its text, which then becomes a test of its own.
"""

import io
import json
import random
import re
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from kvshell.cli import main
from kvshell.commands import COMMANDS
from kvshell.learn.walk.progress import LearnerProgress, ProgressError
from kvshell.session import Session
from kvshell.session.host import Host
from kvshell.transcript.format.grammar import ParseError
from kvshell.transcript.format.parser import parse
from kvshell.transcript.format.targets import documents, root
from kvshell.transcript.format.unseen import unseen
from kvshell.transcript.lint import warnings
from kvshell.views import Caps, render
from kvshell.views.json_line import dumps
from kvshell.views.output import tame
from kvshell.views.safe import markup, safe
from tests.fuzz.seeds import seeds
from tests.session.words.test_hint_lines import STATES, followed, typed_line
from tests.session.words.test_tab_agrees import agrees

pytestmark = [pytest.mark.slow, pytest.mark.slower]
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
WORDS = sorted({word for command in COMMANDS for word in command.path})
ARGUMENTS = [
    "s1", "s2", "manager", "b", "$x", "self()", "#PID<0.104.0>", "#PID<9.9.9>", '"a b"', '"\\xZZ"',
    '"#{x}"', "[1, 2]", "[$x, $x]", "{:a, $x}", "%{a: 1}", "%{$x => $x}", ":a", "nil", "1", "1.5",
    "-0.0", "200ms", "1m", "on", "off", "plain", "map", "ets", "ets-cast", "library", "x =", ";",
    "{:ok, y} =", "|", "<<1>>", "'c'", "9" * 30, "\u202eabc", "שלום", "日本",
    "\U0001f469\u200d\U0001f467",
    "\x1b[31m", "\x9b", "\udcff", "\x00", "a\nb", "# x", "{n}", "KV.Registry", "[" * 30, "]" * 30,
]  # fmt: skip


def line(chance: random.Random) -> str:
    """Return a line of commands and arguments, some of them random text."""
    parts = []
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        words = [chance.choice(WORDS)]
        if chance.random() < 0.5:
            words = list(chance.choice(COMMANDS).path)
        words += [chance.choice(ARGUMENTS) for _ in range(chance.randrange(4))]
        parts.append(" ".join(words))
    text = "; ".join(parts)
    if chance.random() < 0.1:
        at = chance.randrange(len(text) + 1)
        text = (
            text[:at]
            + chr(chance.choice([chance.randrange(0x250), chance.randrange(0xD800)]))
            + text[at:]
        )
    return text


def test_no_line_ends_a_session_and_no_answer_is_raw() -> None:
    slow = {
        "sleep",
        "repeat",
        "compare",
        "explore",
        "replay",
        "record",
        "bench",
        "learn",
        "load",
        "test",
    }
    for chance in seeds("lines"):
        with Session("controlled") as session:
            host = Host(session)
            for _ in range(30):
                text = line(chance)
                if slow & set(re.findall(r"\w+", text)):
                    continue
                ran = host.line(text)
                for result in ran.results:
                    for caps in (Caps(), Caps(tty=True, width=40, plain=False)):
                        shown = render(result, caps)
                        assert RAW.search(shown) is None, (text, ascii(shown))
                    json.loads(dumps({"text": result.input, "error": result.error}))
                if ran.stuck is not None or ran.left:
                    break


def test_every_hint_runs_ends_nothing_and_is_what_the_message_says() -> None:
    for chance in seeds("hints"):
        setup, typed = chance.choice(STATES), typed_line(chance)
        followed(setup, typed, chance.choice([1, 1, 2]))
        agrees(setup, typed, chance.choice([1, 2, 3]))


def damaged(text: str, chance: random.Random) -> str:
    """Return a document with a few lines removed, doubled, swapped or changed."""
    lines = text.split("\n")
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(lines))
        match chance.randrange(7):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[chance.randrange(len(lines))])
            case 2:
                lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
            case 3:
                lines.insert(
                    at, chance.choice(["```", "~~~~", "<!--", "-->", "<details>", "---", "..."])
                )
            case 4:
                lines.insert(at, f"kv> {line(chance)}")
            case 5:
                lines[at] = chance.choice(ARGUMENTS) + lines[at]
            case _:
                lines[at] = lines[at].replace(
                    "kvshell", chance.choice(["KVShell", "kvshell fresh", "x"])
                )
        lines = lines or [""]
    return "\n".join(lines).encode("utf-8", "replace").decode("utf-8")


def test_every_document_is_parsed_or_refused_with_a_position() -> None:
    folder = root()
    assert folder is not None
    texts = [path.read_text(encoding="utf-8") for path in documents(folder)]
    for chance in seeds("documents"):
        text = damaged(chance.choice(texts), chance)
        try:
            document = parse("t.md", text)
        except ParseError as error:
            assert 1 <= error.line <= text.count("\n") + 2  # noqa: PT017  # not always raised
            continue
        assert document.source.text == text
        assert all(1 <= each.line <= len(document.source.lines) for each in unseen(document))
        for each in warnings(document):
            assert each.line >= 1


def test_a_damaged_document_causes_no_internal_error(
    tmp_path: Path,
) -> None:
    folder = root()
    assert folder is not None
    texts = [path.read_text(encoding="utf-8") for path in documents(folder / "regressions")]
    path = tmp_path / "t.md"
    for chance in seeds("replays"):
        text = damaged(chance.choice(texts), chance)
        path.write_text(text, encoding="utf-8", newline="")
        words = chance.choice(
            [["replay"], ["check"], ["export", "--to", "svg"], ["export", "--to", "html"],
             ["replay", "--update=all"], ["replay", "--report", "junit"], ["replay", "--list"]]
        )  # fmt: skip
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = main([*words, str(path)])
        assert "internal fault" not in said.getvalue(), (words, text, said.getvalue())
        assert code in {0, 1, 2, 3, 4}
        if "--update=all" not in words:
            assert path.read_bytes() == text.encode()


def value(chance: random.Random, depth: int = 0) -> object:
    """Return random JSON data."""
    if depth > 4 or chance.random() < 0.4:
        return chance.choice(
            [None, True, 0, -1, 1e308, float("inf"), float("nan"), "", "a", "\ud800", 10**30]
        )
    if chance.random() < 0.5:
        return [value(chance, depth + 1) for _ in range(chance.randrange(4))]
    names = ["lessons", "hash", "step", "done", "skipped", "misses", "journal", "bindings", "x"]
    return {chance.choice(names): value(chance, depth + 1) for _ in range(chance.randrange(5))}


def test_a_foreign_progress_file_is_read_or_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "progress.json"
    good = {
        "hash": "a", "step": "b", "done": [], "skipped": [], "misses": {}, "journal": [],
        "bindings": {}, "locale": "en", "finished": False,
    }  # fmt: skip
    for chance in seeds("files"):
        lesson = {**good, chance.choice(list(good)): value(chance)}
        data = value(chance) if chance.random() < 0.3 else {"v": 1, "lessons": {"a": lesson}}
        text = json.dumps(data)
        if chance.random() < 0.2:
            text = chance.choice(
                ["[" * 100_000, text[: len(text) // 2], text + "\x00", "\ufeff" + text]
            )
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            LearnerProgress(path).all()
        except ProgressError as error:
            assert str(path) in str(error)  # noqa: PT017  # not always raised


def test_nothing_raw_passes_the_last_output_step() -> None:
    pool = [
        *ARGUMENTS,
        "\x1b]0;t\x07",
        "\x1b[2J",
        "\u2028",
        "\u2060",
        "\ufeff",
        "\uffff",
        "\x85",
        "\t",
    ]
    for chance in seeds("terminals"):
        text = "".join(chance.choice(pool) for _ in range(chance.randrange(12)))
        for shown in (safe(text), tame(text, colour=False), markup(text), dumps(text)):
            assert RAW.search(shown) is None, ascii(text)
        assert json.loads(dumps(text)) == text
        coloured = re.sub(r"\x1b\[[\d;]*m", "", tame(text, colour=True))
        assert RAW.search(coloured) is None, ascii(text)
