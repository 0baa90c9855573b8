"""A section of a page, for tests that run its code blocks."""

import re
from pathlib import Path

ARTICLES = Path(__file__).resolve().parents[2] / "transcripts" / "articles"


class Section:
    """The text of a page below a title, up to the next one."""

    def __init__(self, page: str, title: str) -> None:
        text = (ARTICLES / page).read_text(encoding="utf-8")
        start = text.index(f"## {title}\n")
        end = text.find("\n## ", start + 1)
        self.text = text[start : None if end < 0 else end]

    def blocks(self, language: str) -> list[str]:
        """Return the contents of the code blocks in a language, in order."""
        return re.findall(rf"^```{language}\n(.*?)^```$", self.text, re.DOTALL | re.MULTILINE)
