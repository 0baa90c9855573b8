"""The pytest plugin: transcripts below `kvshell_paths` are tests, with one item per `##` step.

All items of a document come from a single run of it, so that `-k` never runs a step without the
steps before it. Every pytest in an environment with kvshell loads this module, so it imports the
rest of the package only when a transcript is collected. Files `*_test.exs` are collected, too.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from kvshell.transcript.format.document import Document
    from kvshell.transcript.match.outcome import Checked, Played


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the setting `kvshell_paths` and the option `--kv-update`."""
    parser.addini("kvshell_paths", "files and folders with kvshell transcripts", type="args")
    group = parser.getgroup("kvshell")
    group.addoption(
        "--kv-update",
        nargs="?",
        const="bare",
        default="",
        choices=("bare", "new", "all"),
        help="rewrite what transcripts expect; new: only where nothing was expected",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "pytest.File | None":
    """Collect a Markdown file with a block or a file of ExUnit tests, if in `kvshell_paths`."""
    if file_path.name.endswith("_test.exs") and _is_wanted(file_path, parent.config):
        from importlib import import_module  # noqa: PLC0415  # `testing` is a higher layer

        tests = import_module("kvshell.testing.pytest_tests")
        found: pytest.File = tests.ExUnitFile.from_parent(parent, path=file_path)
        return found
    if file_path.suffix != ".md" or not _is_wanted(file_path, parent.config):
        return None
    from kvshell.transcript.format.targets import Target  # noqa: PLC0415  # see above

    target = Target(str(file_path), file_path, searched=True)
    if not target.is_ours(target.read()):
        return None
    made: TranscriptFile = TranscriptFile.from_parent(parent, path=file_path)
    return made


def _is_wanted(path: Path, config: pytest.Config) -> bool:
    places = [config.rootpath / given for given in config.getini("kvshell_paths")]
    return any(path == place or place in path.parents for place in places)


class TranscriptFile(pytest.File):
    """A document, which is parsed when collected, and played when the first of its steps runs."""

    document: "Document"
    _played: "Played | None" = None

    def collect(self) -> Iterable["StepItem"]:
        """Yield an item for each step that has commands."""
        from kvshell.transcript.format.document import run_order  # noqa: PLC0415
        from kvshell.transcript.format.grammar import ParseError  # noqa: PLC0415  # see above
        from kvshell.transcript.format.targets import Target  # noqa: PLC0415

        target = Target(self._shown(), self.path)
        try:
            self.document = target.parse(target.read())
        except ParseError as error:
            raise self.CollectError(str(error)) from None
        lines: dict[int, int] = {}
        for block in run_order(self.document):
            if block.entries:
                lines[block.step] = min(block.line, lines.get(block.step, block.line))
        yield from self._items(lines)

    def _items(self, lines: dict[int, int]) -> Iterator["StepItem"]:
        names: dict[str, int] = {}
        for step, line in sorted(lines.items()):
            name = self.document.steps[step].title or self.document.title or self.path.stem
            names[name] = names.get(name, 0) + 1
            shown = name if names[name] == 1 else f"{name} ({names[name]})"
            item: StepItem = StepItem.from_parent(self, name=shown, step=step, line=line)
            yield item

    def _shown(self) -> str:
        try:
            return str(self.path.relative_to(self.config.invocation_params.dir))
        except ValueError:
            return str(self.path)

    def played(self) -> "Played":
        """Play the document; later calls return the same result."""
        if self._played is None:
            update = self.config.getoption("--kv-update")
            self._played = self._updated(update) if update else self._play(self.document)
        return self._played

    def _play(self, document: "Document") -> "Played":
        from kvshell.transcript.replay import play_document  # noqa: PLC0415
        from kvshell.transcript.run.player import Settings  # noqa: PLC0415  # see above

        return play_document(document, Settings(), lambda _: None, ctrl_c=False)

    def _updated(self, update: str) -> "Played":
        import os  # noqa: PLC0415  # see above

        from kvshell.transcript.write.atomic_file import (  # noqa: PLC0415
            NotWrittenError,
            write_file,
        )
        from kvshell.transcript.write.updating import (  # noqa: PLC0415
            NotUpdatedError,
            Rewritten,
            why_not,
        )

        refused = why_not(self.path, update, force=False, environ=os.environ)
        if refused:
            pytest.fail(f"--kv-update: {refused}", pytrace=False)
        rewritten = Rewritten(self.document, self._play)
        try:
            rewritten.rewrite(new_only=update == "new", accept=False, ask=None)
            if rewritten.lines:
                seen = self.document.source.text.encode("utf-8")
                write_file(self.path, rewritten.document.source.text, over=seen)
        except (NotUpdatedError, NotWrittenError) as error:
            pytest.fail(f"--kv-update: {self.path.name} is left as it is: {error}", pytrace=False)
        self.document = rewritten.document
        return rewritten.played


class StepItem(pytest.Item):
    """A step of a document."""

    def __init__(self, *, step: int, line: int, **given: Any) -> None:
        super().__init__(**given)
        self.step = step
        self.line = line

    def runtest(self) -> None:
        """Fail if a command of this step failed; skip if all its commands are skipped."""
        from kvshell.transcript.match.outcome import Status  # noqa: PLC0415  # see above

        mine = [each for each in self._file.played().checked if each.block.step == self.step]
        failing = [
            each for each in mine if each.status in {Status.failed, Status.hung, Status.unreached}
        ]
        if failing:
            raise StepError(failing)
        if all(each.status is Status.skipped for each in mine):
            pytest.skip(mine[0].block.attributes.skip if mine else "nothing ran")

    @property
    def _file(self) -> TranscriptFile:
        assert isinstance(self.parent, TranscriptFile)
        return self.parent

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: Any = None,
    ) -> Any:
        """Return the lines of kvshell's report instead of a Python traceback."""
        if not isinstance(excinfo.value, StepError):
            return super().repr_failure(excinfo, style)
        from kvshell.transcript.report.failures import failure_lines  # noqa: PLC0415  # see above

        lines: list[str] = []
        for each in excinfo.value.failing:
            if each.failure is None:
                lines.append(f"{self._file.document.path}:{each.line}: not reached")
            else:
                lines += failure_lines(self._file.document, each)
        return "\n".join(lines)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the path, the line and the name of the step."""
        return self.path, self.line - 1, self.name


class StepError(Exception):
    """A step failed; `failing` holds the commands that failed."""

    def __init__(self, failing: "list[Checked]") -> None:
        super().__init__(f"{len(failing)} commands failed")
        self.failing = failing
