"""Hint conditions for stores, processes, bindings and keys.

Each function describes the condition it checks. It returns None if the condition does not hold,
otherwise the values for the placeholders of its row in hints.py.
"""

import re
from itertools import islice
from typing import Final

from kvshell.commands.arguments import ROLES, TypedTerm, literal
from kvshell.commands.assist import near_names
from kvshell.commands.assist.advice import (
    FEW,
    Situation,
    Words,
    quoted,
    row_of_word,
    typed,
)
from kvshell.commands.assist.conditions import missed
from kvshell.commands.assist.proposals import ends
from kvshell.commands.language.message import Message
from kvshell.commands.read.pasted_elixir import dollared
from kvshell.commands.snapshot import StoreRow
from kvshell.commands.table.row import text_for
from kvshell.commands.types.parameter import quote
from kvshell.commands.types.patterns import Variable, variables
from kvshell.commands.types.simple_types import as_name
from kvshell.runtime.processes.record import lives
from kvshell.terms import A, Pid, Term, inspect


def unknown_store(s: Situation) -> Words | None:
    """The command addressed a store that does not exist."""
    word = s.word
    if word is None or not s.failed("no match of right hand side value: :error"):
        return None
    if s.match.pattern is not None and s.after.store(word.text) is not None:
        return None
    return {"name": as_name(word.text), "line": _created(word.text, s), "cause": word.text}


def _created(name: str, s: Situation) -> str:
    """Return the line that creates the store.

    Another client runs it if the manager is suspended.
    """
    line = f"create store {as_name(name)}"
    waits = text_for(EFFECTS, s.design) == "call" and "manager" in s.after.suspended
    return f"as b {line}" if waits else line


def near_store(s: Situation) -> Words | None:
    """The command addressed a store that does not exist, but one with a similar name does."""
    if s.value is A.ok:
        return None
    name = s.match.args.get("name") if s.command == "lookup" else s.word and s.word.text
    if not isinstance(name, str) or not missed(s) or s.after.store(name) is not None:
        return None
    near = near_names.store(name, s.after)
    if near is None:
        return None
    line = s.match.text.replace(as_name(name), near, 1)
    if ends(s.match, s.after):
        line = f"info {near}"
    return {"name": as_name(name), "near": near, "line": line, "cause": name}


def unknown_name(s: Situation) -> Words | None:
    """A match such as `{:ok, b} = lookup s9` failed because the name is unknown."""
    if s.command != "lookup" or s.error is None or not missed(s):
        return None
    name = s.match.args["name"]
    return {"name": as_name(name), "line": _created(name, s), "cause": name}


def pattern_for_pid(s: Situation) -> Words | None:
    """A match such as `{:ok, b} = create store s1` failed: create answers a bare pid, or `:ok`."""
    if s.command != "create store" or not s.failed("(MatchError)"):
        return None
    names = variables(s.match.pattern) if s.match.pattern else []
    name = as_name(s.match.args["name"])
    binding = names[0] if names else "b"
    if text_for(EFFECTS, s.design) == "cast":
        return {
            "says": Message("a cast and answers :ok"),
            "line": f"{{:ok, {binding}}} = lookup {name}",
        }
    answer = Message("a call and answers the pid itself")
    return {"says": answer, "line": f"{binding} = create store {name}"}


EFFECTS: Final = {"plain": "call", "ets": "call", "*": "cast"}


def bound_ok(s: Situation) -> Words | None:
    """A line such as `b = create store s1` bound `b` to `:ok`, because create is a cast."""
    pattern = s.match.pattern
    if s.command != "create store" or s.value is not A.ok or not isinstance(pattern, Variable):
        return None
    name = as_name(s.match.args["name"])
    return {"binding": pattern.name, "line": f"{{:ok, {pattern.name}}} = lookup {name}"}


def row_of_value(s: Situation) -> StoreRow | None:
    """Return the row of the store whose pid the command answered, if that process is dead."""
    if s.command not in {"lookup", "create store"}:
        return None
    value = s.value[1] if isinstance(s.value, tuple) and len(s.value) == 2 else s.value
    if not isinstance(value, Pid) or lives(value):
        return None
    row = s.after.store(s.match.args["name"])
    return row if row is not None and row.state in {"stale", "dead"} else None


def kept_dead(s: Situation) -> Words | None:
    """The command met a dead store whose name the design `plain` keeps forever."""
    if s.design != "plain":
        return None
    row = row_of_value(s)
    if row is None and s.command in {"put", "get", "del", "keys"} and not s.reached:
        row = row_of_word(s)
    if row is None or row.state != "dead":
        return None
    return {"name": as_name(row.name), "cause": row.name}


def dead_from_lookup(s: Situation) -> Words | None:
    """The command answered the pid of a dead process whose `:DOWN` is not handled yet."""
    row = row_of_value(s)
    if row is None or row.state != "stale":  # in `plain` nobody is told of a store's death
        return None
    flies = any(lane.signal == ":DOWN" for lane in s.after.flying)
    where = Message(
        "is on its way to {manager}" if flies else "still waits for {manager}",
        manager=s.after.manager,
    )
    return {"name": as_name(row.name), "pid": row.pid, "where": where}


def cast_nowhere(s: Situation) -> Words | None:
    """A cast answered `:ok`, but its target does not exist."""
    if s.value is not A.ok or s.command not in {"put", "del", "cast"} or s.match.command is None:
        return None
    if "cast" not in text_for(s.match.command.effects, s.design) or s.reached:
        return None
    target = s.target
    if target is None or s.after.lives(target):
        return None
    word = s.word
    return {"pid": target, "process": typed(word) if word else target}


def dead_process(s: Situation) -> Words | None:
    """The command called a process that is dead."""
    if s.error is None or not s.failed("no process"):
        return None
    target = s.target
    if target is None or s.after.lives(target):
        return None
    word = s.word
    return {"word": typed(word) if word else target, "pid": target}


def not_a_pid(s: Situation) -> Words | None:
    """The command used a binding that is not a pid; often it is `{:ok, pid}` from `lookup`."""
    word = s.word
    if word is None or word.quoted or s.error is None:
        return None
    name = word.text.removeprefix("$")
    bound = s.before.binding(name)
    if bound is None or bound.kind == "pid":
        return None
    pid = re.fullmatch(r"\{:ok, (#PID<[\d.]+>)\}", bound.value)
    rows = islice(s.after.stores, FEW)
    row = next((row for row in rows if pid is not None and row.pid == pid[1]), None)
    line = f"{{:ok, {name}}} = lookup {as_name(row.name)}" if row else "stores"
    return {"name": name, "value": bound.value, "line": line, "cause": name}


def no_process(s: Situation) -> Words | None:
    """The command used a name that is not registered, such as `state :foo`."""
    word = s.word
    if word is None or word.text in ROLES or not s.failed("(EXIT) no process"):
        return None
    return {"word": word.text, "cause": word.text} if s.target is None else None


def near_process(s: Situation) -> Words | None:
    """The command used a name that is not registered, but a similar name is."""
    if s.error is None or no_process(s) is None or s.word is None:
        return None
    near = near_names.process(s.word.text, s.after)
    if near is None:
        return None
    line = s.match.text.replace(s.word.text, near.text, 1)
    if ends(s.match, s.after):
        line = f"info {near.text}"
    return {"word": s.word.text, "kind": Message(near.kind), "near": near.text, "line": line,
            "cause": s.word.text}  # fmt: skip


def near_key(s: Situation) -> Words | None:
    """A command such as `get s1 mlik` answered nil, but the store has the similar key `milk`."""
    key = s.match.args.get("key")
    if s.command not in {"get", "del"} or s.value is not None or not isinstance(key, TypedTerm):
        return None
    row = row_of_word(s)
    contents = row.contents if row else None
    if contents is None or key.dynamic or not isinstance(key.value, str):
        return None
    keys = [found for found, _ in islice(contents.items(), FEW) if isinstance(found, str)]
    near = near_names.key(key.value, keys)
    if near is None or s.word is None:
        return None
    return {"wanted": inspect(key.value, width=None), "found": inspect(near, width=None),
            "line": f"get {typed(s.word)} {as_name(near)}"}  # fmt: skip


def other_key(s: Situation) -> Words | None:
    """A command such as `get s1 "1"` answered nil, but the store has the key 1, or vice versa."""
    key = s.match.args.get("key")
    if s.command not in {"get", "del"} or s.value is not None or not isinstance(key, TypedTerm):
        return None
    row = row_of_word(s)
    contents = row.contents if row else None
    if contents is None or key.dynamic:
        return None
    wanted = spelt(key.value)
    for found, _ in contents.items():
        if spelt(found) == wanted:
            word = s.word
            plain = found if isinstance(found, str) and literal(found) is None else None
            text = plain or inspect(found, width=None)
            return {
                "wanted": inspect(key.value, width=None),
                "found": inspect(found, width=None),
                "line": f"get {typed(word) if word else ''} {text}",
            }
    return None


def spelt(term: Term) -> str:
    """Return the spelling of a key without its type: `1`, `"1"`, `:1` and `1.0` are all `1`."""
    text = term if isinstance(term, str) else inspect(term, width=None)
    return text.removeprefix(":").removesuffix(".0").strip("'\"").lower()


def hidden_store(s: Situation) -> Words | None:
    """The command means a binding, which hides a store of the same name."""
    word = s.word
    if word is None or word.quoted or word.text.startswith("$"):
        return None
    bound = s.before.binding(word.text)
    row = s.before.store(word.text) if bound is not None else None
    if bound is None or row is None or bound.value == row.pid or s.match.problems:
        return None
    line = f"alive {quote(word.text)}" if ends(s.match, s.after) else quoted(s, word)
    return {"name": word.text, "value": bound.value, "line": line, "cause": word.text}


def role_word(s: Situation) -> Words | None:
    """The command's store has the name of a role word such as `manager`.

    Without quotes, the word means the role and not the store.
    """
    name = s.match.args.get("name")
    if s.command == "create store" and name in ROLES and s.error is None:
        return {"name": name, "line": f"get {quote(name)} milk", "cause": f"{name} created"}
    word = s.word
    if word is None or word.quoted or word.text not in ROLES or s.before.store(word.text) is None:
        return None
    return {"name": word.text, "line": quoted(s, word), "cause": word.text}


def put_text(s: Situation) -> TypedTerm | None:
    """Return the value of a `put` if it was read as plain text, otherwise None."""
    value = s.match.args.get("value")
    stored = s.command == "put" and s.error is None
    return value if stored and isinstance(value, TypedTerm) and value.plain else None


def text_not_term(s: Situation) -> Words | None:
    """A value such as `{:a, b}` was rejected because `b` is a binding and needs a `$`."""
    found = _NO_LITERAL.match(s.error or "")
    if found is None or (better := dollared(found[1])) is None:
        return None
    if not any(s.before.binding(name) for name in re.findall(r"\$(\w+)", better)):
        return None
    return {"line": s.match.text.replace(found[1], better, 1), "cause": found[1]}


_NO_LITERAL: Final = re.compile(r"\*\* \(CommandError\) (.+) starts like a literal but is not one;")


def bound_value(s: Situation) -> Words | None:
    """A command such as `put s1 k b` stored the text "b", although `b` is a binding."""
    value = put_text(s)
    if value is None or s.before.binding(value.text) is None:
        return None
    line = s.match.text[: s.match.text.rindex(value.text)] + "$" + value.text
    return {"value": value.text, "line": line, "cause": value.text}
