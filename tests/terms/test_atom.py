"""Atoms: one object per name, usable as patterns."""

import copy
import pickle

import pytest

from kvshell.terms import A, Atom, alias, atom, inspect
from kvshell.terms.printing.spelling import as_call


def test_two_atoms_of_one_name_are_one_object() -> None:
    assert Atom("ok") is Atom("ok")
    assert A.ok is Atom("ok")
    assert copy.deepcopy((A.ok,))[0] is A.ok
    assert pickle.loads(pickle.dumps(A.ok)) is A.ok


def test_nil_true_and_false_are_pythons() -> None:
    assert atom("nil") is None
    assert atom("true") is True
    assert atom("false") is False
    assert atom("nile") is Atom("nile")
    with pytest.raises(ValueError, match=":nil is None in Python"):
        Atom("nil")
    with pytest.raises(AttributeError):
        _ = A.true


def test_an_alias_is_the_atom_of_its_module() -> None:
    assert alias("KV.Registry") is Atom("Elixir.KV.Registry")
    assert inspect(alias("KV.Registry")) == "KV.Registry"


def test_an_underscore_after_a_keyword_is_dropped() -> None:
    assert A.global_ is Atom("global")
    assert A.stop_ is Atom("stop_")


def test_a_name_works_as_a_pattern() -> None:
    def kind(message: object) -> str:
        match message:
            case (A.create, str(name)):
                return f"create {name}"
            case A.stop:
                return "stop"
        return "other"

    assert kind((A.create, "s1")) == "create s1"
    assert kind(A.stop) == "stop"
    assert kind(("create", "s1")) == "other"


def test_an_atom_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        A.ok.name = "error"


@pytest.mark.parametrize("name", ["x" * 256, "\ud800"])
def test_a_name_that_erlang_refuses_is_refused(name: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # Unicode's own error is one, too
        Atom(name)


def test_only_the_marks_of_a_struct_may_begin_with_two_underscores() -> None:
    assert A.__struct__ is Atom("__struct__")
    with pytest.raises(AttributeError):
        _ = A.__wrapped__


@pytest.mark.parametrize(
    ("name", "call"),
    [("get", "get"), ("+", "+"), ("::", "::"), ("get-all", '"get-all"'), ("Get", '"Get"')],
)
def test_a_function_is_spelled_as_in_a_call(name: str, call: str) -> None:
    assert as_call(name) == call
