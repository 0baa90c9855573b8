"""Collects every message to the user that must be translated."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import kvshell
from kvshell.commands.arguments import ROLES
from kvshell.commands.assist.hints import RULES
from kvshell.commands.assist.keys import KEYS
from kvshell.commands.assist.topics import DESIGNS_DIFFER, ELIXIR, ENGINES, TOPICS, WORDS
from kvshell.commands.language.russian import catalogue
from kvshell.commands.table import COMMANDS, GROUPS
from kvshell.commands.table.row import Command
from kvshell.commands.types.simple_types import DESIGNS, ChoiceType
from kvshell.learn.walk.learner_commands import WORDS as LEARNERS_WORDS

PACKAGE = Path(kvshell.__file__).parent
RUSSIAN = catalogue.messages()
SPEAKERS = {"Message", "texts", "_texts", "_pairs", "many", "NoLessonError", "ProgressError"}
KINDS = {"command", "store", "process", "binding", "module", "Elixir function"}
ROOMS = ("commands", "session", "explore", "learn", "shell", "engines")


def one_line(text: str) -> str:
    return " ".join(text.split())


def of_the_table(command: Command) -> Iterator[str]:
    answers = command.answers
    yield command.summary
    yield from command.doc.strip().split("\n\n")
    yield from (param.description for param in command.params)
    yield from answers.values() if isinstance(answers, dict) else (answers,)
    yield from (example.note for example in command.examples)
    for param in command.params:
        if isinstance(param.kind, ChoiceType):
            yield from param.kind.words.values()


def of_help() -> Iterator[str]:
    for command in COMMANDS:
        yield from of_the_table(command)
    yield from (text for group in GROUPS for text in (group.title, group.about))
    yield from (topic.about for topic in TOPICS.values())
    yield from (says for _, says in (*WORDS, *ELIXIR, *ENGINES))
    yield from (label for label, _ in (*ELIXIR, *ENGINES))
    yield from (*DESIGNS.values(), *ROLES.values(), *(key.does for key in KEYS))
    yield from DESIGNS_DIFFER.split("\n\n")


@cache
def nodes() -> tuple[tuple[str, ast.AST], ...]:
    """Return every syntax node that may contain a message, with the name of its folder."""
    return tuple(
        (room, node)
        for room in ROOMS
        for path in sorted((PACKAGE / room).rglob("*.py"))
        if "russian" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def in_the_code() -> Iterator[str]:
    """Yield every sentence that the code passes to the catalogue as a literal."""
    for room, node in nodes():
        if isinstance(node, ast.Call) and node.args:
            called = node.func
            name = getattr(called, "attr", None) or getattr(called, "id", "")
            if name in SPEAKERS or (name == "_note" and room == "learn"):
                yield from constants(node.args[0])


def constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*constants(node.body), *constants(node.orelse))


@cache
def narration() -> set[str]:
    found = {*map(one_line, of_help())}
    found |= {*in_the_code(), *(rule.sentence for rule in RULES), *LEARNERS_WORDS.values(), *KINDS}
    return {text for text in found if re.search(r"[A-Za-z]{2}", re.sub(r"\{\w*[^}]*\}", "", text))}


def without_russian() -> list[str]:
    """Return the sentences that have no Russian translation."""
    return sorted(narration() - set(RUSSIAN))


def with_russian_left_over() -> list[str]:
    """Return the sentences in the catalogue that are no longer used."""
    written = {
        node.value
        for _, node in nodes()
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return sorted(set(RUSSIAN) - narration() - written)
