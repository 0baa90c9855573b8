"""The package and the repository contain what users rely on."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import kvshell

ROOT = Path(__file__).resolve().parent.parent
START = "python3 -m venv .venv && .venv/bin/pip install -q -e . && .venv/bin/kvshell"
TEST = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest"


def _pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _libraries_the_suite_imports() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("*.py"):
        if "benchmarks" in path.parts:
            continue  # they need the dev extra
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add((node.module or "").split(".")[0])
    return found - set(sys.stdlib_module_names) - {"kvshell", "tests"}


def test_the_readme_has_exactly_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [line for line in readme.splitlines() if line.startswith("python3 -m venv")]

    assert lines == [START, TEST]


def test_ci_runs_the_commands_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert "README.md" in script
    assert TEST not in script


def test_ci_is_an_executable_bash_script() -> None:
    path = ROOT / ".ci" / "run"

    checked = subprocess.run(["bash", "-n", str(path)], check=False)

    assert checked.returncode == 0
    assert os.access(path, os.X_OK)


def test_the_changelog_has_an_entry_for_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert f"## {kvshell.__version__}" in changelog


def test_the_licence_is_complete() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    assert len(licence.splitlines()) > 190


def test_the_wheel_ships_types_and_transcripts() -> None:
    wheel = _pyproject()["tool"]["hatch"]["build"]["targets"]["wheel"]

    assert wheel["packages"] == ["kvshell"]
    assert wheel["force-include"] == {"transcripts": "kvshell/transcripts"}
    assert (ROOT / "kvshell" / "py.typed").is_file()
    assert list((ROOT / "transcripts" / "articles").glob("*.md"))
    assert (ROOT / "transcripts" / "races" / "bogus-barrier.md").is_file()


@pytest.mark.slow
def test_the_test_extra_holds_everything_the_suite_imports() -> None:
    project = _pyproject()["project"]
    specs = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    declared = {re.split(r"[<>=]", spec)[0].replace("-", "_") for spec in specs}
    module_names = {"rpds": "rpds_py", "markdown_it": "markdown_it_py", "_pytest": "pytest"}

    imported = {module_names.get(name, name) for name in _libraries_the_suite_imports()}

    assert imported <= declared


def test_the_command_is_the_cli_of_the_package() -> None:
    assert _pyproject()["project"]["scripts"] == {"kvshell": "kvshell.cli:main"}
