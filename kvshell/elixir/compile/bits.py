"""<<>>: building and matching binaries, and strings with interpolation."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from kvshell.elixir.compile.expressions import form
from kvshell.elixir.compile.patterns import PATTERNS, PatternMatch, unparse
from kvshell.elixir.compile.writing.body import NOT_CONSTANT, FunctionBody, constant
from kvshell.elixir.compile.writing.source import simple
from kvshell.elixir.syntax.hygiene import spelled
from kvshell.elixir.syntax.nodes import Node, is_call

_TYPES: Final = {
    "integer": "integer",
    "float": "float",
    "binary": "binary",
    "bytes": "binary",
    "bitstring": "bits",
    "bits": "bits",
    "utf8": "utf8",
    "utf16": "utf16",
    "utf32": "utf32",
}
_FLAGS: Final = {"signed", "unsigned", "big", "little", "native"}


class BitSegment(NamedTuple):
    """A segment of a binary: `value::type-size(n)-unit(m)-flags`."""

    value: Any
    type: str
    size: Any
    unit: int
    signed: bool
    little: bool


def segment(body: FunctionBody, node: Any, whole: Node) -> BitSegment:
    """Parse one segment of `<<>>`; `whole` is the whole binary, for error messages."""
    value, spec = node, None
    if type(node) is Node and node.head == "::" and node.args is not None:
        value, spec = node.args
    found: dict[str, Any] = {
        "type": None,
        "size": None,
        "unit": None,
        "signed": False,
        "little": False,
    }
    if spec is not None:
        _read_spec(body, spec, found, whole)
    kind = found["type"]
    if kind is None:
        if type(value) in {str, bytes} or _is_text(value):
            kind = "binary"
        elif type(value) is float:
            kind = "float"
        else:
            kind = "integer"
    if type(value) is str and kind == "integer" and spec is not None and found["type"] is None:
        kind = "binary"
    unit = found["unit"] or (8 if kind == "binary" else 1)
    return BitSegment(value, kind, found["size"], unit, found["signed"], found["little"])


def _is_text(value: Any) -> bool:
    return type(value) is Node and (
        value.head == "<>" or (value.head == "<<>>" and value.get("delimiter") is not None)
    )


def _check_unit(body: FunctionBody, unit: Any, whole: Node) -> None:
    """Raise unless the unit is a valid integer literal: it becomes part of the compiled code."""
    if type(unit) is Node:
        body.value(unit)  # raises for an undefined variable, which is reported first
    if type(unit) is not int or not 1 <= unit <= MOST_UNIT:
        problem = "unit in bitstring expects an integer as argument, got: "
        raise body.error(whole, problem + unparse(unit))


MOST_UNIT: Final = 256  # bits


def _read_spec(body: FunctionBody, spec: Any, found: dict[str, Any], whole: Node) -> None:
    if type(spec) is int:
        found["size"] = spec
        return
    if type(spec) is not Node:
        raise body.error(whole, f"unknown bitstring specifier: {spec!r}")
    if spec.head == "-" and spec.args is not None and len(spec.args) == 2:
        for part in spec.args:
            _read_spec(body, part, found, whole)
        return
    if spec.head == "*" and len(spec.args or ()) == 2:
        found["size"], found["unit"] = spec.args or [None, None]
        _check_unit(body, found["unit"], whole)
        return
    name = spelled(str(spec.head))
    if name == "size" and spec.args:
        found["size"] = spec.args[0]
    elif name == "unit" and spec.args:
        found["unit"] = spec.args[0]
        _check_unit(body, found["unit"], whole)
    elif name in _TYPES:
        found["type"] = _TYPES[name]
    elif name in _FLAGS:
        if name in {"signed", "unsigned"}:
            found["signed"] = name == "signed"
        else:
            found["little"] = name == "little"
    elif spec.args is None:
        found["size"] = spec
    else:
        raise body.error(
            whole, f"unknown bitstring specifier: {name}({', '.join('_' for _ in spec.args)})"
        )


# -- building ----------------------------------------------------------------------------------


@form("<<>>")
def build(body: FunctionBody, node: Node) -> str:
    """Build a binary from its segments; a string with interpolation is one of them."""
    parts = node.args or []
    if all(_plain(part) is not NOT_CONSTANT for part in parts):
        return _joined(body, [_plain(part) for part in parts])
    segments = [segment(body, part, node) for part in parts]
    values: list[Any] = []
    for each in segments:
        values.append(each.value)
        values.append(each.size)
    texts = body.values(values)
    body.at(node)
    made = [
        f"({each.type!r}, {texts[2 * index]}, {texts[2 * index + 1]}, {each.unit}, "
        f"{each.signed}, {each.little})"
        for index, each in enumerate(segments)
    ]
    comma = "," if len(made) == 1 else ""
    return f"_make_bits(({', '.join(made)}{comma}))"


def _plain(part: Any) -> Any:
    """Return the text of a string's segment or its interpolated expression, else NOT_CONSTANT."""
    if type(part) is str:
        return part
    if type(part) is Node and part.head == "::" and part.args is not None:
        value, spec = part.args
        if _is_binary(spec) and type(value) is Node and type(value.head) is Node:
            dot = value.head
            if (
                dot.head == "."
                and dot.args
                and str(getattr(dot.args[1], "name", dot.args[1])) == "to_string"
            ):
                return value
    return NOT_CONSTANT


def _is_binary(spec: Any) -> bool:
    named = type(spec) is Node and spec.args is None
    return named and spelled(str(spec.head)) == "binary"


def _joined(body: FunctionBody, parts: list[Any]) -> str:
    values = [part if type(part) is str else part.args[0] for part in parts]
    if body.env.function is None and body.writer.parent is None:
        _unused_literals(body, values)
    texts = body.values(values)
    made = [
        text if type(part) is str else f"_to_string({text})"
        for part, text in zip(parts, texts, strict=True)
    ]
    if not made:
        return "''"
    return made[0] if len(made) == 1 else f"_concat({', '.join(made)})"


def _unused_literals(body: FunctionBody, values: list[Any]) -> None:
    """Warn about unused literals in interpolated blocks at the prompt; functions warn elsewhere."""
    for value in values:
        if is_call(value, "__block__"):
            for item in (value.args or [])[:-1]:
                if type(item) in {int, float, str}:
                    body.env.warn(
                        body.writer.mark,
                        f"code block contains unused literal {unparse(item)} "
                        "(remove the literal or assign it to _ to avoid warnings)",
                    )


# -- matching ----------------------------------------------------------------------------------


def match_bits(match: PatternMatch, node: Node, path: str) -> None:
    """Match `<<a::8, rest::binary>>` as a pattern."""
    parts = node.args or []
    known = "".join(parts) if all(type(part) is str for part in parts) else None
    if known is not None:
        match._literal(known, path)  # noqa: SLF001  # the same package
        return
    if any(_plain(part) is not NOT_CONSTANT and type(part) is not str for part in parts):
        raise match.body.error(
            node, "cannot invoke remote function String.Chars.to_string/1 inside a match"
        )
    reader = match.body.writer.temp()
    match.tests.append(f"({reader} := _bits({path})) is not None")
    write_reader(match, reader, parts, node, ends=True)


def write_reader(
    match: PatternMatch, reader: str, parts: list[Any], node: Node, *, ends: bool
) -> None:
    """Add the conditions that read the segments in order; with `ends`, nothing may be left over."""
    body = match.body
    for index, part in enumerate(parts):
        each = segment(body, part, node)
        last = index == len(parts) - 1
        if type(each.value) is str and each.type in {"binary", "utf8"} and each.size is None:
            match.tests.append(f"{reader}.literal({body.unit.constant(each.value)})")
            continue
        if each.type in {"binary", "bits"} and each.size is None and not last:
            raise body.error(node, _UNSIZED)
        item = body.writer.temp()
        call = _reading(match, reader, each)
        match.tests.append(f"({item} := {call}) is not _MISSING")
        value = each.value
        if type(value) is Node and value.args is None:
            match.add(value, item)
        else:
            match.add(value, item)
    if ends:
        match.tests.append(f"not {reader}.left")


def _reading(match: PatternMatch, reader: str, each: BitSegment) -> str:
    size = _size(match, each.size)
    if each.type == "integer":
        total = size if size is not None else "8"
        total = total if each.unit == 1 else f"({total}) * {each.unit}"
        return f"{reader}.integer({total}, {each.signed}, {each.little})"
    if each.type == "float":
        total = size if size is not None else "64"
        return f"{reader}.float({total}, {each.little})"
    if each.type in {"binary", "bits"}:
        if size is None:
            return f"{reader}.rest({each.type == 'bits'})"
        return f"{reader}.binary(({size}) * {each.unit})"
    return f"{reader}.character({each.type!r}, {each.little})"


def _size(match: PatternMatch, size: Any) -> str | None:
    """Return Python code for a segment's size, which may use names bound earlier in the pattern."""
    if size is None:
        return None
    known = constant(size)
    if known is not NOT_CONSTANT:
        return match.body.unit.constant(known)
    outer = match.body.scope
    match.body.scope = dict(outer)
    created = len(match.body.writer.created)
    for name, (path, line) in match.binds.items():
        made = match.body.writer.declare(match.body.scope, name, line, path)
        if not simple(path):
            made.python = f"({path})"
    text = match.body.value(size)
    used = match.body.writer.created[created:]
    del match.body.writer.created[created:]
    match.body.scope = outer
    for variable in used:
        if variable.used:
            match.used.add(variable.name)
    return text


_UNSIZED: Final = (
    "a binary field without size is only allowed at the end of a binary pattern, at the right side "
    "of binary concatenation and and never allowed in binary generators. The following examples are"
    ' invalid:\n\n    rest <> "foo"\n    <<rest::binary, "foo">>\n\nThey are invalid because there '
    'is a bits/bitstring component not at the end. However, the "reverse" would work:\n\n    "foo"'
    ' <> rest\n    <<"foo", rest::binary>>'
)
PATTERNS["<<>>"] = match_bits
