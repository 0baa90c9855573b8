"""Ask the installed Elixir about every snippet of parsed.txt, and about those named; write it."""

import sys

from tests.elixir import judged

if __name__ == "__main__":
    snippets = list(dict.fromkeys([*judged.stored(), *sys.argv[1:]]))
    judged.store(dict(zip(snippets, judged.asked(snippets), strict=True)))
