"""What to type next after an error or an answer that misleads: one table, a row per condition.

A row's condition is a pure function of the `Situation`: what was typed, what came of it, and the
system before and after. It answers None or the words for the row's sentence.
"""

import re
from collections.abc import Callable, Container
from itertools import islice
from typing import Final, NamedTuple

from kvshell.commands.command import said
from kvshell.commands.kinds import as_name
from kvshell.commands.match import Line, Match
from kvshell.commands.params import quote
from kvshell.commands.pasted import dollared
from kvshell.commands.patterns import Variable, variables
from kvshell.commands.result import Nothing
from kvshell.commands.snapshot import Snapshot, StoreRow
from kvshell.commands.values import ROLES, Typed, Word, literal
from kvshell.terms import A, Pid, Term, inspect

Words = dict[str, str]


class Hint(NamedTuple):
    """What is said, and what Tab types. `key` is its cause: each is shown once a session."""

    key: str
    text: str
    line: str


class Situation(NamedTuple):
    """A command that has run, or could not.

    Attributes:
        match: the command.
        value: its answer, NOTHING for views and errors.
        error: the banner as printed, if it failed.
        reason: the exit reason or exception struct behind `error`.
        before: the system when the line was typed.
        after: the system now.
        line: the whole line, if the command was not alone on it.
    """

    match: Match
    value: "Term | Nothing"
    error: str | None
    reason: Term
    before: Snapshot
    after: Snapshot
    line: Line | None = None

    @property
    def command(self) -> str:
        """What was typed, as the table has it."""
        return self.match.command.words if self.match.command else ""

    @property
    def design(self) -> str:
        """The design that the words meant."""
        return self.after.design or self.before.design or self.after.default

    @property
    def word(self) -> Word | None:
        """The process or store that was named."""
        args = self.match.args
        found = args.get("store") or args.get("process")
        return found if isinstance(found, Word) else None

    @property
    def target(self) -> str | None:
        """The pid, as printed, that the word means."""
        word = self.word
        return _pid_of(word, self.after) if word else None

    def failed(self, text: str) -> bool:
        """Whether the error says `text`."""
        return self.error is not None and text in self.error


class Rule(NamedTuple):
    """A row: the sentence and the line are filled with the words of the condition."""

    name: str
    when: Callable[[Situation], Words | None]
    sentence: str
    line: str


def find(situation: Situation, shown: Container[str] = ()) -> Hint | None:
    """Return the first hint that fits and whose key is not among the `shown`."""
    for rule in RULES:
        words = rule.when(situation)
        if words is None:
            continue
        line = rule.line.format(**words)
        cause = words.get("cause", "")
        key = f"{rule.name} {cause}".strip()
        if key not in shown:
            return Hint(key, f"{rule.sentence.format(**words)}: {line}", line)
    return None


def _pid_of(word: Word, snapshot: Snapshot) -> str | None:
    if not word.quoted:
        if word.text in ROLES:
            return None
        name = word.text.removeprefix("$")
        if bound := snapshot.binding(name):
            return bound.value if bound.kind == "pid" else None
        if word.text.startswith("#PID<"):
            return word.text
    row = snapshot.store(word.text)
    return row.pid or None if row else None


def _is_system_word(s: Situation) -> bool:
    word = s.word
    if s.match.command is None or s.match.problems:
        return False
    return s.match.command.group == "stores" or (
        word is not None and not word.quoted and word.text in {"manager", "registry"}
    )


def _nothing_runs(s: Situation) -> Words | None:
    stopped = s.command in {"stop manager", "reset"}
    missed = s.error is not None or s.value is A.error or s.value is A.ok
    idle = s.before.design is None and s.after.design is None
    return {} if idle and missed and _is_system_word(s) and not stopped else None


def _second_design(s: Situation) -> Words | None:
    wanted = s.match.args.get("design")
    running = s.before.design
    if s.command == "start manager" and running and wanted and wanted != running:
        return {"running": running, "wanted": wanted}
    return None


def _budget_blown(s: Situation) -> Words | None:
    ended = s.before.design is not None and s.after.design is None
    meant = s.command in {"stop manager", "restart manager", "reset"}
    word = s.word
    if not ended or meant or s.before.design == "plain":
        return None
    if s.command in {"stop", "kill"} and word is not None and word.text == "supervisor":
        return None
    return {}


def _manager_gone(s: Situation) -> Words | None:
    """In plain nobody restarts the manager."""
    ended = s.before.design == "plain" and s.after.design is None
    return {} if ended and s.command in {"kill", "crash", "stop", "call", "cast"} else None


def _all_restarted(s: Situation) -> Words | None:
    word = s.word
    hit = word is not None and not word.quoted and word.text in {"manager", "registry", "buckets"}
    lost = len(s.before.stores) > 0 and len(s.after.stores) == 0
    running = s.after.design not in {None, "plain"}
    return {} if hit and lost and running and s.command in {"kill", "crash", "call"} else None


def _held_create(s: Situation) -> Words | None:
    if s.command != "create store" or not s.failed("time out"):
        return None
    return {"name": as_name(s.match.args["name"]), "manager": s.after.manager}


def _timed_out(s: Situation) -> Words | None:
    if not s.failed("time out"):
        return None
    word = s.word
    target = "manager" if word is None else _typed(word)
    return {"target": target}


def _create_waits(s: Situation) -> Words | None:
    """Lookup answers :error and the create is still in the mailbox."""
    name = s.match.args.get("name")
    if s.command != "lookup" or not _missed(s) or name not in s.after.pending:
        return None
    assert isinstance(name, str)
    return {"name": as_name(name), "manager": s.after.manager}


def _create_was_cast(s: Situation) -> Words | None:
    """Lookup answers :error behind its create, on one line."""
    name = s.match.args.get("name")
    if s.command != "lookup" or not _missed(s) or s.line is None or name is None:
        return None
    for part in s.line.parts:
        if part.start >= s.match.start:
            break
        created = part.command is not None and part.command.words == "create store"
        if created and part.args.get("name") == name and s.design in {"ets-cast", "map"}:
            return {"name": as_name(name), "manager": s.after.manager}
    return None


def _missed(s: Situation) -> bool:
    return s.value is A.error or s.failed("no match of right hand side value: :error")


def _unknown_store(s: Situation) -> Words | None:
    word = s.word
    if word is None or not s.failed("no match of right hand side value: :error"):
        return None
    if s.match.pattern is not None and s.after.store(word.text) is not None:
        return None
    return {"name": as_name(word.text), "cause": word.text}


def _unknown_name(s: Situation) -> Words | None:
    """`{:ok, b} = lookup s9`."""
    if s.command != "lookup" or s.error is None or not _missed(s):
        return None
    name = s.match.args["name"]
    return {"name": as_name(name), "cause": name}


def _pattern_for_pid(s: Situation) -> Words | None:
    """`{:ok, b} = create store s1` where create answers the pid itself."""
    if s.command != "create store" or not s.failed("(MatchError)"):
        return None
    names = variables(s.match.pattern) if s.match.pattern else []
    name = as_name(s.match.args["name"])
    binding = names[0] if names else "b"
    if said(_EFFECTS, s.design) == "cast":
        return {"says": "a cast and answers :ok", "line": f"{{:ok, {binding}}} = lookup {name}"}
    return {"says": "a call and answers the pid itself", "line": f"{binding} = create store {name}"}


_EFFECTS: Final = {"plain": "call", "ets": "call", "*": "cast"}


def _bound_ok(s: Situation) -> Words | None:
    """`b = create store s1` where create is a cast binds :ok."""
    pattern = s.match.pattern
    if s.command != "create store" or s.value is not A.ok or not isinstance(pattern, Variable):
        return None
    name = as_name(s.match.args["name"])
    return {"binding": pattern.name, "line": f"{{:ok, {pattern.name}}} = lookup {name}"}


def _row_of_value(s: Situation) -> StoreRow | None:
    """The store whose pid the line has answered, if that process is dead."""
    if s.command not in {"lookup", "create store"}:
        return None
    value = s.value[1] if isinstance(s.value, tuple) and len(s.value) == 2 else s.value
    if not isinstance(value, Pid):
        return None
    row = s.after.store(s.match.args["name"])
    return row if row is not None and row.state in {"stale", "dead"} else None


def _kept_dead(s: Situation) -> Words | None:
    if s.design != "plain":
        return None
    row = _row_of_value(s)
    if row is None and s.command in {"put", "get", "del", "keys"}:
        row = _row_of_word(s)
    if row is None or row.state != "dead":
        return None
    return {"name": as_name(row.name), "cause": row.name}


def _row_of_word(s: Situation) -> StoreRow | None:
    """The store that the command's word means, by name or by a bound pid."""
    word, target = s.word, s.target
    if word is None or target is None:
        return None
    row = s.after.store(word.text)
    if row is not None and row.pid == target:
        return row
    return next((row for row in islice(s.after.stores, FEW) if row.pid == target), None)


FEW: Final = 200  # stores looked through for the one with a bound pid


def _dead_from_lookup(s: Situation) -> Words | None:
    row = _row_of_value(s)
    if row is None or s.design == "plain":
        return None
    return {"name": as_name(row.name), "pid": row.pid, "manager": s.after.manager}


def _cast_nowhere(s: Situation) -> Words | None:
    """:ok, and nobody was there."""
    if s.value is not A.ok or s.command not in {"put", "del", "cast"} or s.match.command is None:
        return None
    if "cast" not in said(s.match.command.effects, s.design):
        return None
    target = s.target
    if target is None or s.after.lives(target):
        return None
    word = s.word
    return {"pid": target, "process": _typed(word) if word else target}


def _dead_process(s: Situation) -> Words | None:
    target = s.target
    if target is None or not s.failed("no process") or s.after.lives(target):
        return None
    word = s.word
    return {"word": _typed(word) if word else target, "pid": target}


def _no_process(s: Situation) -> Words | None:
    """A name nobody has: `state foo`."""
    word = s.word
    if word is None or not s.failed("(CommandError) no process"):
        return None
    return {"word": word.text}


def _other_key(s: Situation) -> Words | None:
    """`get s1 "1"` answers nil and the key is 1, or the other way round."""
    key = s.match.args.get("key")
    if s.command not in {"get", "del"} or s.value is not None or not isinstance(key, Typed):
        return None
    row = _row_of_word(s)
    contents = row.contents if row else None
    if contents is None or key.dynamic:
        return None
    wanted = _spelt(key.value)
    for other in contents:
        found = other[0] if isinstance(other, tuple) and len(other) == 2 else other
        if _spelt(found) == wanted:
            word = s.word
            typed = found if isinstance(found, str) and literal(found) is None else None
            text = typed or inspect(found, width=None)
            return {
                "wanted": inspect(key.value, width=None),
                "found": inspect(found, width=None),
                "line": f"{s.command} {_typed(word) if word else ''} {text}",
            }
    return None


def _spelt(term: Term) -> str:
    text = term if isinstance(term, str) else inspect(term, width=None)
    return text.removeprefix(":").removesuffix(".0").strip("'\"").lower()


def _hidden_store(s: Situation) -> Words | None:
    word = s.word
    if word is None or word.quoted or word.text.startswith("$"):
        return None
    bound, row = s.before.binding(word.text), s.before.store(word.text)
    if bound is None or row is None or bound.value == row.pid:
        return None
    return {"name": word.text, "value": bound.value, "line": _quoted(s, word), "cause": word.text}


def _role_word(s: Situation) -> Words | None:
    """A store named like a role word: created so, or meant by a bare word."""
    name = s.match.args.get("name")
    if s.command == "create store" and name in ROLES and s.error is None:
        return {"name": name, "line": f"get {quote(name)} milk", "cause": name}
    word = s.word
    if word is None or word.quoted or word.text not in ROLES or s.before.store(word.text) is None:
        return None
    return {"name": word.text, "line": _quoted(s, word), "cause": word.text}


def _quoted(s: Situation, word: Word) -> str:
    """The command with its store in quotes."""
    return s.match.text.replace(f" {word.text}", f" {quote(word.text)}", 1)


def _typed(word: Word) -> str:
    return quote(word.text) if word.quoted else word.text


def _two_values(s: Situation) -> Words | None:
    problem = s.match.problems[0] if s.match.problems else None
    extra = problem is not None and problem.kind == "usage" and problem.fix is not None
    if not extra or problem is None or s.match.command is None:
        return None
    last = s.match.command.params[-1].word
    return {"what": f"{last} is one word", "line": problem.fix or "", "cause": s.match.text}


def _unclosed(s: Situation) -> Words | None:
    problem = s.match.problems[0] if s.match.problems else None
    if problem is None or problem.kind != "unclosed":
        return None
    return {"line": problem.fix or "", "cause": s.match.text}


def _fixed(s: Situation) -> Words | None:
    """The error said what was meant; Tab types it."""
    problem = s.match.problems[0] if s.match.problems else None
    if problem is None or not problem.fix or problem.fix == "help":
        return None
    return {"line": problem.fix, "cause": problem.fix}


def _protected(s: Situation) -> Words | None:
    if not s.failed("insufficient access rights"):
        return None
    table = s.match.args.get("table")
    return {"table": table.text} if isinstance(table, Word) else None


def _text_not_term(s: Situation) -> Words | None:
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


def _bound_value(s: Situation) -> Words | None:
    """`put s1 k b` stores the text b, and b is bound."""
    value = s.match.args.get("value")
    if s.command != "put" or s.error is not None or not isinstance(value, Typed) or not value.plain:
        return None
    if s.before.binding(value.text) is None:
        return None
    line = s.match.text[: s.match.text.rindex(value.text)] + "$" + value.text
    return {"value": value.text, "line": line, "cause": value.text}


RULES: Final = (
    Rule("unclosed", _unclosed, "a quote or bracket is never closed", "{line}"),
    Rule("two-values", _two_values, "{what}; more words go in quotes", "{line}"),
    Rule("fixed", _fixed, "Tab types it", "{line}"),
    Rule(
        "second-design",
        _second_design,
        "one system at a time, and {running} runs",
        "restart manager {wanted}",
    ),
    Rule(
        "budget-blown",
        _budget_blown,
        "the fourth restart within 5 s: the supervisor gave up and all is stopped, as in OTP",
        "start manager",
    ),
    Rule(
        "manager-gone",
        _manager_gone,
        "nobody supervises the manager of plain: it is gone, its stores live on without names",
        "start manager plain",
    ),
    Rule("nothing-runs", _nothing_runs, "nothing runs yet", "start manager"),
    Rule(
        "all-restarted",
        _all_restarted,
        "one_for_all: a new, empty registry runs, and every bucket died with the old one",
        "tree",
    ),
    Rule(
        "held-create",
        _held_create,
        "{manager} did not answer; let another client wait for it, use",
        "as b create store {name}",
    ),
    Rule(
        "timed-out",
        _timed_out,
        "the caller gave up, but the request is still queued and will be handled",
        "mailbox {target}",
    ),
    Rule(
        "create-waits",
        _create_waits,
        "the create of {name} is still in the mailbox of {manager}",
        "step manager",
    ),
    Rule(
        "create-was-cast",
        _create_was_cast,
        "create is a cast here: {manager} had not handled it when you looked; now it has",
        "lookup {name}",
    ),
    Rule("role-word", _role_word, "{name} alone is never a store; in quotes it is", "{line}"),
    Rule(
        "hidden-store",
        _hidden_store,
        "{name} is a binding, {value}; the store of that name is meant in quotes",
        "{line}",
    ),
    Rule("pattern-for-pid", _pattern_for_pid, "create is {says} in this design", "{line}"),
    Rule(
        "bound-ok",
        _bound_ok,
        "create is a cast here and answers :ok, so {binding} is no store",
        "{line}",
    ),
    Rule("unknown-store", _unknown_store, "no store is called {name}", "create store {name}"),
    Rule("unknown-name", _unknown_name, "no store is called {name}", "create store {name}"),
    Rule(
        "kept-dead",
        _kept_dead,
        "{name} is dead, and plain keeps its name for ever; another design forgets it",
        "restart manager ets",
    ),
    Rule(
        "dead-from-lookup",
        _dead_from_lookup,
        "{pid} is dead: its :DOWN still waits for {manager}",
        "registry {name}",
    ),
    Rule(
        "cast-nowhere",
        _cast_nowhere,
        "a cast says :ok whoever is there, and {pid} is dead: nobody got it",
        "alive {process}",
    ),
    Rule("dead-process", _dead_process, "{pid} is dead", "info {word}"),
    Rule("no-process", _no_process, "{word} is nobody; see who there is", "processes"),
    Rule("other-key", _other_key, "there is no {wanted}, but there is {found}", "{line}"),
    Rule(
        "protected",
        _protected,
        "a protected table is written by its owner alone",
        "ets info {table}",
    ),
    Rule(
        "text-not-term",
        _text_not_term,
        "{value} was taken as text; a bound value is written with $",
        "{line}",
    ),
    Rule(
        "bound-value",
        _bound_value,
        "{value} was taken as text; the bound value is ${value}",
        "{line}",
    ),
)
