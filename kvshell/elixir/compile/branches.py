"""case, cond, if and with: clauses as a sequence of `if` statements over patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kvshell.elixir.compile.blocks import effect
from kvshell.elixir.compile.expressions import in_variable, truth
from kvshell.elixir.compile.guards import ARGUMENT, condition
from kvshell.elixir.compile.patterns import PatternMatch, bind
from kvshell.elixir.compile.writing.body import (
    CONTROLS,
    UNDEFINED,
    FunctionBody,
    ValueSink,
    is_name,
    keywords,
)
from kvshell.elixir.syntax.nodes import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def arrow_clauses(
    body: FunctionBody, node: Node, clauses: Any, what: str, block: str
) -> list[Node]:
    """Return the `->` clauses of a block; raise a CompileError for anything else.

    The error names the special form `what` and its `block`, as in `:do in "case"`.
    """
    if type(clauses) is list and all(
        type(clause) is Node and clause.head == "->" for clause in clauses
    ):
        return clauses
    raise body.error(node, f'expected -> clauses for :{block} in "{what}"')


def split_guard(patterns: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Split a clause's head into patterns and guards; several `when` give several guards."""
    items = list(patterns)
    if len(items) == 1 and type(items[0]) is Node and items[0].head == "when":
        *items, guard = items[0].args or []
        guards = []
        while type(guard) is Node and guard.head == "when" and guard.args:
            guards.append(guard.args[0])
            guard = guard.args[1]
        return items, [*guards, guard]
    return items, []


def write_clause(
    body: FunctionBody,
    patterns: Sequence[Any],
    guards: Sequence[Any],
    subjects: Sequence[str],
    run: Callable[[], None],
) -> bool:
    """Write a clause as an `if` whose body `run` writes; return True if it always matches."""
    outer = body.scope
    body.scope = dict(outer)
    writer = body.writer
    indent = writer.indent
    made = PatternMatch(body)
    for pattern, subject in zip(patterns, subjects, strict=True):
        made.add(pattern, subject)
    always = not made.tests
    if made.tests:
        writer.emit(f"if {made.condition}:")
        writer.indent += 1
    bind(made, clause=True)
    if guards:
        always = False
        _write_guards(body, guards)
    run()
    writer.indent = indent
    body.scope = outer
    return always


def _write_guards(body: FunctionBody, guards: Sequence[Any]) -> None:
    writer = body.writer
    if len(guards) == 1:
        before = len(writer.lines)
        text, fails = condition(body, guards[0])
        if not fails and len(writer.lines) == before:
            writer.emit(f"if {text}:")
            writer.indent += 1
            return
        if not fails:
            writer.emit(f"if {text}:")
            writer.indent += 1
            return
    name = writer.temp()
    writer.emit(f"{name} = False")
    for guard in guards:
        writer.emit(f"if not {name}:")
        writer.indent += 1
        writer.emit("try:")
        writer.indent += 1
        text, _fails = condition(body, guard)
        writer.emit(f"{name} = {text}")
        writer.indent -= 1
        writer.emit("except _ElixirError: pass")
        writer.indent -= 1
    writer.emit(f"if {name}:")
    writer.indent += 1


def write_clauses(
    body: FunctionBody,
    clauses: Sequence[Node],
    subjects: Sequence[str],
    sink: ValueSink,
    otherwise: str,
    *,
    leaves: bool = True,
    name: str | None = None,
) -> None:
    """Write clauses in sequence, then `otherwise`, the Python statement to run if none matches.

    Unless the sink returns, the clauses are written in a loop with one iteration, and each ends
    with a `break`.
    """
    writer = body.writer
    one_turn = not sink.returns and leaves
    if one_turn:
        writer.emit("while True:")
        writer.indent += 1
        body.blocks += 1
    done, always_at, mark = False, 0, writer.mark
    for clause in clauses:
        assert clause.args is not None
        head, inner = clause.args
        patterns, guards = split_guard(head)
        body.at(clause)
        if done:
            if name is None and body.env.function is None:
                _unreachable(body, clause)
            else:
                body.env.late_warnings.append((name, clause.line, always_at))
            continue
        if len(patterns) != len(subjects):
            raise body.error(
                clause, "cannot mix clauses with different arities in anonymous functions"
            )

        def run(inner: Any = inner) -> None:
            body.branch(inner, sink)
            if one_turn:
                writer.emit("break")

        done = write_clause(body, patterns, guards, subjects, run)
        if done:
            always_at = clause.line
    if not done:
        writer.mark = mark  # the error about no match is one of the whole expression
        writer.emit(otherwise)
        if one_turn and not otherwise.startswith("raise"):
            writer.emit("break")
    if one_turn:
        writer.indent -= 1
        body.blocks -= 1


def _unreachable(body: FunctionBody, clause: Node) -> None:
    body.env.warn(clause.line, "this clause cannot match because a previous clause always matches")


# -- case and cond -----------------------------------------------------------------------------


def case(body: FunctionBody, node: Node, sink: ValueSink) -> None:
    """Compile `case value do pattern -> ... end`."""
    args = node.args or []
    blocks = keywords(args[-1]) if args else None
    if len(args) != 2 or blocks is None or "do" not in blocks:
        if len(args) == 2 and blocks is not None:
            raise body.error(node, 'missing :do option in "case"')
        raise UNDEFINED[0](body, node)
    for name in blocks:
        if name != "do":
            raise body.error(node, f'unexpected option :{name} in "case"')
    clauses = arrow_clauses(body, node, blocks["do"], "case", "do")
    subject = in_variable(body, body.value(args[0]))
    body.at(node)
    write_clauses(body, clauses, [subject], sink, f"raise _CaseClauseError({subject})")


def cond(body: FunctionBody, node: Node, sink: ValueSink) -> None:
    """Compile `cond do condition -> ... end`."""
    args = node.args or []
    blocks = keywords(args[-1]) if args else None
    if len(args) != 1 or blocks is None or "do" not in blocks:
        raise UNDEFINED[0](body, node)
    clauses = arrow_clauses(body, node, blocks["do"], "cond", "do")
    writer = body.writer
    if not sink.returns:
        writer.emit("while True:")
        writer.indent += 1
        body.blocks += 1
    outer = body.scope
    for clause in clauses:
        assert clause.args is not None
        head, inner = clause.args
        if len(head) != 1:
            raise body.error(clause, 'expected one argument for :do clauses (->) in "cond"')
        body.at(clause)
        if is_name(head[0], "_"):
            raise body.error(
                clause,
                'invalid use of _ inside "cond". If you want the last clause to always match, '
                "you probably meant to use: true ->",
            )
        body.scope = dict(outer)
        writer.emit(f"if {truth(body, head[0])}:")
        writer.indent += 1
        body.branch(inner, sink)
        if not sink.returns:
            writer.emit("break")
        writer.indent -= 1
    body.scope = outer
    writer.emit("raise _cond_error()")
    if not sink.returns:
        writer.indent -= 1
        body.blocks -= 1


# -- if ----------------------------------------------------------------------------------------


def if_(body: FunctionBody, node: Node, sink: ValueSink) -> None:
    """Compile `if` and `unless`."""
    args = node.args or []
    if len(args) != 2:
        raise UNDEFINED[0](body, node)
    blocks = keywords(args[1])
    if (
        blocks is None
        or "do" not in blocks
        or set(blocks) - {"do", "else"}
        or len(blocks) != len(args[1])
    ):
        raise ARGUMENT[0](
            f'invalid or duplicate keys for {node.head}, only "do" and an optional "else" are '
            "permitted"
        )
    test = truth(body, args[0])
    body.at(node)
    first, second = blocks["do"], blocks.get("else")
    if node.head == "unless":
        test = f"not {test}"
    writer = body.writer
    writer.emit(f"if {test}:")
    writer.indent += 1
    body.scoped(first, sink)
    writer.emit("pass")
    writer.indent -= 1
    if sink.name == "" and second is None:
        return
    writer.emit("else:")
    writer.indent += 1
    body.scoped(second, sink)
    writer.emit("pass")
    writer.indent -= 1


# -- with --------------------------------------------------------------------------------------


def with_(body: FunctionBody, node: Node, sink: ValueSink) -> None:
    """Compile `with pattern <- value, ... do ... else ... end`."""
    args = node.args or []
    blocks = keywords(args[-1]) if args else None
    if blocks is None or "do" not in blocks:
        raise body.error(node, 'missing :do option in "with"')
    for name in blocks:
        if name not in {"do", "else"}:
            raise body.error(node, f'unexpected option :{name} in "with"')
    writer = body.writer
    outer = body.scope
    body.scope = dict(outer)
    failed = writer.temp()
    writer.emit(f"{failed} = _MISSING")
    indent = writer.indent
    for step in args[:-1]:
        _with_step(body, step, failed)
    body.at(node)
    body.branch(blocks["do"], sink)
    writer.emit("pass")
    writer.indent = indent
    body.scope = outer
    if not any(type(step) is Node and step.head == "<-" for step in args[:-1]):
        return
    if not sink.returns:
        writer.emit(f"if {failed} is not _MISSING:")
        writer.indent += 1
    if "else" in blocks:
        clauses = arrow_clauses(body, node, blocks["else"], "with", "else")
        body.at(node)
        write_clauses(
            body, clauses, [failed], sink, f"raise _clause_error('WithClauseError', {failed})"
        )
    else:
        body.put(sink, failed)
        writer.emit("pass")
    writer.indent = indent


def _with_step(body: FunctionBody, step: Any, failed: str) -> None:
    writer = body.writer
    if not (type(step) is Node and step.head == "<-" and step.args is not None):
        effect(body, step)
        return
    left, value = step.args
    patterns, guards = split_guard([left])
    text = body.value(value)
    body.at(step)
    writer.emit(f"{failed} = {text}")
    made = PatternMatch(body)
    subject = writer.temp()
    writer.emit(f"{subject} = {failed}")
    made.add(patterns[0], subject)
    if made.tests:
        writer.emit(f"if {made.condition}:")
        writer.indent += 1
    bind(made)
    if guards:
        _write_guards(body, guards)
    writer.emit(f"{failed} = _MISSING")


CONTROLS["case"] = case
CONTROLS["cond"] = cond
CONTROLS["if"] = if_
CONTROLS["unless"] = if_
CONTROLS["with"] = with_
