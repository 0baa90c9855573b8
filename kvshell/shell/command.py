"""The prompt as the command line opens it."""

import contextlib
import signal
import sys
from collections.abc import Iterable
from typing import Final

from kvshell.commands.result import Open
from kvshell.session import Session, here, loading
from kvshell.shell.host import Block
from kvshell.shell.recording import Recordings
from kvshell.shell.session_host import Door, SessionHost
from kvshell.views import terminal_width, with_options
from kvshell.views.caps import Caps
from kvshell.views.flags import Flags

USAGE: Final = 2


def prompt(flags: Flags) -> int:
    """Open the prompt on a fresh system and talk until it is left; the exit code."""
    if sys.platform == "win32":
        sys.stderr.write("kvshell: the prompt needs Linux or macOS; here: kvshell -c LINE\n")
        return USAGE
    lines = (*(loading(path) for path in flags.load), *flags.lines)
    session = Session("free")
    session.programs = here
    return open_prompt(session, flags._replace(lines=lines), welcome=not lines)


def open_prompt(
    session: Session,
    flags: Flags,
    *,
    welcome: bool = True,
    recordings: Recordings | None = None,
) -> int:
    """Talk with a session, which may have run lines already; it is closed at the end.

    A recording that is still going on is ended, too.
    """
    # Here and not above: what it imports is not there on Windows.
    from kvshell.shell.conversation import Manner, converse  # noqa: PLC0415

    session.options["theme"] = flags.caps.theme

    def now() -> Caps:
        width = terminal_width({}, sys.__stdout__)
        return with_options(flags.caps._replace(width=width), session.options)

    recordings = recordings or Recordings(session)
    doors: dict[str, Door] = {
        "bench": lambda _wish: _bench(now()),
        "explore": lambda wish: _explore(wish, session, now(), recordings),
        "replay": lambda wish: _replay(wish, now()),
        "record": recordings.open,
        "learn": lambda wish: _learn(wish, flags),
    }
    host = SessionHost(session, now, doors, flags.recent.append, recordings.heard)
    manner = Manner(
        flags.caps,
        keep_history=flags.history,
        lines=tuple(line for text in flags.lines for line in text.split("\n")),
        welcome=welcome,
        theme=lambda: session.options["theme"],
        idle=_import_slow_things,
    )
    try:
        return converse(host, manner)
    finally:
        if told := recordings.end():
            sys.stdout.write(f"{told}\n")


def _bench(caps: Caps) -> Iterable[Block]:
    from kvshell.shell.benching import bench  # noqa: PLC0415  # seldom asked for

    return bench(caps)


def _explore(wish: Open, session: Session, caps: Caps, recordings: Recordings) -> Iterable[Block]:
    from kvshell.shell.doors import exploring  # noqa: PLC0415  # seldom asked for

    blocks, stopped = exploring(wish, session, caps)
    if stopped:
        recordings.stopped()
    return blocks


def _replay(wish: Open, caps: Caps) -> Iterable[Block]:
    """Replay a document in a session of its own; it writes its own report."""
    from kvshell.transcript.main import Options, main  # noqa: PLC0415  # seldom asked for

    # Its sessions are thrown away, so here Ctrl-C may end everything at once.
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with (
            contextlib.redirect_stdout(sys.__stdout__),
            contextlib.redirect_stderr(sys.__stderr__),
        ):
            main("replay", Options(paths=(wish.args["path"],), caps=caps))
    except KeyboardInterrupt:
        return [Block("** (exit) interrupted")]
    finally:
        signal.signal(signal.SIGINT, previous)
        if sys.__stdout__ is not None:
            sys.__stdout__.flush()
    return []


def _learn(wish: Open, flags: Flags) -> Iterable[Block]:
    """Walk through a lesson, on a system of its own."""
    from kvshell.shell.learning import open_lesson  # noqa: PLC0415  # seldom asked for

    return open_lesson(wish, flags)


def _import_slow_things() -> None:
    """What the first table and the first help text would otherwise wait for."""
    import kvshell.views.drawing  # noqa: PLC0415
    import kvshell.views.markdown  # noqa: F401, PLC0415
