"""fn and &: closures, lifted into functions that receive the values they close over."""

from __future__ import annotations

from typing import Any

from kvshell.elixir.compile.branches import split_guard, write_clauses
from kvshell.elixir.compile.calls import KERNEL, resolve, static_module, undefined
from kvshell.elixir.compile.expressions import form
from kvshell.elixir.compile.patterns import unparse
from kvshell.elixir.compile.writing.body import CONTROLS, RETURN, VALUES, FunctionBody
from kvshell.elixir.compile.writing.never_waits import ends_soon
from kvshell.elixir.compile.writing.operators import INLINE
from kvshell.elixir.compile.writing.source import CaptureSpec, FunctionWriter, PythonLine
from kvshell.elixir.running.errors import PROMPT_PLACE
from kvshell.elixir.syntax.nodes import Node
from kvshell.terms import Atom, inspect
from kvshell.terms.printing.exceptions import call_text

PROMPT_UNIQ = 3316493
MOST_LIFTED = 6  # closed-over values passed separately; more of them go into a tuple
_NO_CAPTURE = (
    "invalid args for &, expected one of:\n\n  * &Mod.fun/arity to capture a remote "
    "function, such as &Enum.map/2\n"
    "  * &fun/arity to capture a local or imported function, such as &is_atom/1\n"
    "  * &some_code(&1, ...) containing at least one argument as &1, such as "
    "&List.flatten(&1)\n\n"
    "Got: "
)


@form("fn")
def fn(body: FunctionBody, node: Node) -> str:
    """Compile `fn a, b -> ... end`."""
    clauses = node.args or []
    arities = set()
    for clause in clauses:
        patterns, _guards = split_guard(clause.args[0])
        arities.add(len(patterns))
    if len(arities) != 1:
        raise body.error(node, "cannot mix clauses with different arities in anonymous functions")
    return lifted(body, clauses, arities.pop(), node)


def lifted(body: FunctionBody, clauses: list[Node], arity: int, node: Node) -> str:
    """Write the clauses as a separate Python function; return the code that creates the closure."""
    unit = body.unit
    name = unit.fresh("f")
    writer = FunctionWriter(unit, body.writer)
    writer.mark = body.line_of(node)
    writer.params = [f"a_{name}_{index}" for index in range(arity)]
    inner = FunctionBody(unit, writer, body.env, dict(body.scope))
    place, index, uniq = closure_place(body, arity)
    shown_place = unit.constant(place)
    given = ", ".join(writer.params) + ("," if arity == 1 else "")
    otherwise = f"raise _AnonymousClauseError({shown_place}, {arity}, ({given}))"
    write_clauses(inner, clauses, writer.params, RETURN, otherwise)
    body.env.warnings_of_scope(writer)
    captured = list(writer.captured)
    if captured and len(captured) > MOST_LIFTED:
        packed = unit.fresh("p")
        writer.lines.insert(0, _line(writer, f"{', '.join(captured)}, = {packed}"))
        params = [packed]
        env = f"(({', '.join(captured)}),)"
    else:
        params = captured
        env = f"({', '.join(captured)}{',' if len(captured) == 1 else ''})"
    finish(writer, name, [*writer.params, *params])
    function = body.env.function or ("__MODULE__", 0)
    unit.names[name] = (body.env.module, f"fn/{arity} in {function[0]}/{function[1]}", arity)
    capture = unit.fresh("c")
    soon = all(ends_soon(clause.args, body.env, _unknown) for clause in clauses)
    unit.captures[capture] = CaptureSpec(place, index, uniq, arity, name, soon)
    if not captured:
        closed = unit.fresh("k")
        unit.closed[closed] = capture
        return closed
    return f"_Function({capture}, {env})"


def _line(writer: FunctionWriter, text: str) -> Any:
    return PythonLine(1, text, writer.mark)


def _unknown(_key: tuple[str, int]) -> bool:
    """Assume that any function of the module may wait: this is known only once all are compiled."""
    return False


def closure_place(body: FunctionBody, arity: int) -> tuple[str, int, int]:
    """Return what a printed closure shows: its function, its number, and its module's number."""
    function = body.env.function
    if body.env.module is None or function is None:
        return PROMPT_PLACE, 43 - arity if arity else 43, PROMPT_UNIQ
    place = call_text(body.env.module, Atom(function[0]), f"/{function[1]}")
    return place, body.unit.next_closure(), body.unit.uniq


def finish(writer: FunctionWriter, name: str, params: list[str]) -> None:
    """Add a finished function to the unit, in a loop or with a trampoline if tail calls need it."""
    unit = writer.unit
    lines = writer.lines
    if writer.loops:
        for line in lines:
            line.indent += 2
        mark = lines[0].mark if lines else 0
        lines.insert(0, PythonLine(1, "while True:", mark))
        lines.insert(1, PythonLine(2, "for _ in _BLOCK:", mark))
        lines.append(PythonLine(2, "_tick()", mark))
    given = ", ".join(params)
    if not writer.jumps:
        unit.add(lines, f"def {name}({given}):")
        return
    unit.add(lines, f"def {name}_body({given}):")
    mark = lines[0].mark if lines else 0
    unit.text += [
        f"def {name}({given}):",
        f" _r = {name}_body({given})",
        " while _r.__class__ is _Jump:",
        "  for _ in _BLOCK:",
        "   _r = _r.run()",
        "   if _r.__class__ is not _Jump: return _r",
        "  _tick()",
        " return _r",
        f"{name}.jump = {name}_body",
    ]
    unit.marks += [mark] * 9


# -- & -----------------------------------------------------------------------------------------


@form("&")
def capture(body: FunctionBody, node: Node) -> str:
    """Compile `&1` inside a capture, `&name/2`, `&Mod.name/2` and `&(... &1 ...)`."""
    inner = (node.args or [None])[0]
    if type(inner) is int:
        if body.captures is None:
            raise body.error(
                node, f"capture argument &{inner} must be used within the capture operator &"
            )
        return body.captures[inner - 1]
    while type(inner) is Node and inner.head == "__block__" and len(inner.args or ()) == 1:
        inner = (inner.args or [None])[0]
    if type(inner) is Node and inner.head == "/" and inner.args is not None:
        named = _named(body, node, *inner.args)
        if named is not None:
            return named
    if type(inner) is int or type(inner) not in {Node, list, tuple}:
        if type(inner) is int:
            raise body.error(
                node, f"capture argument &{inner} must be used within the capture operator &"
            )
        raise body.error(node, _NO_CAPTURE + unparse(inner))
    return _written(body, node, inner)


def _named(body: FunctionBody, node: Node, target: Any, arity: Any) -> str | None:
    if type(arity) is not int or type(target) is not Node:
        return None
    if target.args is None:
        return _local_capture(body, node, str(target.head), arity)
    dot = target.head
    if target.args or type(dot) is not Node or dot.head != "." or len(dot.args or ()) != 2:
        return None
    assert dot.args is not None
    name = dot.args[1].name if type(dot.args[1]) is Atom else str(dot.args[1])
    module = static_module(body, dot.args[0])
    if module is NotImplemented:
        return f"_capture_of({body.value(dot.args[0])}, {name!r}, {arity})"
    return remote_capture(body, module, name, arity)


def remote_capture(body: FunctionBody, module: Any, name: str, arity: int) -> str:
    """Return the code of `&Mod.name/arity`."""
    return f"_capture_of({body.unit.constant(module)}, {name!r}, {arity})"


def _local_capture(body: FunctionBody, node: Node, name: str, arity: int) -> str:
    if (name, arity) in body.env.local:
        unit = body.unit
        made = unit.fresh("c")
        place = f"{inspect(body.env.module)}.{name}"
        if (name, arity) not in unit.private:
            place = f"{place}/{arity}"
        unit.captures[made] = CaptureSpec(
            place, unit.next_closure(), unit.uniq, arity, unit.local[name, arity]
        )
        closed = unit.fresh("k")
        unit.closed[closed] = made
        return closed
    module = resolve(body, name, arity)
    if module is None:
        if name in CONTROLS or name in VALUES:
            params = [Node("&", [index + 1], node.line) for index in range(arity)]
            return _written(body, node, Node(name, params, node.line))
        raise undefined(body, Node(name, [None] * arity, node.line))
    if module is KERNEL and ((name, arity) in INLINE or not name.isidentifier()):
        return remote_capture(body, KERNEL, name, arity)
    return remote_capture(body, module, name, arity)


def _written(body: FunctionBody, node: Node, inner: Any) -> str:
    if body.captures is not None:
        raise body.error(
            node,
            "nested captures are not allowed. You cannot define a function using  the capture "
            "operator & inside another function defined via &. Got invalid nested capture: "
            f"{unparse(node)}",
        )
    used = _placeholders(inner)
    if not used:
        raise body.error(node, _NO_CAPTURE + unparse(inner))
    arity = max(used)
    if 0 in used:
        raise body.error(node, "capture argument &0 must be numbered between 1 and 255")
    for index in range(1, arity):
        if index not in used:
            raise body.error(
                node,
                f"capture argument &{arity} cannot be defined without &{index} (you cannot skip "
                "arguments, all arguments must be numbered)",
            )
    direct = _eta(body, inner, arity)
    if direct is not None:
        return direct
    names = [f"&{index + 1}" for index in range(arity)]
    params = [Node(name, None, node.line) for name in names]
    return lifted(body, [Node("->", [params, _replaced(body, inner)], node.line)], arity, node)


def _eta(body: FunctionBody, inner: Any, arity: int) -> str | None:
    """Return the code of `&Mod.f/2` for `&Mod.f(&1, &2)`, as Elixir does, or None."""
    if type(inner) is not Node or inner.args is None or len(inner.args) != arity:
        return None
    for index, argument in enumerate(inner.args):
        if not (type(argument) is Node and argument.head == "&" and argument.args == [index + 1]):
            return None
    if type(inner.head) is str:
        if (inner.head, arity) in body.env.local:
            return _local_capture(body, inner, inner.head, arity)
        if inner.head in CONTROLS or inner.head in {
            "{}",
            "%{}",
            "|>",
            "<<>>",
            "<>",
            "..",
            "in",
            "!",
            "++",
        } - {"++"}:
            return None
        module = resolve(body, inner.head, arity)
        return (
            None
            if module is None or inner.head in {"raise", "throw"}
            else remote_capture(body, module, inner.head, arity)
        )
    dot: Any = inner.head
    if dot.head != "." or len(dot.args or ()) != 2:
        return None
    module = static_module(body, (dot.args or [None])[0])
    if module is NotImplemented:
        return None
    return remote_capture(body, module, (dot.args or [None, None])[1].name, arity)


def _placeholders(node: Any) -> set[int]:
    found: set[int] = set()
    todo = [node]
    while todo:
        each = todo.pop()
        if type(each) is Node:
            if each.head == "&" and each.args and type(each.args[0]) is int:
                found.add(each.args[0])
            elif type(each.head) is Node:
                todo.append(each.head)
            todo.extend(each.args or ())
        elif type(each) in {list, tuple}:
            todo.extend(each)
    return found


def _replaced(body: FunctionBody, node: Any) -> Any:
    if type(node) is Node:
        if node.head == "&" and node.args:
            if type(node.args[0]) is int:
                return Node(f"&{node.args[0]}", None, node.line, node.column)
            if not _is_named(node):
                raise body.error(
                    node,
                    "nested captures are not allowed. You cannot define a function using  the "
                    "capture "
                    "operator & inside another function defined via &. Got invalid nested capture: "
                    f"{unparse(node)}",
                )
        head = _replaced(body, node.head) if type(node.head) is Node else node.head
        args = None if node.args is None else [_replaced(body, each) for each in node.args]
        return Node(head, args, node.line, node.column, node.meta)
    if type(node) is list:
        return [_replaced(body, each) for each in node]
    if type(node) is tuple:
        return tuple(_replaced(body, each) for each in node)
    return node


def _is_named(node: Node) -> bool:
    inner = (node.args or [None])[0]
    return type(inner) is Node and inner.head == "/"
