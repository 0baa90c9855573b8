"""Ask the installed Elixir to parse the snippets of parsed.txt and those named, and store both."""

import sys

from tests.elixir import judged

if __name__ == "__main__":
    snippets = list(dict.fromkeys([*judged.stored(), *sys.argv[1:]]))
    judged.store(dict(zip(snippets, judged.asked(snippets), strict=True)))
