"""The page on a race in your own server, taken apart into its test and pytest's output."""

from tests.articles.page_section import Section

PAGE = Section("own-server.md", "A race in a server of your own")


def written() -> str:
    """Return the content of `test_counter.py` on the page."""
    return PAGE.blocks("python")[0]


def said() -> str:
    """Return the output of pytest on the page."""
    return PAGE.blocks("text")[0]


def server() -> list[str]:
    """Return the lines of the server and of its clients, without blank ones."""
    text = written()
    whole = text[text.index("class ") : text.index("def two_increments")]
    return [line for line in whole.splitlines() if line]
