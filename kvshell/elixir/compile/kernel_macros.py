"""Kernel macros without branches: pipes, ranges, sigils, raise, match? and others."""

from __future__ import annotations

from typing import Any

from kvshell.elixir.compile.branches import split_guard, write_clause
from kvshell.elixir.compile.calls import KERNEL, static_module
from kvshell.elixir.compile.expressions import form, in_variable, must_match
from kvshell.elixir.compile.guards import ARGUMENT, GUARD_MACROS
from kvshell.elixir.compile.patterns import unparse
from kvshell.elixir.compile.writing.body import (
    CONTROLS,
    EXPANSIONS,
    UNDEFINED,
    VALUES,
    FunctionBody,
    ValueSink,
    is_name,
    keywords,
)
from kvshell.elixir.compile.writing.operators import BINARY_OPERATORS
from kvshell.elixir.syntax.faults import Fault
from kvshell.elixir.syntax.hygiene import SEPARATOR
from kvshell.elixir.syntax.nodes import Node
from kvshell.elixir.syntax.strings import AFTER, unescape, unescape_regex
from kvshell.terms import ArgumentError, Atom, List, inspect

ARGUMENT.append(ArgumentError)


def pipe(_body: FunctionBody, node: Node) -> Any:
    """Expand `a |> f(b)` to `f(a, b)`."""
    left, right = node.args or [None, None]
    if type(right) is Node and right.head == "__block__" and len(right.args or ()) == 1:
        right = (right.args or [None])[0]
    if type(right) is not Node:
        raise ArgumentError(_CANNOT.format(unparse(left), unparse(right)))
    if right.head == "fn":
        raise ArgumentError(
            f"cannot pipe {unparse(left)} into an anonymous function without calling the function; "
            "use Kernel.then/2 instead or define the anonymous function as a regular private "
            "function"
        )
    if right.args is None:
        return Node(right.head, [left], right.line, right.column)
    if right.head in {"&", "{}", "%{}", "<<>>", "%", "__aliases__", "case"} - {"case"}:
        raise ArgumentError(_CANNOT.format(unparse(left), unparse(right)))
    if type(right.head) is str and right.head in BINARY_OPERATORS and len(right.args) == 2:
        raise ArgumentError(
            f"cannot pipe {unparse(left)} into {unparse(right)}, "
            f"the {right.head} operator can only take two arguments"
        )
    made = Node(right.head, [left, *right.args], right.line, right.column)
    made.meta = {key: value for key, value in (right.meta or {}).items() if key != "no_parens"}
    return made


_CANNOT = (
    "cannot pipe {} into {}, can only pipe into local calls foo(), remote calls Foo.bar() or "
    "anonymous function calls foo.()"
)
EXPANSIONS["|>"] = pipe


@form("..", "..//")
def range_(body: FunctionBody, node: Node) -> str:
    """Compile `first..last//step`."""
    args = node.args or []
    if not args:
        return "_new_range(0, -1, 1)"
    if len(args) == 2 and float in map(type, args):
        text = f"{unparse(args[0])}..{unparse(args[1])}"
        message = "ranges (first..last//step) expect both sides to be integers, got: "
        raise ArgumentError(message + text)
    texts = body.values(args)
    body.at(node)
    return f"_new_range({', '.join(texts)})"


# -- sigils ------------------------------------------------------------------------------------


def _unescaped(part: Any, letter: str) -> Any:
    """Return a part of a sigil with escapes replaced, unless its letter is upper case.

    Raises:
        ArgumentError: an escape is malformed; in a string it would be a SyntaxError.
    """
    if type(part) is not str or letter.isupper():
        return part
    if letter == "r":
        return unescape_regex(part)
    try:
        return unescape(part)
    except Fault as fault:
        raise ArgumentError(str(fault.message).removesuffix(AFTER)) from None


def sigil(body: FunctionBody, node: Node) -> str:
    """Compile `~w(a b)a` and other sigils to a call with the text and the modifiers."""
    assert type(node.head) is str
    assert node.args is not None
    text, modifiers = node.args
    name = node.head
    letter = name.removeprefix("sigil_")
    parts = [_unescaped(part, letter) for part in text.args or [""]]
    text = Node("<<>>", parts, text.line, text.column, text.meta)
    codes = List(modifiers if type(modifiers) is list else list(modifiers))
    if letter in {"s", "S"}:
        return body.value(parts[0] if len(parts) == 1 and type(parts[0]) is str else text)
    if letter in {"c", "C"} and len(parts) == 1 and type(parts[0]) is str:
        return body.unit.constant(List(map(ord, parts[0])))
    module = body.env.imports.get((name, 2))
    if (name, 2) in body.env.local:
        call = Node(name, [text, list(codes.items)], node.line)
        return VALUES["call"](body, call)
    if module is None and body.env.modules.exports(KERNEL, name, 2):
        module = KERNEL
    if module is None:
        raise UNDEFINED[0](body, Node(name, [None, None], node.line))
    if len(parts) == 1 and type(parts[0]) is str:
        direct = body.env.modules.direct(module, name, 2)
        if direct is not None:
            return body.unit.constant(direct(parts[0], codes))
    inner = body.value(text if len(parts) != 1 or type(parts[0]) is not str else parts[0])
    return f"{body.unit.remote(module, name, 2)}.call({inner}, {body.unit.constant(codes)})"


for _letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ":
    VALUES[f"sigil_{_letter}"] = sigil


# -- raise -------------------------------------------------------------------------------------


@form("raise")
def raise_(body: FunctionBody, node: Node) -> str:
    """Compile `raise "text"`, `raise Module, options`, `raise exception`."""
    args = node.args or []
    if len(args) not in {1, 2}:
        return VALUES["call"](body, node)
    if len(args) == 2 and type(args[0]) in {int, float, str}:
        raise body.error(node, f"invalid call {unparse(args[0])}.exception({unparse(args[1])})")
    texts = body.values(args)
    body.at(node)
    return f"_raise({', '.join(texts)})"


@form("reraise")
def reraise(body: FunctionBody, node: Node) -> str:
    """Compile `reraise exception, stacktrace`."""
    args = node.args or []
    texts = body.values(args)
    body.at(node)
    return f"_reraise({', '.join(texts)})"


# -- match? and destructure --------------------------------------------------------------------


def matches(body: FunctionBody, node: Node, sink: ValueSink) -> None:
    """Compile `match?(pattern, value)`: true if the value matches."""
    args = node.args or []
    if len(args) != 2:
        raise UNDEFINED[0](body, node)
    subject = in_variable(body, body.value(args[1]))
    result = body.writer.temp()
    body.writer.emit(f"{result} = False")
    patterns, guards = split_guard([args[0]])
    body.at(node)
    if is_name(patterns[0], "_") and not guards:
        body.writer.emit(f"{result} = True")
    else:
        write_clause(
            body, patterns, guards, [subject], lambda: body.writer.emit(f"{result} = True")
        )
    body.put(sink, result)


CONTROLS["match?"] = matches


@form("destructure")
def destructure(body: FunctionBody, node: Node) -> str:
    """Compile `destructure([a, b], list)`: missing elements are nil."""
    args = node.args or [None, None]
    pattern = args[0]
    if type(pattern) is not list:
        raise body.error(node, "destructure only accepts lists on the left side")
    subject = body.writer.spill(f"_destructured({body.value(args[1])}, {len(pattern)})")
    return must_match(body, pattern, subject)


@form("binding")
def binding(body: FunctionBody, node: Node) -> str:
    """Compile `binding()`: the variables as a keyword list."""
    if node.args:
        return VALUES["call"](body, node)
    names = sorted(name for name in body.scope if name[0] != "&" and SEPARATOR not in name)
    pairs = [
        f"({body.unit.constant(Atom(name))}, {body.writer.read(body.scope[name])})"
        for name in names
    ]
    return f"_list(({', '.join(pairs)}{',' if pairs else ''}))"


# -- guards that expand ------------------------------------------------------------------------


def _is_nil(_body: FunctionBody, node: Node) -> Any:
    return Node("==", [(node.args or [None])[0], None], node.line)


GUARD_MACROS["is_nil", 1] = _is_nil


# -- lexical forms -----------------------------------------------------------------------------


def _multi(body: FunctionBody, target: Any) -> list[Any]:
    """Return the modules of `Foo.{A, B}`, or the single named module."""
    if type(target) is Node and type(target.head) is Node and target.head.head == ".":
        dot = target.head.args or []
        if len(dot) == 2 and str(getattr(dot[1], "name", dot[1])) == "{}":
            base = static_module(body, dot[0])
            return [
                Atom(f"{base.name}.{'.'.join(part.name for part in each.args or ())}")
                for each in target.args or ()
            ]
    module = static_module(body, target)
    if type(module) is not Atom:
        raise body.error(
            target,
            "invalid argument for alias, expected a compile time atom or alias, got: "
            f"{unparse(target)}",
        )
    return [module]


def _is_multi(target: Any) -> bool:
    return type(target) is Node and type(target.head) is Node


def _options(args: list[Any]) -> dict[str, Any]:
    return (keywords(args[1]) if len(args) > 1 else None) or {}


@form("alias")
def alias_(body: FunctionBody, node: Node) -> str:
    """Compile `alias A.B`, `alias A.B, as: C`, `alias A.{B, C}`."""
    args = node.args or []
    if not args:
        raise UNDEFINED[0](body, node)
    modules = _multi(body, args[0])
    options = _options(args)
    for module in modules:
        name = module.name.rpartition(".")[2]
        if "as" in options:
            chosen = options["as"]
            if type(chosen) is Node and chosen.head == "__aliases__":
                name = (chosen.args or [Atom("")])[-1].name
            else:
                body.value(chosen)
                raise body.error(
                    node,
                    "invalid value for option :as, expected a simple alias, got: "
                    f"{unparse(chosen)}",
                )
        body.env.aliases[name] = module
    return body.unit.constant(modules[0] if not _is_multi(args[0]) else List(modules))


def _loaded(body: FunctionBody, node: Node, module: Any) -> None:
    if not body.env.modules.is_loaded(module):
        missing = body.env.modules.missing(module, "module_info", 0)
        if missing is not None:
            raise body.env.refused(node.line, missing)
        raise body.error(
            node,
            f"module {unparse(module) if type(module) is not Atom else _text(module)} is not "
            "loaded and could not be found",
        )


def _text(module: Any) -> str:
    return inspect(module)


@form("require")
def require(body: FunctionBody, node: Node) -> str:
    """Compile `require Logger`."""
    args = node.args or []
    if not args:
        raise UNDEFINED[0](body, node)
    modules = _multi(body, args[0])
    for module in modules:
        _loaded(body, node, module)
        body.env.required.add(module)
        if "as" in _options(args):
            chosen = _options(args)["as"]
            body.env.aliases[(chosen.args or [Atom("")])[-1].name] = module
    return body.unit.constant(modules[0] if len(modules) == 1 else List(modules))


@form("import")
def import_(body: FunctionBody, node: Node) -> str:
    """Compile `import List, only: [flatten: 1]`."""
    args = node.args or []
    if not args:
        raise UNDEFINED[0](body, node)
    modules = _multi(body, args[0])
    options = _options(args)
    for module in modules:
        _loaded(body, node, module)
        macros = body.env.modules.macros(module)
        exported = body.env.modules.exported(module)
        only = options.get("only")
        if only is not Atom("functions"):
            exported = macros if only is Atom("macros") else [*exported, *macros]
        if type(only) is list:
            wanted = [(key.name if type(key) is Atom else repr(key), arity) for key, arity in only]
            for name, arity in wanted:
                if (name, arity) not in exported and not body.env.modules.exports(
                    module, name, arity
                ):
                    missing = body.env.modules.missing(module, name, arity)
                    if missing is not None:
                        raise body.env.refused(node.line, missing)
                    raise body.error(
                        node,
                        f"cannot import {_text(module)}.{name}/{arity} because it is undefined "
                        "or private",
                    )
            exported = wanted
        excluded = {(key.name, arity) for key, arity in options.get("except", [])}
        for name, arity in exported:
            if (name, arity) not in excluded and name[:2] != "__":
                body.env.imports[name, arity] = module
        body.env.required.add(module)
    return body.unit.constant(modules[0] if len(modules) == 1 else List(modules))


def _outside(name: str, arity: int) -> None:
    def refuse(body: FunctionBody, _node: Node) -> str:
        if body.env.module is not None and body.env.function is not None:
            raise ArgumentError(f"cannot invoke {name}/{arity} inside function")
        raise ArgumentError(f"cannot invoke {name}/{arity} outside module")

    VALUES[name] = refuse


for _name in ("def", "defp", "defmacro", "defmacrop", "defdelegate", "defguard", "defguardp"):
    _outside(_name, 2)


@form("defstruct", "defexception")
def defstruct(_body: FunctionBody, _node: Node) -> str:
    """Reject a struct outside a module."""
    raise ArgumentError.at(2, "not a key that exists in the table")


@form("use")
def use(body: FunctionBody, node: Node) -> str:
    """Reject `use Module` outside a module."""
    modules = _multi(body, (node.args or [None])[0])
    for module in modules:
        _loaded(body, node, module)
    raise ArgumentError("cannot invoke @/1 outside module")
