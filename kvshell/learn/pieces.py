"""What a lesson shows, piece by piece. Records only: `drawing` makes text of them."""

from typing import NamedTuple

from kvshell.commands.view import View
from kvshell.learn.world import Ran


class Frame(NamedTuple):
    """A step as it begins: the box with its task. `original` follows where it was changed since."""

    title: str
    step: str
    number: int
    total: int
    done: tuple[bool, ...]
    task: str
    original: str = ""


class Told(NamedTuple):
    """Prose in Markdown: the introduction, or what is said once a step is done."""

    text: str


class Said(NamedTuple):
    """A sentence of the lesson's own; `mark` is ok, no, hint or note, `label` stands before it."""

    mark: str
    label: str
    text: str


class Echo(NamedTuple):
    """A line that the lesson typed itself."""

    prompt: str
    text: str


class Shown(NamedTuple):
    """A view, such as the list of the steps."""

    view: View


class Answered(NamedTuple):
    """What a line came to."""

    ran: Ran


Piece = Frame | Told | Said | Echo | Shown | Answered
