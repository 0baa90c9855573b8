"""README's page on a server of one's own, taken apart: its files and its sessions."""

import re
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def page() -> str:
    """The section."""
    text = README.read_text(encoding="utf-8")
    start = text.index("## A server of your own")
    return text[start : text.index("\n## ", start + 1)]


def blocks(language: str) -> list[str]:
    """What stands between the fences of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page(), re.DOTALL | re.MULTILINE)


def counter() -> str:
    """The server: `counter.py`."""
    return blocks("python")[0]


def program() -> str:
    """The program that uses it without a shell."""
    return blocks("python")[1]


def sessions() -> list[tuple[list[str], str]]:
    """Of each block of a session the lines typed, and what all of them print."""
    found = []
    for block in blocks("kvshell norun"):
        lines = block.splitlines(keepends=True)
        typed = [line[4:].rstrip("\n") for line in lines if line.startswith("kv> ")]
        found.append((typed, "".join(line for line in lines if not line.startswith("kv> "))))
    return found


def write_counter(folder: Path) -> Path:
    """Put `counter.py` into a folder; return the folder."""
    (folder / "counter.py").write_text(counter(), encoding="utf-8")
    return folder
