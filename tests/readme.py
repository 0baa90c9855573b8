"""Write the generated parts of README: `python -m tests.readme`."""

from pathlib import Path

from kvshell.commands.reference import markdown

README = Path(__file__).resolve().parent.parent / "README.md"


def command_list() -> str:
    """Every command that is built, by group, as `help` has them."""
    return markdown().strip()


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
