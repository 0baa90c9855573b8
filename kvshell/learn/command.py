"""The command line of `kvshell learn`: words -> Options; and all of it that needs no terminal."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from kvshell.learn import shelf
from kvshell.learn.listing import listing, listing_json, loaded, report
from kvshell.learn.progress import Progress, ProgressError
from kvshell.learn.texts import LANGUAGES, SaidError, Texts, language
from kvshell.transcript.grammar import ParseError
from kvshell.views import Caps, render_view
from kvshell.views.flags import Flags

OK, FAILED, USAGE = 0, 1, 2
OWN_NAME = "progress"  # a file as the learner's own folder has it: the folder says whose it is
EVERYTHING = "*"  # what `--check` and `--sync` mean without a path


class Options(NamedTuple):
    """What the command line says.

    Attributes:
        lesson: the one to walk; "" for none.
        list_only: `--list`; also what no lesson means.
        check: `--check [PATH]`: "" not asked, EVERYTHING, or a path.
        sync: `--sync [PATH]`, likewise.
        author: `--author PATH`.
        report: `--report FILE...`.
        progress: `--progress FILE`; "" for the user's own.
        lang: as asked for; "" for the locale's.
        accessible: no frames, words instead of marks.
        json: for `--list`.
        force: `--author` may write over a file.
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
        """Whether a person is to be taught or listened to: that needs a terminal."""
        return bool(self.author) or bool(
            self.lesson and not (self.list_only or self.check or self.sync or self.report)
        )


def options(words: Sequence[str], flags: Flags) -> Options:
    """Read the words; a wrong one ends the program with 2."""
    parser = argparse.ArgumentParser(
        prog="kvshell learn",
        description="Walk through a lesson; without one, list them with what has been done.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("lesson", nargs="?", default="", metavar="LESSON", help="its name, its number or a file")
    add("--list", dest="list_only", action="store_true", help="list the lessons")
    add("--json", action="store_true", help="the list for programs")
    add("--lang", default="", metavar="CODE", type=_code, help="en or ru; else the locale's")
    add("--accessible", action="store_true", help="no frames; ok: and no: instead of marks")
    add("--progress", default="", metavar="FILE", help="keep what was done in this file")
    said = "steps against stuck learners, of every lesson or of LESSON"
    add("--report", nargs="+", default=[], metavar="FILE", help=said)
    add("--author", default="", metavar="PATH", help="write a lesson by walking it")
    add("--force", action="store_true", help="with --author: write over a file")
    for flag, said in (("--check", "hold lessons to the ten checks"), ("--sync", "mend copies")):
        add(flag, nargs="?", default="", const=EVERYTHING, metavar="PATH", help=said)
    given = vars(parser.parse_args(list(words)))
    given["report"] = tuple(given["report"])
    given["json"] = given["json"] or flags.caps.json
    return Options(**given)


def run(asked: Options, flags: Flags) -> int:
    """Carry out everything but a walk; the exit code."""
    texts = Texts(language(asked.lang, os.environ))
    try:
        if asked.check:
            from kvshell.learn.checking import check_all  # noqa: PLC0415  # seldom asked for

            return check_all(_paths(asked.check), write)
        if asked.sync:
            from kvshell.learn.sync import sync_all  # noqa: PLC0415  # seldom asked for

            return sync_all(_paths(asked.sync), write)
        if asked.report:
            return _report(asked, texts, flags.caps)
        return _list(asked, texts, flags.caps)
    except SaidError as error:
        return refuse(error.told(texts))
    except ParseError as error:
        return refuse(str(error))
    except OSError as error:
        return refuse(texts("cannot read {path}: {why}", path=error.filename, why=error.strerror))


def _code(said: str) -> str:
    if said and said.partition("_")[0].lower() not in LANGUAGES:
        raise argparse.ArgumentTypeError(f"no lessons in {said}: {' or '.join(LANGUAGES)}")
    return said


def _list(asked: Options, texts: Texts, caps: Caps) -> int:
    lessons = loaded(shelf.lessons(), texts.language)
    done = Progress(Path(asked.progress) if asked.progress else None).all()
    if asked.json:
        write(listing_json(lessons, done))
    else:
        write(render_view(listing(lessons, done, texts), caps))
    return OK


def _report(asked: Options, texts: Texts, caps: Caps) -> int:
    learners, code = {}, OK
    for name in asked.report:
        path = Path(name)
        try:
            kept = Progress(path).all() if path.is_file() else None
        except ProgressError as error:
            code = refuse(error.told(texts))  # the others are shown all the same
            continue
        if kept is None:
            code = refuse(texts("no file {path}", path=name))
            continue
        own = path.resolve().parent.name if path.stem == OWN_NAME else path.stem
        learners[own if own and own not in learners else name] = kept
    paths = [shelf.find(asked.lesson)] if asked.lesson else shelf.lessons()
    tables = report(loaded(paths, texts.language), learners, texts)
    for table in tables:
        write(render_view(table, caps))
    if not tables and learners:
        write(texts("nobody has begun a lesson"))
    return code


def _paths(asked: str) -> list[Path]:
    if asked == EVERYTHING:
        return shelf.lessons()
    path = Path(asked)
    return shelf.lessons(path) if path.is_dir() else [shelf.find(asked)]


def write(text: str) -> None:
    """Write a line of the answer."""
    sys.stdout.write(f"{text}\n")


def refuse(sentence: str) -> int:
    """Say why not, for people; the exit code of that."""
    if sys.stderr is not None:
        sys.stderr.write(f"kvshell: {sentence}\n")
    return USAGE
