"""A section of README, taken apart by the tests that carry out what stands in it."""

import re
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


class Section:
    """The section under a title."""

    def __init__(self, title: str) -> None:
        text = README.read_text(encoding="utf-8")
        start = text.index(f"## {title}\n")
        self.text = text[start : text.index("\n## ", start + 1)]

    def blocks(self, language: str) -> list[str]:
        """What stands between the fences of a language, in order."""
        return re.findall(rf"^```{language}\n(.*?)^```$", self.text, re.DOTALL | re.MULTILINE)
