"""Compiles `doctest Module`: a test for each group of examples in the module's docs."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from kvshell.elixir.compile.closures import lifted
from kvshell.elixir.compile.expressions import in_variable
from kvshell.elixir.compile.patterns import unparse
from kvshell.elixir.compile.writing.body import VALUES, FunctionBody
from kvshell.elixir.exunit.assertions import assert_match
from kvshell.elixir.exunit.doc_examples import DocExample, DocTest, doc_error, doc_tests
from kvshell.elixir.exunit.failing import AssertionFailedError, Side
from kvshell.elixir.modules.record import ModuleRecord
from kvshell.elixir.modules.support import HELPERS
from kvshell.elixir.running.calling import call0
from kvshell.elixir.running.failing import Caught
from kvshell.elixir.running.operators import same
from kvshell.elixir.syntax.nodes import KnownTerm, Node
from kvshell.elixir.syntax.parser import parse
from kvshell.terms import (
    A,
    Atom,
    ElixirError,
    List,
    Term,
    alias,
    exception_message,
    inspect,
)

MODULEDOC: Final = Atom("moduledoc")
_OPAQUE: Final = re.compile(
    r"#[A-Z]\w*(?:\.[A-Z]\w*)*<"
)  # a printed value that is not valid Elixir
_ERROR: Final = re.compile(r"\*\* \((.*?)\)\s*(.*)", re.DOTALL)
# The head of an example's node in the body of a test: no name in source can start with `&`.
_CHECK: Final = "&doctest"
_MATCH: Final = "&doctest match"


class Origin(NamedTuple):
    """The position of an example, shown in the stacktrace as `lib/kv.ex:7: KV (module)`."""

    module: Term
    file: str
    line: int

    @property
    def place(self) -> str:
        """The position as a line of a stacktrace."""
        return f"{self.file}:{self.line}: {inspect(self.module)} (module)"


class NamedDocTest(NamedTuple):
    """A doctest with the name that mix prints, and the body to compile."""

    name: str
    line: int
    body: Node


def named_tests(record: ModuleRecord, options: dict[Any, Term]) -> list[NamedDocTest]:
    """Return the doctests of a module in the order in which mix runs them.

    Raises:
        ElixirError: an example is indented wrongly, or `only:` names no function of the module.
    """
    found = _chosen(_found(record), record, options)
    return [
        NamedDocTest(
            f"doctest {_owner(key, record.module)} ({number})",
            test.line,
            _body(record, test),
        )
        for number, (key, test) in enumerate(found, 1)
    ]


def _found(record: ModuleRecord) -> list[tuple[Any, DocTest]]:
    texts = record.docs.items()
    keys = sorted((key for key, text in texts if key is not None and type(text) is str))
    if type(record.docs.get(None)) is str:
        keys.insert(0, None)
    return [
        (key, test)
        for key in keys
        for test in doc_tests(record.docs[key], record.doc_lines[key], record.file)
    ]


def _owner(key: Any, module: Atom) -> str:
    return f"module {inspect(module)}" if key is None else f"{inspect(module)}.{key[0]}/{key[1]}"


def _chosen(
    found: list[tuple[Any, DocTest]], record: ModuleRecord, options: dict[Any, Term]
) -> list[tuple[Any, DocTest]]:
    left_out = _keys(options.get(A.except_))
    found = [each for each in found if each[0] not in left_out]
    only = options.get(A.only)
    if A.only not in options:
        return found
    wanted = _keys(only)
    chosen = [each for each in found if each[0] in wanted]
    having = {key for key, _test in chosen}
    missing = [each for each in wanted if each is not None and each not in having]
    if missing:
        noun = "function" if len(missing) == 1 else "functions"
        names = "\n    ".join(f"{inspect(record.module)}.{name}/{count}" for name, count in missing)
        message = f"undefined or private {noun} given to doctest:\n\n    {names}\n\n"
        raise doc_error(message, record.file)
    return chosen[::-1]  # the order of ExUnit 1.14


def _keys(given: Any) -> list[Any]:
    """Return `[:moduledoc, add: 2]` as the keys of docs: None and `("add", 2)`."""
    items: Any = given.items if type(given) is List else ()
    return [None if each is MODULEDOC else (each[0].name, each[1]) for each in items]


# -- the body of a test ------------------------------------------------------------------------


class _Check(NamedTuple):
    """What the compiled code of an example refers to."""

    example: DocExample
    code: str  # its last expression, as source
    origin: Origin
    error: Term = None  # the expected exception
    message: str = ""
    broken: str = ""  # why the example is not valid Elixir

    @property
    def shown(self) -> str:
        """The example as a failure prints it below `doctest:`."""
        return f"{self.example.typed}\n{self.expected}" if self.expected else self.example.typed

    @property
    def expected(self) -> str:
        """The expected value, as a failure prints it."""
        if self.error is not None:
            return f"** ({inspect(self.error)}) {inspect(self.message)}"
        answer = self.example.answer
        return inspect(answer) if _OPAQUE.match(answer) else answer

    def failure(self, message: str, **sides: Term) -> AssertionFailedError:
        """Return the error of a failed example; `sides` are the values compared, if any."""
        code = f"{self.code} === {self.expected.strip()}" if sides else None
        if sides and _OPAQUE.match(self.example.answer):
            code = f"inspect({self.code}) === {self.expected.strip()}"
        shown = [Side(name, value) for name, value in sides.items()]
        error = AssertionFailedError(message, code, shown)
        error.doctest, error.origin = self.shown, self.origin.place
        return error


def _body(record: ModuleRecord, test: DocTest) -> Node:
    origin = Origin(record.module, record.file, test.line)
    errors = [each for each in test.examples if each.answer.startswith("** (")]
    if len(errors) > 1:
        message = (
            "multiple exceptions in the same doctest example are not supported, "
            "please separate your iex> prompts by multiple newlines to start new examples"
        )
        raise doc_error(message, record.file, test.line)
    parts = [_statement(each, origin) for each in test.examples]
    return Node("__block__", [*parts, A.ok], test.line)


def _statement(example: DocExample, origin: Origin) -> Node:
    """Return an example as one node: its expression, the expected one, and its `_Check`."""
    check = _Check(example, "", origin)
    expected: Any = None
    try:
        node = parse(example.source, origin.file, origin.line, [])
        if (match := _ERROR.match(example.answer)) is not None:
            check = check._replace(error=alias(match[1]), message=match[2])
        elif _OPAQUE.match(example.answer):
            expected = example.answer
        elif example.answer:
            expected = parse(example.answer, origin.file, origin.line, [])
    except ElixirError as error:
        name = inspect(error.struct.get(A.__struct__))
        why = f"Doctest did not compile, got: ({name}) {exception_message(error.struct)}"
        return Node(_CHECK, [None, None, KnownTerm(check._replace(broken=why))], origin.line)
    last = node
    if type(node) is Node and node.head == "__block__" and node.args:
        last = node.args[-1]
    check = check._replace(code=unparse(last))
    if check.error is None:
        node = _asserted(node)
    return Node(_CHECK, [node, expected, KnownTerm(check)], origin.line)


def _asserted(node: Any) -> Any:
    """Return an expression with each `=` made to fail like that of `assert`."""
    if type(node) is not Node:
        return node
    if node.head == "__block__":
        return Node("__block__", [_asserted(each) for each in node.args or ()], node.line)
    if node.head == "=" and node.args:
        left = node.args[0]
        if type(left) is not Node or left.args is not None:
            return Node(_MATCH, [node], node.line, node.column)
    return node


def _example(body: FunctionBody, node: Node) -> str:
    """Compile an example of a doctest."""
    args: Any = node.args
    check = args[2].term
    text = body.unit.constant(check)
    if check.broken:
        body.writer.emit(f"_doctest_broken({text})")
    elif check.error is not None:
        function = lifted(body, [Node("->", [[], args[0]], node.line)], 0, node)
        body.at(node)
        body.writer.emit(f"_doctest_raises({function}, {text})")
    elif not check.example.answer:
        body.writer.emit(body.value(args[0]))
    else:
        value = in_variable(body, body.value(args[0]))
        expected = in_variable(body, body.value(args[1]))
        body.at(node)
        body.writer.emit(f"_doctest_answers({value}, {expected}, {text})")
    return body.unit.constant(A.ok)


def _match(body: FunctionBody, node: Node) -> str:
    """Compile `pattern = expression` in an example."""
    inner: Any = (node.args or [None])[0]
    return assert_match(body, node, inner, body.unit.constant(unparse(inner)))


def _answers(value: Term, expected: Term, check: _Check) -> None:
    """Raise unless the value of an example is the documented one."""
    if _OPAQUE.match(check.example.answer):
        value = inspect(value)
    if not same(value, expected):
        raise check.failure("Doctest failed", left=value, right=expected)


def _broken(check: _Check) -> None:
    """Fail: the example is not valid Elixir."""
    raise check.failure(check.broken)


def _raises(function: Term, check: _Check) -> None:
    """Raise unless an example raises the documented exception with the documented message."""
    wanted = inspect(check.error)
    try:
        call0(function)
    except Exception as error:
        struct = Caught(error).struct
        assert struct is not None
        actual, text = struct.get(A.__struct__), exception_message(struct)
        if actual is not check.error:
            raise check.failure(
                f"Doctest failed: expected exception {wanted} but got {inspect(actual)} with "
                f"message {inspect(text)}"
            ) from error
        if text != check.message:
            raise check.failure(
                f"Doctest failed: wrong message for {wanted}\nexpected:\n  "
                f"{inspect(check.message)}\nactual:\n  {inspect(text)}"
            ) from error
        return
    raise check.failure(f"Doctest failed: expected exception {wanted} but nothing was raised")


VALUES[_CHECK] = _example
VALUES[_MATCH] = _match
HELPERS.update(
    {"_doctest_answers": _answers, "_doctest_raises": _raises, "_doctest_broken": _broken}
)
