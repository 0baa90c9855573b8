"""Writes all generated files: `python -m tests.docs`.

They are README's list of commands, the reference pages, the output of `help` and `--spec`, and
the manual page. One test fails when any of them is out of date.
"""

from pathlib import Path

from kvshell.batch.spec import spec_json
from kvshell.commands import COMMANDS
from kvshell.commands.help.help import help_view
from kvshell.commands.help.table_as_data import markdown
from kvshell.commands.snapshot import EMPTY
from tests import doctests
from tests.pages import figures, manpage, narration, python_page, readme, reference_pages

ROOT = Path(__file__).resolve().parent.parent
ALL = "# All commands, with what each does"
GOLDENS = ROOT / "tests" / "commands" / "goldens"


def generated() -> dict[Path, str]:
    """Return each generated file and its current content."""
    counts = doctests.published()
    text = readme.README.read_text(encoding="utf-8")
    text = readme.replaced(text, "doctests", doctests.summary(counts))
    pages = reference_pages.pages()
    return {
        readme.README: readme.replaced(text, "commands", readme.command_list()),
        manpage.FILE: manpage.page(),
        GOLDENS / "help.txt": _help(),
        GOLDENS / "spec.json": f"{spec_json()}\n".replace('},{"path"', '},\n{"path"'),
        doctests.PAGE: doctests.page(counts),
        reference_pages.FOLDER / python_page.NAME: python_page.page(),
        reference_pages.FOLDER / "commands.md": f"{ALL}\n\n{markdown()}",
        **{reference_pages.FOLDER / name: page for name, page in pages.items()},
    }


def superfluous(files: dict[Path, str]) -> list[Path]:
    """Return the reference pages of groups that no longer exist."""
    kept = {*files, figures.PAGE}  # written by tests.benchmarks
    return [path for path in reference_pages.FOLDER.glob("*.md") if path not in kept]


def _help() -> str:
    """Return the output of `help` before anything runs, and that of each command's page."""
    topics = ("", *(command.words for command in COMMANDS))
    return "\n".join(f"kv> {f'help {topic}'.rstrip()}\n{_shown(topic)}\n" for topic in topics)


def _shown(topic: str) -> str:
    lines = help_view(topic or None, EMPTY).lines
    return "\n".join("".join(cell.text for cell in line).rstrip() for line in lines)


def main() -> None:
    """Write the files that are out of date; print the sentences without a Russian translation."""
    files = generated()
    for path in superfluous(files):
        path.unlink()
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for sentence in narration.without_russian():
        print(f"no Russian in kvshell/commands/language/russian/ for: {sentence}")


if __name__ == "__main__":
    main()
