"""The inputs of real iex sessions and the tutorials' code, if the oracle is installed."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_BESIDE = Path(__file__).resolve().parents[2].parent / ("share" + "d") / "oracle"
ORACLE = Path(os.environ.get("KVSHELL_ORACLE", _BESIDE))
_PROMPT = re.compile(r"(?:\w+@\w+|iex|\.\.\.)\((\d+)\)> ?(.*)")


def snippets() -> list[str]:
    """Return every input, module and test file; none without the oracle."""
    found = [*_typed(), *_files(), *_semantics(), *_tests()]
    return list(dict.fromkeys(found))


def _typed() -> Iterator[str]:
    for path in sorted(ORACLE.glob("captures/*.json")):
        for case in json.loads(path.read_text(encoding="utf-8")):
            current: list[str] = []
            for line in case["body"].split("\n"):
                prompt = _PROMPT.match(line)
                if current and not (prompt and line.startswith("...")):
                    yield "\n".join(current)
                    current = []
                if prompt:
                    current.append(prompt[2])
            if current:
                yield "\n".join(current)


def _files() -> Iterator[str]:
    for path in sorted(ORACLE.glob("projects/**/*.ex*")):
        yield path.read_text(encoding="utf-8")
    for path in sorted(ORACLE.parent.glob("tutorials/*.md")):
        yield from re.findall(r"```elixir\n(.*?)```", path.read_text(encoding="utf-8"), re.S)


def _semantics() -> Iterator[str]:
    path = ORACLE.parent / "elixir" / "semantics.json"
    if path.exists():
        for item in json.loads(path.read_text(encoding="utf-8")):
            yield from (step["in"] for step in item["steps"])


def _tests() -> Iterator[str]:
    path = ORACLE.parent / "elixir" / "exunit.json"
    if path.exists():
        yield from (text for text in _texts(json.loads(path.read_text())) if "defmodule" in text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
