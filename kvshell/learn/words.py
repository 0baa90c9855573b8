"""The learner's words: reserved, and prefixed with `:` so that no command is ever like them."""

from typing import Final

# Word -> what it does, in English; the completion and `:help` translate it.
WORDS: Final = {
    ":hint": "a hint; the last one is the solution",
    ":show": "the solution, without running it",
    ":skip": "let the lesson do this step and go on",
    ":back": "the step before",
    ":reset": "this step from its beginning",
    ":play": "try things in a copy; :resume comes back",
    ":resume": "leave the copy; :resume keep takes it over",
    ":where": "the task again, and what is still missing",
    ":list": "the steps of this lesson",
    ":goto": "go to a step by its id or number",
    ":quit": "save and leave",
    ":help": "these words",
}


def word_of(line: str) -> tuple[str, str] | None:
    """Return the learner's word and what follows it; None for any other line."""
    first, _, rest = line.strip().partition(" ")
    if first in WORDS:
        return first, rest.strip()
    return None
