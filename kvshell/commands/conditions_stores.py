"""When a hint is due, of names, stores and values.

Each answers None, or the words for the sentence and the line of its row in hints.py.
"""

import re
from itertools import islice
from typing import Final

from kvshell.commands.command import said
from kvshell.commands.conditions_system import missed
from kvshell.commands.kinds import as_name
from kvshell.commands.params import quote
from kvshell.commands.pasted import dollared
from kvshell.commands.patterns import Variable, variables
from kvshell.commands.situation import FEW, Situation, Words, quoted, row_of_word, typed
from kvshell.commands.snapshot import StoreRow
from kvshell.commands.values import ROLES, Typed, literal
from kvshell.terms import A, Pid, Term, inspect


def unknown_store(s: Situation) -> Words | None:
    """A store that nobody has created."""
    word = s.word
    if word is None or not s.failed("no match of right hand side value: :error"):
        return None
    if s.match.pattern is not None and s.after.store(word.text) is not None:
        return None
    return {"name": as_name(word.text), "cause": word.text}


def unknown_name(s: Situation) -> Words | None:
    """`{:ok, b} = lookup s9`."""
    if s.command != "lookup" or s.error is None or not missed(s):
        return None
    name = s.match.args["name"]
    return {"name": as_name(name), "cause": name}


def pattern_for_pid(s: Situation) -> Words | None:
    """`{:ok, b} = create store s1` where create answers the pid itself."""
    if s.command != "create store" or not s.failed("(MatchError)"):
        return None
    names = variables(s.match.pattern) if s.match.pattern else []
    name = as_name(s.match.args["name"])
    binding = names[0] if names else "b"
    if said(EFFECTS, s.design) == "cast":
        return {"says": "a cast and answers :ok", "line": f"{{:ok, {binding}}} = lookup {name}"}
    return {"says": "a call and answers the pid itself", "line": f"{binding} = create store {name}"}


EFFECTS: Final = {"plain": "call", "ets": "call", "*": "cast"}


def bound_ok(s: Situation) -> Words | None:
    """`b = create store s1` where create is a cast binds :ok."""
    pattern = s.match.pattern
    if s.command != "create store" or s.value is not A.ok or not isinstance(pattern, Variable):
        return None
    name = as_name(s.match.args["name"])
    return {"binding": pattern.name, "line": f"{{:ok, {pattern.name}}} = lookup {name}"}


def row_of_value(s: Situation) -> StoreRow | None:
    """The store whose pid the line has answered, if that process is dead."""
    if s.command not in {"lookup", "create store"}:
        return None
    value = s.value[1] if isinstance(s.value, tuple) and len(s.value) == 2 else s.value
    if not isinstance(value, Pid):
        return None
    row = s.after.store(s.match.args["name"])
    return row if row is not None and row.state in {"stale", "dead"} else None


def kept_dead(s: Situation) -> Words | None:
    """A dead store whose name plain keeps for ever."""
    if s.design != "plain":
        return None
    row = row_of_value(s)
    if row is None and s.command in {"put", "get", "del", "keys"}:
        row = row_of_word(s)
    if row is None or row.state != "dead":
        return None
    return {"name": as_name(row.name), "cause": row.name}


def dead_from_lookup(s: Situation) -> Words | None:
    """A name that still leads to a dead process."""
    row = row_of_value(s)
    if row is None or s.design == "plain":
        return None
    flies = any(lane.signal == ":DOWN" for lane in s.after.flying)
    where = f"is on its way to {s.after.manager}" if flies else f"still waits for {s.after.manager}"
    return {"name": as_name(row.name), "pid": row.pid, "where": where}


def cast_nowhere(s: Situation) -> Words | None:
    """:ok, and nobody was there."""
    if s.value is not A.ok or s.command not in {"put", "del", "cast"} or s.match.command is None:
        return None
    if "cast" not in said(s.match.command.effects, s.design):
        return None
    target = s.target
    if target is None or s.after.lives(target):
        return None
    word = s.word
    return {"pid": target, "process": typed(word) if word else target}


def dead_process(s: Situation) -> Words | None:
    """An exit, because the process is dead."""
    target = s.target
    if target is None or not s.failed("no process") or s.after.lives(target):
        return None
    word = s.word
    return {"word": typed(word) if word else target, "pid": target}


def not_a_pid(s: Situation) -> Words | None:
    """A binding that holds no pid, most often `{:ok, pid}` as lookup answers it."""
    word = s.word
    if word is None or word.quoted or s.value is A.ok:
        return None
    name = word.text.removeprefix("$")
    bound = s.before.binding(name)
    if bound is None or bound.kind == "pid" or s.error is None:
        return None
    pid = re.fullmatch(r"\{:ok, (#PID<[\d.]+>)\}", bound.value)
    rows = islice(s.after.stores, FEW)
    row = next((row for row in rows if pid is not None and row.pid == pid[1]), None)
    line = f"{{:ok, {name}}} = lookup {as_name(row.name)}" if row else "stores"
    return {"name": name, "value": bound.value, "line": line, "cause": name}


def no_process(s: Situation) -> Words | None:
    """A registered name that nobody has: `state :foo`."""
    word = s.word
    if word is None or word.text in ROLES or s.target is not None:
        return None
    return {"word": word.text, "cause": word.text} if s.failed("(EXIT) no process") else None


def other_key(s: Situation) -> Words | None:
    """`get s1 "1"` answers nil and the key is 1, or the other way round."""
    key = s.match.args.get("key")
    if s.command not in {"get", "del"} or s.value is not None or not isinstance(key, Typed):
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
                "line": f"{s.command} {typed(word) if word else ''} {text}",
            }
    return None


def spelt(term: Term) -> str:
    """Return what a key looks like when its type is forgotten."""
    text = term if isinstance(term, str) else inspect(term, width=None)
    return text.removeprefix(":").removesuffix(".0").strip("'\"").lower()


def hidden_store(s: Situation) -> Words | None:
    """A binding of the same name hides the store."""
    word = s.word
    if word is None or word.quoted or word.text.startswith("$"):
        return None
    bound, row = s.before.binding(word.text), s.before.store(word.text)
    if bound is None or row is None or bound.value == row.pid:
        return None
    return {"name": word.text, "value": bound.value, "line": quoted(s, word), "cause": word.text}


def role_word(s: Situation) -> Words | None:
    """A store named like a role word: created so, or meant by a bare word."""
    name = s.match.args.get("name")
    if s.command == "create store" and name in ROLES and s.error is None:
        return {"name": name, "line": f"get {quote(name)} milk", "cause": f"{name} created"}
    word = s.word
    if word is None or word.quoted or word.text not in ROLES or s.before.store(word.text) is None:
        return None
    return {"name": word.text, "line": quoted(s, word), "cause": word.text}


def text_not_term(s: Situation) -> Words | None:
    """`put s1 k {:a, b}` stores text, because b is no literal."""
    value = s.match.args.get("value")
    if s.command != "put" or s.error is not None or not isinstance(value, Typed) or not value.plain:
        return None
    if value.text[:1] not in "{[%" or (better := dollared(value.text)) is None:
        return None
    if not any(s.before.binding(name) for name in re.findall(r"\$(\w+)", better)):
        return None
    line = s.match.text.replace(value.text, better, 1)
    return {"value": value.text, "line": line, "cause": value.text}


def bound_value(s: Situation) -> Words | None:
    """`put s1 k b` stores the text b, and b is bound."""
    value = s.match.args.get("value")
    if s.command != "put" or s.error is not None or not isinstance(value, Typed) or not value.plain:
        return None
    if s.before.binding(value.text) is None:
        return None
    line = s.match.text[: s.match.text.rindex(value.text)] + "$" + value.text
    return {"value": value.text, "line": line, "cause": value.text}
