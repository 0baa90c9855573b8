"""Our parser's results in the format of judge.exs, so that both can be compared line by line."""

import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from kvshell.elixir.syntax.nodes import Charlist, Node, Quoted
from kvshell.elixir.syntax.parser import parse
from kvshell.terms import A, Atom, ElixirError, format_banner, inspect


def shown(text: str) -> str:
    """Return the line that judge.exs would print for `text`."""
    try:
        quoted = parse(text)
    except ElixirError as error:
        return "error " + inspect(format_banner(A.error, error), limit=None)
    return "ok " + _show(quoted).replace("\n", "\\n")


def _show(node: Quoted) -> str:
    match node:
        case Node(head="__block__", args=list(args)) if len(args) == 1:
            return _show(args[0])
        case Node(head="__block__", args=list(args)):
            return f"{{__block__ {_all(args)}}}"
        case Node(head=head, args=args):
            inside = "nil" if args is None else f"[{_all(args)}]"
            name = head if type(head) is str else _show(head)
            return f"{{{name} {node.line}:{node.column} {inside}}}"
        case tuple():
            first, second = node
            return f"({_show(first)} {_show(second)})"
        case Charlist() if node:
            return "c" + repr(list(node))
        case list():
            if node and all(type(item) is int for item in node):
                return "c" + repr(node)
            return f"[{_all(node)}]"
        case str():
            return f"<{node.encode().hex().upper()}>"
        case bytes():
            return f"<{node.hex().upper()}>"
        case Atom(name=name):
            return ":" + name
        case None | True | False:
            return ":" + {None: "nil", True: "true", False: "false"}[node]
        case _:
            return inspect(node)


def _all(items: list[Any]) -> str:
    return " ".join(map(_show, items))


HERE = Path(__file__).parent
PARSED = HERE / "parsed.txt"


def stored() -> dict[str, str]:
    """Return the snippets of parsed.txt, each with Elixir's parse."""
    lines = PARSED.read_text(encoding="utf-8").splitlines()
    return dict(zip(map(_unescaped, lines[::2]), lines[1::2], strict=True))


def written() -> dict[str, str]:
    """Return the snippets of written.txt, each with what `Macro.to_string` writes for it."""
    lines = (HERE / "written.txt").read_text(encoding="utf-8").splitlines()
    texts = list(map(_unescaped, lines))
    return dict(zip(texts[::2], texts[1::2], strict=True))


def store(answers: dict[str, str]) -> None:
    """Write the snippets and their answers to parsed.txt."""
    lines = [f"{_escaped(snippet)}\n{line}\n" for snippet, line in answers.items()]
    PARSED.write_text("".join(lines), encoding="utf-8")


def asked(snippets: list[str]) -> list[str]:
    """Have the installed Elixir parse each snippet; return the results."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "snippets"
        path.write_text("\0".join(snippets), encoding="utf-8")
        command = ["elixir", str(HERE / "judge.exs"), str(path)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.split("\n")[:-1]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)
