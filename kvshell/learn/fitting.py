"""The tenth check: whether a lesson fits on a small screen."""

from collections.abc import Iterator
from contextlib import closing

from kvshell.learn.drawing import draw
from kvshell.learn.finding import Finding
from kvshell.learn.pieces import Frame, Piece, Said, Told
from kvshell.learn.run import LessonRun
from kvshell.learn.step import Lesson
from kvshell.learn.texts import Texts
from kvshell.views import DOCUMENT
from kvshell.views.widths import cell_width

WIDTH = 80
TALLEST = 20  # lines of a frame: more do not fit above the prompt of a small terminal


def widths(lesson: Lesson, language: str) -> Iterator[Finding]:
    """Say what is wider than a line, or taller than a screen."""
    for do in (do for step in lesson.steps for do in step.solution):
        for line in f"{do.entry.command.prompt}{do.text}".split("\n"):
            if cell_width(line) > WIDTH:
                yield Finding(
                    10, f"line {do.entry.command.line}", f"wider than {WIDTH} columns: shorten it"
                )
    texts = Texts(language)
    with closing(LessonRun(lesson, texts)) as run:
        for number, step in enumerate(lesson.steps):
            run.index = number
            words = step.prose
            pieces: list[Piece] = [run.frame(), Told(words.after)]
            pieces += [Said("hint", "", hint) for hint in words.hints]
            for piece in pieces:
                lines = draw(piece, texts, DOCUMENT, accessible=False).split("\n")
                if max(map(cell_width, lines)) > WIDTH:
                    yield Finding(
                        10, f"{language} {step.id}", f"wider than {WIDTH} columns: shorten it"
                    )
                if isinstance(piece, Frame | Told) and len(lines) > TALLEST:
                    text = f"{len(lines)} lines, {TALLEST} fit on a screen: make two steps of it"
                    yield Finding(10, f"{language} {step.id}", text)
