"""What a lesson consists of: records, read once and never changed."""

from typing import NamedTuple

from kvshell.transcript.document import Block, Document, Entry


class Do(NamedTuple):
    """A command of a step with the block it stands in."""

    block: Block
    entry: Entry

    @property
    def text(self) -> str:
        """The command as the document writes it, holes and all."""
        return self.entry.command.text


class Wrong(NamedTuple):
    """A mistake that is recognised, and what is said about it."""

    say: str
    commands: tuple[Do, ...]


class Prose(NamedTuple):
    """The words of a step in one language: the task, and what is told once it is done."""

    title: str
    task: str
    after: str
    hints: tuple[str, ...]
    says: tuple[str, ...]


class Step(NamedTuple):
    """One step.

    Attributes:
        id: what progress is kept by.
        prose: its words in the learner's language.
        original: the words it was translated from, when the translation is older; else None.
        fresh: whether it begins with an empty system.
        setup: commands that the lesson types itself when the step begins.
        solution: the commands that the learner is to find.
        goal: commands that only look, and what they must show.
        wrongs: recognised mistakes.
    """

    id: str
    prose: Prose
    original: Prose | None
    fresh: bool
    setup: tuple[Do, ...]
    solution: tuple[Do, ...]
    goal: tuple[Do, ...]
    wrongs: tuple[Wrong, ...]

    @property
    def reading(self) -> bool:
        """Whether there is nothing to do but to read."""
        return not self.solution and not self.goal


class Lesson(NamedTuple):
    """A lesson in the learner's language; the commands are always the original's.

    Attributes:
        id: the name it is asked for by, the file's without its ending.
        title: as shown.
        intro: what is said before the first step.
        steps: in their order.
        document: the original.
        hash: changes when a command, a goal or the order of the steps does.
        languages: the codes it can be had in.
    """

    id: str
    title: str
    intro: str
    steps: tuple[Step, ...]
    document: Document
    hash: str
    languages: tuple[str, ...]

    def place(self, step_id: str) -> int:
        """The place of a step from 0, or -1."""
        return next((i for i, step in enumerate(self.steps) if step.id == step_id), -1)
