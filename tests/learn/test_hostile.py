"""Untrusted lessons are read or rejected with a message; they never cause an internal error."""

from pathlib import Path

import pytest

from tests.cli.command import run

HEAD = "---\ntitle: T\n---\n# T\n\nHello.\n\n## One {#one}\n\nDo it.\n\n"
BLOCK = "```kvshell\nkv> start manager\n{:ok, #PID<manager>}\n```\n\n"
NO_STEPS = "ERROR {}:1:1: a lesson has steps: begin one with ## TITLE {{#ID}}\n"
REFUSED: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", NO_STEPS),
    "without steps": ("hello\n", NO_STEPS),
    "no text": (b"\xff\xfe\x00", "ERROR {}:1:1: not UTF-8: byte 0xff\n"),
    "bytes": (b"# T\n\x80", "ERROR {}:2:1: not UTF-8: byte 0x80\n"),
    "quotes": ("> " * 2000 + "x\n", "ERROR {}:1:1: lists and quotes nested deeper than 100\n"),
    "a width": (
        f"---\nwidth: {'9' * 5000}\n---\n{HEAD}",
        "ERROR {}:2:1: width: " + "9" * 60 + "... should be a number from 20 to 1000\n",
    ),
    "a time": (
        f"---\ntimeout: {'9' * 5000}m\n---\n{BLOCK}",
        "ERROR {}:2:1: timeout: " + "9" * 60 + "... should be a duration: 200ms, 5s or 1m\n",
    ),
}
JUDGED = {
    "brackets": HEAD + "[" * 5000 + "\n\n" + BLOCK,
    "a goal deep in brackets": f"{HEAD}{BLOCK}<!--kvshell goal\nkv> get s1 {'[' * 5000}\n1\n-->\n",
    "a goal that loops": f"{HEAD}{BLOCK}<!--kvshell goal\nkv> repeat 1000000 self\n...\n-->\n",
    "a goal that reads files": f"{HEAD}{BLOCK}<!--kvshell goal\nkv> replay x.md\n...\n-->\n",
    "one id twice": f"{HEAD}{BLOCK}## Two {{#one}}\n\n{BLOCK}",
    "a long hint": f"{HEAD}{BLOCK}<!-- kv:hint {'x' * 100_000} -->\n",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_not_a_lesson_is_refused_by_name(name: str, tmp_path: Path) -> None:
    data, sentence = REFUSED[name]
    path = tmp_path / "t.md"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())

    done = run("learn", "--check", str(path))

    assert (done.code, done.out, done.err) == (2, sentence.format(path), "")


@pytest.mark.parametrize("name", JUDGED)
def test_findings_on_a_hostile_lesson_are_short(name: str, tmp_path: Path) -> None:
    path = tmp_path / "t.md"
    path.write_text(JUDGED[name])

    done = run("learn", "--check", str(path))

    assert (done.code, done.err) == (1, "")
    assert all(line.startswith(f"{path}: check ") for line in done.out.splitlines())
    assert max(map(len, done.out.splitlines())) < len(str(path)) * 2 + 500


def test_a_broken_translation_is_named(tmp_path: Path) -> None:
    path, other = tmp_path / "t.md", tmp_path / "t.ru.md"
    path.write_text(HEAD + BLOCK)
    other.write_bytes(b"# T\n\xff")

    done = run("learn", "--check", str(path))

    assert (done.code, done.out) == (2, f"ERROR {other}:2:1: not UTF-8: byte 0xff\n")


def test_a_folder_in_place_of_a_translation_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.md"
    path.write_text(HEAD + BLOCK)
    (tmp_path / "t.ru.md").mkdir()

    done = run("learn", "--check", str(path))

    assert done.code == 2
    assert done.err.startswith(f"kvshell: cannot read {tmp_path / 't.ru.md'}: ")
