"""The page on your own server, taken apart into its files and its sessions."""

from pathlib import Path

from tests.articles.page_section import Section

PAGE = Section("own-server.md", "A server of your own")


def counter() -> str:
    """Return the content of `counter.py`, the server."""
    return PAGE.blocks("python")[0]


def program() -> str:
    """Return the program that uses the server without a shell."""
    return PAGE.blocks("python")[1]


def sessions() -> list[tuple[list[str], str]]:
    """Return the typed lines of each session on the page, and its whole output."""
    found = []
    for block in PAGE.blocks("kvshell norun"):
        lines = block.splitlines(keepends=True)
        typed = [line[4:].rstrip("\n") for line in lines if line.startswith("kv> ")]
        found.append((typed, "".join(line for line in lines if not line.startswith("kv> "))))
    return found


def write_counter(folder: Path) -> Path:
    """Write `counter.py` into a folder, and return the folder."""
    (folder / "counter.py").write_text(counter(), encoding="utf-8")
    return folder
