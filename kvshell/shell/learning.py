"""`kvshell learn`, and `learn` at the prompt."""

import os
import shlex
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from kvshell.commands.result import Open
from kvshell.learn import command, shelf
from kvshell.learn.command import Options, refuse
from kvshell.learn.drawing import is_accessible
from kvshell.learn.lesson import load
from kvshell.learn.listing import listing, loaded
from kvshell.learn.pieces import Piece
from kvshell.learn.progress import Progress, ProgressError, restore, saved
from kvshell.learn.run import LessonRun
from kvshell.learn.texts import Texts, language
from kvshell.shell.host import Block
from kvshell.transcript.grammar import ParseError
from kvshell.views import Caps, render_view, terminal_width
from kvshell.views.flags import Flags
from kvshell.views.widths import cell_width


def learn(words: Sequence[str], flags: Flags) -> int:
    """`kvshell learn ...`; returns the exit code."""
    asked = command.options(words, flags)
    if not asked.walks:
        return command.run(asked, flags)
    if not (flags.caps.tty and sys.stdin is not None and sys.stdin.isatty()):
        texts = Texts(language(asked.lang, os.environ))
        command_ = f"kvshell replay {shlex.quote(_replayable(asked.author or asked.lesson))}"
        said = "learn talks with a person at a terminal; to run a lesson without one: {command}"
        return refuse(texts(said, command=command_))
    if asked.author:
        from kvshell.shell.author_host import author  # noqa: PLC0415  # seldom asked for

        return author(asked, flags)
    try:
        said, code = walk(asked, flags)
    except (shelf.NoLessonError, ProgressError, ParseError) as error:
        return refuse(str(error))
    except OSError as error:
        return refuse(f"cannot read {error.filename}: {error.strerror}")
    sys.stdout.write(f"{said}\n")
    return code


def walk(asked: Options, flags: Flags) -> tuple[str, int]:
    """Walk a lesson from where it was left; what to say at the end, and the exit code."""
    from kvshell.shell.conversation import Manner, converse  # noqa: PLC0415  # only for a terminal
    from kvshell.shell.lesson_host import LessonHost  # noqa: PLC0415

    path = shelf.find(asked.lesson)
    texts = Texts(language(asked.lang, os.environ))
    lesson = load(path, texts.language)
    progress = Progress(Path(asked.progress) if asked.progress else None)
    kept = progress.get(lesson)
    run = LessonRun(lesson, texts)
    opening: list[Piece] = run.begin() if kept is None else restore(run, kept)
    trouble: list[str] = []

    def save(run: LessonRun) -> None:
        try:
            progress.put(lesson, saved(run))
        except ProgressError as error:
            trouble[:] = [str(error)]

    def now() -> Caps:
        return flags.caps._replace(width=terminal_width({}, sys.__stdout__))

    host = LessonHost(
        run,
        opening,
        now,
        accessible=lambda width: is_accessible(
            asked.accessible or not flags.caps.interactive, os.environ, width
        ),
        save=save,
        remember=flags.recent.append,
    )
    code = converse(host, Manner(flags.caps, keep_history=False, idle=_import_slow_things))
    return "\n".join([farewell(run, path, asked, now().width or 80), *trouble]), code


def farewell(run: LessonRun, path: Path, asked: Options, width: int = 80) -> str:
    """Return the last words: where one was, and the exact command to come back."""
    texts, lesson = run.texts, run.lesson
    if run.finished:
        later = shelf.following(path)
        done = texts('Done: "{title}".', title=lesson.title)
        if later is None:
            return f"{done} {texts('That was the last lesson.')}"
        return f"{done} {texts('Next: {command}', command=_again(later, asked))}"
    words = texts(
        'Saved at "{step}" ({number}/{total}). Continue: {command}',
        step=run.step.prose.title,
        number=run.index + 1,
        total=len(lesson.steps),
        command=_again(path, asked),
    )
    return words if cell_width(words) <= width else words.replace("). ", ").\n", 1)


def _again(path: Path, asked: Options) -> str:
    bundled = path in shelf.lessons()
    words = ["kvshell", "learn", path.stem if bundled else str(path)]
    for flag, value in (("--lang", asked.lang), ("--progress", asked.progress)):
        words += [flag, value] if value else []
    words += ["--accessible"] if asked.accessible else []
    return shlex.join(words)


def _replayable(word: str) -> str:
    try:
        path = shelf.find(word)
    except shelf.NoLessonError:
        return word
    return f"lessons/{path.name}" if path in shelf.lessons() else str(path)


def open_lesson(wish: Open, flags: Flags) -> Iterable[Block]:
    """`learn [LESSON]` at the prompt: the list, or a walk; one's own system waits meanwhile."""
    asked = Options(lesson=wish.args.get("lesson") or "")
    texts = Texts(language("", os.environ))
    try:
        if asked.lesson:
            return [Block(walk(asked, flags)[0])]
        table = listing(loaded(shelf.lessons(), texts.language), Progress().all(), texts)
    except (shelf.NoLessonError, ProgressError, ParseError) as error:
        return [Block(f"** (CommandError) {error}")]
    width = terminal_width({}, sys.__stdout__)
    return [Block(render_view(table, flags.caps._replace(width=width)))]


def _import_slow_things() -> None:
    """What the first table would otherwise wait for."""
    import kvshell.views.drawing  # noqa: F401, PLC0415
