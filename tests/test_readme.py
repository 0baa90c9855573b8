"""README is correct: its order, its pictures, its links, its session, its generated parts."""

import importlib
import re
from pathlib import Path

import pytest

from kvshell.command_line.modes import MODES

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "transcripts").rglob("*.md")),
]

ORDER = [
    "# kvshell",
    "![",
    "## Two commands",
    "## A session",
    "## What it is for",
    "## Elixir beside the commands",
    "## Every schedule",
    "## The commands",
    "## The real BEAM",
    "## The folders",
    "## Figures",
    "## What is not done",
]


def test_its_sections_are_in_the_expected_order() -> None:
    places = [TEXT.index(f"\n{heading}") if heading != ORDER[0] else 0 for heading in ORDER]

    assert places == sorted(places)


def test_it_has_at_most_250_lines() -> None:
    assert len(TEXT.splitlines()) <= 250


def test_its_session_is_twelve_lines() -> None:
    session = re.search(r"```kvshell\n(.*?)```", TEXT, re.DOTALL)

    assert session is not None
    assert len(session[1].splitlines()) == 12


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))

    missing = [link for link in links if not (document.parent / link).exists()]

    assert not missing


def test_every_layer_is_on_the_map() -> None:
    folders = {path.parent.name for path in (ROOT / "kvshell").glob("*/__init__.py")}

    assert {folder for folder in folders if f"(kvshell/{folder})" not in TEXT} == set()


def test_what_is_not_done_names_the_missing_modes() -> None:
    section = TEXT[TEXT.index("## What is not done") :]

    missing = {name for name, mode in MODES.items() if not _is_built(mode.target)}

    assert {mode for mode in missing if f"`kvshell {mode}`" not in section} == set()


def _is_built(target: str) -> bool:
    module, function = target.split(":")
    try:
        return hasattr(importlib.import_module(module), function)
    except ModuleNotFoundError:
        return False
