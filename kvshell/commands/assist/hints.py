"""Hints after an error or a misleading answer: one table with a row per condition.

A row's condition is a pure function of a `Situation`: what was typed, its result, and the system
before and after. It returns None if it does not hold, or the values for the row's sentence.
"""

from collections.abc import Callable, Container
from typing import Final, NamedTuple

from kvshell.commands.assist import conditions as system
from kvshell.commands.assist import loaded_programs
from kvshell.commands.assist import store_conditions as stores
from kvshell.commands.assist.advice import Situation, Words
from kvshell.commands.assist.proposals import works
from kvshell.commands.language.message import Message

__all__ = ["RULES", "Hint", "Rule", "Situation", "first_hint"]


ONLY_TAB: Final = "press Tab to type"
NOTHING_RUNS: Final = "nothing-runs"  # the key of the hint
START: Final = "start manager"


class Hint(NamedTuple):
    """A hint: its text, a Message, and the line that Tab types.

    A text is shown once per session for each `key`, which identifies the cause.
    """

    key: str
    text: str
    line: str

    @property
    def needs_tab(self) -> bool:
        """Whether the text is only about the Tab key, and so is useless where there is no Tab."""
        return self.text.startswith(ONLY_TAB)


class Rule(NamedTuple):
    """A row of the table of hints.

    Attributes:
        name: the first part of the hint's key; the second is the `cause` that `when` may return.
        when: the condition, which returns the values for the placeholders, or None.
        sentence: the hint's text with placeholders.
        line: the line that Tab types, with placeholders.
        once: whether the text is shown only once for each cause.
    """

    name: str
    when: Callable[[Situation], Words | None]
    sentence: str
    line: str
    once: bool = True


def first_hint(situation: Situation, shown: Container[str] = ()) -> Hint | None:
    """Return the hint of the first rule that applies and whose line can run, or None.

    The hint has no text if its key is in `shown`, but Tab still types its line: a later rule would
    propose something else for the same cause.
    """
    for rule in RULES:
        words = rule.when(situation)
        if words is None:
            continue
        line = rule.line.format(**words)
        if not works(line, situation.after):
            continue
        cause = words.get("cause", "")
        key = f"{rule.name} {cause}".strip()
        sentence = Message(rule.sentence, **words)
        seen = key in shown and (rule.once or situation.error is None)
        if seen or not rule.sentence or situation.failed(f"{sentence}: {line}"):
            return Hint(key, "", line)
        return Hint(key, Message("{sentence}: {line}", sentence=sentence, line=line), line)
    return None


RULES: Final = (
    Rule("unclosed", system.unclosed, "a quote or bracket is never closed", "{line}"),
    Rule(
        "two-values",
        system.two_values,
        "{parameter} is one word; more words go in quotes",
        "{line}",
    ),
    Rule("text-not-term", stores.text_not_term, "$ before a name gives its value", "{line}"),
    Rule("fixed", system.fixed, ONLY_TAB, "{line}"),
    Rule(
        "second-design",
        system.second_design,
        "one system at a time, and {running} runs",
        "restart manager {wanted}",
    ),
    Rule(
        "second-design-kept",
        system.second_design,
        "one system at a time, and `restart manager {wanted}` would end this one; "
        "to see what it holds",
        "stores",
    ),
    Rule(
        "budget-blown",
        system.budget_blown,
        "{blame}the fourth restart within 5 s: the supervisor gave up and everything stopped, "
        "as in OTP",
        "start manager",
    ),
    Rule(
        "manager-gone",
        system.manager_gone,
        "plain has no supervisor: the manager stays dead, and its stores run on without names",
        "start manager plain",
    ),
    Rule(NOTHING_RUNS, system.nothing_runs, "{idle}", START, once=False),
    Rule(
        "all-restarted",
        system.all_restarted,
        "one_for_all: a new, empty registry is started, and every bucket dies with the old one",
        "tree",
    ),
    Rule(
        "held-create",
        system.held_create,
        "{manager} did not answer; to make another client wait instead",
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
    Rule(
        "role-word",
        stores.role_word,
        "{name} without quotes never means a store; with quotes it does",
        "{line}",
    ),
    Rule(
        "hidden-store",
        stores.hidden_store,
        "{name} is a binding, {value}; quote it to mean the store",
        "{line}",
    ),
    Rule("pattern-for-pid", stores.pattern_for_pid, "create is {says} in this design", "{line}"),
    Rule(
        "bound-ok",
        stores.bound_ok,
        "create is a cast here and answers :ok, so {binding} is not a store",
        "{line}",
    ),
    Rule(
        "near-store",
        stores.near_store,
        "no store is called {name}; did you mean the store {near}",
        "{line}",
    ),
    Rule("unknown-store", stores.unknown_store, "no store is called {name}", "{line}"),
    Rule("unknown-name", stores.unknown_name, "no store is called {name}", "{line}"),
    Rule(
        "load-again",
        loaded_programs.load_again,
        "{name} has ended; to start it again",
        "load {file}",
    ),
    Rule(
        "kept-dead",
        stores.kept_dead,
        "{name} is dead, and plain keeps its name forever; another design forgets it",
        "restart manager ets",
    ),
    Rule(
        "kept-dead-of-several",
        stores.kept_dead,
        "{name} is dead, and plain keeps its name forever; the other designs forget it",
        "designs",
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
        "a cast always answers :ok, but {pid} is dead",
        "alive {process}",
    ),
    Rule("not-a-pid", stores.not_a_pid, "{name} is {value}, which is not a process", "{line}"),
    Rule("dead-process", stores.dead_process, "{pid} is dead", "info {word}"),
    Rule(
        "near-process",
        stores.near_process,
        "no process is called {word}; did you mean the {kind} {near}",
        "{line}",
    ),
    Rule("no-process", stores.no_process, "no process is called {word}; to list them", "processes"),
    Rule("other-key", stores.other_key, "there is no {wanted}, but there is {found}", "{line}"),
    Rule(
        "near-key",
        stores.near_key,
        "there is no {wanted}; did you mean the key {found}",
        "{line}",
    ),
    Rule(
        "protected",
        system.protected,
        "only its owner can write to a protected table",
        "ets info {table}",
    ),
    Rule("load-failed", loaded_programs.load_failed, "fix it and load it again", "{line}"),
    Rule(
        "mend-program",
        loaded_programs.mend_program,
        "the server ended at {place}; fix it and start it again",
        "load {file}",
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
        "{signals} on the way until deliver or settle; to list them",
        "inflight",
    ),
    Rule("said", system.error_proposes, "", "{line}"),  # the error says it already
)
