"""Our own documents: generated pages are current, and `check` reports nothing for any."""

from pathlib import Path

import pytest

from kvshell.transcript.format.parser import parse
from kvshell.transcript.lint import warnings

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "transcripts").rglob("*.md"))]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_check_finds_nothing_in_our_documents(path: Path) -> None:
    found = warnings(parse(path.name, path.read_bytes()))

    assert [f"{each.line}: {each.message}" for each in found] == []
