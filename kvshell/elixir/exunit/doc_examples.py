"""Finds the examples in a documentation text: `iex>` lines and their expected values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from kvshell.terms import ElixirError, exception, inspect

_PROMPTS: Final = ("iex>", "iex(")
_MORE: Final = ("...>", "...(")
_FENCES: Final = ("```", "~~~")


@dataclass
class DocExample:
    """One expression and the expected value below it, "" if there is none.

    `typed` is the expression with its prompts, without their numbers.
    """

    source: str
    answer: str
    typed: str


@dataclass
class DocTest:
    """Consecutive examples without an empty line in between; they share their bindings."""

    line: int
    examples: list[DocExample] = field(default_factory=list)


def doc_tests(doc: str, line: int, file: str) -> list[DocTest]:
    """Return the tests in a documentation text; `line` is the line of its `@doc`.

    Raises:
        ElixirError: a line is indented less than its prompt, or a prompt is not closed.
    """
    reader = _ExampleReader(file)
    for text, number in _lines_at_prompts(doc.replace("\r\n", "\n").split("\n"), line + 1, file):
        reader.take(reader.without_number(text, number), number)
    reader.close()
    return reader.tests


def doc_error(message: str, file: str, line: int | None = None) -> ElixirError:
    """Return an ExUnit.DocTest.Error."""
    place = file if line is None else f"{file}:{line}"
    return ElixirError(exception("ExUnit.DocTest.Error", message=f"{place}: {message}"))


def _lines_at_prompts(lines: list[str], number: int, file: str) -> list[tuple[str, int]]:
    """Return the lines from each prompt to the next empty line, without indentation."""
    found: list[tuple[str, int]] = []
    indent, inside, strict = 0, False, False
    for number, line in enumerate(lines, number):  # noqa: B020, PLR1704  # counts from `number` on
        bare = line.lstrip()
        if bare.startswith(_PROMPTS) and not strict:
            if not inside:
                indent = line.index("iex")
            inside = strict = True
        elif not inside:
            continue
        text = line[indent:]
        if strict and bare not in {"", text}:
            raise doc_error(_misplaced(line, indent), file, number)
        found.append((text, number))
        if strict:
            strict = text.startswith((*_PROMPTS, *_MORE))
        elif not text:
            inside = False
    return found


def _misplaced(line: str, indent: int) -> str:
    spaces = f"{indent} space" + ("" if indent == 1 else "s")
    return (
        f"indentation level mismatch on doctest line: {inspect(line)}\n\nIf you are planning to "
        "assert on the result of an `iex>` expression, make sure the result is indented at the "
        f"beginning of `iex>`, which in this case is exactly {spaces}.\n\nIf instead you have an "
        "`iex>` expression that spans over multiple lines, please make sure that each line after "
        "the first one begins with `...>`.\n"
    )


class _ExampleReader:
    """Collects lines into examples, and examples into tests."""

    def __init__(self, file: str) -> None:
        self.tests: list[DocTest] = []
        self._file = file
        self._source: list[str] = []
        self._typed: list[str] = []
        self._answer: list[str] = []
        self._begins = True  # whether the next prompt starts a new test

    def without_number(self, text: str, number: int) -> str:
        """Return a line without the number in its prompt: `iex(1)> x` becomes `iex> x`."""
        if not text.startswith(("iex(", "...(")):
            return text
        _numbered, closed, rest = text.partition(")>")
        if not closed:
            accepted = "Accepted formats are: iex>, iex(1)>, ...>, ...(1)>}"
            message = f"unknown IEx prompt: {inspect(text)}.\n{accepted}"
            raise doc_error(message, self._file, number)
        return f"{text[:3]}>{rest}"

    def take(self, text: str, number: int) -> None:
        """Add the next line."""
        if text.startswith("iex>"):
            if self._source and self._answer:
                self.close()
            if not self._source and self._begins:
                self.tests.append(DocTest(number))
                self._begins = False
            self._prompt(text)
        elif text.startswith("...>") and self._source:
            self._prompt(text)
        elif not self._source:
            self._begins = True
        elif not text or text[:3] in _FENCES:
            self.close()
            self._begins = True
        else:
            self._answer.append(text)

    def _prompt(self, text: str) -> None:
        self._source.append(text[4:])
        self._typed.append(text)

    def close(self) -> None:
        """Finish the current example, if there is one."""
        if self._source:
            parts: Any = (self._source, self._answer, self._typed)
            self.tests[-1].examples.append(DocExample(*map("\n".join, parts)))
        self._source, self._answer, self._typed = [], [], []
