"""Finds the documents that a command line names: paths, and the bundled transcripts.

The bundled transcripts are next to the package in a checkout, and inside it in a wheel.
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Final, NamedTuple

from kvshell.commands.nearest import nearest
from kvshell.otp.code_loading import NO_SUCH, unreadable
from kvshell.transcript.format.document import Document
from kvshell.transcript.format.grammar import MAX_BYTES, ParseError
from kvshell.transcript.format.parser import parse

_INSIDE = "transcripts"


def root() -> Path | None:
    """Return the folder of the bundled transcripts, or None if they are not installed."""
    package = Path(__file__).resolve().parent.parent.parent
    for folder in (package / _INSIDE, package.parent / _INSIDE):
        if folder.is_dir():
            return folder
    return None


def bundled_path(name: str) -> Path | None:
    """Return the path of a bundled file or folder: `articles`, `articles/ets.md` or `ets`."""
    folder = root()
    if folder is None or not name.strip("/"):
        return None
    inside = name.removeprefix("./").removeprefix(f"{_INSIDE}/") if name != _INSIDE else "."
    for spelled in (inside, f"{inside}.md"):
        place = folder / spelled
        if ".." not in Path(spelled).parts and not Path(spelled).is_absolute() and place.exists():
            return place
    if "/" in inside:
        return None
    named = [path for path in documents(folder) if inside in {path.name, path.stem}]
    return named[0] if len(named) == 1 else None


def documents(folder: Path) -> list[Path]:
    """Return all Markdown files below a folder, sorted, without hidden and dependency folders."""
    return sorted(
        path
        for path in folder.rglob("*.md")
        if path.is_file() and not _is_foreign(path.relative_to(folder))
    )


def _is_foreign(path: Path) -> bool:
    return any(part.startswith(".") or part == "node_modules" for part in path.parts)


_LINE = re.compile(r"(.+):([1-9]\d{0,8})")
# Also matches a malformed block, so that `check` reports it.
_HAS_BLOCK = re.compile(
    rb"(?:`{3,}|~{3,})[^\n]{0,80}kv|<!--\s*kvshell(?:\s|-->|$)|^elixir:\s*run\b", re.I | re.M
)


class TargetError(Exception):
    """A path that cannot be read, or a line that does not exist; the message is one sentence."""


class Target(NamedTuple):
    """A document to read: the path as shown, the file (None: standard input), and the last line.

    `searched` means that the file was found in a folder; then it is ignored if it has no block.
    """

    shown: str
    file: Path | None
    until: int = 0
    searched: bool = False

    def read(self) -> bytes:
        """Return the content, with at most one byte more than a transcript may have."""
        try:
            if self.file is None:
                return sys.stdin.buffer.read(MAX_BYTES + 1)
            with self.file.open("rb") as stream:
                return stream.read(MAX_BYTES + 1)
        except OSError as error:
            raise TargetError(unreadable(self.shown, error)) from None

    def parse(self, data: bytes, *, elixir: bool = False) -> Document:
        """Parse the content; if the file is too long, the error names its real size.

        With `elixir`, blocks of Elixir run, whatever the front matter says.
        """
        if self.file is not None and len(data) > MAX_BYTES:
            size = self.file.stat().st_size  # 0 for a device
            shown = f"{size:,}" if size > MAX_BYTES else "too many"
            raise ParseError(self.shown, 1, 1, f"{shown} bytes; the limit is {MAX_BYTES:,}")
        document = parse(self.shown, data, elixir=elixir)
        lines = len(document.source.lines)
        if self.until > lines:
            raise TargetError(f"{self.shown} has {lines} lines, and none is line {self.until}")
        return document

    def is_ours(self, data: bytes) -> bool:
        """Whether to process the document: it was named explicitly, or it has a block."""
        return not self.searched or _HAS_BLOCK.search(data) is not None


def targets(paths: Iterable[str]) -> list[Target]:
    """Return the documents that the paths name, each once; TargetError if a path does not exist."""
    found: dict[tuple[str, int], Target] = {}
    for path in paths:
        for target in _expanded(path):
            file = target.file
            key = (str(file.resolve()) if file is not None else "-", target.until)
            found.setdefault(key, target)
    return list(found.values())


def _expanded(path: str) -> list[Target]:
    if path == "-":
        return [Target("-", None)]
    place, until = _existing(path), 0
    line = _LINE.fullmatch(path)
    if place is None and line is not None:
        place, until = _existing(line[1]), int(line[2])
        path = line[1]
    if place is None:
        raise TargetError(NO_SUCH.format(path=path) + _bundled_instead(path))
    shown = path if Path(path).exists() else str(place)
    if place.is_dir():
        if until:
            raise TargetError(f"{path} is a folder: it has no line {until}")
        return [
            Target(str(Path(shown) / file.relative_to(place)), file, searched=True)
            for file in documents(place)
        ]
    return [Target(shown, place, until)]


def _bundled_instead(path: str) -> str:
    """Return the end of the message for a missing path: bundled documents with a similar name.

    Otherwise, if it is in a bundled folder, some documents of that folder; else "".
    """
    folder = root()
    if folder is None:
        return ""
    named = [_name(folder, file) for file in documents(folder)]
    wanted = path.removeprefix("./").removesuffix(".md")
    near = nearest(wanted, named) if "/" in wanted else None
    if near is not None:
        return f"; did you mean {near}, which comes with kvshell?"
    beside = [name for name in named if PurePath(name).parent == PurePath(wanted).parent != _TOP]
    more = f" and {len(beside) - _SOME} more" if len(beside) > _SOME else ""
    return f"; kvshell comes with {', '.join(beside[:_SOME])}{more}" if beside else ""


_TOP: Final = PurePath()
_SOME: Final = 3


def _name(folder: Path, file: Path) -> str:
    """Return the name by which a bundled document is found, such as `races/cast`."""
    return file.relative_to(folder).with_suffix("").as_posix()


def _existing(path: str) -> Path | None:
    try:
        place = Path(path)
        return place if place.exists() else bundled_path(path)
    except (OSError, ValueError):  # the name is too long, or contains a null character
        return None
