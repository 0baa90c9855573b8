"""Our own documents: the pages that are generated, and what `check` says of all."""

from pathlib import Path

import pytest

from kvshell.transcript.check import warnings
from kvshell.transcript.parse import parse
from tests import reference

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "transcripts").rglob("*.md"))]


def test_the_reference_is_what_the_command_table_says() -> None:
    on_disk = {
        path.name: path.read_text(encoding="utf-8") for path in reference.FOLDER.glob("*.md")
    }

    assert on_disk == reference.pages(), "run python -m tests.reference"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_check_has_nothing_to_say_of_our_documents(path: Path) -> None:
    found = warnings(parse(path.name, path.read_bytes()))

    assert [f"{each.line}: {each.message}" for each in found] == []
