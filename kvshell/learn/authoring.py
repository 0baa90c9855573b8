"""Builds a lesson document from the lines that an author has typed."""

import re
from typing import NamedTuple

from kvshell.learn.walk.goal import is_look
from kvshell.transcript.format.holes import hide
from kvshell.transcript.write.recording import RecordedLine, recorded

WORDS = {
    ":step": "begin a step: its title",
    ":goal": "the look commands that follow are the goal of the step",
    ":hint": "a hint for the step: its text",
    ":test": "write the lesson and run the ten checks on it",
    ":quit": "write the lesson and leave",
}
# Placeholder paragraphs for what a recording cannot contain; nobody types these words by chance.
_GOAL, _END, _HINT = "KVSHELLGOAL", "KVSHELLEND", "KVSHELLHINT"
_GOAL_BLOCK = re.compile(
    rf"{_GOAL}\n\n(?P<fence>`{{3,}})kvshell\n(?P<lines>.*?)\n(?P=fence)\n", re.S
)
_HINT_LINE = re.compile(rf"^{_HINT} (?P<text>.*)$", re.M)
_HEADING = re.compile(r"^## (?P<title>.*)$", re.M)


class Item(NamedTuple):
    """An input of the author: a `:` word with its argument, or a line to run (the word is "")."""

    word: str
    text: str


def composed(items: list[Item], title: str, design: str = "ets") -> str:
    """Run the lines on a separate system and return the text of the lesson."""
    lines: list[RecordedLine] = []
    in_goal = False
    for item in items:
        if in_goal and (item.word or not is_look(item.text)):
            in_goal = False
            lines.append(RecordedLine(f"# {_END}"))
        match item.word:
            case ":step":
                lines.append(RecordedLine(f"# ## {item.text or 'Step'}"))
            case ":goal":
                in_goal = True
                lines.append(RecordedLine(f"# {_GOAL}"))
            case ":hint":
                lines.append(RecordedLine(f"# {_HINT} {item.text.replace('--', '- -')}"))
            case _:
                lines.append(RecordedLine(item.text))
    text = recorded(lines, title=title, design=design).text
    text = _GOAL_BLOCK.sub(_goal, text)
    text = _HINT_LINE.sub(lambda found: f"<!-- kv:hint {found['text']} -->", text)
    text = text.replace(f"{_END}\n\n", "").replace(f"{_GOAL}\n\n", "").replace(_END, "")
    return _with_ids(text).rstrip() + "\n"


def _goal(found: re.Match[str]) -> str:
    lines = "\n".join(hide(line) for line in found["lines"].split("\n"))
    return f"<!--kvshell goal\n{lines}\n-->\n"


def _with_ids(text: str) -> str:
    """Add an id to every heading, by which progress and translations identify the step."""
    taken: set[str] = set()

    def heading(found: re.Match[str]) -> str:
        stem = re.sub(r"[^a-z0-9]+", "-", found["title"].lower()).strip("-")
        stem = stem if stem[:1].isalpha() else f"step-{len(taken) + 1}"
        name, number = stem, 2
        while name in taken:
            name, number = f"{stem}-{number}", number + 1
        taken.add(name)
        return f"## {found['title']} {{#{name}}}"

    return _HEADING.sub(heading, text)
