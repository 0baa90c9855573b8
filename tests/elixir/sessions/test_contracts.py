"""`b` and `t` print the callbacks and types of Elixir's modules."""

import pytest

from tests.elixir.library.iex import iex

# What iex 1.14 prints, without empty lines at the end and with only a part of the documentation.
CONTRACTS = {
    "b Agent": "No callbacks for Agent were found",
    "b DynamicSupervisor": "@callback init(init_arg :: term()) :: {:ok, sup_flags()} | :ignore",
    "b Application.start": (
        "@callback start(start_type(), start_args :: term()) ::\n"
        "            {:ok, pid()} | {:ok, pid(), state()} | {:error, reason :: term()}"
    ),
    "b Application.stop/1": "@callback stop(state()) :: term()",
    "b GenServer.init/3": "No documentation for GenServer.init/3 was found",
    "b Nope": "Could not load module Nope, got: nofile",
    "b 1": "Invalid arguments for b helper: 1",
    "t Enum": "@type acc() :: any()\n\n@type default() :: any()\n\n@type element() :: any()\n\n"
    "@type index() :: integer()\n\n@type t() :: Enumerable.t()",
    "t GenServer.from": "@type from() :: {pid(), tag :: term()}",
    "t GenServer.from/1": (
        "No type information for GenServer.from was found or GenServer.from is private"
    ),
    "t Access.access_fun/2": (
        "@type access_fun(data, current_value) ::\n"
        "        get_fun(data) | get_and_update_fun(data, current_value)"
    ),
    "t Integer": "No type information for Integer was found",
    "t Nope": "Could not load module Nope, got: nofile",
    "defmodule Ta do end; t Ta": (
        "Beam code not available for Ta or debug info is missing, cannot load typespecs"
    ),
}


@pytest.mark.parametrize("line", CONTRACTS)
def test_callbacks_and_types_are_those_of_elixir(line: str) -> None:
    with iex() as prompt:
        assert prompt.ask(line).strip() == CONTRACTS[line]
