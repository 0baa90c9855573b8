"""One system on which a document's lines run: a Session, its clients, its clock.

A line is run, then the system comes to rest; what it printed and what happened meanwhile are text
in the form that is compared (R1, R9, R10).
"""

from collections.abc import Callable
from time import perf_counter
from typing import NamedTuple

from kvshell.commands.matching import parse
from kvshell.commands.result import Result
from kvshell.runtime import Event, Interrupted, NotAtRest
from kvshell.runtime.controlled import Controlled
from kvshell.session import Session, here, preload
from kvshell.session.programs import Programs
from kvshell.transcript.document import Front
from kvshell.transcript.dump import dump, shell_waits
from kvshell.transcript.exploring import Explore, explored, wish_of
from kvshell.transcript.normal import output_lines, visible
from kvshell.transcript.scope import Scope
from kvshell.transcript.targets import TargetError
from kvshell.transcript.watchdog import OverdueError, Watchdog
from kvshell.views import DOCUMENT, Caps, render

# Wishes that a transcript does not carry out; `exit` ends it and `clear` has nothing to clear.
_REFUSED = "** (CommandError) {kind} opens something for the prompt: a transcript does not"
_UNTRUSTED = "** (CommandError) {kind} reads a file: in a transcript only with --trust"
EXPLORING_S = 60.0
NO_VERDICT = "no verdict within"
_TOLD_ALWAYS = {"answer", "exit"}  # not written by the logger
_LEVELS = {"off": (), "info": ("error", "warning", "notice", "info")}


class Told(NamedTuple):
    """What a line came to. `stuck` says why it did not come to its end, `dump` who waits."""

    printed: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    ms: float = 0.0
    quit: bool = False
    stuck: str = ""
    dump: tuple[str, ...] = ()


class Stage:
    """Runs lines. `read` carries out commands that read files, where the document is trusted.

    `programs` finds what `load` runs, where it may; those of `preloaded` run before the first line.
    `explore` searches what a line wants explored, in systems of its own.
    """

    def __init__(
        self,
        front: Front,
        design: str,
        watchdog: Watchdog,
        read: Callable[[str], str] | None = None,
        programs: Programs = None,
        preloaded: tuple[str, ...] = (),
        explore: Explore = explored,
    ) -> None:
        self._front = front
        self._design = design or front.design or "ets"
        self._watchdog = watchdog
        self._read = read
        self._programs = programs
        self._preloaded = preloaded
        self._explore = explore
        self._caps = DOCUMENT._replace(width=front.width)
        self._session: Session | None = None
        self._abandoned = False
        self.results: list[Result] = []  # of the last line, for those who draw them again
        self.events: tuple[str, ...] = ()
        self._told = ""  # what a file that was read came to

    @property
    def session(self) -> Session:
        """The session, made when first asked for."""
        if self._session is None:
            scheduler = "free" if self._front.clock == "real" else "controlled"
            law = "off" if scheduler == "free" else self._front.law
            session = Session(scheduler, self._design, law=law)  # type: ignore[arg-type]  # both are
            session.options.update(hints="off", watch="off")
            self._session = session
            self._abandoned = False
            session.programs = here
            failed = preload(session, self._preloaded)
            if failed is not None:
                raise TargetError(failed.partition(") ")[2])
            session.programs = self._programs
        return self._session

    def close(self) -> None:
        """End the system; the next line begins a new one."""
        session, self._session = self._session, None
        if session is not None and not self._abandoned:
            session.close()

    def run(
        self,
        text: str,
        scope: Scope,
        timeout_ms: int,
        client: str,
        *,
        settle: bool,
        counted: bool = True,
    ) -> Told:
        """Run a line, let the system come to rest, and say what was printed and what happened."""
        session = self.session
        seconds = timeout_ms / 1000
        if isinstance(session.runtime.scheduler, Controlled):
            session.runtime.scheduler.patience_s = seconds
        held: list[str] = []  # what the shell waited for when the alarm rang

        def interrupt() -> None:
            held.extend(shell_waits(session))
            session.interrupt()

        self._watchdog.start(seconds, interrupt)
        begun = perf_counter()
        stuck = ""
        waiting: tuple[str, ...] = ()
        results: list[Result] = []
        events: list[Event] = []
        try:
            results = self._results(session, text, client, seconds, settle, counted)
            events = [event for result in results for event in result.events]
            results = self._with_verdict(results, interrupt, seconds)
            self._told = self._carried_out(results)
            if self._watchdog.rang:
                stuck = f"no settlement within {_seconds(timeout_ms)}"
        except _NoVerdictError as error:
            stuck = str(error)
        except _StuckError as still:
            stuck = f"no settlement within {_seconds(timeout_ms)}"
            results = still.results
        except NotAtRest as error:
            stuck = str(error).replace(f"{seconds:g} s", _seconds(timeout_ms))
            self._abandoned = "settlement" in stuck
            waiting = error.waiting
        except Interrupted:  # Ctrl-C, or the alarm, while the system came to rest
            if self._watchdog.rang:
                stuck = f"no settlement within {_seconds(timeout_ms)}"
        except OverdueError:
            stuck = f"no settlement within {_seconds(timeout_ms)}"
            self._abandoned = True
        except BaseException:
            self._abandoned = True  # nobody knows where it was left
            raise
        finally:
            self._watchdog.stop()
        took = perf_counter() - begun
        if stuck:
            waiting = tuple(dump(session, scope, took, waiting or held))
        events += session.events()
        self.results = results
        self.events = self._event_lines(
            _without_answers(events, client, len(results) if client else 0)
        )
        return Told(
            tuple(output_lines(self.drawn(self._caps))),
            self.events,
            took * 1000,
            any(result.open is not None and result.open.kind == "exit" for result in results),
            stuck,
            waiting,
        )

    def _results(
        self,
        session: Session,
        text: str,
        client: str,
        seconds: float,
        settle: bool,
        counted: bool,
    ) -> list[Result]:
        if client:
            session.take_answers(client)  # told as events
            session.client(client, text)
            rested = session.settle(seconds)
            results = _of_last_line(session.take_answers(client), text)
        else:
            results = session.run(text, counted=counted)
            rested = session.settle(seconds) if settle else True
        if not rested and not session.interrupted:  # Ctrl-C is no fault of the system
            raise _StuckError(results)
        return results

    def _with_verdict(
        self, results: list[Result], interrupt: Callable[[], None], seconds: float
    ) -> list[Result]:
        """The results of a line, with what exploring came to in the place of the wish to."""
        wish = wish_of(results)
        if wish is None:
            return results
        # Nobody is waited for here, and a busy machine is no fault of the document.
        seconds = max(seconds, EXPLORING_S)
        self._watchdog.start(seconds, interrupt)
        found = self._explore(wish, self.session, self._stopped)
        if self._watchdog.rang:
            session = self.session
            session.interrupted = False  # the alarm was for the search
            session.runtime.interrupted(session.shell)
            raise _NoVerdictError(f"{NO_VERDICT} {seconds:g}s: timeout= gives it longer")
        return [*results[:-1], *found]

    def _carried_out(self, results: list[Result]) -> str:
        """Read the file that the line asks for, once; what that came to."""
        wish = results[-1].open if results else None
        if wish is None or wish.kind != "replay" or self._read is None:
            return ""
        return self._read(wish.args["path"])

    def _stopped(self) -> bool:
        return self._watchdog.rang or self._watchdog.interrupted

    def drawn(self, caps: Caps) -> str:
        """What the last line printed, as these capabilities can show it."""
        return "\n".join(filter(None, (self._text(result, caps) for result in self.results)))

    def _text(self, result: Result, caps: Caps) -> str:
        wish = result.open
        if wish is None or wish.kind in {"exit", "clear"}:
            return render(result, caps)
        if wish.kind != "replay":
            return _REFUSED.format(kind=wish.kind)
        return self._told or _UNTRUSTED.format(kind=wish.kind)

    def _event_lines(self, events: list[Event]) -> tuple[str, ...]:
        lines: list[str] = []
        for event in events:
            if event.kind in _TOLD_ALWAYS:
                lines += event.text.split("\n")
            elif self._front.logs != "off":
                levels = _LEVELS.get(self._front.logs)
                if levels is None or event.level in levels:
                    lines += f"[{event.level}] {event.text}".split("\n")
        return tuple(visible(line.rstrip()) for line in lines if line.strip())


class _NoVerdictError(Exception):
    """An exploration took too long; one sentence."""


class _StuckError(Exception):
    """The free system did not come to rest; `results` are what the line answered."""

    def __init__(self, results: list[Result]) -> None:
        super().__init__()
        self.results = results


def _of_last_line(results: list[Result], text: str) -> list[Result]:
    """Of a client's answers those to the line just given; an older line may have ended too."""
    most = len(parse(text).parts)
    kept = [result for result in results[-most:] if result.line == results[-1].line]
    return kept if most else []


def _without_answers(events: list[Event], client: str, count: int) -> list[Event]:
    """The events without those that are the client's last `count` answers."""
    kept: list[Event] = []
    for event in reversed(events):
        if count and event.kind == "answer" and event.text.startswith(f"{client}: "):
            count -= 1
        else:
            kept.append(event)
    return kept[::-1]


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:g}s"
