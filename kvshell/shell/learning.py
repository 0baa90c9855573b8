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
from kvshell.learn.pieces import Piece, Said
from kvshell.learn.progress import Progress, ProgressError, restore, saved
from kvshell.learn.run import LessonRun
from kvshell.learn.texts import SaidError, Texts, language
from kvshell.shell.benching import bench
from kvshell.shell.doors import exploring_in_a_lesson
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
    texts = Texts(language(asked.lang, os.environ))
    if not (flags.caps.tty and sys.stdin is not None and sys.stdin.isatty()):
        return refuse(_no_terminal(asked, texts))
    if asked.author:
        from kvshell.shell.author_host import author  # noqa: PLC0415  # seldom asked for

        return author(asked, flags)
    try:
        said, code = walk(asked, flags)
    except SaidError as error:
        return refuse(error.told(texts))
    except ParseError as error:
        return refuse(str(error))
    except OSError as error:
        return refuse(texts("cannot read {path}: {why}", path=error.filename, why=error.strerror))
    sys.stdout.write(f"{said}\n")
    return code


def _no_terminal(asked: Options, texts: Texts) -> str:
    """Why nobody is taught here, and what can be done instead."""
    if asked.author:
        said = "learn --author listens to a person at a terminal; without one: {command}"
        return texts(said, command=f"kvshell record {shlex.quote(asked.author)}")
    try:
        path = shelf.find(asked.lesson)
    except SaidError as error:
        return error.told(texts)
    name = f"lessons/{path.name}" if path in shelf.lessons() else str(path)
    said = "learn talks with a person at a terminal; to run a lesson without one: {command}"
    return texts(said, command=f"kvshell replay {shlex.quote(name)}")


def walk(asked: Options, flags: Flags, *, inside: bool = False) -> tuple[str, int]:
    """Walk a lesson from where it was left; what to say at the end, and the exit code.

    `inside` is the prompt, where the command to come back is a shorter one.
    """
    from kvshell.shell.conversation import Manner, converse  # noqa: PLC0415  # only for a terminal
    from kvshell.shell.lesson_host import LessonHost  # noqa: PLC0415

    path = shelf.find(asked.lesson)
    texts = Texts(language(asked.lang, os.environ))
    lesson = load(path, texts.language)
    progress = Progress(Path(asked.progress) if asked.progress else None)
    kept = progress.get(lesson)
    run = LessonRun(lesson, texts, exploring_in_a_lesson)
    opening: list[Piece] = run.begin() if kept is None else restore(run, kept)
    trouble: list[str] = []

    def save(run: LessonRun) -> None:
        try:
            progress.put(lesson, saved(run))
        except ProgressError as error:
            trouble[:] = [error.told(texts)]

    def now() -> Caps:
        plain = flags.caps.plain or asked.accessible  # a box is read aloud, line by line
        return flags.caps._replace(width=terminal_width({}, sys.__stdout__), plain=plain)

    save(run)
    if trouble:  # told now, as nobody walks half an hour to hear it at the end
        note = texts("nothing of this walk will be kept: {why}", why=trouble[0])
        opening.insert(0, Said("no", "", note))
    host = LessonHost(
        run,
        opening,
        now,
        accessible=lambda width: is_accessible(
            asked.accessible or not flags.caps.interactive, os.environ, width
        ),
        save=save,
        doors={"bench": lambda _wish: bench(now())},
        remember=flags.recent.append,
    )
    code = converse(host, Manner(flags.caps, keep_history=False, idle=_import_slow_things))
    last = farewell(run, path, asked, inside=inside, kept=not trouble)
    if trouble:
        last.append(trouble[0])
    elif progress.shared and not run.finished:
        last.append(texts("It was walked in another terminal, too: what was done there is kept."))
    return _fitting(last, now().width or 80), code


def farewell(
    run: LessonRun, path: Path, asked: Options, *, inside: bool = False, kept: bool = True
) -> list[str]:
    """Return the last words: where one was, and the exact command to come back."""
    texts, lesson = run.texts, run.lesson
    if run.finished:
        later = shelf.following(path)
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
        return [texts('Left at "{step}" ({number}/{total}), and nothing was kept:', **place)]
    return [
        texts('Saved at "{step}" ({number}/{total}).', **place),
        texts("Continue: {command}", command=_again(path, asked, inside=inside)),
    ]


def _fitting(sentences: Sequence[str], width: int) -> str:
    """The sentences on one line if there is room, else each on a line of its own."""
    line = " ".join(sentences)
    return line if cell_width(line) <= width else "\n".join(sentences)


def _again(path: Path, asked: Options, *, inside: bool) -> str:
    name = shelf.short(path.stem) if path in shelf.lessons() else str(path)
    if inside:
        return f"learn {shlex.quote(name)}"
    words = ["kvshell", "learn", name]
    for flag, value in (("--lang", asked.lang), ("--progress", asked.progress)):
        words += [flag, value] if value else []
    words += ["--accessible"] if asked.accessible else []
    return shlex.join(words)


def open_lesson(wish: Open, flags: Flags) -> Iterable[Block]:
    """`learn [LESSON]` at the prompt: the list, or a walk; one's own system waits meanwhile."""
    asked = Options(lesson=wish.args.get("lesson") or "")
    texts = Texts(language("", os.environ))
    try:
        if asked.lesson:
            return [Block(walk(asked, flags, inside=True)[0])]
        table = listing(loaded(shelf.lessons(), texts.language), Progress().all(), texts)
    except SaidError as error:
        return [Block(f"** (CommandError) {error.told(texts)}")]
    except ParseError as error:
        return [Block(f"** (CommandError) {error}")]
    width = terminal_width({}, sys.__stdout__)
    return [Block(render_view(table, flags.caps._replace(width=width)))]


def _import_slow_things() -> None:
    """What the first table would otherwise wait for."""
    import kvshell.views.drawing  # noqa: F401, PLC0415
