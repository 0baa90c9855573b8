"""`h`, `exports`, completion and macro_exported? know users' macros."""

from kvshell.session import Session
from kvshell.shell.hosts.command_words import typing_help
from tests.elixir.library.iex import iex

MODULE = """defmodule Mc do
  @doc "Doubles, or more."
  defmacro twice(x, by \\\\ 2), do: quote(do: unquote(x) * unquote(by))
  def once(x), do: x
end"""


def test_a_macro_is_described_and_listed() -> None:
    with iex() as prompt:
        prompt.ask(MODULE)
        described = prompt.ask("h Mc.twice")
        listed = prompt.ask("exports Mc")
        known = prompt.ask("{macro_exported?(Mc, :twice, 1), function_exported?(Mc, :twice, 1)}")

    assert [line.strip() for line in described.splitlines() if line.strip()] == [
        "defmacro twice(x, by \\\\ 2)",
        "Doubles, or more.",
    ]
    assert listed.split() == ["once/1", "twice/1", "twice/2"]
    assert known == "{true, false}"


def test_a_macro_is_completed() -> None:
    with Session() as session:
        session.run(MODULE)
        offered = [item.text for item in typing_help(session).complete("Mc.t")]

    assert offered == ["twice", "twice"]  # with one argument, and with two
