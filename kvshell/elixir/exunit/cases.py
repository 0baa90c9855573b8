"""`use ExUnit.Case`: test, describe, setup, tags; and the tests of a module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from kvshell.elixir.compile.calls import expected_locally
from kvshell.elixir.compile.writing.body import keywords
from kvshell.elixir.exunit import checks
from kvshell.elixir.exunit.assertions import ASSERTIONS
from kvshell.elixir.exunit.context import CALLBACKS
from kvshell.elixir.exunit.doc_examples import doc_error
from kvshell.elixir.exunit.doctests import named_tests
from kvshell.elixir.library.registry import Cost, Library
from kvshell.elixir.modules.definition import ModuleDefinition
from kvshell.elixir.modules.record import ModuleRecord
from kvshell.elixir.modules.statements import USES, attribute_value
from kvshell.elixir.syntax.nodes import Node
from kvshell.terms import (
    ArgumentError,
    Atom,
    ElixirError,
    List,
    RuntimeError_,
    Term,
    alias,
    exception,
    inspect,
)

MACROS: Final = (
    ("assert", 1), ("assert", 2), ("refute", 1), ("refute", 2), ("assert_receive", 1),
    ("assert_receive", 2), ("assert_receive", 3), ("assert_received", 1), ("assert_received", 2),
    ("refute_receive", 1), ("refute_receive", 2), ("refute_receive", 3), ("refute_received", 1),
    ("refute_received", 2), ("catch_exit", 1), ("catch_throw", 1), ("catch_error", 1),
)  # fmt: skip
TAGS: Final = frozenset({"tag", "moduletag", "describetag"})

assertions = Library("ExUnit.Assertions", Cost.WAITS)


@assertions.function()
def assert_raise(exception: Term, message: Term, function: Term = None) -> Term:
    """Asserts that a function raises an exception, with this message if one is given."""
    if function is None:
        return checks.assert_raise(exception, message)
    return checks.assert_raise(exception, message, function)


@assertions.function()
def assert_in_delta(value1: Term, value2: Term, delta: Term, message: Term = None) -> Term:
    """Asserts that two numbers differ by at most `delta`."""
    return checks.in_delta(value1, value2, delta, holds=True, message=message)


@assertions.function()
def refute_in_delta(value1: Term, value2: Term, delta: Term, message: Term = None) -> Term:
    """Asserts that two numbers differ by more than `delta`."""
    return checks.in_delta(value1, value2, delta, holds=False, message=message)


@assertions.function()
def flunk(message: Term = "Flunked!") -> Term:
    """Fails the test with a message."""
    return checks.flunk(message)


class Setup(NamedTuple):
    """A `setup` or `setup_all`: a block, compiled to a function, or the name of a function.

    `describe` is the number of the describe block around it.
    """

    kind: str  # "block" or "named"
    what: Any
    describe: int | None = None
    module: Atom | None = None  # the case template that contains it


@dataclass
class ElixirTest:
    """One test of a module."""

    module: Atom
    name: str  # `test removes buckets on exit`
    line: int
    file: str
    describe: str | None
    tags: dict[Any, Term]
    setups: list[Setup]  # those of the module and of its describe block, in order
    run: Callable[..., Any] | None = None
    written: bool = True  # whether it has a body
    documents: Atom | None = None  # the module whose documentation contains the doctest
    describe_line: int | None = None

    @property
    def skipped(self) -> bool:
        """Whether the test is tagged with `:skip`."""
        return bool(self.tags.get(Atom("skip")))


def _declare(name: str, arities: tuple[int, ...]) -> None:
    def macro(one: Term = None, two: Term = None, three: Term = None) -> Term:
        """An assertion macro, which the compiler expands in place."""
        del one, two, three
        raise ArgumentError(f"you must import ExUnit.Assertions before invoking {name}")

    assertions.function(name=name, macro=True, arities=arities)(macro)


for _name in dict.fromkeys(name for name, _arity in MACROS):
    _declare(_name, tuple(arity for name, arity in MACROS if name == _name))


@dataclass
class CaseState:
    """A test module while its body is evaluated."""

    options: dict[Any, Term]
    tests: list[ElixirTest] = field(default_factory=list)
    setups: list[Setup] = field(default_factory=list)
    all_setups: list[Setup] = field(default_factory=list)
    describe: str | None = None
    describe_line: int | None = None
    describes: int = 0  # number of describe blocks so far
    describe_setups: list[Setup] = field(default_factory=list)
    tags: dict[Any, Term] = field(default_factory=dict)
    module_tags: dict[Any, Term] = field(default_factory=dict)
    describe_tags: dict[Any, Term] = field(default_factory=dict)


def tests_of(record: ModuleRecord) -> list[ElixirTest]:
    """Return the tests of a module in source order; none for any other module."""
    state: CaseState | None = record.data.get("case")
    return [] if state is None else state.tests


def use_case(definition: ModuleDefinition, options: Term, _node: Node) -> None:
    """Carry out `use ExUnit.Case, async: true`: import assertions, and collect tests."""
    given = dict(options.items) if type(options) is List else {}
    state = CaseState(given)
    definition.data["case"] = state
    for name, arity in assertions.definitions:
        definition.env.imports[name, arity] = ASSERTIONS
    for name, arity in CALLBACKS.definitions:
        definition.env.imports[name, arity] = CALLBACKS.module
    definition.env.macros.update(
        {"test": test, "describe": describe, "setup": setup, "setup_all": setup_all,
         "doctest": doctest, "@": tag}
    )  # fmt: skip
    definition.finishers.append(_finish)


def imported_setups(definition: ModuleDefinition, record: ModuleRecord) -> None:
    """Record which imported modules have the set-up functions that the module itself lacks.

    Raises:
        ElixirError: there is no function of that name.
    """
    state: CaseState = record.data["case"]
    found: dict[str, Term] = {}
    setups = [*state.setups, *state.all_setups, *(s for test in state.tests for s in test.setups)]
    for kind, name, _describe, module in setups:
        if kind != "named" or module is not None or (name, 1) in record.data["unit"].local:
            continue
        found[name] = definition.env.imports.get((name, 1))
        if found[name] is None:
            raise definition.env.error(
                record.line, expected_locally(f"{name}/1", inspect(record.module))
            )
    record.data["imported_setups"] = found


def _finish(definition: ModuleDefinition, record: ModuleRecord) -> None:
    state: CaseState = record.data["case"]
    for each in state.tests:  # a set-up applies to tests before it, too
        each.setups = [*state.setups, *each.setups]
    imported_setups(definition, record)
    for each in state.tests:
        each.run = record.functions[each.name, 1]


def _state(definition: ModuleDefinition) -> CaseState:
    found: CaseState = definition.data["case"]
    return found


def _evaluated(definition: ModuleDefinition, node: Any) -> Term:
    return attribute_value(definition, node)


def test(definition: ModuleDefinition, node: Node) -> Term:
    """Define a test: `test "name", %{context: c} do ... end`."""
    args = list(node.args or [])
    blocks = keywords(args[-1]) if len(args) > 1 else None
    if blocks is not None and "do" in blocks:
        args.pop()
    else:
        blocks = None
    state = _state(definition)
    name = _evaluated(definition, args[0])
    context = args[1] if len(args) > 1 else Node("_", None, node.line)
    full = f"test {state.describe + ' ' if state.describe else ''}{name}"
    if (full, 1) in definition.definitions:
        raise ElixirError(
            exception(
                "ExUnit.DuplicateTestError",
                message=f"{inspect(full)} is already defined in {inspect(definition.module)}",
            )
        )
    body: Any = Node("flunk", ["Not implemented"], node.line)
    if blocks:  # as in ExUnit, the value is dropped, so the last call is not a tail call
        body = Node("__block__", [blocks["do"], Atom("ok")], node.line)
    head = Node(full, [context], node.line)
    definition.define("def", Node("def", [head, [(Atom("do"), body)]], node.line))
    _add(definition, full, node.line, written=blocks is not None)
    return (Atom(full), 1)


def _add(definition: ModuleDefinition, name: str, line: int, **more: Any) -> None:
    """Add a test with the tags before it and the set-ups of its block."""
    state = _state(definition)
    tags = {**state.module_tags, **state.describe_tags, **state.tags}
    state.tags = {}
    setups = [] if state.describe is None else state.describe_setups  # which may still grow
    file = definition.outer.file
    made = ElixirTest(definition.module, name, line, file, state.describe, tags, setups, **more)
    made.describe_line = state.describe_line
    state.tests.append(made)


def describe(definition: ModuleDefinition, node: Node) -> Term:
    """Evaluate `describe "group" do ... end`."""
    args = node.args or []
    state = _state(definition)
    if state.describe is not None:
        raise RuntimeError_(
            'cannot call "describe" inside another "describe". See the documentation for '
            "ExUnit.Case.describe/2 on named setups and how to handle hierarchies"
        )
    blocks = keywords(args[-1]) or {}
    name = _evaluated(definition, args[0])
    if type(name) is not str:
        raise ElixirError(
            exception(
                "ArgumentError",
                message=f"describe name must be a string, got: {inspect(name)}",
            )
        )
    state.describe, state.describe_line = name, node.line
    state.describes += 1
    try:
        return definition.evaluate(blocks.get("do"))
    finally:
        state.describe, state.describe_line = None, None
        state.describe_setups, state.describe_tags = [], {}


def setup(definition: ModuleDefinition, node: Node) -> Term:
    """Add a set-up: `setup do ... end`, `setup %{a: a} do ... end`, `setup :name`, `setup [:a]`."""
    state = _state(definition)
    target = state.setups if state.describe is None else state.describe_setups
    return _setup(definition, node, target, "setup")


def setup_all(definition: ModuleDefinition, node: Node) -> Term:
    """Add a set-up for the whole module: `setup_all do ... end`."""
    return _setup(definition, node, _state(definition).all_setups, "setup_all")


def _setup(definition: ModuleDefinition, node: Node, target: list[Setup], kind: str) -> Term:
    args = list(node.args or [])
    blocks = keywords(args[-1]) if args else None
    state = _state(definition)
    number = state.describes - 1 if state.describe is not None else None
    if blocks is None or "do" not in blocks:
        value = _evaluated(definition, args[0])
        for each in value.items if type(value) is List else (value,):
            if type(each) is not Atom:
                raise ArgumentError(
                    "setup/setup_all expect a callback name as an atom or a list of callback names,"
                    f" got: {inspect(each, width=None)}"
                )
            target.append(Setup("named", each.name, number))
            definition.data.setdefault("called", set()).add((each.name, 1))
        return Atom("ok")
    count = len(target)
    name = f"__ex_unit_{kind}_{'' if number is None else f'{number}_'}{count}"
    context = args[0] if len(args) > 1 else Node("_", None, node.line)
    head = Node(name, [context], node.line)
    definition.define("def", Node("def", [head, [(Atom("do"), blocks["do"])]], node.line))
    target.append(Setup("block", name, number))
    return Atom("ok")


def doctest(definition: ModuleDefinition, node: Node) -> Term:
    """Add a test for each group of examples: `doctest Module, import: true, except: [put: 3]`."""
    args = node.args or [None]
    module: Any = _evaluated(definition, args[0])
    options: Any = _evaluated(definition, args[1]) if len(args) > 1 else List()
    record = definition.code().modules.get(module)
    if not definition.code().is_loaded(module):
        shown = f"module {inspect(module)} is not loaded and could not be found"
        raise definition.env.error(node.line, shown)
    if record is None:  # kvshell has no examples for Elixir's own modules
        shown = f"could not retrieve the documentation for module {inspect(module)}"
        why = "The module was not compiled with documentation"
        raise doc_error(f"{shown}. {why}", definition.outer.file, node.line)
    given = dict(options.items) if type(options) is List else {}
    for each in named_tests(record, given):
        head = Node(each.name, [Node("_", None, each.line)], each.line)
        definition.define("def", Node("def", [head, [(Atom("do"), each.body)]], each.line))
        made = definition.definitions[each.name, 1]
        made.env.file = f"(for doctest at) {record.file}"
        if given.get(Atom("import")):
            exported = definition.code().exported(module)
            made.env.imports.update(dict.fromkeys(exported, module))
        _add(definition, each.name, node.line, documents=module)
    return Atom("ok")


def tag(definition: ModuleDefinition, node: Node) -> Term:
    """Handle `@tag`, `@moduletag` and `@describetag`, such as `@tag timeout: 50`.

    Returns NotImplemented for any other attribute.
    """
    inner = (node.args or [None])[0]
    if type(inner) is not Node or inner.head not in TAGS or not inner.args:
        return NotImplemented
    value = _evaluated(definition, inner.args[0])
    state = _state(definition)
    target = {
        "tag": state.tags, "moduletag": state.module_tags, "describetag": state.describe_tags
    }[str(inner.head)]  # fmt: skip
    if type(value) is List:
        target.update(dict(value.items))
    else:
        target[value] = True
    return Atom("ok")


USES[alias("ExUnit.Case")] = use_case
