"""A server without a callback fails as in OTP; `use GenServer` defines some callbacks."""

import pytest

from tests.elixir.library.iex import iex

UNDEFINED = "** (UndefinedFunctionError) function {} is undefined or private"


def _logged(body: str, *lines: str) -> tuple[str, str]:
    """Run lines with a server `p`; return what is printed, and whether `p` is still alive."""
    with iex() as prompt:
        prompt.ask(f"defmodule G do {body} end")
        texts = [prompt.ask(line) for line in ("{:ok, p} = GenServer.start(G, 1)", *lines)]
        return "\n".join(texts), prompt.ask("Process.alive?(p)")


@pytest.mark.parametrize(
    ("line", "function", "last"),
    [
        ("GenServer.call(p, :x)", "G.handle_call/3", "Last message (from #PID<0.100.0>): :x"),
        ("GenServer.cast(p, :x)", "G.handle_cast/2", 'Last message: {:"$gen_cast", :x}'),
    ],
)
def test_without_use_genserver_there_are_no_default_callbacks(
    line: str, function: str, last: str
) -> None:
    printed, alive = _logged("def init(x), do: {:ok, x}", line)

    assert UNDEFINED.format(function) in printed
    assert last in printed
    assert alive == "false"


def test_without_handle_info_a_message_is_dropped() -> None:
    printed, alive = _logged("def init(x), do: {:ok, x}", "send(p, :x)")

    assert printed.splitlines()[1:] == [":x"]
    assert alive == "true"


@pytest.mark.parametrize("use", ["", "use GenServer; "])
def test_handle_continue_is_never_given(use: str) -> None:
    printed, alive = _logged(f"{use}def init(x), do: {{:ok, x, {{:continue, :go}}}}")

    assert UNDEFINED.format("G.handle_continue/2") in printed
    assert "Last message: {:continue, :go}" in printed
    assert alive == "false"


def test_a_continue_without_a_clause_shows_its_argument() -> None:
    printed, _alive = _logged(
        "use GenServer; def init(x), do: {:ok, x, {:continue, :go}};"
        " def handle_continue(:other, s), do: {:noreply, s}"
    )

    assert "no function clause matching in G.handle_continue/2" in printed
    assert "Last message: {:continue, :go}" in printed


def test_with_use_genserver_a_call_without_a_callback_names_it() -> None:
    printed, _alive = _logged("use GenServer; def init(x), do: {:ok, x}", "GenServer.call(p, :x)")

    assert "attempted to call GenServer #PID<0.101.0> but no handle_call/3 clause was" in printed
