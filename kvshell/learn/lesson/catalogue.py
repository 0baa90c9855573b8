"""Lists the available lessons, and finds one by name."""

import re
from pathlib import Path

from kvshell.commands.language.texts import TranslatableError
from kvshell.commands.nearest import nearest
from kvshell.learn.lesson.lesson import TRANSLATED
from kvshell.transcript.format import targets as library

MANY = 4  # above this, an error does not list them all
_NUMBER = re.compile(r"(\d+)-(.+)")


class NoLessonError(TranslatableError):
    """No lesson, or more than one, has this name."""


def lessons(folder: Path | None = None) -> list[Path]:
    """Return the paths of the original lessons in order; by default, of the bundled ones."""
    if folder is None:
        root = library.root()
        folder = root / "lessons" if root is not None else None
    if folder is None or not folder.is_dir():
        return []
    return sorted(
        path for path in folder.glob("*.md") if path.is_file() and not TRANSLATED.search(path.name)
    )


def lesson_path(word: str) -> Path:
    """Return the path of a lesson given as `02-two-stores`, `two-stores`, `2`, or a file path.

    Raises:
        NoLessonError: no lesson matches, or several do.
    """
    path = Path(word)
    if word.endswith(".md") and path.is_file():
        return original(path)
    if "/" in word:
        raise NoLessonError("no such file or folder: {path}", path=word)
    wanted = word.removesuffix(".md").lower()
    known = lessons()
    found = [each for each in known if _answers_to(each.stem, wanted)]
    if len(found) != 1:
        found = [each for each in known if wanted and wanted in each.stem]
    if len(found) == 1:
        return found[0]
    one = nearest(wanted, [each.stem for each in known])
    near = ", ".join(each.stem for each in found[:MANY]) if found else one
    if near and len(found) < MANY:
        raise NoLessonError("no lesson {word}: did you mean {near}?", word=word, near=near)
    raise NoLessonError("no lesson {word}: learn lists them", word=word)


def short(name: str) -> str:
    """Return the shortest name for a lesson: its number if it has one."""
    parts = _NUMBER.fullmatch(name)
    return str(int(parts[1])) if parts is not None else name


def following(path: Path) -> Path | None:
    """Return the path of the next lesson in the same folder, or None."""
    known = lessons(path.parent)
    later = [each for each in known if each.name > path.name]
    return later[0] if later else None


def original(path: Path) -> Path:
    """Return the path of the original lesson, given that of a translation."""
    plain = path.with_name(TRANSLATED.sub(".md", path.name))
    return plain if plain.is_file() else path


def _answers_to(stem: str, wanted: str) -> bool:
    if stem.lower() == wanted:
        return True
    parts = _NUMBER.fullmatch(stem)
    if parts is None:
        return False
    return wanted == parts[2] or (wanted.isdigit() and int(wanted) == int(parts[1]))
