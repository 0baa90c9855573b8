"""Write the generated parts of README: `python -m tests.readme`."""

from pathlib import Path

from kvshell.commands import COMMANDS
from kvshell.commands.command import GROUPS, Command

README = Path(__file__).resolve().parent.parent / "README.md"


def command_list() -> str:
    """Every command that is built, by group: its usage line and its summary."""
    lines = ["| | type | it |", "|---|---|---|"]
    for group, (title, _members) in GROUPS.items():
        shown = [each for each in COMMANDS if each.available and each.group == group]
        marks = [f"**{title}**", *[""] * len(shown)]
        lines += [_row(mark, each) for mark, each in zip(marks, shown, strict=False)]
    return "\n".join(lines)


def _row(mark: str, command: Command) -> str:
    usage, summary = (text.replace("|", "\\|") for text in (command.usage, command.summary))
    return f"| {mark} | `{usage}` | {summary} |"


def part(text: str, name: str) -> str:
    """What stands between the two marks of `name`, without the empty lines at its ends."""
    start, end = _span(text, name)
    return text[start:end].strip()


def replaced(text: str, name: str, content: str) -> str:
    """The text with the part called `name` replaced."""
    start, end = _span(text, name)
    return f"{text[:start]}\n{content}\n{text[end:]}"


def _span(text: str, name: str) -> tuple[int, int]:
    opening = text.index(f"<!-- {name}:")
    return text.index("-->", opening) + len("-->"), text.index(f"<!-- /{name} -->")


def main() -> None:
    """Rewrite the list of commands."""
    text = README.read_text(encoding="utf-8")
    README.write_text(replaced(text, "commands", command_list()), encoding="utf-8")


if __name__ == "__main__":
    main()
