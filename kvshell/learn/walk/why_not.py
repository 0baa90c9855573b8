"""Explains why a goal is not met: which process holds which message, and which is dead."""

import re
from typing import Final

from kvshell.commands.arguments import Word
from kvshell.commands.language.texts import Texts
from kvshell.commands.read.match import Match
from kvshell.commands.read.matcher import parse
from kvshell.commands.result import CommandError
from kvshell.learn.walk.goal import Missed, expected, resolver, same_but_names
from kvshell.otp.gen.calls import unwrapped
from kvshell.runtime import Observation
from kvshell.runtime.processes.record import lives
from kvshell.session import Session
from kvshell.systems.designs.inbox import creates, downs
from kvshell.systems.designs.supervision import supervision
from kvshell.terms import A, ElixirError, Map, Pid, inspect, key
from kvshell.transcript.format.document import Out

# The goal's commands that answer a term; the others show a view.
PAIR: Final = 2  # the number of columns in a table of properties
_IDENTITY: Final = re.compile(r"#(?:PID|Reference)<[^>]*>")
VALUES: Final = ("alive ", "ets l", "get ", "keys ", "lookup ", "state ", "stores")


def why(session: Session, missed: Missed, texts: Texts) -> str:
    """Return one or two sentences: what the command of the goal shows now, and why."""
    return f"{_now(missed, texts)}{_because(session, missed, texts)}."


def _now(missed: Missed, texts: Texts) -> str:
    lines = missed.printed
    if lines and lines[0].startswith("** ("):
        return texts("`{look}` fails", look=missed.text)
    if missed.text.startswith(VALUES) and len(lines) == 1 and len(lines[0]) <= 60:
        return texts("`{look}` is {answer}", look=missed.text, answer=lines[0])
    if not missed.text.startswith("mailbox") and (message := _row(missed, texts)):
        return message
    return texts("`{look}` does not show what it should yet", look=missed.text)


def _row(missed: Missed, texts: Texts) -> str:
    """Describe the first row of a table that is not as expected; "" if all are."""
    head, *shown = [_cells(line) for line in missed.printed if "│" in line] or [[]]
    rows = [_cells(out.text) for out in missed.do.entry.out if isinstance(out, Out)]
    for row in (row for row in rows if len(row) == len(head) and row != head):
        now = next((each for each in shown if each[0] == row[0]), None)
        if now is None:
            return texts("`{look}` has no row for {row}", look=missed.text, row=row[0])
        other = [
            f"{name} {mine}" if len(row) > PAIR else mine
            for name, wanted, mine in zip(head, row, now, strict=True)
            if "${" not in wanted and _nameless(wanted) != _nameless(mine)
        ]
        if other:
            message = f"{row[0]}: {', '.join(other)}"
            return texts("`{look}` shows {row}", look=missed.text, row=message)
    return ""


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("│")[1:-1]]


def _nameless(text: str) -> str:
    return _IDENTITY.sub("#", text)


def _because(session: Session, missed: Missed, texts: Texts) -> str:
    message = _reason(session, missed, parse(missed.text).parts[0], texts)
    return f": {message}" if message else ""


def _reason(session: Session, missed: Missed, part: Match, texts: Texts) -> str:
    assert part.command is not None
    words = part.command.words
    table = part.args.get("table")
    if table is not None and missed.printed and missed.printed[0].startswith("** (ArgumentError"):
        return texts("there is no table {name}", name=getattr(table, "text", table))
    if not session.running and words not in {"tables", "ets lookup", "ets list", "ets info"}:
        return texts("nothing runs, there is no manager to ask")
    if "name" in part.args and words in {"lookup", "registry"} and part.args["name"] is not None:
        message = _name(session, str(part.args["name"]), texts)
        return message or (_identity(texts) if same_but_names(missed) else "")
    word = part.args.get("store") or part.args.get("process")
    if isinstance(word, Word):
        return _process(session, missed, part, word, texts)
    if words in {"registry", "stores", "cache"}:
        return _first_pending(session, texts)
    return ""


def _manager(session: Session) -> Observation | None:
    pid = session.runtime.whereis(session.design.manager)
    return None if pid is None else session.runtime.observe(pid)


def _name(session: Session, name: str, texts: Texts) -> str:
    """Describe the state of a name: being created, stale, dead but kept, alive, or unknown."""
    owner = _manager(session)
    pid = session.design.pid(session.runtime, name)
    if pid is None:
        if owner is not None and key(name) in creates(owner.mailbox):
            return _waits(owner, texts("the create message waits in the mailbox of"), texts)
        return texts("no process was ever created under that name, or the name was forgotten")
    if lives(pid):
        return ""
    return _dead(session, pid, owner, texts)


def _dead(session: Session, pid: Pid, owner: Observation | None, texts: Texts) -> str:
    seen = session.runtime.observe(pid)
    reason = inspect(seen.reason, width=None) if seen is not None else "?"
    died = texts("{pid} is dead ({reason})", pid=inspect(pid), reason=reason)
    if owner is None:
        return died
    if pid in downs(owner.mailbox):
        return f"{died}, {_waits(owner, texts('its :DOWN waits in the mailbox of'), texts)}"
    if not session.design.supervised:
        return texts(
            "{died}, and {owner} asked for no :DOWN: it keeps the pid forever",
            died=died,
            owner=inspect(owner.name),
        )
    return died


def _waits(owner: Observation, head: str, texts: Texts) -> str:
    message = f"{head} {inspect(owner.name)}"
    return texts("{said}, which is suspended", said=message) if owner.suspended else message


def _process(session: Session, missed: Missed, part: Match, word: Word, texts: Texts) -> str:
    seen = _seen(session, word)
    assert part.command is not None
    if seen is None:
        pending = _name(session, word.text, texts)
        return pending or texts("there is no process called {name}", name=word.text)
    called = inspect(seen.name) if seen.name is not None else word.text
    if seen.status == "dead":
        owner = _manager(session)
        return _dead(session, seen.pid, owner, texts)
    match part.command.words:
        case "mailbox":
            return _mailbox(session, seen, called, texts)
        case "alive":
            watches = supervision(seen, session.runtime.now_ms())
            if watches is None:
                return texts("nothing has ended it yet")
            return texts(
                "it has used {used} of its {limit} restarts in {seconds} s",
                used=watches.used,
                limit=watches.limit,
                seconds=watches.seconds,
            )
        case "get" | "keys" | "state" if seen.mailbox:
            return texts(
                "{messages} in the mailbox of {name} and has not been handled",
                messages=_messages(len(seen.mailbox), texts),
                name=called,
            )
        case "get" | "keys" | "state" if isinstance(seen.state, Map) and not len(seen.state):
            return texts("{name} holds nothing yet", name=called)
        case "get":
            return texts("{name} holds {state}", name=called, state=inspect(seen.state, width=None))
        case "info" if seen.suspended:
            return texts("{name} is suspended: it handles nothing", name=called)
        case "info" if any("suspended" in getattr(out, "text", "") for out in missed.do.entry.out):
            return texts("{name} is not suspended, so it handles each message at once", name=called)
        case _:
            return _identity(texts) if same_but_names(missed) else ""


def _mailbox(session: Session, seen: Observation, called: str, texts: Texts) -> str:
    if not seen.mailbox:
        if seen.pid in {session.shell, *session.clients.values()}:  # they only react to messages
            message = "nobody has sent {name} a message, or all of them have been taken out already"
            return texts(message, name=called)
        if seen.suspended:
            return texts("{name} is suspended, but nobody has sent it anything", name=called)
        return texts("{name} is not suspended, so it handles each message at once", name=called)
    first = inspect(unwrapped(seen.mailbox[0]), width=None)
    return texts(
        "{messages}, the first is {first}",
        messages=_messages(len(seen.mailbox), texts),
        first=first,
    )


def _messages(count: int, texts: Texts) -> str:
    return texts.many("{count} message waits", "{count} messages wait", count)


def _first_pending(session: Session, texts: Texts) -> str:
    owner = _manager(session)
    if owner is None:
        return ""
    for waiting in creates(owner.mailbox).values():
        if session.design.pid(session.runtime, waiting) is None:
            return _waits(owner, texts("the create message waits in the mailbox of"), texts)
    for pid in downs(owner.mailbox):
        return _dead(session, pid, owner, texts)
    return ""


def _identity(texts: Texts) -> str:
    return texts("that is a different process; the same name does not mean the same pid")


def _seen(session: Session, word: Word) -> Observation | None:
    try:
        found = resolver(session).known(word)
    except (CommandError, ElixirError):
        return None
    if isinstance(found, Pid):
        return session.runtime.observe(found)
    pid = session.runtime.whereis(found) if type(found) is type(A.ok) else None
    return session.runtime.observe(pid) if pid is not None else None


def wanted(missed: Missed) -> str:
    """Return the command of a goal and its expected answer: `look → answer`."""
    return f"{missed.do.text} → {expected(missed.do)}"
