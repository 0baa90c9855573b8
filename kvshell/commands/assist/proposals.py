"""Checks before a line is proposed: it must be able to run now and must not end a living process.

Only what a snapshot shows is checked: names, pids, suspended processes, the running design. A line
that ends a process is never proposed, even if the user typed a similar one, because users press
Enter right after Tab.
"""

import re
from collections.abc import Callable
from itertools import islice
from typing import Any, Final

from kvshell.commands.arguments import ROLES, TypedTerm, Word
from kvshell.commands.assist.advice import FEW, SYSTEM_NAMES, pid_of
from kvshell.commands.assist.topics import TOPICS
from kvshell.commands.read.guesses import paths
from kvshell.commands.read.match import Match
from kvshell.commands.read.matcher import parse
from kvshell.commands.snapshot import EMPTY, Snapshot
from kvshell.commands.table import GROUP_OF, GROUPS
from kvshell.commands.table.row import Command, text_for
from kvshell.commands.types.node_types import NodeType
from kvshell.commands.types.patterns import Variable
from kvshell.commands.types.simple_types import DESIGNS, LineNumberType
from kvshell.commands.types.term_types import (
    ProcessType,
    ReceiverType,
    ReferenceType,
    SenderType,
    StoreType,
    TableNameType,
    TableOptionType,
    ValueType,
)
from kvshell.terms import List

_WALKING: Final = frozenset({"back", "next"})  # valid only while walking through a schedule
_OF_THE_DEAD: Final = frozenset({"alive", "info"})  # also work on a process that has ended


def works(line: str, snapshot: Snapshot) -> bool:
    """Whether each command of `line` can succeed in the current system, and none ends a process."""
    created: set[str] = set()
    for part in parse(line).parts:
        if ends(part, snapshot) or not _runs(part, snapshot, created):
            return False
        if part.command is not None and part.command.words == "create store":
            created.add(part.args["name"])
    return True


def can_run(match: Match, snapshot: Snapshot) -> bool:
    """Whether a command can succeed in the current system; it may end a process."""
    return _runs(match, snapshot, set())


def ends(match: Match, snapshot: Snapshot) -> bool:
    """Whether a command may end a process or delete a table."""
    if match.command is None:
        return False
    words = match.command.words
    if words == "restart manager":
        return stores_live(snapshot)
    if words == "ets delete":
        return match.args.get("key") is None
    return match.command.ends


def stores_live(snapshot: Snapshot) -> bool:
    """Whether ending the system would end a living store; assumed if there are many stores."""
    some = islice(snapshot.stores, FEW)
    return len(snapshot.stores) > FEW or any(row.state in {"fresh", "pending"} for row in some)


def needs_a_system(match: Match, snapshot: Snapshot) -> bool:
    """Whether this command, as typed, addresses a store or one of the system's own processes."""
    if match.command is None:
        return False
    if GROUP_OF[match.command.path].name == "stores" or match.command.asks:
        return True
    named = match.args.get("store") or match.args.get("process")
    if not isinstance(named, Word):
        return False
    text = named.text
    if named.quoted or text in SYSTEM_ROLES or text in SYSTEM_NAMES or text == snapshot.manager:
        return True
    strange = text[:1] in ":#$" or text[:1].isupper() or text in ROLES
    return not strange and snapshot.binding(text) is None


def asks_the_system(command: Command) -> bool:
    """Whether a command requires a store or a process argument, whatever its value."""
    params = command.params
    asks = any(isinstance(param.kind, ProcessType) and not param.optional for param in params)
    return asks or GROUP_OF[command.path].name == "stores"


SYSTEM_ROLES: Final = frozenset({"buckets", "manager", "registry", "supervisor"})


def _runs(match: Match, snapshot: Snapshot, created: set[str]) -> bool:
    if match.elixir is not None:
        return True
    if match.bare is not None:
        return snapshot.binding(match.bare.removeprefix("$")) is not None
    command = match.command
    if command is None or match.problems:
        return False
    if command.words in _WALKING:
        return False
    if GROUP_OF[command.path].name == "nodes" and not snapshot.nodes:
        return False
    if command.words in _RUN_A_LINE and not _line_works(match, snapshot):
        return False
    if command.words == "start manager":
        return snapshot.design is None
    if command.words == "restart manager" and snapshot.design is None:
        return False
    if command.words == "help" and not is_topic(match.args.get("topic")):
        return match.text.startswith("h ")  # `h NAME` for a function that is known to exist
    if command.words == "ets new" and match.args["name"] in {"false", "nil", "true"}:
        return False
    if command.words == "v" and snapshot.counter < 2:
        return False
    if command.words == "watch" and not _looks(match):
        return False
    if command.asks and not _served(match, snapshot, created):
        return False
    if command.words == "ets insert" and not _is_row(match.args["row"]):
        return False
    for param in command.params:
        value = match.args.get(param.name)
        check = next((check for kind, check in _CHECKS if isinstance(param.kind, kind)), None)
        if check is not None and value and not check(value, match, snapshot, created):
            return False
    return True


_RUN_A_LINE: Final = frozenset({"as", "on", "repeat"})  # `compare` and `explore` use another system


def _line_works(match: Match, snapshot: Snapshot) -> bool:
    """Whether the line inside the command (`as b LINE`, `repeat 5 LINE`) can run.

    Another client may wait for a suspended process and has its own bindings.
    """
    if match.inner is None or match.command is None:
        return False
    if match.command.words != "repeat":
        snapshot = snapshot._replace(suspended=(), bindings=())
    return works(match.inner.text, snapshot)


def is_topic(topic: str | None) -> bool:
    """Whether `help` knows `topic`, as far as can be told without loading its pages."""
    named = " ".join((topic or "").split())
    titles = {group.title for group in GROUPS}
    return (
        not named
        or named in {*TOPICS, *DESIGNS, *titles, *paths()}
        or any(named == " ".join(path) for rows in paths().values() for path, _ in rows)
    )


def _looks(match: Match) -> bool:
    inner = match.inner.parts if match.inner is not None else []
    return len(inner) == 1 and inner[0].command is not None and inner[0].command.effects == "look"


def _served(match: Match, snapshot: Snapshot, created: set[str]) -> bool:
    """Whether a store command can be served.

    The system must run, the process it asks must not be suspended, and the name must be known.
    """
    command, design = match.command, snapshot.design
    if command is None or design is None:
        return False
    held = snapshot.suspended if command.asks == "stores" else "manager" in snapshot.suspended
    if held and "call" in text_for(command.effects, design):
        return False
    if command.words != "lookup" or match.pattern is None or isinstance(match.pattern, Variable):
        return True
    name = match.args["name"]
    row = snapshot.store(name)
    known = row is not None and bool(row.pid)
    return known or name in created or _arrives(name, snapshot)


def _arrives(name: str, snapshot: Snapshot) -> bool:
    """Whether the pending create of `name` will have been handled when the next line runs."""
    return (
        name in snapshot.pending and "manager" not in snapshot.suspended and snapshot.law != "spec"
    )


def _is_row(row: object) -> bool:
    if not isinstance(row, TypedTerm):
        return False
    rows = row.value.items if isinstance(row.value, List) else [row.value]
    return row.dynamic or all(isinstance(each, tuple) and each for each in rows)


def _process(value: Any, match: Match, snapshot: Snapshot, created: set[str]) -> bool:
    """Whether the word names a living process that can do what the command asks of it.

    A suspended process cannot reply.
    """
    word, command = value, match.command
    if not isinstance(word, Word) or command is None:
        return False
    if not word.quoted and word.text in ROLES:
        return _role(word.text, match, snapshot)
    pid = pid_of(word, snapshot)
    if pid is None:
        if not word.quoted and snapshot.binding(word.text.removeprefix("$")) is not None:
            return False  # bound to something other than a process
        some = islice(snapshot.processes, FEW)
        rows = (row for row in some if row.name == word.text and not word.quoted)
        named = next(rows, None)
        if named is not None:  # only a store answers a store's requests
            if word.text in snapshot.clients:
                return False  # a client's name does not refer to its process
            held = _held(word, named.pid, snapshot)
            return not _asks_a_store(match) and _answers(match, held, snapshot)
        return word.text in created or _arrives(word.text, snapshot)
    if not snapshot.lives(pid) and command.words not in _OF_THE_DEAD:
        return False
    if word.text.startswith("#PID<") and not snapshot.lives(pid):
        return False  # there may never have been such a pid
    if _asks_a_store(match) and not _may_be_store(pid, snapshot):
        return False
    return _answers(match, _held(word, pid, snapshot), snapshot)


def _answers(match: Match, held: bool, snapshot: Snapshot) -> bool:
    """Whether a process can answer the command; `held` says whether it is suspended."""
    if match.command is None or match.command.words in {"resume", "suspend"}:
        return True
    if match.command.words == "step":
        return held
    return not held or "call" not in text_for(match.command.effects, snapshot.design or "ets")


def _may_be_store(pid: str, snapshot: Snapshot) -> bool:
    """Whether `pid` is a store; assumed if there are too many processes to check."""
    rows = islice(snapshot.processes, FEW)
    row = next((row for row in rows if row.pid == pid), None)
    return row is None or snapshot.store(row.name) is not None


def _held(word: Word, pid: str, snapshot: Snapshot) -> bool:
    row = next((row for row in islice(snapshot.processes, FEW) if row.pid == pid), None)
    names = {word.text, pid} | ({row.name} if row is not None else set())
    return any(each.strip('"') in names for each in snapshot.suspended)


def _asks_a_store(match: Match) -> bool:
    params = match.command.params if match.command is not None else ()
    return any(isinstance(param.kind, StoreType) for param in params)


def _role(role: str, match: Match, snapshot: Snapshot) -> bool:
    own = role in {"shell", "self", "self()"}
    if _asks_a_store(match):
        return False
    if own:  # a process cannot call itself
        return match.command is not None and "call" not in text_for(match.command.effects, "ets")
    if snapshot.design is None or (role in _SUPERVISORS and snapshot.design == "plain"):
        return False
    name = "manager" if role == "registry" else role
    return _answers(match, name in snapshot.suspended, snapshot)


_SUPERVISORS: Final = frozenset({"buckets", "supervisor"})


def _table(value: Any, match: Match, snapshot: Snapshot, _created: set[str]) -> bool:
    """Whether the word names a table that the command may access from this shell."""
    if not isinstance(value, Word) or match.command is None:
        return False
    name = value.text.removeprefix("$")
    bound = snapshot.binding(name) if not value.quoted else None
    handles = {bound.value} if bound is not None else {name, f":{name}"}
    row = next((row for row in snapshot.tables if row.handle in handles), None)
    if row is None:
        return False
    shell = next((each.pid for each in snapshot.processes if each.name == "shell"), "")
    writes = match.command.effects == "none"
    open_to_all = {"public"} if writes else {"public", "protected"}
    return match.command.effects == "look" or row.owner == shell or row.protection in open_to_all


def _node(value: Any, _match: Match, snapshot: Snapshot, _created: set[str]) -> bool:
    return value in snapshot.nodes


def _lane(value: Any, _match: Match, snapshot: Snapshot, _created: set[str]) -> bool:
    ends_ = {end for lane in snapshot.flying for end in (lane.source, lane.target)}
    return isinstance(value, Word) and value.text in ends_


def _option(value: Any, _match: Match, _snapshot: Snapshot, _created: set[str]) -> bool:
    known = {option.text for option in TableOptionType().complete(EMPTY, "", {})}
    return all(each.text in known for each in value)


def _reference(value: Any, _match: Match, snapshot: Snapshot, _created: set[str]) -> bool:
    bound = snapshot.binding(value.text.removeprefix("$")) if isinstance(value, TypedTerm) else None
    return bound is not None and bound.value.startswith("#Reference<")


def _term(value: Any, _match: Match, snapshot: Snapshot, _created: set[str]) -> bool:
    names = _VARIABLE.findall(value.text) if value.dynamic else []
    pids = _PID.findall(value.text)  # a pid that never existed is refused
    return all(snapshot.binding(name) is not None for name in names) and all(
        snapshot.lives(pid) for pid in pids
    )


_VARIABLE: Final = re.compile(r"\$(\w+)")
_PID: Final = re.compile(r"#PID<[\d.]+>")


def _counted(value: Any, _match: Match, snapshot: Snapshot, _created: set[str]) -> bool:
    return isinstance(value, int) and 0 < abs(value) < snapshot.counter


Check = Callable[[Any, Match, Snapshot, "set[str]"], bool]
_CHECKS: Final[tuple[tuple[type, Check], ...]] = (  # the first matching class decides
    (SenderType, _lane),
    (ReceiverType, _lane),
    (LineNumberType, _counted),
    (NodeType, _node),
    (ReferenceType, _reference),
    (TableNameType, _table),
    (TableOptionType, _option),
    (ProcessType, _process),
    (ValueType, _term),
)
