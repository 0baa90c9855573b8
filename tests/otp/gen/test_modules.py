"""Modules by name: built-in ones exist in every runtime, a user's only in their own."""

import pytest

from kvshell.otp import GenServer, gen_server, supervisor
from kvshell.otp.gen import modules
from kvshell.runtime import Runtime
from kvshell.terms import A, Atom, ElixirError, List, alias


def test_a_module_defined_in_one_runtime_is_unknown_to_the_next() -> None:
    with Runtime("controlled") as first, first.attach():
        modules.define_here("Reader.Counter", next=lambda number: number + 1)
        assert modules.apply(alias("Reader.Counter"), A.next, List([1])) == 2

    with Runtime("controlled") as second, second.attach():
        assert not modules.is_defined(alias("Reader.Counter"))
        with pytest.raises(ElixirError, match=r"module Reader\.Counter is not available"):
            modules.apply(alias("Reader.Counter"), A.next, List([1]))


def test_two_classes_of_one_name_serve_their_own_runtimes() -> None:
    def server(answer: str) -> type[GenServer]:
        class Answers(GenServer):
            module = "Reader.Answers"

            def handle_call(self, request: object, from_: object, state: object) -> object:
                return (A.reply, answer, state)

        return Answers

    for answer in ("first", "second"):
        with Runtime("controlled") as runtime, runtime.attach():
            _ok, sup = supervisor.start_link([(server(answer), 1)])
            pid = supervisor.which_children(sup).items[0][1]
            assert gen_server.call(pid, A.who) == answer


def test_functions_are_known_by_their_arity() -> None:
    with Runtime("controlled") as runtime, runtime.attach():
        modules.define_here("Reader.Two", f=lambda a, b=1: (a, b), g=lambda *every: every)

        two = alias("Reader.Two")
        assert [modules.exports(two, A.f, n) for n in range(4)] == [False, True, True, False]
        assert all(modules.exports(two, A.g, n) for n in range(4))
        # iex: Two.f() -> function Two.f/0 is undefined or private
        with pytest.raises(ElixirError, match=r"function Reader\.Two\.f/0 is undefined"):
            modules.apply(two, A.f, List())


def test_built_in_modules_exist_in_every_runtime() -> None:
    for _ in range(2):
        with Runtime("controlled") as runtime, runtime.attach():
            assert modules.exports(alias("Registry"), A.whereis_name, 1)
            assert modules.exports(Atom("global"), A.register_name, 2)
