"""The bundled transcripts: beside the package in a checkout, inside it in a wheel."""

from pathlib import Path

_INSIDE = "transcripts"


def root() -> Path | None:
    """The folder with `articles`, `reference` ...; None where none were installed."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / _INSIDE, package.parent / _INSIDE):
        if folder.is_dir():
            return folder
    return None


def find(name: str) -> Path | None:
    """Return the bundled file or folder called `name`: `articles`, `articles/ets.md`, `ets`."""
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
    """Every Markdown file below the folder, sorted; hidden folders and dependencies left out."""
    return sorted(
        path
        for path in folder.rglob("*.md")
        if path.is_file() and not _is_foreign(path.relative_to(folder))
    )


def _is_foreign(path: Path) -> bool:
    return any(part.startswith(".") or part == "node_modules" for part in path.parts)
