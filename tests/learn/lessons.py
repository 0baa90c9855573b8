"""A small lesson, and a learner who walks through it."""

from collections.abc import Iterator
from contextlib import contextmanager

from kvshell.commands.language.texts import Texts
from kvshell.learn.drawing import draw
from kvshell.learn.lesson.lesson import Lesson, make
from kvshell.learn.walk.lesson_host import Answered, LessonMessage, Piece
from kvshell.learn.walk.lesson_run import LessonRun
from kvshell.transcript.format.parser import parse
from kvshell.views import DOCUMENT, render

TWO_STORES = """\
---
title: Two stores
---
# Two stores

A manager and its stores.

## Start it {#start}

Start the manager.

```kvshell
kv> start manager
{:ok, #PID<manager>}
```

It runs.

<!--kvshell goal
kv> alive manager
true
-->

<!-- kv:hint It begins with start. -->

## Create a store {#create}

Ask it for a store called **s1**.

```kvshell
kv> create store s1
#PID<s1>
```

That is its pid.

<!--kvshell goal
kv> lookup s1
{:ok, #PID<s1>}
-->

<!-- kv:hint Stores are created by the manager. -->
<!-- kv:hint The command has three words. -->

<!--kvshell wrong say="That asked for a second manager."
kv> start manager
...
-->

## Look {#look}

Look it up.

```kvshell
kv> lookup s1
{:ok, #PID<s1>}
```

<!-- kv:hint The word is lookup. -->

## Read {#read}

Nothing to do.

## Another process {#another}

Stop it and make it again.

```kvshell
kv> stop s1
:ok
kv> create store s1
#PID<again>
```

<!--kvshell goal
kv> lookup s1
{:ok, #PID<again>}
-->

<!-- kv:hint Two lines. -->
"""


def parsed(name: str, text: str) -> Lesson:
    return make(name, parse(f"{name}.md", text))


def lesson(text: str = TWO_STORES) -> Lesson:
    return parsed("two-stores", text)


class Learner:
    """Types lines, and returns what the lesson shows."""

    def __init__(self, run: LessonRun) -> None:
        self.run = run

    def __call__(self, *lines: str) -> str:
        """Feed lines; return what the last one showed, in accessible form."""
        pieces: list[Piece] = []
        for line in lines:
            pieces = self.run.feed(line)
        return self.shown(pieces)

    def shown(self, pieces: list[Piece]) -> str:
        texts = []
        for piece in pieces:
            if isinstance(piece, Answered):
                texts += [render(result, DOCUMENT) for result in piece.ran.results]
                texts += [f"STUCK {piece.ran.stuck}"] if piece.ran.stuck else []
            else:
                texts.append(draw(piece, self.run.texts, DOCUMENT, accessible=True))
        return "\n".join(filter(None, texts))

    def said(self, line: str) -> list[tuple[str, str]]:
        """Feed a line; return the marks and texts of the lesson's messages."""
        return [(p.mark, p.text) for p in self.run.feed(line) if isinstance(p, LessonMessage)]


@contextmanager
def learner(text: str | Lesson = TWO_STORES, language: str = "en") -> Iterator[Learner]:
    """A learner at the beginning of a lesson."""
    run = LessonRun(lesson(text) if isinstance(text, str) else text, Texts(language))
    try:
        run.begin()
        yield Learner(run)
    finally:
        run.close()
