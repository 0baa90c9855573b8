"""Plays a document: runs its commands in order and judges each one."""

import re
from collections.abc import Iterator
from functools import partial
from time import perf_counter
from typing import NamedTuple

from kvshell.commands.view import Role
from kvshell.runtime.schedule.controlled import Controlled
from kvshell.session import Session
from kvshell.session.host import OverdueError
from kvshell.session.session_state import Programs, beside
from kvshell.transcript.format.document import CodeBlock, Document, DocumentEntry, Hole, run_order
from kvshell.transcript.format.grammar import RUN_TESTS, ParseError
from kvshell.transcript.match.bindings import Scope
from kvshell.transcript.match.judge import gave_up, judge, rules_of
from kvshell.transcript.match.outcome import Checked, Mismatch, Status
from kvshell.transcript.run.document_host import DocumentHost, PlayedLine
from kvshell.transcript.run.exploring import explored
from kvshell.transcript.run.failed_tests import failed_tests
from kvshell.transcript.run.line_timeout import LineTimeout
from kvshell.views import Caps, render_line

DEEPEST = 8
_NUMBER = re.compile(r"#PID<0\.(\d+)\.0>")


class Settings(NamedTuple):
    """The settings of a replay.

    Attributes:
        design: a design to run the document with; "" for the document's own.
        until: the last line of the document to run; 0 for all.
        before: the line before which to stop; 0 for none.
        stop_first: whether to stop at the first failure.
        trust: whether the document may read files and run programs.
        programs: finds the programs it may run even if it is not trusted.
        load: programs that run before its first line.
        depth: the nesting depth of replays.
        session: the session class, which depends on the engine.
    """

    design: str = ""
    until: int = 0
    before: int = 0
    stop_first: bool = False
    trust: bool = False
    programs: Programs = None
    load: tuple[str, ...] = ()
    depth: int = 0
    session: type[Session] = Session


class Player:
    """Plays one document; to be closed at the end."""

    def __init__(self, document: Document, settings: Settings, timeout: LineTimeout) -> None:
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
        self._host = DocumentHost(
            document.front,
            settings.design,
            timeout,
            read,
            programs,
            settings.load,
            explore,
            settings.session,
        )
        self._timeout = timeout
        self._over = ""  # why nothing more is run: stuck, quit or stopped
        self.typed = ""  # the last command as run, and the line number before it
        self.counter = 1

    @property
    def session(self) -> Session:
        """The session after the last command."""
        return self._host.session

    def hand_over(self) -> Session:
        """Return the session for interactive use, with a variable for each named pid."""
        session = self._host.session
        scheduler = session.runtime.scheduler
        if isinstance(scheduler, Controlled):
            scheduler.patience_s = None
        session.options["hints"] = "on"
        session.runtime.most_processes = 0  # lines typed from now on are not part of the document
        for name, bound in self.scope:
            number = _NUMBER.fullmatch(bound.text)
            pid = session.runtime.pid(int(number[1])) if number else None
            if pid is not None:
                session.bindings.setdefault(name, pid)
        return session

    def drawn(self, caps: Caps) -> str:
        """Return the last command's output and events, rendered for these capabilities."""
        events = (render_line(f"~ {text}", Role.hint, caps) for text in self._host.events)
        return "\n".join(filter(None, [self._host.drawn(caps), *events]))

    def _replayed(self, path: str) -> str:
        """Replay another document; return `ok`, or the error."""
        from kvshell.transcript.format.targets import (  # noqa: PLC0415  # rarely needed
            TargetError,
            targets,
        )

        if self._settings.depth >= DEEPEST:
            return f"** (CommandError) {DEEPEST} documents replay one another, which is the limit"
        settings = Settings(trust=True, load=self._settings.load, depth=self._settings.depth + 1)
        lines = []
        try:
            for target in targets([path]):
                document = target.parse(target.read())
                player = Player(document, settings, self._timeout)
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
        """End the system that the document runs on."""
        self._host.close()

    def steps(self) -> Iterator[Checked]:
        """Run the document up to the requested line, then its teardown.

        Yields each command once it is judged.
        """
        if self.document.front.nodes:
            yield from self._on_nodes()
            return
        for block in run_order(self.document):
            given = block.attributes
            if given.fresh and block.runs and self._is_past(block.line):
                return
            if given.skip:
                entries = [each for each in block.entries if not self._is_past(each.command.line)]
                yield from (Checked(block, each, Status.skipped) for each in entries)
                continue
            if given.fresh and self._over not in {"quit", "stopped"}:
                self._host.close()
                self.scope.clear()
                self._over = ""
            if self._settings.before and given.teardown:
                continue  # the session will be handed to the user
            yield from self._block(block)

    def _on_nodes(self) -> Iterator[Checked]:
        from kvshell.transcript.run.nodes_player import NodesPlayer  # noqa: PLC0415  # rare

        player = NodesPlayer(self.document, self._settings.until)
        try:
            yield from player.steps()
        finally:
            player.close()

    def _block(self, block: CodeBlock) -> Iterator[Checked]:
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
                sentence = f'expected to fail, "{given.fails}", but passed: remove fails='
                failure = Mismatch("passed", block.line, sentence, sentences=(sentence,))
                checked = checked._replace(status=Status.failed, failure=failure)
            yield checked
            if self._settings.stop_first and checked.status in {Status.failed, Status.hung}:
                self._over = self._over or "stopped"

    def _is_past(self, line: int) -> bool:
        until, before = self._settings.until, self._settings.before
        return bool((until and line > until) or (before and line >= before))

    def _entry(self, block: CodeBlock, entry: DocumentEntry) -> Checked:
        text, unbound = self._text(entry)
        if unbound:
            return self._not_run(block, entry, unbound)
        given = block.attributes
        self.typed, self.counter = text, self._host.session.counter
        timeout_ms = given.timeout_ms or self.document.front.timeout_ms
        played = self._host.run(
            text,
            self.scope,
            timeout_ms,
            given.session,
            settle=given.settle,
            counted=not given.goal,  # a goal is read-only, and is not one of the learner's lines
            timed=given.timeout_ms is not None or self.document.front.is_timed,
        )
        if self._timeout.interrupted:
            self._over = "quit"
            return Checked(block, entry, Status.unreached)
        if played.stuck:
            self._over = "stuck"
            failure = Mismatch("hang", entry.command.line, played.stuck, sentences=played.dump)
            return self._checked(block, entry, played, Status.hung, failure)
        if played.quit:
            self._over = "quit"
        rules = rules_of(self.document, block)
        try:
            with self._timeout.bound(timeout_ms / 1000, lambda: None):
                failed = judge(entry, played.printed, played.events, self.scope, rules)
        except OverdueError:
            failed = gave_up(entry)
        if failed is not None and text.endswith(RUN_TESTS):
            failed = failed_tests(failed, played.printed, self.document)
        status = Status.failed if failed is not None else Status.passed
        return self._checked(block, entry, played, status, failed)

    def _text(self, entry: DocumentEntry) -> tuple[str, str]:
        """Return a command with its holes filled in, and the name of an unbound hole, or ""."""
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

    def _not_run(self, block: CodeBlock, entry: DocumentEntry, name: str) -> Checked:
        since = self.scope.owed.get(name, 0)
        why = f"; line {since}, which should have bound it, failed" if since else ""
        sentence = f"not run: {name} is not bound{why}"
        failure = Mismatch("unbound", entry.command.line, sentence, (), (sentence,), since)
        return self._checked(block, entry, PlayedLine(), Status.failed, failure)._replace(ran=False)

    def _checked(
        self,
        block: CodeBlock,
        entry: DocumentEntry,
        played: PlayedLine,
        status: Status,
        failure: Mismatch | None,
    ) -> Checked:
        bound: tuple[tuple[str, str, int], ...] = ()
        if failure is not None:
            bound = tuple((name, each.text, each.line) for name, each in self.scope)
        ran = not played.stuck
        return Checked(
            block, entry, status, failure, ran, played.printed, played.events, played.ms, bound
        )


def elapsed_ms(begun: float) -> float:
    """Return the milliseconds since `begun`, a value of `perf_counter`."""
    return (perf_counter() - begun) * 1000
