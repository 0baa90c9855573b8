"""A function of Elixir that this shell lacks is told apart from a misspelled one."""

import pytest

from kvshell.elixir.library.real_functions import is_real, real_functions
from kvshell.elixir.library.registry import modules
from kvshell.terms import inspect
from tests.elixir.library.iex import iex

NOT_HERE = {
    'System.cmd("ls", [])': "System.cmd/2",
    ":ets.tab2file(:t, 'f')": ":ets.tab2file/2",
    ":gen_tcp.listen(4040, [])": ":gen_tcp",
    ':file.read_file("f")': ":file",
    'Port.open({:spawn, "ls"}, [])': "Port",
    "m = :wx; m.new()": ":wx",
    "apply(:os, :cmd, ['ls'])": ":os.cmd/1",
    "(&System.halt/1).(0)": "System.halt/1",
}


@pytest.mark.parametrize("line", NOT_HERE)
def test_a_missing_elixir_function_is_refused_by_name(line: str) -> None:
    with iex() as prompt:
        answer = prompt.ask(line)

    refused = f"{NOT_HERE[line]} is not part of this shell's Elixir: help elixir"
    assert answer == f"** (CommandError) {refused}"


# From `iex` 1.14: a suggestion may be a function that is refused here.
SLIPS = {
    ":ets.tab2fil(:t, 'f')": "function :ets.tab2fil/2 is undefined or private. Did you mean:\n\n"
    "      * tab2file/2\n      * tab2file/3\n      * tab2list/1\n      * tabfile_info/1\n",
    'System.cmd("ls")': "function System.cmd/1 is undefined or private. Did you mean:\n\n"
    "      * cmd/2\n      * cmd/3\n",
    "Enum.mapp([], & &1)": "function Enum.mapp/2 is undefined or private. Did you mean:\n\n"
    "      * map/2\n",
    ":gen_tpc.listen(1, [])": "function :gen_tpc.listen/2 is undefined (module :gen_tpc is not "
    "available)\n",
}


@pytest.mark.parametrize("line", SLIPS)
def test_a_misspelt_function_is_undefined_as_in_iex(line: str) -> None:
    with iex() as prompt:
        answer = prompt.ask(line)

    assert answer.startswith(f"** (UndefinedFunctionError) {SLIPS[line]}")


def test_a_users_module_hides_elixirs() -> None:
    with iex() as prompt:
        prompt.ask("defmodule Port do\n  def number, do: 80\nend")

        assert prompt.ask("Port.number()") == "80"
        assert "Port.open/1 is undefined or private" in prompt.ask("Port.open(1)")


def test_compiling_a_module_warns_about_missing_functions() -> None:
    with iex() as prompt:
        answer = prompt.ask('defmodule Runs do\n  def ls, do: System.cmd("ls", [])\nend')

    assert "System.cmd/2 is not part of this shell's Elixir" in answer
    assert "undefined" not in answer


def test_the_list_covers_every_implemented_module() -> None:
    ours = {"KV", "KeyVal"}
    for module in modules():
        if inspect(module).split(".")[0] not in ours:
            assert is_real(module)
            assert real_functions(module), inspect(module)


def test_ets_i_lists_the_existing_tables() -> None:
    with iex() as prompt:
        prompt.ask(":ets.new(:prices, [:public, :named_table])")
        answer = prompt.ask(":ets.i()")

    head, line, row, ok = answer.rstrip().split("\n")
    assert head.split() == ["id", "name", "type", "size", "mem", "owner"]
    assert set(line) == {" ", "-"}
    assert row.split()[:4] == ["prices", "prices", "set", "0"]
    assert ok == ":ok"


def test_a_repeating_timer_ends_with_its_process() -> None:
    with iex() as prompt:
        prompt.ask("p = spawn(fn -> Process.sleep(25) end)")
        prompt.ask("{:ok, _} = :timer.send_interval(10, p, :tick)")
        prompt.ask("Process.sleep(100)")

        assert prompt.ask(":sys.get_state(:timer_server)") == "%{}"


def test_a_closure_cannot_be_converted_to_the_external_format() -> None:
    with iex() as prompt:
        answer = prompt.ask(":erlang.term_to_binary(fn -> 1 end)")

    assert "is not part of this shell's Elixir" in answer
