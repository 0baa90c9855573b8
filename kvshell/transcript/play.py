"""Play a document: run its commands one after another and judge each (R3 to R12)."""

import re
from collections.abc import Iterator
from functools import partial
from time import perf_counter
from typing import NamedTuple

from kvshell.commands.view import Role
from kvshell.runtime.controlled import Controlled
from kvshell.session import Session
from kvshell.session.programs import Programs, beside
from kvshell.transcript.document import Block, Document, Entry, Hole
from kvshell.transcript.exploring import explored
from kvshell.transcript.grammar import ParseError
from kvshell.transcript.judge import judge, rules_of
from kvshell.transcript.order import run_order
from kvshell.transcript.outcome import Checked, Failure, Status
from kvshell.transcript.scope import Scope
from kvshell.transcript.stage import Stage, Told
from kvshell.transcript.watchdog import Watchdog
from kvshell.views import Caps, render_line

DEEPEST = 8
_NUMBER = re.compile(r"#PID<0\.(\d+)\.0>")


class Settings(NamedTuple):
    """What the command line says about a replay.

    Attributes:
        design: run the document under another design.
        until: the last line of the document to run; 0 for all.
        before: the line to stop in front of; 0 for none.
        stop_first: stop at the first failure.
        trust: let the document read files, and run programs.
        programs: finds the programs it may run, trusted or not.
        load: programs that run before its first line.
        depth: how many documents replay one another.
    """

    design: str = ""
    until: int = 0
    before: int = 0
    stop_first: bool = False
    trust: bool = False
    programs: Programs = None
    load: tuple[str, ...] = ()
    depth: int = 0


class Player:
    """Plays one document. `steps` yields each command once it is judged; `close` it."""

    def __init__(self, document: Document, settings: Settings, watchdog: Watchdog) -> None:
        self.document = document
        self.scope = Scope()
        self._settings = settings
        read = self._replayed if settings.trust else None
        programs = settings.programs
        if programs is None and settings.trust:
            programs = beside(document.path)
        explore = partial(
            explored, document=document, given=settings.design, trusted=settings.trust
        )
        self._stage = Stage(
            document.front, settings.design, watchdog, read, programs, settings.load, explore
        )
        self._watchdog = watchdog
        self._over = ""  # why nothing runs any more: stuck, quit or stopped
        self.typed = ""  # the last command as it ran, and the counter in front of it
        self.counter = 1

    @property
    def session(self) -> Session:
        """The session as the last command left it."""
        return self._stage.session

    def hand_over(self) -> Session:
        """Return the session for a person to go on with: each pid's name is bound."""
        session = self._stage.session
        scheduler = session.runtime.scheduler
        if isinstance(scheduler, Controlled):
            scheduler.patience_s = None
        session.options["hints"] = "on"
        for name, bound in self.scope:
            number = _NUMBER.fullmatch(bound.text)
            pid = session.runtime.pid(int(number[1])) if number else None
            if pid is not None:
                session.bindings.setdefault(name, pid)
        return session

    def drawn(self, caps: Caps) -> str:
        """What the last command printed, and what happened meanwhile, in colour if need be."""
        events = (render_line(f"~ {text}", Role.hint, caps) for text in self._stage.events)
        return "\n".join(filter(None, [self._stage.drawn(caps), *events]))

    def _replayed(self, path: str) -> str:
        """Replay another document: `ok`, or where it is wrong."""
        from kvshell.transcript.targets import TargetError, targets  # noqa: PLC0415  # seldom

        if self._settings.depth >= DEEPEST:
            return f"** (CommandError) {DEEPEST} documents replay one another: that is enough"
        settings = Settings(trust=True, load=self._settings.load, depth=self._settings.depth + 1)
        lines = []
        try:
            for target in targets([path]):
                document = target.parse(target.read())
                player = Player(document, settings, Watchdog(ctrl_c=False))
                try:
                    lines += [
                        f"{document.path}:{each.failure.line}: {each.failure.summary}"
                        for each in player.steps()
                        if each.failure is not None and each.status is not Status.xfailed
                    ]
                finally:
                    player.close()
        except (TargetError, ParseError) as error:
            return f"** (CommandError) {error}"
        return "\n".join(lines) or "ok"

    def close(self) -> None:
        """End the system."""
        self._stage.close()

    def steps(self) -> Iterator[Checked]:
        """Run the document; what is past the wanted line is not looked at, teardown is."""
        for block in run_order(self.document):
            given = block.attributes
            if given.fresh and block.runs and self._is_past(block.line):
                return
            if given.skip:
                entries = [each for each in block.entries if not self._is_past(each.command.line)]
                yield from (Checked(block, each, Status.skipped) for each in entries)
                continue
            if given.fresh and self._over not in {"quit", "stopped"}:
                self._stage.close()
                self.scope.clear()
                self._over = ""
            if self._settings.before and given.teardown:
                continue  # somebody goes on from here
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[Checked]:
        given = block.attributes
        xfail = bool(given.fails)
        failed = False
        for entry in block.entries:
            if self._is_past(entry.command.line) and not given.teardown:
                continue
            if self._over and (self._over == "stuck" or not given.teardown):
                if self._over != "stopped":
                    yield Checked(block, entry, Status.unreached)
                continue
            checked = self._entry(block, entry)
            if xfail and checked.status is Status.failed:
                checked = checked._replace(status=Status.xfailed)
            failed = failed or checked.status is Status.xfailed
            last = entry is block.entries[-1]
            if xfail and last and not failed and checked.status is Status.passed:
                sentence = f'expected to fail, "{given.fails}", and passed: take fails= away'
                failure = Failure("passed", block.line, sentence, sentences=(sentence,))
                checked = checked._replace(status=Status.failed, failure=failure)
            yield checked
            if self._settings.stop_first and checked.status in {Status.failed, Status.hung}:
                self._over = self._over or "stopped"

    def _is_past(self, line: int) -> bool:
        until, before = self._settings.until, self._settings.before
        return bool((until and line > until) or (before and line >= before))

    def _entry(self, block: Block, entry: Entry) -> Checked:
        text, unbound = self._text(entry)
        if unbound:
            return self._not_run(block, entry, unbound)
        given = block.attributes
        self.typed, self.counter = text, self._stage.session.counter
        timeout_ms = given.timeout_ms or self.document.front.timeout_ms
        told = self._stage.run(
            text,
            self.scope,
            timeout_ms,
            given.session,
            settle=given.settle,
            counted=not given.goal,  # a goal looks, and is no line of the learner's
        )
        if self._watchdog.interrupted:
            self._over = "quit"
            return Checked(block, entry, Status.unreached)
        if told.stuck:
            self._over = "stuck"
            failure = Failure("hang", entry.command.line, told.stuck, sentences=told.dump)
            return self._checked(block, entry, told, Status.hung, failure)
        if told.quit:
            self._over = "quit"
        failed = judge(entry, told.printed, told.events, self.scope, rules_of(self.document, block))
        status = Status.failed if failed is not None else Status.passed
        return self._checked(block, entry, told, status, failed)

    def _text(self, entry: Entry) -> tuple[str, str]:
        """The command with its holes filled in, and the name of one that is not bound."""
        filled = []
        for part in entry.command.pattern:
            if isinstance(part, Hole):
                bound = self.scope.get(part.name)
                if bound is None:
                    return "", part.name
                filled.append(bound.text)
            else:
                filled.append(part)
        return "".join(filled), ""

    def _not_run(self, block: Block, entry: Entry, name: str) -> Checked:
        since = self.scope.owed.get(name, 0)
        why = f"; line {since}, which should have bound it, failed" if since else ""
        sentence = f"not run: {name} is not bound{why}"
        failure = Failure("unbound", entry.command.line, sentence, (), (sentence,), since)
        return self._checked(block, entry, Told(), Status.failed, failure)._replace(ran=False)

    def _checked(
        self, block: Block, entry: Entry, told: Told, status: Status, failure: Failure | None
    ) -> Checked:
        bound: tuple[tuple[str, str, int], ...] = ()
        if failure is not None:
            bound = tuple((name, each.text, each.line) for name, each in self.scope)
        ran = not told.stuck
        return Checked(
            block, entry, status, failure, ran, told.printed, told.events, told.ms, bound
        )


def elapsed_ms(begun: float) -> float:
    """Milliseconds since `begun`, a perf_counter."""
    return (perf_counter() - begun) * 1000
