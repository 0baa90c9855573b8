"""Finds the user's editor, or one that is installed."""

import os
import shlex
import shutil
from typing import Final

INSTALLED: Final = ("editor", "nano", "pico", "vi", "emacs")


def editor() -> list[str]:
    """Return the command line of an editor: VISUAL, EDITOR or a known program; [] if there is none.

    A variable that cannot be parsed, or does not name a program, is skipped.
    """
    for wanted in (os.environ.get("VISUAL"), os.environ.get("EDITOR"), *INSTALLED):
        try:
            words = shlex.split(wanted or "")
        except ValueError:
            continue
        if words and shutil.which(words[0]):
            return words
    return []
