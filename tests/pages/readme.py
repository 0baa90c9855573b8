"""Builds the generated parts of README, for tests.docs and tests.benchmarks."""

from pathlib import Path

from kvshell.commands.table import GROUPS

README = Path(__file__).resolve().parents[2] / "README.md"


def command_list() -> str:
    """Return a table of the groups of commands, with links to their pages."""
    lines = ["| group | commands |", "|---|---|"]
    for group in GROUPS:
        words = " ".join(f"`{command.words}`" for command in group.rows)
        lines.append(f"| [{group.title}](transcripts/reference/{group.name}.md) | {words} |")
    return "\n".join(lines)


def part(text: str, name: str) -> str:
    """Return the text between the two marks called `name`, without empty lines at its ends."""
    start, end = _span(text, name)
    return text[start:end].strip()


def replaced(text: str, name: str, content: str) -> str:
    """Return the text with the part called `name` replaced by `content`."""
    start, end = _span(text, name)
    return f"{text[:start]}\n{content}\n{text[end:]}"


def _span(text: str, name: str) -> tuple[int, int]:
    opening = text.index(f"<!-- {name}:")
    return text.index("-->", opening) + len("-->"), text.index(f"<!-- /{name} -->")
