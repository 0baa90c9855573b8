"""Hint conditions for programs loaded from files."""

import re
from typing import Final

from kvshell.commands.assist.advice import Situation, Words
from kvshell.commands.types.parameter import quote
from kvshell.otp.code_loading import file_of
from kvshell.terms import A, alias

_MODULE: Final = re.compile(r"[A-Z]\w*(?:\.[A-Z]\w*)*$")
_PLACE: Final = re.compile(
    r"(?m)(?:^ +|\(CommandError\) )(?P<file>(?!iex:)\S[^\n:]*):(?P<line>\d+): "
)


def load_failed(s: Situation) -> Words | None:
    """`load` failed because of a line in the program."""
    place = _PLACE.search(s.error or "")
    wrong = s.command == "load" and place is not None
    return {"line": s.match.text, "cause": s.match.text} if wrong else None


def mend_program(s: Situation) -> Words | None:
    """A server of a loaded program raised an exception; the error names the file and line."""
    place = _PLACE.search(s.error or "")
    if place is None or s.command == "load" or not s.failed("an exception was raised"):
        return None
    file = place["file"]
    typed_file = file if " " not in file else quote(file)
    return {"place": f"{file}:{place['line']}", "file": typed_file, "cause": place[0]}


def load_again(s: Situation) -> Words | None:
    """The command addresses a server of a loaded file that is no longer running."""
    word = s.word
    if word is None or word.quoted or not _MODULE.match(word.text):
        return None
    missed_ = s.failed("no process") or s.failed("not a pid")
    file = file_of(alias(word.text)) if missed_ or s.value is A.ok else None
    if file is None or any(row.name == word.text for row in s.after.processes):
        return None
    ended = s.command in {"stop", "kill", "crash"} and s.value is A.ok
    typed_file = file if " " not in file else quote(file)
    return None if ended else {"name": word.text, "file": typed_file, "cause": word.text}
