"""`kvshell learn`, and `learn` at the prompt."""

import os
import shlex
import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path

from kvshell.commands.language.texts import Texts, TranslatableError, language
from kvshell.commands.result import Open
from kvshell.learn import command
from kvshell.learn.command import LearnOptions, refuse
from kvshell.learn.drawing import is_accessible
from kvshell.learn.lesson import catalogue
from kvshell.learn.lesson.lesson import load
from kvshell.learn.listing import listing, loaded
from kvshell.learn.walk.lesson_host import LessonMessage, Piece
from kvshell.learn.walk.lesson_run import LessonRun
from kvshell.learn.walk.progress import LearnerProgress, ProgressError, restore, saved
from kvshell.shell.bench_command import bench, test
from kvshell.shell.config.preferences import preferences
from kvshell.shell.explore_openers import exploring_in_a_lesson
from kvshell.shell.hosts.protocol import ScreenBlock
from kvshell.shell.preloading import preload
from kvshell.transcript.format.grammar import ParseError
from kvshell.views import Caps, render_view, terminal_width
from kvshell.views.caps import Flags
from kvshell.views.output import emit
from kvshell.views.widths import cell_width


def learn(given: Namespace, flags: Flags) -> int:
    """Run `kvshell learn ...`; return the exit code."""
    asked = command.options(given, flags)
    if not asked.walks:
        return command.run(asked, flags)
    texts = Texts(language(asked.lang, os.environ))
    if not (flags.caps.tty and sys.stdin is not None and sys.stdin.isatty()):
        return refuse(_no_terminal(asked, texts))
    if asked.author:
        from kvshell.shell.author_prompt import author  # noqa: PLC0415  # rarely needed

        return author(asked, flags)
    try:
        message, code = walk(asked, flags)
    except TranslatableError as error:
        return refuse(error.translated(texts))
    except ParseError as error:
        return refuse(str(error))
    except OSError as error:
        return refuse(texts("cannot read {path}: {why}", path=error.filename, why=error.strerror))
    emit(message, flags.caps)
    return code


def _no_terminal(asked: LearnOptions, texts: Texts) -> str:
    """Return the message that a lesson needs a terminal, and what to do without one."""
    if asked.author:
        message = "learn --author needs a terminal; without one: {command}"
        return texts(message, command=f"kvshell record {shlex.quote(asked.author)}")
    try:
        path = catalogue.lesson_path(asked.lesson)
    except TranslatableError as error:
        return error.translated(texts)
    name = f"lessons/{path.name}" if path in catalogue.lessons() else str(path)
    message = "learn needs a terminal; to run a lesson without one: {command}"
    return texts(message, command=f"kvshell replay {shlex.quote(name)}")


def walk(asked: LearnOptions, flags: Flags, *, inside: bool = False) -> tuple[str, int]:
    """Walk through a lesson from where it was left; return the final message and the exit code.

    `inside` is true at the prompt, where the command to resume is shorter.
    """
    from kvshell.shell.conversation import (  # noqa: PLC0415  # only for a terminal
        PromptOptions,
        converse,
    )
    from kvshell.shell.hosts.lesson_prompt import LessonPrompt  # noqa: PLC0415

    path = catalogue.lesson_path(asked.lesson)
    texts = Texts(language(asked.lang, os.environ))
    lesson = load(path, texts.language)
    progress = LearnerProgress(Path(asked.progress) if asked.progress else None)
    kept = progress.get(lesson)
    run = LessonRun(lesson, texts, exploring_in_a_lesson)
    opening: list[Piece] = run.begin() if kept is None else restore(run, kept)
    trouble: list[str] = []

    def save(run: LessonRun) -> None:
        try:
            progress.put(lesson, saved(run))
        except ProgressError as error:
            trouble[:] = [error.translated(texts)]

    def now() -> Caps:
        plain = flags.caps.plain or asked.accessible  # a screen reader reads a box line by line
        return flags.caps._replace(width=terminal_width({}, sys.__stdout__), plain=plain)

    save(run)
    if trouble:  # report it at once, not after half an hour of work
        note = texts("your progress will not be saved: {why}", why=trouble[0])
        opening.insert(0, LessonMessage("no", "", note))
    host = LessonPrompt(
        run,
        opening,
        now,
        accessible=lambda width: is_accessible(
            asked.accessible or not flags.caps.interactive, os.environ, width
        ),
        save=save,
        screen_openers={
            "bench": lambda _wish, host: bench(now(), host),
            "test": lambda wish, host: test(wish.args["path"], now(), host),
        },
        remember=flags.recent.append,
    )
    code = converse(
        host,
        PromptOptions(
            flags.caps,
            preferences(flags),
            keep_history=False,
            idle=preload,
            texts=texts,
        ),
    )
    last = farewell(run, path, asked, inside=inside, kept=not trouble)
    if trouble:
        last.append(trouble[0])
    elif progress.shared and not run.finished:
        last.append(
            texts("The lesson was also taken in another terminal: what was done there is kept.")
        )
    return _fitting(last, now().width or 80), code


def farewell(
    run: LessonRun, path: Path, asked: LearnOptions, *, inside: bool = False, kept: bool = True
) -> list[str]:
    """Return the sentences shown at the end: the current step, and the command to resume."""
    texts, lesson = run.texts, run.lesson
    if run.finished:
        later = catalogue.following(path)
        done = texts('Done: "{title}".', title=lesson.title)
        if later is None:
            return [done, texts("That was the last lesson.")]
        return [done, texts("Next: {command}", command=_again(later, asked, inside=inside))]
    place = {
        "step": run.step.prose.title,
        "number": run.index + 1,
        "total": len(lesson.steps),
    }
    if not kept:
        return [texts('Left at "{step}" ({number}/{total}), and nothing was saved:', **place)]
    return [
        texts('Saved at "{step}" ({number}/{total}).', **place),
        texts("Continue: {command}", command=_again(path, asked, inside=inside)),
    ]


def _fitting(sentences: Sequence[str], width: int) -> str:
    """Join the sentences on one line if they fit, otherwise put each on a line of its own."""
    line = " ".join(sentences)
    return line if cell_width(line) <= width else "\n".join(sentences)


def _again(path: Path, asked: LearnOptions, *, inside: bool) -> str:
    name = catalogue.short(path.stem) if path in catalogue.lessons() else str(path)
    if inside:
        return f"learn {shlex.quote(name)}"
    words = ["kvshell", "learn", name]
    for flag, value in (("--lang", asked.lang), ("--progress", asked.progress)):
        words += [flag, value] if value else []
    words += ["--accessible"] if asked.accessible else []
    return shlex.join(words)


def open_lesson(wish: Open, flags: Flags) -> Iterable[ScreenBlock]:
    """Run `learn [LESSON]` at the prompt: list the lessons, or walk through one.

    The session waits meanwhile.
    """
    asked = LearnOptions(lesson=wish.args.get("lesson") or "", lang=flags.lang)
    texts = Texts(language(flags.lang, os.environ))
    try:
        if asked.lesson:
            return [ScreenBlock(walk(asked, flags, inside=True)[0])]
        table = listing(loaded(catalogue.lessons(), texts.language), LearnerProgress().all(), texts)
    except TranslatableError as error:
        return [ScreenBlock(f"** (CommandError) {error.translated(texts)}")]
    except ParseError as error:
        return [ScreenBlock(f"** (CommandError) {error}")]
    width = terminal_width({}, sys.__stdout__)
    return [ScreenBlock(render_view(table, flags.caps._replace(width=width)))]
