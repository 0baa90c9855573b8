"""What to type next after an error or an answer that misleads: one table, a row per condition.

A row's condition is a pure function of the `Situation`: what was typed, what came of it, and the
system before and after. It answers None or the words for the row's sentence.
"""

from collections.abc import Callable, Container
from typing import Final, NamedTuple

from kvshell.commands import conditions_stores as stores
from kvshell.commands import conditions_system as system
from kvshell.commands.situation import Situation, Words

__all__ = ["RULES", "Hint", "Rule", "Situation", "find"]


class Hint(NamedTuple):
    """What is said, and what Tab types. `key` is its cause: each is shown once a session."""

    key: str
    text: str
    line: str

    @property
    def needs_tab(self) -> bool:
        """Whether it speaks of the Tab key and of nothing else: no use where there is none."""
        return self.text.startswith("Tab ")


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


RULES: Final = (
    Rule("unclosed", system.unclosed, "a quote or bracket is never closed", "{line}"),
    Rule("two-values", system.two_values, "{what}; more words go in quotes", "{line}"),
    Rule("fixed", system.fixed, "Tab types it", "{line}"),
    Rule(
        "second-design",
        system.second_design,
        "one system at a time, and {running} runs",
        "restart manager {wanted}",
    ),
    Rule(
        "budget-blown",
        system.budget_blown,
        "{blame}the fourth restart within 5 s: the supervisor gave up and all is stopped, "
        "as in OTP",
        "start manager",
    ),
    Rule(
        "manager-gone",
        system.manager_gone,
        "nobody supervises the manager of plain: it is gone, its stores live on without names",
        "start manager plain",
    ),
    Rule("nothing-runs", system.nothing_runs, "nothing runs yet", "start manager"),
    Rule(
        "all-restarted",
        system.all_restarted,
        "one_for_all: a new, empty registry is started, and every bucket dies with the old one",
        "tree",
    ),
    Rule(
        "held-create",
        system.held_create,
        "{manager} did not answer; let another client wait for it, use",
        "as b create store {name}",
    ),
    Rule(
        "timed-out",
        system.timed_out,
        "the caller gave up, but the request is still queued and will be handled",
        "mailbox {target}",
    ),
    Rule(
        "create-flies",
        system.create_flies,
        "the create of {name} is on its way to {manager}",
        "{line}",
    ),
    Rule(
        "create-was-cast",
        system.create_was_cast,
        "create is a cast here: {manager} had not handled it when you looked; now it has",
        "lookup {name}",
    ),
    Rule(
        "create-waits",
        system.create_waits,
        "the create of {name} is still in the mailbox of {manager}",
        "{line}",
    ),
    Rule("role-word", stores.role_word, "{name} alone is never a store; in quotes it is", "{line}"),
    Rule(
        "hidden-store",
        stores.hidden_store,
        "{name} is a binding, {value}; the store of that name is meant in quotes",
        "{line}",
    ),
    Rule("pattern-for-pid", stores.pattern_for_pid, "create is {says} in this design", "{line}"),
    Rule(
        "bound-ok",
        stores.bound_ok,
        "create is a cast here and answers :ok, so {binding} is no store",
        "{line}",
    ),
    Rule("unknown-store", stores.unknown_store, "no store is called {name}", "create store {name}"),
    Rule("unknown-name", stores.unknown_name, "no store is called {name}", "create store {name}"),
    Rule(
        "kept-dead",
        stores.kept_dead,
        "{name} is dead, and plain keeps its name for ever; another design forgets it",
        "restart manager ets",
    ),
    Rule(
        "dead-from-lookup",
        stores.dead_from_lookup,
        "{pid} is dead: its :DOWN {where}",
        "registry {name}",
    ),
    Rule(
        "cast-nowhere",
        stores.cast_nowhere,
        "a cast says :ok whoever is there, and {pid} is dead: nobody got it",
        "alive {process}",
    ),
    Rule("not-a-pid", stores.not_a_pid, "{name} is {value}, which is no process", "{line}"),
    Rule("dead-process", stores.dead_process, "{pid} is dead", "info {word}"),
    Rule("no-process", stores.no_process, "nobody is called {word}; see who there is", "processes"),
    Rule("other-key", stores.other_key, "there is no {wanted}, but there is {found}", "{line}"),
    Rule(
        "protected",
        system.protected,
        "a protected table is written by its owner alone",
        "ets info {table}",
    ),
    Rule("load-failed", system.load_failed, "mend it and load it again", "{line}"),
    Rule(
        "mend-program",
        system.mend_program,
        "the server ended at {place}; mend it and start it again",
        "load {file}",
    ),
    Rule(
        "text-not-term",
        stores.text_not_term,
        "{value} was taken as text; a bound value is written with $",
        "{line}",
    ),
    Rule(
        "bound-value",
        stores.bound_value,
        "{value} was taken as text; the bound value is ${value}",
        "{line}",
    ),
    Rule(
        "on-the-way",
        system.on_the_way,
        "{count} on the way until deliver or settle; to list them",
        "inflight",
    ),
)
