"""The Elixir that `explain` and `help` print compiles in a real Elixir and means the same."""

import shutil
import subprocess
from pathlib import Path

import pytest

from kvshell.commands.help.explain import explain
from kvshell.commands.table import COMMANDS
from kvshell.commands.view import Panel, Text, View
from kvshell.session import Session

# The parts of the chapter's modules that the lines below call: a map in an agent.
DEFINITIONS = """
defmodule KV.Bucket do
  def put(b, k, v), do: Agent.update(b, &Map.put(&1, k, v))
  def get(b, k), do: Agent.get(b, &Map.get(&1, k))
  def delete(b, k), do: Agent.get_and_update(b, &Map.pop(&1, k))
end
defmodule KV.Registry do
  use GenServer
  def init(_), do: {:ok, :ets.new(KV.Registry, [:named_table, :public])}
  def handle_call({:create, name}, _, t) do
    {:ok, pid} = Agent.start(fn -> %{} end)
    :ets.insert(t, {name, pid})
    {:reply, pid, t}
  end
  def create(server, name), do: GenServer.call(server, {:create, name})
  def lookup(table, name) do
    case :ets.lookup(table, name), do: ([{_, pid}] -> {:ok, pid}; [] -> :error)
  end
end
"""
LINES = {
    "alive manager": "true",
    "alive s1": "true",
    "kill s1": "true",
    "kill manager": "true",
    "info s1": "_",
    "info manager": "_",
    "mailbox manager": "{:messages, []}",
    'ets insert prices {"milk", 3}': "true",
    "ets lookup prices milk": "[]",
    "ets list prices": "[]",
    "ets delete prices milk": "true",
    "put s1 milk 1": ":ok",
    "get s1 milk": "nil",
    "del s1 milk": "nil",
    "keys s1": "[]",
    "lookup s1": "{:ok, _}",
    "lookup s9": ":error",
    "create store s2": "_",
    "stop s1": ":ok",
    "state s1": "%{}",
    "suspend s1": ":ok",
    "resume s1": ":ok",
    "monitor manager": "_",
    "self": "_",
    "sleep 1": ":ok",
    "repeat 3 create store a{n}": "[_, _, _]",
    "repeat 3 create store a{n}; lookup a{n}": "[{:ok, _}, {:ok, _}, {:ok, _}]",
    "repeat 3 put s1 k {n}; get s1 k": "[1, 2, 3]",
    "repeat 2 keys s1; stores": '[["s1"], ["s1"]]',
    "repeat 2 sleep {n}": "[:ok, :ok]",
    'repeat 2 ets insert prices {"a", {n}}': "[true, true]",
    "repeat 2 create store a{n}; put a{n} :b{n} [{n}]; get a{n} :b{n}": "[[1], [2]]",
    "repeat 2 repeat 3 put s1 k 1{n}; get s1 k": "[[11, 11, 11], [12, 12, 12]]",
    "create store fn; put fn a 1; get fn a": "1",
    "create store nil; put nil a 1; get nil a": "1",
    "create store __MODULE__; put __MODULE__ a 1; get __MODULE__ a": "1",
    "create store _; put _ a 1; get _ a": "1",
    "create store É; put É a 1; get É a": "1",
    "b = create store s3; put b milk 1; get b milk": "1",
    "ets new t": "_",
    "ets info registry": "_",
}


def elixir_of(line: str) -> str:
    """Return the lines that `explain` marks as Elixir."""
    return elixir_in(explain(line, "ets"))


def elixir_typed(session: Session, line: str) -> str:
    """Return the Elixir that `explain` shows for a line in `session`, whose variables it knows."""
    (result,) = session.run(f"explain {line}")
    assert result.view is not None, result.error
    return elixir_in(result.view)


def elixir_in(shown: View) -> str:
    found: list[str] = []

    def look(view: View) -> None:
        if isinstance(view, Panel):
            for inner in view.body:
                look(inner)
        elif isinstance(view, Text):
            for cells in view.lines:
                if cells[0].text.startswith("Elixir"):
                    found.append("".join(cell.text for cell in cells[1:]))

    look(shown)
    return "\n".join(found)


def test_a_name_is_looked_up_where_a_pid_is_needed() -> None:
    assert elixir_of("alive manager") == "Process.alive?(Process.whereis(KV.Registry))"
    assert elixir_of("kill manager") == "Process.exit(Process.whereis(KV.Registry), :kill)"
    assert elixir_of("info manager") == "Process.info(Process.whereis(KV.Registry))"
    assert elixir_of("info self()") == "Process.info(self())"


def test_a_table_name_is_written_as_an_atom_unless_it_is_a_variable() -> None:
    assert elixir_of('ets insert prices {"milk", 3}') == ':ets.insert(:prices, {"milk", 3})'
    assert elixir_of("ets info manager") == ":ets.info(KV.Registry)"
    assert elixir_of('ets info "manager"') == ":ets.info(:manager)"
    with Session() as session:
        session.run("t = ets new t")
        (result,) = session.run("explain ets list t")
    assert isinstance(result.view, Panel)
    assert ":ets.tab2list(t)" in str(result.view)


def test_the_whole_repeated_line_is_inside_the_loop() -> None:
    said = elixir_of("repeat 3 create store a{n}; lookup a{n}")

    assert said == (
        'for n <- 1..3, do: (KV.Registry.create(KV.Registry, "a#{n}"); '
        'KV.Registry.lookup(KV.Registry, "a#{n}"))'
    )


@pytest.mark.parametrize(
    ("before", "line", "elixir"),
    [
        ("b = create store s1", "put b milk 1", 'KV.Bucket.put(b, "milk", 1)'),
        ("b = create store s1", "x = get b milk", 'x = KV.Bucket.get(b, "milk")'),
        ("b = create store s1", "stop b", "Agent.stop(b, :normal)"),
        ("b = create store s1", "alive b", "Process.alive?(b)"),
        ("b = create store s1", "link b", "Process.link(b)"),
        ("b = create store s1", "exit b :normal", "Process.exit(b, :normal)"),
        ("r = {:r, 1}", "alive manager", "Process.alive?(Process.whereis(KV.Registry))"),
        ("r = KV.Registry", "alive r", "Process.alive?(Process.whereis(r))"),
        ("s1 = create store s1; stop s1; create store s1", "put s1 k 2",
         'KV.Bucket.put(s1, "k", 2)'),
        ("s1 = create store s1; b = 5", 'put "s1" k $s1',
         '{:ok, pid} = KV.Registry.lookup(KV.Registry, "s1")\nKV.Bucket.put(pid, "k", s1)'),
        ("pid = create store pid", 'get "pid" k',
         '{:ok, pid1} = KV.Registry.lookup(KV.Registry, "pid")\nKV.Bucket.get(pid1, "k")'),
        ("create store S1", "put S1 a 1",
         '{:ok, pid} = KV.Registry.lookup(KV.Registry, "S1")\nKV.Bucket.put(pid, "a", 1)'),
        ("self", "put S1 a 1", 'KV.Bucket.put(S1, "a", 1)'),
        ("b = create store s1", "repeat 2 put b k {n}",
         'for n <- 1..2, do: KV.Bucket.put(b, "k", n)'),
        ("self", "repeat 2 sleep {n}s", "for n <- 1..2, do: Process.sleep(n * 1000)"),
    ],
)  # fmt: skip
def test_the_elixir_of_a_line_takes_each_word_as_the_line_does(
    before: str, line: str, elixir: str
) -> None:
    with Session() as session:
        session.run("start manager")
        session.run(before)

        assert elixir_typed(session, line) == elixir


@pytest.mark.parametrize("design", ["plain", "map", "ets-cast", "ets"])
@pytest.mark.parametrize(
    "line",
    [
        "put b milk 1", "get b milk", "alive b", "put fn a 1", "put end a 1", "put __MODULE__ a 1",
        "put _ a 1", "put S1 a 1", "put É a 1", 'put "a b" a 1', "put s-1 a 1", 'get "b" milk',
        "exit b :normal", "stop b", "repeat 2 sleep {n}", "repeat 2 put b {n} [{n}]",
        "c = self; alive c", "send b :hello", "state b", "link b", "monitor b", "keys S1",
        "put x k 2", "get x k", 'get "x" k',
    ],
)  # fmt: skip
def test_what_explain_prints_does_here_what_the_line_does(design: str, line: str) -> None:
    """Of two equal systems, one runs the line and the other its Elixir; both answer the same."""
    before = [
        f"start manager {design}", *(
            f"create store {name}"
            for name in ("s1", "b", "fn", "end", "__MODULE__", "_", "S1", "É", '"a b"', "s-1", "x")
        ),
        "{:ok, b} = lookup s1", "{:ok, x} = lookup x", "stop x",
    ]  # fmt: skip
    answers: list[tuple[object, ...]] = []
    for as_elixir in (False, True):
        with Session() as session:
            for each in before:
                if each.startswith(("{:ok", "stop")):
                    session.run("sleep 1")  # a cast is handled
                assert session.run(each)[-1].ok, each
            session.run("sleep 1")
            code = elixir_typed(session, line).replace("\n", "; ") if as_elixir else line
            session.run("self")  # so that both have the same number
            result = session.run(code)[-1]
            failed = (result.error or "").splitlines()[-1:]  # before it are the call's arguments
            answers.append((result.ok, result.value, failed))

    if line.startswith(("monitor", "repeat", "c = self")):  # a reference, a report, an own variable
        answers = [answer[:1] for answer in answers]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("line", ["stop self", "put shell k 1", "call self() :hi", "stop me"])
def test_a_line_that_would_wait_for_itself_is_explained_as_failing(line: str) -> None:
    with Session() as session:
        session.run("start manager")
        session.run("me = self")
        (result,) = session.run(f"explain {line}")

        assert "process attempted to call itself" in str(result.view)
        assert "monitor" not in str(result.view)
        assert "process attempted to call itself" in str(session.run(line)[0].error)


@pytest.mark.parametrize(
    "line",
    [
        "{:ok, pid} = KeyVal.Server.start()", "Enum.map([1], & &1)", 'IO.puts("hi")', "1 == 1",
        'inspect "s1"', "GenServer.stop(KV.Registry)",
    ],
)  # fmt: skip
def test_elixir_is_explained_as_running_as_it_is_typed(line: str) -> None:
    with Session() as session:
        session.run("start manager")
        (result,) = session.run(f"explain {line}")

        assert result.error is None
        assert elixir_in(result.view or Panel("", ())) == line
        assert "it runs as it is typed" in str(result.view)


def test_a_view_that_cannot_be_bound_is_not_explained_as_a_binding() -> None:
    with Session() as session:
        (result,) = session.run("explain x = explain self")

        assert result.error == ("** (CommandError) explain has no value that could be bound")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("elixir") is None, reason="no elixir is installed")
def test_elixir_accepts_each_line_and_gives_the_same_answer(tmp_path: Path) -> None:
    """Each line runs in a system of its own with one store; its answer must match the pattern."""
    script = [DEFINITIONS]
    for number, (line, shape) in enumerate(LINES.items()):
        code = elixir_of(line)
        script.append(
            f"{{:ok, registry}} = GenServer.start(KV.Registry, nil, name: KV.Registry)\n"
            ":ets.new(:prices, [:named_table, :public])\n"
            'KV.Registry.create(KV.Registry, "s1")\n'
            f"code = {_quoted(code)}\n"
            "IO.write(try do\n"
            "  {answer, _} = Code.eval_string(code)\n"
            f'  if match?({shape}, answer), do: "", else: "{number}: #{{inspect answer}}\\n"\n'
            f'rescue e -> "{number}: #{{Exception.message(e)}}\\n" end)\n'
            "Process.exit(registry, :kill)\n:ets.delete(:prices)\n"
            "ref = Process.monitor(registry)\nreceive do {:DOWN, ^ref, _, _, _} -> :ok end\n"
        )
    (tmp_path / "answers.exs").write_text("\n".join(script))

    done = subprocess.run(  # a program of ours
        ["elixir", str(tmp_path / "answers.exs")],  # whichever is on the path
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    told = [line for line in done.stdout.splitlines() if line]
    names = list(LINES)
    assert [f"{names[int(line.split(':')[0])]} - {line}" for line in told] == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("elixir") is None, reason="no elixir is installed")
def test_the_elixir_shown_by_help_can_be_parsed(tmp_path: Path) -> None:
    with Session() as session:
        pages = {
            command.words: str(session.run(f"help {command.words}")[0].view) for command in COMMANDS
        }
    lines = [
        page.partition("'Elixir  '")[2].partition("text=")[2].partition(", role=")[0]
        for page in pages.values()
        if "'Elixir  '" in page
    ]
    codes = [_quoted(str(_literal(line))) for line in lines if line]
    assert len(codes) > 30
    script = f"for code <- [{', '.join(codes)}], do: Code.string_to_quoted!(code)"
    (tmp_path / "read.exs").write_text(script)

    done = subprocess.run(  # a program of ours
        ["elixir", str(tmp_path / "read.exs")],  # whichever is on the path
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr


def _literal(text: str) -> object:
    import ast  # only here

    return ast.literal_eval(text)


def _quoted(code: str) -> str:
    """Return an Elixir string literal that contains `code` unchanged."""
    return (
        '"'
        + code.replace("\\", "\\\\").replace('"', '\\"').replace("#{", "\\#{").replace("\n", "\\n")
        + '"'
    )
