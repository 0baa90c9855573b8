"""A suite: test files and their project, compiled into one runtime and run."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from kvshell.elixir.compile.writing.environment import CompileWarning
from kvshell.elixir.exunit import capturing, cases, settings, templates
from kvshell.elixir.exunit.cases import ElixirTest, tests_of
from kvshell.elixir.exunit.running import CaseResult, TestResult, run_case
from kvshell.elixir.library.system import files
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.elixir.modules.record import ModuleRecord
from kvshell.elixir.project import (
    CompileFailure,
    Project,
    compile_file,
    compile_files,
    configure_at_start,
    configure_project,
    read_project,
    root_of,
    start_application,
    unknown_application,
)
from kvshell.runtime import Exit, Runtime
from kvshell.runtime.processes.exits import Thrown
from kvshell.terms import A, ElixirError, List, Term, inspect
from kvshell.testing.order import ordered
from kvshell.testing.selection import TagFilter, TestTarget, as_text, at_lines

# Importing these registers the macros and functions that test files may use.
KNOWN = (cases, settings, capturing, templates)


class TestCase(NamedTuple):
    """A test module: its file, and its tests in the order they run."""

    record: ModuleRecord
    file: str
    tests: tuple[ElixirTest, ...]
    excluded: frozenset[str]  # names of the excluded tests

    @property
    def chosen(self) -> list[ElixirTest]:
        """Return the tests to run."""
        return [test for test in self.tests if test.name not in self.excluded]


DEFAULT_TIMEOUT_MS: Final = 60_000


class Choice(NamedTuple):
    """Which tests to run, and in which order."""

    only: tuple[TagFilter, ...] = ()
    exclude: tuple[TagFilter, ...] = ()
    include: tuple[TagFilter, ...] = ()
    seed: int | None = None  # None: the configured one, or else 0
    timeout_ms: int | None = DEFAULT_TIMEOUT_MS


Warn = Callable[[str, CompileWarning], None]


class TestSuite:
    """Test files and the projects they belong to, compiled; `run` runs the tests."""

    def __init__(
        self, targets: Sequence[TestTarget], choice: Choice, *, free: bool = False
    ) -> None:
        self.targets = targets
        self.choice = choice
        self.code = ElixirCode()
        self.projects: list[Project] = []
        self.seed = 0
        self.cases: list[TestCase] = []
        self.sources: dict[str, list[str]] = {}
        self.runtime = Runtime("free" if free else "controlled")
        self.runtime.code = self.code
        files.read_with(self.runtime, below_here)

    def load(
        self,
        warn: Warn = lambda _file, _warning: None,
        notify: Callable[[str], None] = lambda _text: None,
    ) -> None:
        """Compile the projects and the test files, and start the projects' applications.

        `notify` gets what mix prints about the configuration. Runs in the process that entered the
        runtime.

        Raises:
            CompileFailure: a file does not compile.
        """
        for target in self.targets:
            root = root_of(target.path)
            if root is not None and all(project.root != root for project in self.projects):
                self._load_project(root, warn, notify)
        found = [(target, self._load_tests(target, warn)) for target in self.targets]
        self._configure(settings.configuration())
        for target, records in found:
            file = _shown(target.path, root_of(target.path) or Path.cwd())
            self.cases += [self._case(each, file, tests_of(each), target) for each in records]

    def _load_project(self, root: Path, warn: Warn, notify: Callable[[str], None]) -> None:
        try:
            project = read_project(root, testing=True)
        except ElixirError as error:
            raise CompileFailure(root / "mix.exs", error) from error
        self.projects.append(project)
        unknown = configure_project(self.code, project)
        made = compile_files(
            self.code,
            project.sources,
            root,
            lambda path, warning: warn(_shown(path, root), warning),
        )
        project.application.modules = made
        for application in [*configure_at_start(self.code, project), *unknown]:
            notify(unknown_application(application))
        self.start_applications()
        for folder in project.test_paths:
            helper = root / folder / "test_helper.exs"
            if helper.is_file():
                self._compile(helper, root, warn)

    def _configure(self, given: dict[str, Term]) -> None:
        """Apply the options of `ExUnit.start` and `configure`; the command line overrides them."""
        seed: Any = given.get("seed", 0) if self.choice.seed is None else self.choice.seed
        self.seed = seed if type(seed) is int else 0
        filters = {name: _filters(given.get(name)) for name in ("exclude", "include")}
        timeout: Any = given.get("timeout", DEFAULT_TIMEOUT_MS)
        choice = self.choice
        self.choice = choice._replace(
            exclude=(*choice.exclude, *filters["exclude"]),
            include=(*choice.include, *filters["include"]),
            timeout_ms=(None if timeout is A.infinity else timeout)
            if choice.timeout_ms == DEFAULT_TIMEOUT_MS
            else choice.timeout_ms,
        )

    def start_applications(self) -> None:
        """Start the projects' applications in the current runtime."""
        for project in self.projects:
            try:
                start_application(self.code, project)
            except ElixirError as error:
                raise CompileFailure(project.root / "mix.exs", error) from error

    def _load_tests(self, target: TestTarget, warn: Warn) -> list[ModuleRecord]:
        """Compile a test file; return its test modules."""
        root = root_of(target.path) or Path.cwd()
        before = set(self.code.modules)
        self._compile(target.path, root, warn)
        file = _shown(target.path, root)
        self.sources[file] = target.path.read_text(encoding="utf-8").split("\n")
        return [
            record
            for module, record in self.code.modules.items()
            if module not in before and "case" in record.data and "template" not in record.data
        ]

    def _case(
        self, record: ModuleRecord, file: str, tests: list[ElixirTest], target: TestTarget
    ) -> TestCase:
        lines = at_lines(tests, target.lines)
        chosen = bool(target.lines or self.choice.only)
        excluded = {test.name for test in tests if not self._is_chosen(test, lines, chosen)}
        return TestCase(record, file, tuple(ordered(tests, self.seed)), frozenset(excluded))

    def _is_chosen(self, test: ElixirTest, lines: set[int], chosen: bool) -> bool:
        choice = self.choice
        if test.line in lines or any(each.fits(test) for each in (*choice.only, *choice.include)):
            return True
        return not chosen and not any(each.fits(test) for each in choice.exclude)

    def _compile(self, path: Path, root: Path, warn: Warn) -> None:
        warnings: list[CompileWarning] = []
        try:
            compile_file(self.code, path, root, warnings)
        except (ElixirError, Thrown, Exit) as error:
            raise CompileFailure(Path(_shown(path, root)), error) from error
        for each in warnings:
            warn(_shown(path, root), each)

    def run(
        self,
        began: Callable[[TestCase], None],
        on_result: Callable[[TestCase, TestResult], None],
        ended: Callable[[TestCase, CaseResult], None],
    ) -> None:
        """Run the tests of every module; call `on_result` after each test.

        `began` and `ended` are called before and after a module. Runs in the process of `load`.
        """
        for case in self.cases:
            began(case)
            result = run_case(
                case.record,
                case.chosen,
                timeout=self.choice.timeout_ms,
                seed=self.seed,
                on_result=lambda found, case=case: on_result(case, found),  # type: ignore[misc]
            )
            ended(case, result)


def below_here(path: str) -> Path | None:
    """Return the file at `path` if tests may read it: only files below this folder."""
    found = Path(path).resolve()
    return found if found.is_relative_to(Path.cwd()) else None


def _filters(given: Term) -> list[TagFilter]:
    """Return the filters of an option such as `exclude: [:slow, os: "mac"]`."""
    items: Any = given.items if type(given) is List else ()
    return [
        TagFilter(each[0].name, as_text(each[1]), inspect(each[1]))
        if type(each) is tuple
        else TagFilter(each.name)
        for each in items
    ]


def _shown(path: Path, root: Path) -> str:
    full = path.resolve()
    return full.relative_to(root).as_posix() if full.is_relative_to(root) else os.fspath(path)
