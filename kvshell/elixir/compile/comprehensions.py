"""for: loops over generators, filters, and collecting the values."""

from __future__ import annotations

from typing import Any

from kvshell.elixir.compile.bits import write_reader
from kvshell.elixir.compile.branches import _write_guards as write_guards
from kvshell.elixir.compile.branches import arrow_clauses, split_guard, write_clauses
from kvshell.elixir.compile.expressions import truth
from kvshell.elixir.compile.patterns import PatternMatch, bind
from kvshell.elixir.compile.writing.body import CONTROLS, FunctionBody, ValueSink, keywords
from kvshell.elixir.syntax.nodes import Node

_OPTIONS = {"do", "into", "uniq", "reduce"}


def for_(body: FunctionBody, node: Node, sink: ValueSink) -> None:
    """Compile `for pattern <- enumerable, filter, into: ..., do: ...`."""
    args = list(node.args or [])
    options: dict[str, Any] = {}
    while args and (found := keywords(args[-1])) and args[-1]:
        options = {**found, **options}
        args.pop()
    _check(body, node, args, options)
    writer = body.writer
    into = writer.spill(body.value(options["into"])) if "into" in options else None
    result = writer.temp()
    if "reduce" in options:
        writer.emit(f"{result} = {body.value(options['reduce'])}")
    else:
        writer.emit(f"{result} = []")
    unique = options.get("uniq") is True
    seen = writer.temp()
    if unique:
        writer.emit(f"{seen} = set()")
    outer, indent, blocks = body.scope, writer.indent, body.blocks
    body.scope = dict(outer)
    for step in args:
        _step(body, step)
    if "reduce" in options:
        clauses = arrow_clauses(body, node, options["do"], "for", "do")
        old = writer.temp()
        writer.emit(f"{old} = {result}")
        write_clauses(body, clauses, [old], ValueSink(result), f"raise _CaseClauseError({old})")
    else:
        value = writer.temp()
        body.branch(options["do"], ValueSink(value))
        if unique:
            writer.emit(f"_append_new({result}, {seen}, {value})")
        else:
            writer.emit(f"{result}.append({value})")
    writer.indent, body.scope, body.blocks = indent, outer, blocks
    if "reduce" in options:
        body.put(sink, result)
    elif into is None:
        body.put(sink, f"_list({result})")
    else:
        body.put(sink, f"_collect({into}, {result})")


def _check(body: FunctionBody, node: Node, args: list[Any], options: dict[str, Any]) -> None:
    if "do" not in options:
        raise body.error(node, 'missing :do option in "for"')
    for name in options:
        if name not in _OPTIONS:
            raise body.error(node, f'unsupported option :{name} given to "for"')
    if "reduce" in options and ("into" in options or "uniq" in options):
        raise body.error(node, "cannot use :reduce alongside :into/:uniq in comprehension")
    if not args or not _is_generator(args[0]):
        raise body.error(node, "for comprehensions must start with a generator")


def _is_generator(step: Any) -> bool:
    if type(step) is not Node or step.args is None:
        return False
    if step.head == "<<>>" and step.args:
        return _is_generator(step.args[-1])
    return step.head == "<-"


def _step(body: FunctionBody, step: Any) -> None:
    """Write the head of a generator's loop or of a filter's `if`, and indent what follows."""
    writer = body.writer
    body.at(step)
    if not _is_generator(step):
        writer.emit(f"if {truth(body, step)}:")
        writer.indent += 1
        return
    if step.head == "<<>>":
        _bit_generator(body, step)
        return
    left, source = step.args
    patterns, guards = split_guard([left])
    item = writer.temp()
    text = body.value(source)
    body.at(step)
    writer.emit(f"for {item} in _iterate({text}):")
    writer.indent += 1
    body.blocks += 1
    writer.emit("if _due(): _tick()")
    made = PatternMatch(body)
    made.add(patterns[0], item)
    if made.tests:
        writer.emit(f"if {made.condition}:")
        writer.indent += 1
    bind(made)
    if guards:
        write_guards(body, guards)


def _bit_generator(body: FunctionBody, step: Node) -> None:
    assert step.args is not None
    *segments, last = step.args
    left, source = last.args
    writer = body.writer
    reader = writer.temp()
    writer.emit(f"{reader} = _bits_of({body.value(source)})")
    writer.emit(f"while {reader}.left:")
    writer.indent += 1
    body.blocks += 1
    writer.emit("if _due(): _tick()")
    made = PatternMatch(body)
    write_reader(made, reader, [*segments, left], step, ends=False)
    if made.tests:
        writer.emit(f"if not ({made.condition}): break")
    bind(made)


CONTROLS["for"] = for_
