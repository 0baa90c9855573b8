"""`@tag :tmp_dir`: each test gets the folder that ExUnit would give it, kept in memory."""

from pathlib import Path

import pytest

from kvshell.cli import main
from kvshell.elixir.evaluate import Evaluator
from kvshell.elixir.exunit import cases
from kvshell.elixir.exunit.failures import failure_text
from kvshell.elixir.exunit.running import run_case
from tests.elixir.core.evaluating import shell

EMPTY_AT_FIRST = (
    '    assert File.ls!(c.tmp_dir) == []\n    File.write!(Path.join(c.tmp_dir, "a"), "b")\n'
)


def _failures(body: str) -> list[str]:
    """Run the tests of a module My.TdTest and return their failures."""
    text = f"defmodule My.TdTest do\n  use ExUnit.Case\n{body}\nend"
    with shell() as lines:
        Evaluator(lines.code, file="t.exs").evaluate(text)
        record = lines.code.modules[lines.evaluator.evaluate("My.TdTest")]
        result = run_case(record, cases.tests_of(record))
        return [
            failure_text(1, each.test, each.failures, text.split("\n"))
            for each in result.results
            if each.failures
        ]


@pytest.mark.parametrize(
    ("tag", "name", "folder"),
    [
        (":tmp_dir", "b", "test-b-f19f29de"),
        ('tmp_dir: "sub/dir"', "b", "test-b-f19f29de/sub/dir"),
        (
            ":tmp_dir",
            r"writes / a file: é \"x\"",
            "test-writes---a-file--é--x--2fa5aacf",
        ),
    ],
)
def test_the_folder_has_exunits_name_and_is_not_on_the_disk(
    tag: str, name: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path.cwd() / "tmp" / "My.TdTest" / folder
    test = (
        f'  @tag {tag}\n  test "{name}", c do\n    assert c.tmp_dir == "{path.as_posix()}"\n'
        f"{EMPTY_AT_FIRST}  end"
    )

    assert _failures(test) == []
    assert list(tmp_path.iterdir()) == []


# Elixir 1.14's answers for lines that are run one after the other; P is a path in the folder.
ANSWERS = [
    ('File.write(P.("a.txt"), "hello")', ":ok"),
    ('File.read(P.("a.txt"))', '{:ok, "hello"}'),
    ('File.write!(P.("a.txt"), ["b", ?c])', ":ok"),
    ('File.read!(P.("a.txt"))', '"bc"'),
    ('{File.exists?(P.("a.txt")), File.regular?(P.("a.txt")), File.dir?(P.("a.txt"))}',
     "{true, true, false}"),
    ('File.mkdir(P.("x/y"))', "{:error, :enoent}"),
    ('File.mkdir_p(P.("x/y"))', ":ok"),
    ('File.mkdir(P.("x/y"))', "{:error, :eexist}"),
    ('File.write(P.("z/y"), "a")', "{:error, :enoent}"),
    ('File.write(P.("a.txt/y"), "a")', "{:error, :enotdir}"),
    ('File.write(P.("x"), "a")', "{:error, :eisdir}"),
    ('File.rm(P.("x"))', "{:error, :eperm}"),
    ('File.rm(P.("nope"))', "{:error, :enoent}"),
    ('File.rm(P.("a.txt"))', ":ok"),
    ('File.rmdir(P.("x"))', "{:error, :eexist}"),
    ('File.rm_rf(P.("x"))', '{:ok, [P.("x"), P.("x/y")]}'),
    ('File.rm_rf(P.("nope"))', "{:ok, []}"),
    ('File.write(P.("a.txt"), "1\\n", [:append])', ":ok"),
    ('File.write(P.("a.txt"), "2\\n", [:append])', ":ok"),
    ('File.read(P.("a.txt"))', '{:ok, "1\\n2\\n"}'),
    ('File.cp(P.("a.txt"), P.("b.txt"))', ":ok"),
    ('File.rename(P.("a.txt"), P.("c.txt"))', ":ok"),
    ('Enum.sort(File.ls!(P.("")))', '["b.txt", "c.txt"]'),
    ('File.touch(P.("t"))', ":ok"),
    ('File.read(P.("t"))', '{:ok, ""}'),
    ('File.ls(P.("nope"))', "{:error, :enoent}"),
    ('File.ls(P.("t"))', "{:error, :enotdir}"),
    ('File.mkdir_p!(P.("q"))', ":ok"),
    ('File.read(P.("q"))', "{:error, :eisdir}"),
    ('File.write(P.("t"), 1)', "{:error, :badarg}"),
]  # fmt: skip
RAISED = {
    'File.write!(P.("z/y"), "a")': 'could not write to file "PATH/z/y": no such file or directory',
    'File.ls!(P.("z"))': 'could not list directory "PATH/z": no such file or directory',
    'File.rm!(P.("z"))': 'could not remove file "PATH/z": no such file or directory',
    'File.mkdir!(P.("z/y"))': 'could not make directory "PATH/z/y": no such file or directory',
    'File.read!(P.("."))': 'could not read file "PATH/.": illegal operation on a directory',
    'File.cp!(P.("a"), P.("b"))': (
        'could not copy from "PATH/a" to "PATH/b": no such file or directory'
    ),
    'File.rename!(P.("a"), P.("b"))': (
        'could not rename from "PATH/a" to "PATH/b": no such file or directory'
    ),
    'File.rmdir!(P.("a"))': 'could not remove directory "PATH/a": no such file or directory',
    'File.touch!(P.("q/a"))': 'could not touch "PATH/q/a": no such file or directory',
}


def _test(lines: list[str]) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    at = "    p = fn path -> Path.join(c.tmp_dir, path) end"
    return f'  @tag :tmp_dir\n  test "t", c do\n{at}\n{body}\n  end'.replace("P.(", "p.(")


def test_file_answers_there_as_on_a_disk() -> None:
    assert _failures(_test([f"assert {line} == {answer}" for line, answer in ANSWERS])) == []


@pytest.mark.parametrize("line", RAISED)
def test_file_raises_there_as_on_a_disk(line: str) -> None:
    (failure,) = _failures(_test([line]))

    folder = (Path.cwd() / "tmp" / "My.TdTest").as_posix()
    assert RAISED[line].replace("PATH", f"{folder}/test-t-89445c62") in failure


def test_nothing_is_written_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for line in ('File.write!("a", "b")', 'File.rm_rf!("/tmp")', 'File.rm(P.("../../../x"))'):
        (failure,) = _failures(_test([line]))
        assert "outside the tmp_dir of a test is not part of this shell's Elixir" in failure
    assert list(tmp_path.iterdir()) == []


def test_each_test_begins_with_an_empty_folder() -> None:
    line = f'  test "%s", c do\n{EMPTY_AT_FIRST}  end'

    assert _failures("  @moduletag :tmp_dir\n" + "\n".join(line % name for name in "ab")) == []


def test_a_tag_that_is_not_a_path_fails_its_test() -> None:
    (failure,) = _failures('  @tag tmp_dir: 1\n  test "t", do: :ok')

    assert "expected :tmp_dir to be a boolean or a string, got: 1" in failure


def test_a_search_has_no_verdict_on_such_a_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s_test.exs").write_text(
        "defmodule STest do\n  use ExUnit.Case\n  @tag :tmp_dir\n"
        '  test "one", c, do: File.write!(Path.join(c.tmp_dir, "a"), "b")\nend\n'
    )

    for line in (["test", "--explore", "s_test.exs"], ["explore", "s_test.exs:4"]):
        assert main(line) == 1
        told = "no verdict: a search does not follow what a test writes in its tmp_dir"
        assert told in capsys.readouterr().out
