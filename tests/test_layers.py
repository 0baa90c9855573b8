"""The architecture, asserted: who may import whom, and what no tracked file may name."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "kvshell"

# Imports go strictly to smaller numbers; two folders of one number never import each other.
LAYERS = {
    "terms": 0,
    "runtime": 1,
    "otp": 2,
    "systems": 3,
    "commands": 4,
    "elixir": 4,
    "session": 5,
    "views": 6,
    "transcript": 7,
    "bench": 7,
    "explore": 8,
    "learn": 8,
    "shell": 9,
    "batch": 9,
    "cli": 10,
    "__main__": 11,
}
VIEWS = LAYERS["views"]

# Everything a tracked file must not name, in pieces so that this file does not name it either.
WORKPLACE = ["/" + "work/", "share" + "d/", ".libr" + "ary"]


def _modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "transcripts" not in path.parts)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _layer(path: Path) -> str:
    """The folder below kvshell/ that the module is in; for a module on top its own name."""
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


@cache
def _imports(path: Path) -> tuple[tuple[str, int], ...]:
    """Absolute dotted names that the module imports anywhere, with their lines."""
    return tuple(_walk(path))


def _walk(path: Path) -> Iterator[tuple[str, int]]:
    package = list(path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*start, *(node.module.split(".") if node.module else [])])
            yield module, node.lineno
            if module == "kvshell":  # `from kvshell import terms` names a layer, too
                yield from ((f"kvshell.{alias.name}", node.lineno) for alias in node.names)


def _importers(top_level: set[str]) -> dict[str, str]:
    """Path of each module that imports one of these -> its layer."""
    return {
        _name(path): _layer(path)
        for path in _modules()
        if any(name.split(".")[0] in top_level for name, _ in _imports(path))
    }


def test_every_folder_has_a_layer() -> None:
    folders = {_layer(path) for path in _modules()} - {"__init__"}

    assert folders <= set(LAYERS)


def test_imports_go_to_smaller_numbers_only() -> None:
    wrong = []
    for path in _modules():
        mine = _layer(path)
        for name, line in _imports(path):
            parts = name.split(".")
            theirs = parts[1] if parts[0] == "kvshell" and len(parts) > 1 else mine
            if theirs in LAYERS and theirs != mine and LAYERS[theirs] >= LAYERS.get(mine, 0):
                wrong.append(f"{_name(path)}:{line} imports {name}")

    assert not wrong, "\n".join(wrong)


def test_only_the_runtime_imports_threading() -> None:
    importers = _importers({"threading", "_thread", "multiprocessing", "concurrent"})

    assert set(importers.values()) <= {"runtime"}, importers


def test_only_the_shell_imports_prompt_toolkit() -> None:
    importers = _importers({"prompt_toolkit"})

    assert set(importers.values()) <= {"shell"}, importers


def test_only_views_and_above_import_rich() -> None:
    importers = _importers({"rich", "markdown_it"})

    assert all(LAYERS[layer] >= VIEWS for layer in importers.values()), importers


def test_pyproject_declares_every_library_that_is_imported() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {spec.split(">")[0].replace("-", "_") for spec in project["dependencies"]}
    module_names = {"rpds": "rpds_py", "markdown_it": "markdown_it_py"}

    imported = {name.split(".")[0] for path in _modules() for name, _ in _imports(path)}
    third_party = imported - set(sys.stdlib_module_names) - {"kvshell", ""}

    # pytest is there when our pytest plugin is loaded, and only then.
    assert {module_names.get(name, name) for name in third_party - {"pytest"}} <= declared


def test_no_module_imports_the_tests() -> None:
    assert not _importers({"tests"})


def _tracked_text() -> list[tuple[str, str]]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git work tree: nothing is tracked")
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        try:
            found.append((name, (ROOT / name).read_text(encoding="utf-8")))
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # a picture in a binary format, or a file deleted but not yet committed
    return found


def test_no_tracked_file_names_the_workplace_it_was_written_in() -> None:
    wrong = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in _tracked_text()
        for number, line in enumerate(text.splitlines(), 1)
        if any(word in line for word in WORKPLACE)
    ]

    assert not wrong, "\n".join(wrong)
