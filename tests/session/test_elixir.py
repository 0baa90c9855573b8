"""Elixir in a session: mixed with commands, on both schedulers, for every client."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kvshell.session import Session
from kvshell.session.session_state import preload
from kvshell.terms import inspect
from kvshell.views import Caps, render
from tests.session.typist import Typist


def answers(session: Session, *lines: str) -> list[str]:
    """Return what each line prints; the answers of its parts are joined by newlines."""
    found = []
    for line in lines:
        found.append("\n".join(render(result, Caps()) for result in session.run(line)))
        session.settle()
    return found


@pytest.fixture(params=["controlled", "free"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    with Session(request.param) as session:
        yield session


def test_the_chapters_first_lines_run(session: Session) -> None:
    said = answers(
        session,
        "table = :ets.new(:buckets_registry, [:set, :protected])",
        ':ets.insert(table, {"foo", self()})',
        ':ets.lookup(table, "foo")',
    )

    assert said[0].startswith("#Reference<")
    assert said[1:] == ["true", f'[{{"foo", {inspect(session.shell)}}}]']


def test_bindings_are_shared_with_the_commands(session: Session) -> None:
    said = answers(
        session,
        "start manager",
        "b = create store s1",
        'KV.Bucket.put(b, "milk", 3)',
        "get s1 milk",
        '{:ok, found} = KV.Registry.lookup(KV.Registry, "s1")',
        "found == b",
        "pid = spawn(fn -> receive do :stop -> :ok end end)",
        "alive pid",
    )

    assert said[2:4] == [":ok", "3"]
    assert said[5] == "true"
    assert said[7] == "true"


def test_the_counter_history_and_v_are_shared(session: Session) -> None:
    said = answers(session, "1 + 1", "v", "v() + v(1)", "x + ", "x = v(-1)", "|> Kernel.+(1)")

    assert said[:3] == ["2", "2", "4"]
    assert said[3].startswith("** (TokenMissingError) iex:4:")
    assert said[4:5] == ["4"]
    assert said[5].startswith("** (SyntaxError) iex:5:1: pipe shorthand is not allowed")
    assert [number for number, _ in session.inputs] == [1, 2, 3, 4, 4, 5]


def test_a_leading_pipe_continues_with_the_last_answer(session: Session) -> None:
    assert answers(session, "[1, 2]", "|> Enum.sum()", "|> Kernel.*(2)")[1:] == ["3", "6"]


def test_a_line_of_elixir_prints_its_last_answer_and_a_mixed_line_each(session: Session) -> None:
    said = answers(session, "a = 1; b = 2; a + b", "a; self; a + 1", "1 / 0; self")

    assert said[0] == "3"
    assert said[1] == f"1\n{inspect(session.shell)}\n2"
    assert said[2].startswith("** (ArithmeticError) bad argument in arithmetic expression: 1 / 0")
    assert inspect(session.shell) not in said[2]


def test_output_comes_before_the_answer(session: Session) -> None:
    assert answers(session, 'IO.puts("hi")') == ["hi\n:ok"]
    assert answers(session, "fn x -> 1 end")[0].startswith('warning: variable "x" is unused')


def test_another_client_types_elixir(session: Session) -> None:
    session.run("as q x = self()")
    session.settle()
    results = session.run_as("q", "x == self()")

    assert [result.value for result in results] == [True]


def test_repeat_counts_elixir() -> None:
    with Session() as session:
        assert "3  100.0 %  2" in answers(session, "repeat 3 1 + 1")[0]


def test_unsupported_elixir_is_refused_by_name() -> None:
    with Session() as session:
        said = answers(session, "Port.list()", "break!(Enum.map/2)", 'c "nope.ex"')

    assert said[0].startswith("** (CommandError) Port is not part of this shell's Elixir")
    assert all(text.startswith("** (") for text in said)


def test_unsupported_elixir_in_a_file_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "q.ex").write_text("defmodule Q do\n\n  @on_definition Q\nend\n")
    with Session() as session:
        session.programs = Path
        (said,) = answers(session, f"load {tmp_path / 'q.ex'}")

    assert "q.ex:3: @on_definition is not part of this shell's Elixir: help elixir" in said


def test_the_helpers_of_iex_work() -> None:
    with Session() as session:
        said = answers(session, "i 1", "exports Agent", "h Enum.map", "pid(0, 100, 0)", "h Nope.x")

    assert said[0].startswith("Term\n  1\nData type\n  Integer\n")
    assert "start_link/1" in said[1]
    assert "def map(enumerable, fun)" in said[2]
    assert said[3] == "#PID<0.100.0>"
    assert said[4] == "No documentation for Nope.x was found"


def test_the_application_of_a_project_is_stopped_and_started(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "mix.exs").write_text(
        "defmodule S.MixProject do\n"
        '  def project, do: [app: :s, version: "0.1.0", deps: []]\n'
        "  def application do\n    [mod: {S, [at: 7]}, env: [limit: 3]]\n  end\nend\n"
    )
    (tmp_path / "lib/s.ex").write_text(
        "defmodule S do\n"
        "  def start(:normal, options), do: Agent.start_link(fn -> options end, name: S)\n"
        '  def stop(_state), do: IO.puts("stopped")\n'
        "end\n"
    )
    with Session() as session:
        session.programs = Path
        said = answers(
            session,
            f'load "{tmp_path}"',
            "Agent.get(S, & &1)",
            "Application.get_env(:s, :limit)",
            "Application.start(:s)",
            "Application.stop(:s)",
            "Process.whereis(S)",
            "Application.stop(:s)",
            "Application.ensure_all_started(:s)",
            "Process.whereis(S) |> is_pid()",
            "Application.get_application(S)",
            "Application.started_applications() |> hd()",
        )

    assert said[1:4] == ["[at: 7]", "3", "{:error, {:already_started, :s}}"]
    assert said[4] == "stopped\n:ok"
    assert said[5:] == [
        "nil", "{:error, {:not_started, :s}}", "{:ok, [:s]}", "true", ":s", "{:s, 's', '0.1.0'}",
    ]  # fmt: skip


def test_files_of_elixir_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "mix.exs").write_text(
        "defmodule M.MixProject do\n  def application, do: [mod: {M.App, []}]\nend\n"
    )
    (tmp_path / "lib/a.ex").write_text("defmodule M.A do\n  def f, do: %M.B{}.n\nend\n")
    (tmp_path / "lib/b.ex").write_text("defmodule M.B do\n  defstruct n: 7\nend\n")
    (tmp_path / "lib/app.ex").write_text(
        "defmodule M.App do\n"
        "  def start(_, _), do: Agent.start_link(fn -> 1 end, name: M.Running)\n"
        "end\n"
    )
    with Session() as session:
        session.programs = Path
        said = answers(
            session,
            f'load "{tmp_path}"',
            "M.A.f()",
            "Agent.get(M.Running, & &1)",
            f'c "{tmp_path / "lib/b.ex"}"',
            "r M.B",
            f'c "{tmp_path / "nope.ex"}"',
        )

    assert set(said[0].strip("[]").split(", ")) == {"M.A", "M.B", "M.App"}
    assert said[1:3] == ["7", "1"]
    assert said[3].endswith("[M.B]")
    assert said[4].endswith("{:reloaded, [M.B]}")
    assert said[5].startswith("** (ArgumentError) could not find files ")


def test_a_file_that_does_not_compile_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "bad.ex"
    path.write_text("defmodule Bad do\n  def x( do\nend\n")
    with Session() as session:
        session.programs = Path
        said = answers(session, f'c "{path}"')[0]

    assert said.startswith(
        "\n== Compilation error in file bad.ex ==\n** (TokenMissingError) bad.ex:4:1"
    )
    assert said.endswith("** (CompileError)  compile error")


@pytest.mark.parametrize(
    ("code", "place", "kind", "said"),
    [
        ("exit(:boom)", "2: (file)", "exit", ":boom"),
        ("throw {:a, 1}", "2: (file)", "throw", "{:a, 1}"),
        ('raise "x"', "2: (file)", "RuntimeError", "x"),
        ("[1] = Enum.map([2], & &1)", "2: (file)", "MatchError",
         "no match of right hand side value: [2]"),
        ("defmodule A do\n  def f, do: throw(:x)\nend\nA.f()", "3: A.f/0", "throw", ":x"),
    ],
)  # fmt: skip
def test_a_file_that_ends_otherwise_names_its_line_and_the_kind_as_iex_does(
    tmp_path: Path, code: str, place: str, kind: str, said: str
) -> None:
    path = tmp_path / "ends.exs"
    path.write_text(f"_ = 1\n{code}\n")
    with Session() as session:
        session.programs = Path
        told = answers(session, f'c "{path}"')[0]
    with Session() as session:
        session.programs = Path
        failed = preload(session, [str(path)])

    assert told == (
        f"\n== Compilation error in file ends.exs ==\n** ({kind}) {said}\n"
        f"    ends.exs:{place}\n** (CompileError)  compile error"
    )
    assert failed == f"** (CommandError) {path}:{place.partition(':')[0]}: {kind}: {said}"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a = 5; a", "5"),
        ("<<x::8>> = <<3>>; x", "3"),
        ("known; 1 + 1", "2"),
        ("1 + 1; known", "7"),
        ("known; known", "7\n7"),  # words, as on a line of its own
    ],
)
def test_a_line_of_elixir_prints_its_last_value(line: str, said: str) -> None:
    with Session() as session:
        assert answers(session, "known = 7", line)[1] == said


def test_unfinished_input_can_be_cancelled(session: Session) -> None:
    assert answers(session, "[1,\n#iex:break") == [
        "** (TokenMissingError) iex:1: incomplete expression"
    ]


def test_help_elixir_is_one_screen() -> None:
    with Session() as session:
        assert 10 < len(answers(session, "help elixir")[0].split("\n")) <= 25


def test_a_fresh_system_has_no_bindings() -> None:
    with Session() as session:
        session.run("x = 1 + 1")
        session.run("reset")

        assert answers(session, "x + 1")[0].count("undefined function x/0") == 1


def test_commands_import_nothing_of_elixir() -> None:
    code = (
        "import sys\n"
        "from kvshell.cli import main\n"
        "main(['-c', 'start manager', '-c', 'create store s1', '-c', 'registry', '-c', 'nope'])\n"
        "print([name for name in sys.modules if name.startswith('kvshell.elixir')])\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.stdout.splitlines()[-1] == "[]"


def test_within_elixir_an_unknown_word_is_an_undefined_variable(session: Session) -> None:
    before, _, after = answers(session, "zyx", "1 + 1", "zyx")

    assert before.startswith("** (CommandError) no command zyx")
    assert "undefined function zyx/0" in after


def test_beside_elixir_a_helper_of_iex_is_elixir(session: Session) -> None:
    said = answers(session, "send(self(), :a); flush()")

    assert said == [":a\n:ok"]


def test_the_line_of_a_command_is_the_rest_of_the_line_in_elixir_too() -> None:
    with Session("controlled") as session:
        session.run("start manager")
        (answer,) = session.run('repeat 2 b = KV.Registry.create(KV.Registry, "s"); {:ok, b}')
        assert answer.view is not None
        assert "{:ok, #PID<0.104.0>}" in str(answer.view)


@pytest.mark.parametrize("text", ["def f(x) do\n  x\nend", 'test "a", %{a: a} do\n  a\nend'])
def test_a_fragment_of_a_module_is_recognised(text: str) -> None:
    with Session("controlled") as session:
        (answer,) = session.run(text)
        assert answer.error is not None
        assert answer.hint is not None
        assert "belongs in a module" in answer.hint.text


def test_in_a_test_without_a_module_the_unknown_word_is_test() -> None:
    with Session("controlled") as session:
        (answer,) = session.run('test "a" do\n  assert 1 == 1\nend')
        assert str(answer.error) == (  # Elixir 1.14's
            "** (CompileError) iex:1: undefined function test/2 (there is no such import)"
        )


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (["x = 1", "y = x", "[x, y]"], "[1, 1]"),
        (["x = 1", "y = $x", "[x, y]"], "[1, 1]"),
        (["f = fn -> 2 end", "g = f", "g.()"], "2"),
        (["x = {1, 2}", "{a, b} = x", "[a, b]"], "[1, 2]"),
        (
            ["x = {1, 2}", "{:error, _} = x"],
            "** (MatchError) no match of right hand side value: {1, 2}",
        ),
        (["x = 1", "1 = x"], "1"),
    ],
)
def test_a_bound_name_is_matched_as_any_value(kv: Typist, lines: list[str], answer: str) -> None:
    assert kv(*lines) == answer
    assert not kv.hints
