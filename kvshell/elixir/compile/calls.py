"""Calls: of the module's functions, imports, other modules and closures; tail calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kvshell.elixir.compile.expressions import MISPLACED_BAR, form
from kvshell.elixir.compile.patterns import NO_PATTERN, unparse
from kvshell.elixir.compile.writing.body import (
    CONTROLS,
    EXPANSIONS,
    TAIL,
    UNDEFINED,
    VALUES,
    FunctionBody,
)
from kvshell.elixir.compile.writing.operators import inline
from kvshell.elixir.compile.writing.source import RemoteCall, simple
from kvshell.elixir.syntax.hygiene import spelled
from kvshell.elixir.syntax.nodes import Node
from kvshell.terms import Atom, alias, inspect

if TYPE_CHECKING:
    from kvshell.terms import Term

KERNEL: Final = alias("Kernel")
HELPERS: Final = alias("IEx.Helpers")


# -- modules and names -------------------------------------------------------------------------


def alias_of(body: Any, node: Node) -> Term:
    """Return the module that `A.B` or `__MODULE__.B` refers to."""
    known = node.get("alias")  # of a quoted alias: what it refers to in its macro
    if known is not None:
        return known
    parts = node.args or []
    first = parts[0]
    if type(first) is Node and first.head == "__MODULE__" and body.env.module is not None:
        return Atom(".".join((body.env.module.name, *map(_name, parts[1:]))))
    if type(first) is not Atom:
        raise body.error(node, f"invalid alias {unparse(node)}")
    return body.env.expand_alias([_name(part) for part in parts])


def _name(part: Any) -> str:
    return part.name if type(part) is Atom else str(part)


@form("__aliases__")
def aliases(body: FunctionBody, node: Node) -> str:
    """Compile a module's name as a value."""
    return body.unit.constant(alias_of(body, node))


def module_text(body: FunctionBody, node: Any) -> str:
    """Return the code of a module that must be known at compile time, as in `%Name{}`."""
    return body.unit.constant(static_module(body, node))


VALUES["module name"] = module_text


def static_module(body: FunctionBody, node: Any) -> Term:
    """Return the module that `node` names, or NotImplemented if it is only known at run time."""
    if type(node) is Node:
        if node.head == "__aliases__":
            return alias_of(body, node)
        if node.head == "__MODULE__" and node.args is None:
            return body.env.module
        return NotImplemented
    if type(node) is Atom or node is None or type(node) is bool:
        return node
    return NotImplemented


# -- undefined names ---------------------------------------------------------------------------


def undefined(body: FunctionBody, node: Node) -> Exception:
    """Return the error about a call of an undefined local function."""
    arity = len(node.args or ())
    name = f"{node.head}/{arity}"
    if body.env.module is None or body.env.function is None:
        return body.error(node, f"undefined function {name} (there is no such import)")
    return body.error(node, expected_locally(name, unparse(body.env.module)))


def expected_locally(name: str, module: str) -> str:
    """Return the message about a function that a module calls but neither defines nor imports."""
    return (
        f"undefined function {name} (expected {module} to define such a function or for it to be "
        "imported, but none are available)"
    )


UNDEFINED.append(undefined)


@form("unknown variable")
def unknown_variable(body: FunctionBody, node: Node) -> str:
    """Compile a bare name that is not a variable: a call without arguments, with a warning."""
    name = spelled(str(node.head))
    if name == "_":
        raise body.error(
            node,
            'invalid use of _. "_" represents a value to be ignored in a pattern and cannot be '
            "used in expressions",
        )
    special = VALUES.get("name " + name)
    if special is not None:
        return special(body, node)
    call = Node(name, [], node.line, node.column)
    known = (name, 0) in body.env.local or (name, 0) in body.env.imports
    known = known or body.env.modules.exports(KERNEL, name, 0)
    helper = body.env.module is None and body.env.modules.exports(HELPERS, name, 0)
    if not helper and (not known or name not in {"self", "node", "binding"}):
        body.env.warn_within(
            node.line,
            f'variable "{name}" does not exist and is being expanded to "{name}()", '
            "please use parentheses to remove the ambiguity or change the variable name",
        )
    return body.value(call)


@form("name __MODULE__", "__MODULE__")
def module_name(body: FunctionBody, _node: Node) -> str:
    """Compile `__MODULE__`."""
    return body.unit.constant(body.env.module)


@form("name __DIR__")
def directory(body: FunctionBody, _node: Node) -> str:
    """Compile `__DIR__`: the file's folder, or the shell's for typed lines."""
    folder, _, _name = body.env.file.rpartition("/")
    return body.unit.constant(folder if body.env.file != "iex" else None)


CALLER: Final = "&caller"  # the first argument of a macro's function


@form("name __CALLER__")
def caller(body: FunctionBody, node: Node) -> str:
    """Compile `__CALLER__`."""
    found = body.scope.get(CALLER)
    if found is not None:
        return body.writer.read(found)
    raise body.error(node, "__CALLER__ is available only inside defmacro and defmacrop")


@form("name __STACKTRACE__")
def stacktrace(body: FunctionBody, node: Node) -> str:
    """Compile `__STACKTRACE__` in a rescue or catch clause."""
    if not body.handling:
        raise body.error(
            node,
            "__STACKTRACE__ is available only inside catch and rescue clauses of try expressions",
        )
    return "_stacktrace()"


def no_pattern(body: FunctionBody, node: Node) -> Exception:
    """Return the error about a call on the left side of a match."""
    arity = len(node.args or ())
    head = node.head
    if type(head) is Node:
        target = head.args or [None]
        where = unparse(target[0]) if len(target) == 2 else unparse(head)
        name = f".{target[1].name}" if len(target) == 2 and type(target[1]) is Atom else ""
        return body.error(
            node, f"cannot invoke remote function {where}{name}/{arity} inside a match"
        )
    if head in {"&", "fn", "case", "cond", "if", "for", "with", "try", "receive"}:
        return body.error(node, f"invalid pattern in match, {head} is not allowed in matches")
    if head == "|":
        return body.error(node, MISPLACED_BAR)
    if head == "when":
        return body.error(node, "invalid pattern in match, when is not allowed in matches")
    if head in VALUES and (inline(head, ["x"] * arity) is not None or not head.isidentifier()):
        return body.error(
            node, f"cannot invoke remote function :erlang.{head}/{arity} inside a match"
        )
    if body.env.modules.exports(KERNEL, str(head), arity):
        return body.error(
            node, f"cannot invoke remote function :erlang.{head}/{arity} inside a match"
        )
    if (head, arity) in body.env.local:
        return body.error(node, f"cannot find or invoke local {head}/{arity} inside match")
    return undefined(body, node)


NO_PATTERN.append(no_pattern)


# -- calls -------------------------------------------------------------------------------------


@form("call")
def call(body: FunctionBody, node: Node) -> str:
    """Compile a call that is not a special form."""
    args = node.args or []
    if type(node.head) is Node:
        return _dotted(body, node, node.head, args)
    if node.head in body.env.macros and body.env.function is None:
        return VALUES["module macro"](body, node)
    known = node.get("imports") is not None or _is_known(body, str(node.head), len(args))
    if body.env.function is None and not known:
        # At the prompt it is reported before its arguments; in a function, after them.
        raise undefined(body, node)
    texts = body.values(args)
    body.at(node)
    return local_text(body, node, texts)


def _is_known(body: FunctionBody, name: str, arity: int) -> bool:
    return (name, arity) in body.env.local or resolve(body, name, arity) is not None


def local_text(body: FunctionBody, node: Node, texts: list[str]) -> str:
    """Return the code of a call without a module name; `texts` is the code of its arguments."""
    name = str(node.head)
    arity = len(texts)
    module = node.get("imports")  # of a quoted call: from where its macro imports it
    if module is None:
        if (name, arity) in body.env.local:
            return f"{body.unit.local[name, arity]}({', '.join(texts)})"
        module = resolve(body, name, arity)
    if module is None:
        raise undefined(body, node)
    if module is KERNEL and inline(name, ["x"] * arity) is not None:
        texts = [text if simple(text) else body.writer.spill(text) for text in texts]
        written = inline(name, texts)
        assert written is not None
        return written.text
    return f"{body.unit.remote(module, name, arity)}.call({', '.join(texts)})"


def resolve(body: FunctionBody, name: str, arity: int) -> Term:
    """Return the module from which `name/arity` is imported here, or None."""
    imported = body.env.imports.get((name, arity))
    if imported is not None:
        return imported
    if body.env.modules.exports(KERNEL, name, arity) or inline(name, ["x"] * arity) is not None:
        return KERNEL
    if body.env.module is None and body.env.modules.exports(HELPERS, name, arity):
        return HELPERS
    return None


def _dotted(body: FunctionBody, node: Node, dot: Node, args: list[Any]) -> str:
    if dot.head != ".":
        raise body.error(node, f"invalid call {unparse(node)}")
    target = dot.args or []
    if len(target) == 1:
        return _closure(body, node, target[0], args)
    name = _name(target[1])
    if name == "{}":
        raise body.error(
            node, "invalid call of a multi-alias, which is for alias, import and require"
        )
    module = static_module(body, target[0])
    if type(target[0]) in {list, int, float, str}:
        raise body.error(node, f"invalid call {unparse(node).removesuffix('()')}")
    if module is NotImplemented or (type(module) is not Atom and node.get("no_parens")):
        return _dynamic(body, node, target[0], name, args)
    if (module, name, len(args)) in REMOTE_FORMS:
        written: str = REMOTE_FORMS[module, name, len(args)](body, node)
        return written
    expand = REMOTE_EXPANSIONS.get((module, name))
    if expand is not None:
        expanded = expand(body, node)
        if expanded is not NotImplemented:
            return body.value(expanded)
    texts = body.values(args)
    body.at(node)
    if module not in body.env.required and body.env.modules.is_macro(module, name, len(args)):
        comma = "," if len(texts) == 1 else ""
        given = f"({', '.join(texts)}{comma})"
        return f"_undefined({body.unit.constant(module)}, {name!r}, {given})"
    return remote_text(body, module, name, texts, node.line)


def remote_text(
    body: FunctionBody, module: Term, name: str, texts: list[str], line: int = 0
) -> str:
    """Return the code of the call `module.name(...)`, and record the call for warnings."""
    body.unit.called.append(RemoteCall(module, name, len(texts), line, body.env.function))
    return f"{body.unit.remote(module, name, len(texts))}.call({', '.join(texts)})"


def _dynamic(body: FunctionBody, node: Node, target: Any, name: str, args: list[Any]) -> str:
    key = body.unit.constant(_atom(name))
    if not args and node.get("no_parens"):
        text = body.value(target)
        body.at(node)
        return f"_field({text}, {key})"
    texts = body.values([target, *args])
    body.at(node)
    comma = "," if len(texts) == 2 else ""
    return f"_invoke({texts[0]}, {name!r}, ({', '.join(texts[1:])}{comma}))"


def _atom(name: str) -> Term:
    return (
        {"nil": None, "true": True, "false": False}.get(name)
        if name in {"nil", "true", "false"}
        else Atom(name)
    )


def _closure(body: FunctionBody, node: Node, target: Any, args: list[Any]) -> str:
    if type(target) is Atom or target is None or type(target) is bool:
        name = inspect(target).removeprefix(":")
        raise body.error(node, f"invalid function call :{name}.()")
    texts = body.values([target, *args])
    body.at(node)
    if len(args) <= 4:
        return f"_call{len(args)}({', '.join(texts)})"
    return f"_calln({', '.join(texts)})"


# -- tail calls --------------------------------------------------------------------------------


def tail_call(body: FunctionBody, node: Node) -> bool:
    """Write a call in tail position as a jump; return False if it has to be an ordinary call."""
    head = node.head
    args = node.args or []
    if type(head) is Node:
        return _remote_tail(body, node, head, args)
    key = (head, len(args))
    if (
        key not in body.env.local
        or node.get("imports") is not None
        or head in CONTROLS
        or (head in EXPANSIONS and key not in body.env.local)
    ):
        return False
    writer = body.writer
    if key == writer.key:
        texts = body.values(args)
        body.at(node)
        changes = [
            (name, text) for name, text in zip(writer.params, texts, strict=True) if name != text
        ]
        if changes:
            names = ", ".join(name for name, _ in changes)
            writer.emit(f"{names} = {', '.join(text for _, text in changes)}")
        writer.emit("continue")
        writer.loops = True
        return True
    if key in body.group:
        _jump(body, f"{body.group[key]}_body", body.values(args))
        return True
    return False


def _remote_tail(body: FunctionBody, node: Node, dot: Node, args: list[Any]) -> bool:
    if dot.head != ".":
        return False
    target = dot.args or []
    if len(target) == 1:
        if len(args) > 4:
            return False
        texts = body.values([target[0], *args])
        body.at(node)
        jump = f"_jump{len(args)}({', '.join(texts)})"
        body.writer.jumps = True
        body.writer.emit(f"return {jump}")
        return True
    module = static_module(body, target[0])
    name = _name(target[1])
    if module is NotImplemented or name == "{}" or (module, name) in REMOTE_EXPANSIONS:
        return False
    if (module, name, len(args)) in REMOTE_FORMS:
        return False
    if body.env.modules.direct(module, name, len(args)) is not None:
        return False
    texts = body.values(args)
    body.at(node)
    body.unit.called.append(RemoteCall(module, name, len(args), node.line, body.env.function))
    _jump(body, f"{body.unit.remote(module, name, len(args))}.jump", texts)
    return True


def _jump(body: FunctionBody, code: str, texts: list[str]) -> None:
    names = [f"_{index}" for index in range(len(texts))]
    given = ", ".join(f"{name}={text}" for name, text in zip(names, texts, strict=True))
    body.writer.jumps = True
    body.writer.emit(f"return _Jump(lambda {given}: {code}({', '.join(names)}))")


TAIL.append(tail_call)

REMOTE_FORMS: dict[tuple[Any, str, int], Any] = {}
REMOTE_EXPANSIONS: dict[tuple[Any, str], Any] = {}
