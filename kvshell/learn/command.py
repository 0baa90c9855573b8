"""`kvshell learn`: its options, and everything that needs no terminal."""

import os
from argparse import Namespace
from pathlib import Path
from typing import NamedTuple

from kvshell.commands.language.texts import Texts, TranslatableError, language
from kvshell.learn.lesson import catalogue
from kvshell.learn.listing import listing, listing_json, loaded, report
from kvshell.learn.walk.progress import LearnerProgress, ProgressError
from kvshell.transcript.format.grammar import ParseError
from kvshell.views import Caps, render_view
from kvshell.views.caps import Flags
from kvshell.views.output import emit, narrate

OK, FAILED, USAGE = 0, 1, 2
OWN_NAME = "progress"  # the file name in a learner's own folder; the folder names the learner
EVERYTHING = "*"  # the meaning of `--check` and `--sync` without a path


class LearnOptions(NamedTuple):
    """The options of `kvshell learn`.

    Attributes:
        lesson: the lesson to walk through; "" for none.
        list_only: `--list`; also the default without a lesson.
        check: `--check [PATH]`: "" if not given, EVERYTHING, or a path.
        sync: `--sync [PATH]`, with the same values.
        author: `--author PATH`.
        report: `--report FILE...`.
        progress: `--progress FILE`; "" for the user's own.
        lang: the requested language; "" for the locale's.
        accessible: whether to omit frames and use words instead of marks.
        json: whether `--list` writes JSON.
        force: whether `--author` may overwrite a file.
    """

    lesson: str = ""
    list_only: bool = False
    check: str = ""
    sync: str = ""
    author: str = ""
    report: tuple[str, ...] = ()
    progress: str = ""
    lang: str = ""
    accessible: bool = False
    json: bool = False
    force: bool = False

    @property
    def walks(self) -> bool:
        """Whether these options start a walk or a recording, which need a terminal."""
        return bool(self.author) or bool(
            self.lesson and not (self.list_only or self.check or self.sync or self.report)
        )


def options(given: Namespace, flags: Flags) -> LearnOptions:
    """Return the options in a parsed command line."""
    fields = {k: v for k, v in vars(given).items() if k in LearnOptions._fields}
    fields["report"] = tuple(fields["report"])
    fields["accessible"] = given.accessible or given.plain  # a frame is a box
    return LearnOptions(**{**fields, "json": flags.caps.json})


def run(asked: LearnOptions, flags: Flags) -> int:
    """Do what the options ask for, except a walk or a recording; return the exit code."""
    texts = Texts(language(asked.lang, os.environ))
    try:
        if asked.check:
            from kvshell.learn.checks import check_all  # noqa: PLC0415  # rarely needed

            return check_all(_paths(asked.check), emit)
        if asked.sync:
            from kvshell.learn.lesson.translations import (  # noqa: PLC0415  # rarely needed
                sync_all,
            )

            return sync_all(_paths(asked.sync), emit)
        if asked.report:
            return _report(asked, texts, flags.caps)
        return _list(asked, texts, flags.caps)
    except TranslatableError as error:
        return refuse(error.translated(texts))
    except ParseError as error:
        return refuse(str(error))
    except OSError as error:
        return refuse(texts("cannot read {path}: {why}", path=error.filename, why=error.strerror))


def _list(asked: LearnOptions, texts: Texts, caps: Caps) -> int:
    lessons = loaded(catalogue.lessons(), texts.language)
    done = LearnerProgress(Path(asked.progress) if asked.progress else None).all()
    if asked.json:
        emit(listing_json(lessons, done))
    else:
        emit(render_view(listing(lessons, done, texts), caps), caps)
    return OK


def _report(asked: LearnOptions, texts: Texts, caps: Caps) -> int:
    learners, code = {}, OK
    for name in asked.report:
        path = Path(name)
        try:
            kept = LearnerProgress(path).all() if path.is_file() else None
        except ProgressError as error:
            code = refuse(error.translated(texts))  # the others are still shown
            continue
        if kept is None:
            code = refuse(texts("no such file or folder: {path}", path=name))
            continue
        own = path.resolve().parent.name if path.stem == OWN_NAME else path.stem
        learners[own if own and own not in learners else name] = kept
    paths = [catalogue.lesson_path(asked.lesson)] if asked.lesson else catalogue.lessons()
    tables = report(loaded(paths, texts.language), learners, texts)
    for table in tables:
        emit(render_view(table, caps), caps)
    if not tables and learners:
        emit(texts("no lesson has been started yet"))
    return code


def _paths(asked: str) -> list[Path]:
    if asked == EVERYTHING:
        return catalogue.lessons()
    path = Path(asked)
    return catalogue.lessons(path) if path.is_dir() else [catalogue.lesson_path(asked)]


def refuse(sentence: str) -> int:
    """Print why this cannot be done; return the exit code."""
    narrate(sentence)
    return USAGE
