"""What the command line names: files, FILE:LINE, folders, `-` -> documents to read."""

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from kvshell.transcript import library
from kvshell.transcript.document import Document
from kvshell.transcript.grammar import MAX_BYTES, ParseError
from kvshell.transcript.parse import parse

_LINE = re.compile(r"(.+):([1-9]\d{0,8})")
_HAS_BLOCK = re.compile(rb"^[\s>*+\-\d.)]*(?:`{3,}|~{3,}|<!--)\s*kvshell(?:\s|-->|$)", re.MULTILINE)


class TargetError(Exception):
    """A path that cannot be read, or a line that is not there; one sentence."""


class Target(NamedTuple):
    """A document to be read: its path as shown, the file (None: standard input), the last line.

    `searched` is whether a folder was named: then a file without a block is none of ours.
    """

    shown: str
    file: Path | None
    until: int = 0
    searched: bool = False

    def read(self) -> bytes:
        """The bytes, at most one more than a transcript may have."""
        try:
            if self.file is None:
                return sys.stdin.buffer.read(MAX_BYTES + 1)
            with self.file.open("rb") as stream:
                return stream.read(MAX_BYTES + 1)
        except OSError as error:
            raise TargetError(f"cannot read {self.shown}: {error.strerror}") from None

    def parse(self, data: bytes) -> Document:
        """The document. A file that is too long is said to be so, whatever its true size."""
        if self.file is not None and len(data) > MAX_BYTES:
            size = self.file.stat().st_size  # 0 for what is no file: a device
            shown = f"{size:,}" if size > MAX_BYTES else "too many"
            raise ParseError(self.shown, 1, 1, f"{shown} bytes; the limit is {MAX_BYTES:,}")
        document = parse(self.shown, data)
        lines = len(document.source.lines)
        if self.until > lines:
            raise TargetError(f"{self.shown} has {lines} lines, and none is line {self.until}")
        return document

    def is_ours(self, data: bytes) -> bool:
        """Whether to look at it at all: it was named itself, or it holds a block."""
        return not self.searched or _HAS_BLOCK.search(data) is not None


def targets(paths: Iterable[str]) -> list[Target]:
    """Return each document once, in the order given. TargetError for a path that is nothing."""
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
        raise TargetError(f"no such file or folder: {path}")
    shown = path if Path(path).exists() else str(place)
    if place.is_dir():
        if until:
            raise TargetError(f"{path} is a folder: it has no line {until}")
        return [
            Target(str(Path(shown) / file.relative_to(place)), file, searched=True)
            for file in library.documents(place)
        ]
    return [Target(shown, place, until)]


def _existing(path: str) -> Path | None:
    try:
        place = Path(path)
        return place if place.exists() else library.find(path)
    except (OSError, ValueError):  # a name too long, or with a null character
        return None
