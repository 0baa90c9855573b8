"""Test selection: which files, which lines and which tags."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from kvshell.elixir.exunit.cases import ElixirTest
from kvshell.elixir.project import CompileFailure, files_below, read_project, root_of
from kvshell.otp.code_loading import NO_SUCH
from kvshell.terms import Atom, ElixirError, Term, atom, inspect

_WITH_LINES = re.compile(r"(?P<path>.+?)(?P<lines>(?::\d+)+)$")
_ALTERNATIVES = re.compile(r"\{([^{}]*)\}")
_USUAL = "*_test.exs"


class UsageError(Exception):
    """The requested files or tags do not exist, or the arguments are malformed."""


class TestTarget(NamedTuple):
    """A test file, and the requested lines."""

    path: Path
    lines: frozenset[int] = frozenset()


class TagFilter(NamedTuple):
    """A tag to select tests by: `name` or `name:value` of `--only`, `--include` and `--exclude`."""

    name: str
    value: str | None = None
    written: str = ""  # the value from the project's settings, as a term

    @property
    def shown(self) -> str:
        """The filter as mix prints it."""
        if self.value is None:
            return inspect(Atom(self.name))
        return f"{self.name}: {self.written or inspect(self.value)}"

    def fits(self, test: ElixirTest) -> bool:
        """Whether a test has the tag, with this value if one is given."""
        value = _tags(test).get(self.name, _MISSING)
        if value is _MISSING or (self.value is None and value in (None, False)):
            return False
        return self.value is None or as_text(value) == self.value


_MISSING: Term = object()


def _tags(test: ElixirTest) -> dict[str, Term]:
    own = {"line": test.line, "test": test.name, "describe": test.describe}
    tags = {key.name: value for key, value in test.tags.items() if isinstance(key, Atom)}
    return {"module": test.module, **own, **tags}


def as_text(value: Term) -> str:
    """Return the value of a tag as users write it after `name:`."""
    return value if isinstance(value, str) else inspect(value).removeprefix(":")


def tag_filter(text: str) -> TagFilter:
    """Parse `name` or `name:value`."""
    name, colon, value = text.partition(":")
    assert atom(name) is not None or name
    return TagFilter(name, value if colon else None)


def targets(paths: Sequence[str]) -> list[TestTarget]:
    """Return the test files for the paths: files, `FILE:LINE`, folders.

    In a project, mix.exs says which folders hold tests, and how test files are called.

    Raises:
        UsageError: a path does not exist or contains no test file.
        CompileFailure: mix.exs does not parse, or requires what this shell does not support.
    """
    if not paths and not Path("mix.exs").is_file() and not Path("test").is_dir():
        raise UsageError("this folder has no mix.exs and no folder test: name a file or a folder")
    found: list[TestTarget] = []
    for given in paths or ["." if Path("mix.exs").is_file() else "test"]:
        path, lines = Path(given), frozenset[int]()
        if not path.exists() and (match := _WITH_LINES.match(given)):
            path = Path(match["path"])
            lines = frozenset(map(int, match["lines"][1:].split(":")))
        if path.is_dir():
            files, pattern = _test_files(path)
            if not files:
                raise UsageError(f"{given}: there is no file {pattern} in this folder")
            found += [TestTarget(file) for file in files]
        elif path.is_file():
            found.append(TestTarget(path, lines))
        else:
            raise UsageError(NO_SUCH.format(path=given))
    return found


def _test_files(folder: Path) -> tuple[list[Path], str]:
    """Return the test files of a folder, and the pattern of their names."""
    root = root_of(folder)
    if root is None:
        return list(files_below(folder, _USUAL)), _USUAL
    try:
        project = read_project(root, testing=True)
    except ElixirError as error:
        raise CompileFailure(root / "mix.exs", error) from error
    folders = [folder]
    if root == folder.resolve():
        folders = [folder / each for each in project.test_paths]
    names = alternatives(project.test_pattern)
    files = {file for each in folders for name in names for file in files_below(each, name)}
    return sorted(files), project.test_pattern


def alternatives(pattern: str) -> list[str]:
    """Return plain patterns for a pattern with alternatives, such as `*_{test,check}.exs`."""
    found = _ALTERNATIVES.search(pattern)
    if found is None:
        return [pattern]
    head, tail = pattern[: found.start()], pattern[found.end() :]
    return [each for part in found[1].split(",") for each in alternatives(head + part + tail)]


def at_lines(tests: Sequence[ElixirTest], lines: Iterable[int]) -> set[int]:
    """Return the lines of the tests of a module that `FILE:LINE` selects.

    As in mix, these are the tests of the `describe` block that begins at the line, otherwise the
    test at the line, or the nearest before it.
    """
    chosen = set[int]()
    for line in lines:
        described = {test.line for test in tests if test.describe_line == line}
        before = [test.line for test in tests if test.line <= line]
        chosen |= described or set(before and [max(before)])
    return chosen
