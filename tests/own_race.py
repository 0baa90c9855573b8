"""README's page on a race in a server of one's own, taken apart: its test, and what pytest says."""

import re
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def page() -> str:
    """The section."""
    text = README.read_text(encoding="utf-8")
    start = text.index("## A race in a server of your own")
    return text[start : text.index("\n## ", start + 1)]


def blocks(language: str) -> list[str]:
    """What stands between the fences of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page(), re.DOTALL | re.MULTILINE)


def written() -> str:
    """The test: `test_counter.py`."""
    return blocks("python")[0]


def said() -> str:
    """What pytest says of it."""
    return blocks("text")[0]


def server() -> list[str]:
    """The lines of the server and of what its clients do, blank ones left out."""
    text = written()
    whole = text[text.index("class ") : text.index("def two_increments")]
    return [line for line in whole.splitlines() if line]
