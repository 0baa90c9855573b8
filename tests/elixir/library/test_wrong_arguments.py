"""Library functions return or raise as Elixir's do, whatever their arguments."""

import random
from itertools import islice

import pytest

from kvshell.elixir.library.protocols import iterate
from kvshell.elixir.library.registry import Cost, find_entry, functions, modules
from kvshell.runtime import Runtime
from kvshell.runtime.processes.exits import Exit, Thrown
from kvshell.terms import A, Atom, Capture, ElixirError, Function, List, Map, alias

ONE = Function(Capture("t.one/1", 0, 0, 1, lambda x: x))
TWO = Function(Capture("t.two/2", 0, 0, 2, lambda x, _y: x))
NONE = Function(Capture("t.none/0", 0, 0, 0, lambda: 1))
TERMS = [
    0,
    1,
    -3,
    2.5,
    "",
    "abc",
    "é1",
    b"\xff",
    A.a,
    None,
    True,
    List(),
    List((1, 2, 3)),
    List(("a", "b")),
    List(((A.a, 1), (A.b, 2))),
    List((1,), 2),
    (),
    (1, 2),
    (A.cont, 1),
    Map(),
    Map({A.a: 1}),
    ONE,
    TWO,
    NONE,
    alias("Nope"),
]
ENDLESS = {("Stream", "run"), ("Stream", "cycle"), ("Stream", "interval"), ("Stream", "timer")}
NAMES = sorted(each.name for each in modules())


@pytest.mark.parametrize("name", NAMES)
def test_no_function_of_the_library_raises_an_exception_of_python(name: str) -> None:
    chance = random.Random(name)
    module = Atom(name)

    with Runtime("controlled") as runtime, runtime.attach():
        for function, arity in functions(module):
            entry = find_entry(module, function, arity)
            assert entry is not None
            if entry.cost is Cost.WAITS or (name.removeprefix("Elixir."), function) in ENDLESS:
                continue
            for _ in range(12):
                args = [chance.choice(TERMS) for _ in range(arity)]
                try:
                    answer = entry.call(*args)
                    if name == "Elixir.Stream":
                        list(islice(iterate(answer), 5))
                except (ElixirError, Exit, Thrown):
                    continue
