"""try and receive: leaving a function early, and waiting."""

from __future__ import annotations

from typing import Any, Final

from kvshell.elixir.compile.branches import (
    arrow_clauses,
    split_guard,
    write_clause,
    write_clauses,
)
from kvshell.elixir.compile.calls import static_module
from kvshell.elixir.compile.writing.body import (
    CONTROLS,
    UNDEFINED,
    FunctionBody,
    ValueSink,
    is_name,
    keywords,
)
from kvshell.elixir.compile.writing.source import FunctionWriter, PythonLine
from kvshell.elixir.syntax.nodes import Node
from kvshell.terms import Atom

TRY_BLOCKS: Final = ("do", "rescue", "catch", "else", "after")


def try_(body: FunctionBody, node: Node, sink: ValueSink) -> None:
    """Compile `try do ... rescue ... catch ... else ... after ... end`."""
    args = node.args or []
    blocks = keywords(args[-1]) if args else None
    if len(args) != 1 or blocks is None:
        raise UNDEFINED[0](body, node)
    _check(body, node, blocks)
    writer = body.writer
    result = writer.temp() if sink.returns or not sink.name else sink.name
    target = ValueSink(result)
    body.blocks += 1
    writer.emit("try:")
    writer.indent += 1
    if "after" in blocks:
        writer.emit("try:")
        writer.indent += 1
        body.blocks += 1
    body.scoped(blocks["do"], target)
    writer.indent -= 1
    if "rescue" in blocks or "catch" in blocks:
        _handlers(body, node, blocks, target)
    elif "else" in blocks or "after" not in blocks:
        writer.emit("except _Nothing: raise")
    if "else" in blocks:
        writer.emit("else:")
        writer.indent += 1
        subject = writer.temp()
        writer.emit(f"{subject} = {result}")
        clauses = arrow_clauses(body, node, blocks["else"], "try", "else")
        write_clauses(
            body, clauses, [subject], target, f"raise _clause_error('TryClauseError', {subject})"
        )
        writer.indent -= 1
    if "after" in blocks:
        if not ("rescue" in blocks or "catch" in blocks or "else" in blocks):
            writer.emit("except _Nothing: raise")
        writer.indent -= 1
        body.blocks -= 1
        writer.emit("finally:")
        writer.indent += 1
        body.scoped(blocks["after"], ValueSink(writer.temp()))
        writer.emit("pass")
        writer.indent -= 1
    body.blocks -= 1
    if result != sink.name:
        body.put(sink, result)


def _check(body: FunctionBody, node: Node, blocks: dict[str, Any]) -> None:
    for name in blocks:
        if name not in TRY_BLOCKS:
            raise body.error(node, f'unexpected option :{name} in "try"')
    if "do" not in blocks:
        raise body.error(node, 'missing :do option in "try"')
    if set(blocks) == {"do"}:
        raise body.error(node, 'missing :catch/:rescue/:after option in "try"')
    if set(blocks) == {"do", "else"}:
        body.env.warn_within(
            node.line,
            '"else" shouldn\'t be used as the only clause in "try", use "case" instead',
        )


def _handlers(body: FunctionBody, node: Node, blocks: dict[str, Any], target: ValueSink) -> None:
    writer = body.writer
    error, caught = writer.temp(), writer.temp()
    writer.emit(f"except _CATCHABLE as {error}:")
    writer.indent += 1
    writer.emit(f"{caught} = _caught({error})")
    writer.emit("while True:")
    writer.indent += 1
    body.blocks += 1
    handling, body.handling = body.handling, True
    if "rescue" in blocks:
        writer.emit(f"if {caught}.struct is not None:")
        writer.indent += 1
        struct = writer.temp()
        writer.emit(f"{struct} = {caught}.struct")
        for clause in arrow_clauses(body, node, blocks["rescue"], "try", "rescue"):
            _rescue(body, clause, struct, target)
        writer.indent -= 1
    if "catch" in blocks:
        kind, value = writer.temp(), writer.temp()
        writer.emit(f"{kind}, {value} = {caught}.kind, {caught}.value")
        for clause in arrow_clauses(body, node, blocks["catch"], "try", "catch"):
            _catch(body, clause, kind, value, target)
    writer.emit("raise")
    body.handling = handling
    body.blocks -= 1
    writer.indent -= 2


def _rescue(body: FunctionBody, clause: Node, struct: str, target: ValueSink) -> None:
    assert clause.args is not None
    head, inner = clause.args
    writer = body.writer
    body.at(clause)
    if len(head) != 1:
        raise body.error(clause, 'expected one argument for :rescue clauses (->) in "try"')
    pattern, names = head[0], None
    if type(pattern) is Node and pattern.head == "in" and pattern.args is not None:
        pattern, names = pattern.args
    elif not (type(pattern) is Node and pattern.args is None):
        pattern, names = Node("_", None), pattern
    if not (type(pattern) is Node and pattern.args is None):
        raise body.error(
            clause,
            'invalid "rescue" clause. The clause should match on an alias, a variable or be in '
            'the "var in [alias]" format',
        )
    indent = writer.indent
    outer = body.scope
    body.scope = dict(outer)
    if names is not None and not is_name(names, "_"):
        modules = names if type(names) is list else [names]
        wanted = []
        for module in modules:
            found = static_module(body, module)
            if found is NotImplemented:
                raise body.error(
                    clause,
                    'invalid "rescue" clause. The clause should match on an alias, a variable '
                    'or be in the "var in [alias]" format',
                )
            wanted.append(body.unit.constant(found))
        writer.emit(f"if {struct}.get(k__struct) in ({', '.join(wanted)},):")
        writer.indent += 1
    if not is_name(pattern, "_"):
        body.writer.declare(body.scope, str(pattern.head), pattern.line, struct)
    body.branch(inner, target)
    writer.emit("break")
    writer.indent = indent
    body.scope = outer


def _catch(body: FunctionBody, clause: Node, kind: str, value: str, target: ValueSink) -> None:
    assert clause.args is not None
    head, inner = clause.args
    patterns, guards = split_guard(head)
    body.at(clause)
    if len(patterns) == 1:
        patterns = [Atom("throw"), *patterns]
    if len(patterns) != 2:
        raise body.error(clause, 'expected one or two args for :catch clauses (->) in "try"')

    def run() -> None:
        body.branch(inner, target)
        body.writer.emit("break")

    write_clause(body, patterns, guards, [kind, value], run)


# -- receive -----------------------------------------------------------------------------------


def receive(body: FunctionBody, node: Node, sink: ValueSink) -> None:
    """Compile `receive do pattern -> ... after ms -> ... end`."""
    args = node.args or []
    blocks = keywords(args[-1]) if args else None
    if len(args) != 1 or blocks is None:
        raise UNDEFINED[0](body, node)
    clauses: list[Node] = []
    if "do" in blocks and not _is_empty(blocks["do"]):
        clauses = arrow_clauses(body, node, blocks["do"], "receive", "do")
    elif "after" not in blocks:
        raise body.error(node, 'missing :do or :after option in "receive"')
    writer = body.writer
    body.unit.waits = True
    timeout, after, ends = "None", None, "after" in blocks
    if ends:
        afters = arrow_clauses(body, node, blocks["after"], "receive", "after")
        if len(afters) != 1 or len((afters[0].args or [[]])[0]) != 1:
            raise body.error(node, 'expected a single -> clause for :after in "receive"')
        assert afters[0].args is not None
        timeout = writer.spill(f"_timeout({body.value(afters[0].args[0][0])})")
        after = afters[0].args[1]
    matcher = _matcher(body, clauses)
    message = writer.temp()
    body.at(node)
    writer.emit(f"{message} = _receive({matcher}, {timeout}, _MISSING)")
    if not ends:
        write_clauses(body, clauses, [message], sink, f"raise _CaseClauseError({message})")
        return
    writer.emit(f"if {message} is _MISSING:")
    writer.indent += 1
    body.scoped(after, sink)
    writer.emit("pass")
    writer.indent -= 1
    writer.emit("else:")
    writer.indent += 1
    if clauses:
        write_clauses(body, clauses, [message], sink, f"raise _CaseClauseError({message})")
    else:
        writer.emit("pass")
    writer.indent -= 1


def _is_empty(block: Any) -> bool:
    return block is None or (type(block) is Node and block.head == "__block__" and not block.args)


def _matcher(body: FunctionBody, clauses: list[Node]) -> str:
    """Write the predicate that tells whether a clause matches a message; return its name."""
    if not clauses:
        return "_no_message"
    unit, outer = body.unit, body.writer
    name = unit.fresh("m")
    writer = FunctionWriter(unit, outer)
    writer.mark = outer.mark
    inner = FunctionBody(unit, writer, body.env.child(warnings=[]), dict(body.scope))
    writer.indent = outer.indent + 1
    for clause in clauses:
        assert clause.args is not None
        patterns, guards = split_guard(clause.args[0])
        if len(patterns) != 1:
            raise body.error(clause, 'expected one argument for :do clauses (->) in "receive"')
        used = {key: variable.used for key, variable in body.scope.items()}
        always = write_clause(
            inner, patterns, guards, ["message"], lambda: writer.emit("return True")
        )
        del used
        if always:
            if clause is clauses[0]:
                return "None"
            break
    else:
        writer.emit("return False")
    given = "".join(f", {each}={each}" for each in writer.captured)
    outer.lines.append(PythonLine(outer.indent, f"def {name}(message{given}):", outer.mark))
    outer.lines.extend(writer.lines)
    return name


CONTROLS["try"] = try_
CONTROLS["receive"] = receive
