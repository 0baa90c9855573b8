"""Opens the prompt that the command line asks for."""

import os
import sys
from collections.abc import Iterable
from shutil import get_terminal_size
from typing import Final

from kvshell.commands.language.texts import Texts, language
from kvshell.commands.result import Open
from kvshell.runtime.garbage import collect_rarely
from kvshell.session import Session, here, loading
from kvshell.session.host import Host
from kvshell.session.interrupts import Interrupts
from kvshell.shell.config.preferences import preferences
from kvshell.shell.hosts.protocol import PromptRunner, ScreenBlock
from kvshell.shell.hosts.session_prompt import ScreenOpener, SessionPrompt
from kvshell.shell.preloading import preload
from kvshell.shell.recordings import Recordings
from kvshell.shell.screen.foreign_output import own_terminal
from kvshell.views import terminal_width, with_options
from kvshell.views.caps import Caps, Flags
from kvshell.views.output import emit, narrate

FAILED: Final = 1
USAGE: Final = 2


def prompt(flags: Flags) -> int:
    """Open a prompt on a new system; return the exit code once the prompt is left."""
    if sys.platform == "win32":
        narrate("the prompt needs Linux or macOS; here: kvshell -c LINE")
        return USAGE
    if flags.engine == "beam" or flags.nodes or flags.join:
        return _on_engine(flags)
    lines = (*(loading(path) for path in flags.load), *flags.lines)
    session = _session_class(flags.engine)("free", flags.design or "ets")
    session.programs = here
    return open_prompt(session, flags._replace(lines=lines), welcome=not lines, starts=True)


def _session_class(engine: str) -> type[Session]:
    """Return the session class for an engine that is kvshell's own runtime."""
    if engine != "elixir":
        return Session
    from kvshell.engines.elixir.session import ElixirSession  # noqa: PLC0415  # rarely needed

    return ElixirSession


def _on_engine(flags: Flags) -> int:
    """Open a prompt on the BEAM; return 2 if it is not available."""
    from kvshell.engines.available import (  # noqa: PLC0415  # rarely needed
        EngineError,
        refused,
        start,
    )

    if flags.load:
        narrate("--load runs files on kvshell's own runtime: leave --engine out")
        return USAGE
    if flags.free:
        narrate("--free is for kvshell's own runtime: leave --engine out")
        return USAGE
    if why := refused(flags.lines, alone=not (flags.nodes or flags.join)):
        narrate(why)
        return USAGE
    try:
        runner = start(flags.engine, flags.design, flags.nodes, flags.join)
    except EngineError as error:
        narrate(str(error))
        return USAGE
    code = open_prompt(runner, flags, welcome=not flags.lines, starts=True)
    if runner.left:
        narrate(Texts(language(flags.lang, os.environ)).translate(runner.left))
    return code


def open_prompt(
    session: PromptRunner,
    flags: Flags,
    *,
    welcome: bool = True,
    recordings: Recordings | None = None,
    starts: bool = False,
) -> int:
    """Open a prompt on a session, and close the session when the prompt is left.

    The session may have run lines already. A recording is ended, too. If `starts`, the user's
    options are applied and the start-up script is run first.
    """
    # Imported here because its dependencies do not exist on Windows.
    from kvshell.shell.conversation import PromptOptions, converse  # noqa: PLC0415

    collect_rarely()
    mine = preferences(flags)
    if starts:
        mine.settle(session)
    else:
        session.options["theme"] = mine.setting("theme")

    def now() -> Caps:
        width = terminal_width({}, sys.__stdout__)
        return with_options(flags.caps._replace(width=width), session.options)

    texts = Texts(language(flags.lang, os.environ))
    recordings = recordings or Recordings(session)
    screen_openers: dict[str, ScreenOpener] = {
        "bench": lambda _wish, host: _bench(now(), host),
        "test": lambda wish, host: _test(wish, now(), host),
        "explore": lambda wish, host: _explore(wish, session, now(), recordings, host, flags),
        "replay": lambda wish, _host: _replay(wish, now()),
        "watch": lambda wish, host: _watch(wish, session, now(), host, texts),
        "record": lambda wish, _host: recordings.open(wish),
        "learn": lambda wish, _host: _learn(wish, flags),
    }
    host = SessionPrompt(
        session, now, screen_openers, flags.recent.append, recordings.record, texts
    )
    options = PromptOptions(
        flags.caps,
        mine,
        opening=mine.start(session, host.words) if starts else (),
        keep_history=mine.keep_history,
        lines=tuple(line for text in flags.lines for line in text.split("\n")),
        welcome=welcome,
        setting=session.options.__getitem__,
        idle=preload,
        texts=texts,
    )
    try:
        code = converse(host, options)
    finally:
        if report := recordings.end():
            emit(report)
    return code or (FAILED if recordings.failed else 0)


def _bench(caps: Caps, host: Host) -> Iterable[ScreenBlock]:
    from kvshell.shell.bench_command import bench  # noqa: PLC0415  # rarely needed

    return bench(caps, host)


def _test(wish: Open, caps: Caps, host: Host) -> Iterable[ScreenBlock]:
    from kvshell.shell.bench_command import test  # noqa: PLC0415  # rarely needed

    return test(wish.args["path"], caps, host)


def _watch(
    wish: Open, session: PromptRunner, caps: Caps, host: Host, texts: Texts
) -> Iterable[ScreenBlock]:
    if not isinstance(session, Session):  # an engine rejects the word itself
        return []
    from kvshell.shell.watch_command import watch  # noqa: PLC0415  # rarely needed

    rows = get_terminal_size((80, 24)).lines
    return watch(wish, session, caps, rows, host, texts)


def _explore(
    wish: Open,
    session: PromptRunner,
    caps: Caps,
    recordings: Recordings,
    host: Host,
    flags: Flags,
) -> Iterable[ScreenBlock]:
    from kvshell.shell.explore_openers import exploring  # noqa: PLC0415  # rarely needed

    blocks, stopped = exploring(wish, session, caps, host, flags)
    if stopped:
        recordings.stopped()
    return blocks


def _replay(wish: Open, caps: Caps) -> Iterable[ScreenBlock]:
    """Replay a document in a separate session; the replay writes its own report."""
    from kvshell.transcript.command import ReplayOptions, main  # noqa: PLC0415  # rarely needed

    try:
        with (
            Interrupts(),  # the replay's sessions are discarded, so Ctrl-C may end everything
            own_terminal(),
        ):
            main("replay", ReplayOptions(paths=(wish.args["path"],), caps=caps))
    except KeyboardInterrupt:
        return [ScreenBlock("** (exit) interrupted")]
    finally:
        if sys.__stdout__ is not None:
            sys.__stdout__.flush()
    return []


def _learn(wish: Open, flags: Flags) -> Iterable[ScreenBlock]:
    """Open `learn` at the prompt: a lesson in a separate system, or the list of lessons."""
    from kvshell.shell.learn_command import open_lesson  # noqa: PLC0415  # rarely needed

    return open_lesson(wish, flags)
