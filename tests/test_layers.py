"""Checks the architecture: which module may import which, and what no file may mention."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "kvshell"

# A folder imports only from folders with smaller numbers.
LAYERS = {
    "terms": 0,
    "runtime": 1,
    "otp": 2,
    "systems": 3,
    "commands": 4,
    "elixir": 4,
    "session": 5,
    "views": 6,
    "engines": 6,
    "transcript": 7,
    "bench": 7,
    "testing": 7,
    "explore": 8,
    "learn": 8,
    "shell": 9,
    "batch": 9,
    "command_line": 10,
    "cli": 11,
    "__main__": 12,
}
VIEWS = LAYERS["views"]

# Names that no tracked file may contain, in pieces so that this file does not contain them either.
WORKPLACE = ["/" + "work/", "share" + "d/", "/.libr" + "ary"]


def _modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "transcripts" not in path.parts)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _layer(path: Path) -> str:
    """Return the name of the folder below kvshell/ that contains a module, or its own name."""
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


@cache
def _tree(path: Path) -> ast.Module:
    """Return the syntax tree of a module, parsed only once."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def _imports(path: Path) -> tuple[tuple[str, int], ...]:
    """Return the absolute names that a module imports anywhere, with their lines."""
    return tuple(_walk(path))


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield all statements below `node`; expressions, which contain no import, are not visited."""
    for below in ("body", "handlers", "cases", "orelse", "finalbody"):
        for child in getattr(node, below, ()):
            yield child
            yield from _statements(child)


def _walk(path: Path) -> Iterator[tuple[str, int]]:
    package = list(path.relative_to(ROOT).parent.parts)
    for node in _statements(_tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*start, *(node.module.split(".") if node.module else [])])
            yield module, node.lineno
            if module == "kvshell":  # `from kvshell import terms` names a layer, too
                yield from ((f"kvshell.{alias.name}", node.lineno) for alias in node.names)


def _importers(top_level: set[str]) -> dict[str, str]:
    """Return the modules that import one of these packages, each with its layer."""
    return {
        _name(path): _layer(path)
        for path in _modules()
        if any(name.split(".")[0] in top_level for name, _ in _imports(path))
    }


def test_every_folder_has_a_layer() -> None:
    folders = {_layer(path) for path in _modules()} - {"__init__"}

    assert folders <= set(LAYERS)


def test_imports_go_only_to_lower_layers() -> None:
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

    # pytest is imported only by our pytest plugin, which pytest loads.
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
            continue  # an image in a binary format, or a file deleted but not yet committed
    return found


def test_no_tracked_file_names_a_workplace() -> None:
    wrong = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in _tracked_text()
        for number, line in enumerate(text.splitlines(), 1)
        if any(word in line for word in WORKPLACE)
    ]

    assert not wrong, "\n".join(wrong)


# -- rooms ------------------------------------------------------------------------------------

# The subfolders of each folder, lowest first; each imports only from lower ones. "." means the
# folder's own files, except `__init__.py`, which may import them all.
SUB_ROOMS = {
    "terms": (".", "printing", "reading"),
    "runtime": ("processes", "tables", "schedule", "search", "."),
    "otp": ("gen", "."),
    "systems": ("key_val", "kv", "designs", "."),
    "commands": ("language", ".", "types", "table", "read", "assist", "help", "handlers"),
    "elixir": ("syntax", "running", "library", "compile", "modules", "macros", "exunit", "."),
    "transcript": ("format", "match", "run", "report", "write", "export", "."),
    "engines": ("elixir", "beam", "."),
    "explore": ("program", "search", "verdict", "report", "."),
    "learn": ("lesson", "walk", "."),
    "shell": ("hosts", "screen", "prompt", "config", "."),
}
MOST_LINES = 400
MOST_FILES = 15


def _module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _named_modules() -> dict[str, Path]:
    return {_module_name(path): path for path in _modules()}


def _type_checking(node: ast.AST) -> bool:
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Name | ast.Attribute):
        return False
    return "TYPE_CHECKING" in ast.unparse(node.test)


def _that_run(tree: ast.Module) -> list[ast.AST]:
    """Return the statements of a module, except those under `if TYPE_CHECKING`."""
    found = list(_statements(tree))
    unrun = {below for node in found if _type_checking(node) for below in _statements(node)}
    return [node for node in found if node not in unrun]


@cache
def _needs(path: Path) -> tuple[tuple[str, int], ...]:
    """Return which of our modules a module imports when it runs, including late imports."""
    modules, found = _named_modules(), []
    for node in _that_run(_tree(path)):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found.append((full if full in modules else node.module, node.lineno))
    return tuple((name, line) for name, line in found if name in modules)


def _sub_room(module: str) -> tuple[str, str]:
    """Return the folder and the subfolder of a module; "." for the folder's own files."""
    path = _named_modules()[module]
    inside = path.relative_to(PACKAGE).parts
    if len(inside) == 1:
        return inside[0], "."
    return inside[0], inside[1] if len(inside) > 2 else "."


def _is_face(module: str) -> bool:
    return _named_modules()[module].name == "__init__.py"


def test_imports_between_sub_packages_go_only_to_lower_ones() -> None:
    wrong = []
    for module, path in _named_modules().items():
        room, mine = _sub_room(module)
        order = SUB_ROOMS.get(room)
        if order is None or (_is_face(module) and mine == "."):
            continue
        for name, line in _needs(path):
            other, theirs = _sub_room(name)
            if other == room and theirs != mine and order.index(theirs) > order.index(mine):
                wrong.append(f"{_name(path)}:{line} imports {name}")

    assert not wrong, "\n".join(wrong)


def test_no_module_imports_its_own_packages_init() -> None:
    wrong = []
    for module, path in _named_modules().items():
        for name, line in _needs(path):
            inside = module.startswith(name + ".") and name != "kvshell"
            if inside and _is_face(name) and name not in FACES_THAT_ARE_LISTS:
                wrong.append(f"{_name(path)}:{line} imports {name}")

    assert not wrong, "\n".join(wrong)


# `commands.table` is the list of its rows; its modules do not import that list.
FACES_THAT_ARE_LISTS = {"kvshell.commands.table"}


def test_there_are_no_import_cycles() -> None:
    graph = {
        name: sorted({other for other, _ in _needs(path)} - {name})
        for name, path in _named_modules().items()
    }
    done: set[str] = set()

    def circle(name: str, way: tuple[str, ...]) -> tuple[str, ...]:
        if name in way:
            return (*way[way.index(name) :], name)
        if name not in done:
            for other in graph.get(name, ()):
                if found := circle(other, (*way, name)):
                    return found
            done.add(name)
        return ()

    for name in graph:
        assert not (found := circle(name, ())), " -> ".join(found)


def _python_files() -> list[Path]:
    tests = [path for path in (ROOT / "tests").rglob("*.py") if "__pycache__" not in path.parts]
    return [path for path in [*_modules(), *tests] if path.name != "__init__.py"]


def test_no_file_is_longer_than_400_lines() -> None:
    long = {
        _name(path): lines
        for path in _python_files()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }

    assert not long


def test_no_folder_has_more_than_15_files() -> None:
    folders: dict[str, int] = {}
    for path in _python_files():
        folder = _name(path.parent)
        folders[folder] = folders.get(folder, 0) + 1

    assert not {name: count for name, count in folders.items() if count > MOST_FILES}


def test_no_public_class_name_is_defined_twice() -> None:
    homes: dict[str, list[str]] = {}
    for path in _modules():
        if _layer(path) == "systems":
            continue  # the tutorials' own names: three stages of one Registry
        for node in _tree(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(_name(path))

    assert not {name: found for name, found in homes.items() if len(found) > 1}
