"""The Elixir that `explain` and `help` print compiles in a real Elixir and means the same."""

import shutil
import subprocess
from pathlib import Path

import pytest

from kvshell.commands.help.explain import explain
from kvshell.commands.table import COMMANDS
from kvshell.commands.view import Panel, Text, View
from kvshell.session import Session

# The chapter's modules as far as the lines below call them: a map in an agent.
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
    "ets new t": "_",
    "ets info registry": "_",
}


def elixir_of(line: str) -> str:
    """The lines that `explain` marks as Elixir."""
    found: list[str] = []

    def look(view: View) -> None:
        if isinstance(view, Panel):
            for inner in view.body:
                look(inner)
        elif isinstance(view, Text):
            for cells in view.lines:
                if cells[0].text.startswith("Elixir"):
                    found.append("".join(cell.text for cell in cells[1:]))

    look(explain(line, "ets"))
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


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("elixir") is None, reason="no elixir is installed")
def test_elixir_accepts_each_line_and_gives_the_same_answer(tmp_path: Path) -> None:
    """Each line runs in its own system, with a store, and its answer has the expected shape."""
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
    """An Elixir string that holds the code unchanged."""
    return (
        '"'
        + code.replace("\\", "\\\\").replace('"', '\\"').replace("#{", "\\#{").replace("\n", "\\n")
        + '"'
    )
