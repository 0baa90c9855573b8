"""Every mode: its implementation, its arguments, and the shared options it accepts."""

from collections.abc import Callable
from typing import Final, NamedTuple

from kvshell.command_line.shared import LOOK, PROMPT, UPDATES, Add
from kvshell.command_line.values import count, kills, line, speed, width


class CommandMode(NamedTuple):
    """A mode of the command line.

    Attributes:
        target: `module:function`, imported when the mode is used; the function takes the parsed
            arguments, as a namespace, and the flags, and returns the exit code.
        words: the arguments shown after the name in the list of modes.
        summary: one line for the list of modes.
        arguments: adds the mode's own arguments.
        takes: the shared options that apply to it.
        examples: two example lines, shown by `--help`.
        note: further text for `--help`, such as the meaning of exit codes.
    """

    target: str
    words: str
    summary: str
    arguments: Callable[[Add], None]
    takes: tuple[str, ...]
    examples: tuple[str, ...]
    note: str = ""


# -- the arguments of each mode ----------------------------------------------------------------


def _learn(add: Add) -> None:
    add(
        "lesson",
        nargs="?",
        default="",
        metavar="LESSON",
        help="a lesson's name or number, or a file",
    )
    add("--list", dest="list_only", action="store_true", help="list the lessons")
    add("--accessible", action="store_true", help="no frames; ok: and no: instead of marks")
    add("--progress", default="", metavar="FILE", help="keep the progress in this file")
    message = "where learners get stuck, in every lesson or in LESSON"
    add("--report", nargs="+", default=[], metavar="FILE", help=message)
    add("--author", default="", metavar="PATH", help="write a lesson by walking through it")
    add("--force", action="store_true", help="with --author: overwrite a file")
    for flag, message in (
        ("--check", "run the ten checks on lessons"),
        ("--sync", "update translations"),
    ):
        add(flag, nargs="?", default="", const="*", metavar="PATH", help=message)


def _replay(add: Add) -> None:
    add("paths", nargs="+", metavar="PATH", help="FILE, FILE:LINE, FOLDER, - or a bundled name")
    add("--live", action="store_true", help="type it on the terminal, as a person would")
    add("--speed", type=speed, default=1.0, metavar="N", help="with --live: N times as fast")
    add("--step", action="store_true", help="with --live: wait for a key before each command")
    message = "rewrite expected output: only new, hunk by hunk, or all (default: all)"
    add("--update", default="", choices=("bare", *UPDATES), metavar="{new,ask,all}", help=message)
    add("--accept-identity", action="store_true", help="also update where the process changed")
    add("--force", action="store_true", help="update files that are modified in git")
    add("-x", dest="stop_first", action="store_true", help="stop at the first failure")
    add("-k", dest="match", default="", metavar="TEXT", help="only steps that contain TEXT")
    add("--stop-at", type=line, default=0, metavar="LINE", help="open the prompt before LINE")
    add("--report", default="", choices=("text", "trace", "json", "junit", "github"))
    add("--list", dest="list_only", action="store_true", help="list the steps without running them")
    add("--trust", action="store_true", help="let it read and write files")
    add("--elixir", action="store_true", help="run blocks of Elixir, as in a tutorial")


def _check(add: Add) -> None:
    add("paths", nargs="+", metavar="PATH", help="FILE, FOLDER, - or a bundled name")
    add("--report", default="", choices=("text", "json", "github"))


def _record(add: Add) -> None:
    add("path", metavar="PATH", help="the document to write")
    add("--force", action="store_true", help="overwrite PATH")
    add(
        "--redact",
        action="append",
        default=[],
        metavar="RE",
        help="hide text that matches; repeatable",
    )


def _export(add: Add) -> None:
    add("paths", nargs=1, metavar="FILE", help="FILE, FILE:LINE, - or a bundled name")
    add("--to", default="", choices=("cast", "svg", "html"), help="default: cast")
    add("-o", "--output", default="", metavar="FILE", help="default: standard output")
    add("--speed", type=speed, default=1.0, metavar="N", help="for a cast: N times as fast")
    add("--width", type=width, default=0, metavar="N", help="instead of the document's")
    add("--force", action="store_true", help="overwrite a file that is not an export")
    add("--trust", action="store_true", help="let it read and write files")


def _explore(add: Add) -> None:
    add(
        "path",
        metavar="PATH",
        nargs="+",  # several are the words of a line, to be told how to explore one
        help="a document, a bundled one's name, or a test file; or PATH:LINE",
    )
    add(
        "--law",
        choices=("spec", "beam", "both"),
        default="both",
        help="what orders signals: spec, sender and receiver; beam, when they are sent; "
        "default: both",
    )
    add("--budget", type=count, default=10_000, metavar="N", help="at most N schedules")
    add("--steps", type=count, default=500, metavar="N", help="at most N steps per schedule")
    add("--crash", type=kills, default=0, metavar="N", help="kill a process, at most N times")
    add("--timeouts", choices=("any",), default="", help="timers may fire at any moment")
    add("--odds", type=count, default=0, metavar="N", help="run it N times on real threads")
    add("--replay", default="", metavar="TOKEN", help="walk through one schedule")
    add("--trust", action="store_true", help="let it load Python files")
    for name, about in (
        ("diagram", "draw the diagram at any width"),
        ("list", "list the steps instead of drawing them"),
    ):
        add(f"--{name}", dest="shape", action="store_const", const=name, help=about)
    add(
        "--mermaid",
        action="store_true",
        help="print only the diagram, as Mermaid; with --all, a document of them",
    )
    add("--all", action="store_true", help="list and draw a schedule for each outcome")


def _test(add: Add) -> None:
    add("paths", nargs="*", metavar="PATH", help="FILE, FILE:LINE or FOLDER; default: test")
    add(
        "--only",
        action="append",
        default=[],
        metavar="TAG",
        help="only tests with TAG or TAG:VALUE",
    )
    add(
        "--exclude",
        action="append",
        default=[],
        metavar="TAG",
        help="skip tests with TAG; repeatable",
    )
    add(
        "--include",
        action="append",
        default=[],
        metavar="TAG",
        help="also tests with TAG; repeatable",
    )
    add(
        "--seed",
        type=int,
        metavar="N",
        help="shuffle each module as mix does; 0: as written (default)",
    )
    add("--trace", action="store_true", help="as in mix; tests are always listed one by one")
    add("--timeout", type=int, default=60_000, metavar="MS", help="per test; 0: none")
    add("--report", default="", choices=("text", "json", "junit"), help="default: text")
    add("--explore", action="store_true", help="run each test under every schedule")
    add("--law", choices=("spec", "beam", "both"), default="both", help="with --explore")
    add("--budget", type=count, default=1_000, metavar="N", help="with --explore: at most N")
    add("--all", action="store_true", help="with --explore: draw a schedule for each outcome")
    message = "with --explore: at most N steps per schedule"
    add("--steps", type=count, default=500, metavar="N", help=message)
    add("--jobs", type=count, default=1, metavar="N", help="with --explore: N tests at a time")


def _bench(_add: Add) -> None:
    pass


def _doctor(_add: Add) -> None:
    pass


def _config(add: Add) -> None:
    add("--show", action="store_true", help="each setting and its source (default)")
    add("--path", action="store_true", help="print the name of the file")
    add("--edit", action="store_true", help="open the file in $VISUAL or $EDITOR")


def _completion(add: Add) -> None:
    add("shell", choices=("bash", "zsh", "fish"), metavar="SHELL", help="bash, zsh or fish")


MODES: Final = {
    "learn": CommandMode(
        "kvshell.shell.learn_command:learn",
        "[LESSON]",
        "walk through a lesson, or list them",
        _learn,
        ("json", "plain", "color", "lang", "no_config", "no_history", "present", "debug"),
        ("kvshell learn", "kvshell learn two-stores --lang ru"),
    ),
    "replay": CommandMode(
        "kvshell.shell.replay_command:replay",
        "PATH...",
        "run the transcripts in files and folders",
        _replay,
        ("json", "plain", "color", "design", "engine", "load", "no_config", "debug"),
        ("kvshell replay my.md", "kvshell replay my.md --update=new"),
        "Exit codes: 0 all passed, 1 something differs, 2 usage or a malformed document, "
        "3 nothing to run, 4 a hang, 130 interrupted. With --engine beam or elixir documents are "
        "compared with that engine: 1 something differs, 2 it is not available, 4 it did not "
        "settle in time; a skipped line never counts as the same.",
    ),
    "check": CommandMode(
        "kvshell.transcript.command:check",
        "PATH...",
        "report likely mistakes in transcripts; run nothing",
        _check,
        LOOK,
        ("kvshell check my.md", "kvshell check transcripts --report github"),
    ),
    "record": CommandMode(
        "kvshell.shell.record_command:record",
        "PATH",
        "save a session as a transcript",
        _record,
        PROMPT,
        ("kvshell record my.md", "kvshell record my.md < lines.txt"),
    ),
    "export": CommandMode(
        "kvshell.transcript.command:export",
        "FILE",
        "export a transcript as a film, a picture or a page",
        _export,
        ("design", "load", "debug", "color"),
        ("kvshell export my.md -o my.svg", "kvshell export races/create-cast --to html"),
    ),
    "test": CommandMode(
        "kvshell.explore.test_command:test",
        "PATH...",
        "run ExUnit files, also under every schedule",
        _test,
        ("json", "plain", "color", "free", "debug"),
        ("kvshell test test/kv/registry_test.exs:19", "kvshell test --explore"),
        "With --explore a test is red if it fails in the order of a plain run, green by luck if it "
        "fails in another order only. Exit codes: 0 green, 1 a test failed, or is not known to be "
        "green in all schedules, 2 a file does not compile, 130 interrupted. (mix: 2 and 1.)",
    ),
    "explore": CommandMode(
        "kvshell.shell.explore_prompt:explore",
        "PATH",
        "run a document under every schedule that can make a difference",
        _explore,
        (*LOOK, "design", "load", "keep_going"),
        ("kvshell explore races/bogus-barrier", "kvshell explore my.md --law beam --json"),
        "Exit codes: 0 no schedule fails, 1 one does, 2 usage or a malformed document, "
        "3 nothing to explore, 4 no verdict, 130 interrupted.",
    ),
    "bench": CommandMode(
        "kvshell.bench.command:bench",
        "",
        "measure calls, look-ups and very many stores; about 15 s",
        _bench,
        LOOK,
        ("kvshell bench", "kvshell bench --json"),
    ),
    "doctor": CommandMode(
        "kvshell.batch.doctor:doctor",
        "",
        "list the available engines, and how to get the others",
        _doctor,
        LOOK,
        ("kvshell doctor", "kvshell doctor --json"),
    ),
    "config": CommandMode(
        "kvshell.shell.config.command:config",
        "",
        "show or edit the settings in your config folder",
        _config,
        ("color", "debug"),
        ("kvshell config --show", "kvshell config --edit"),
    ),
    "completion": CommandMode(
        "kvshell.command_line.completion:completion",
        "SHELL",
        "print completion for bash, zsh or fish",
        _completion,
        ("color", "debug"),
        ('eval "$(kvshell completion bash)"', "kvshell completion fish | source"),
    ),
}
