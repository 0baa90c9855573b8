"""When a hint is due, of lines that cannot run and of the system as a whole.

Each answers None, or the words for the sentence and the line of its row in hints.py.
"""

import re
from typing import Final

from kvshell.commands.kinds import as_name
from kvshell.commands.params import quote
from kvshell.commands.situation import GAVE_UP, Situation, Words, typed
from kvshell.commands.values import Word
from kvshell.terms import A


def nothing_runs(s: Situation) -> Words | None:
    """A word of the system, and there is no system."""
    stopped = s.command in {"stop manager", "reset"}
    missed = s.error is not None or s.value is A.error or s.value is A.ok
    idle = s.before.design is None and s.after.design is None
    return {} if idle and missed and s.about_system and not stopped else None


def second_design(s: Situation) -> Words | None:
    """A second design is to start while one runs."""
    wanted = s.match.args.get("design")
    running = s.before.design
    if s.command == "start manager" and running and wanted and wanted != running:
        return {"running": running, "wanted": wanted}
    return None


def budget_blown(s: Situation) -> Words | None:
    """The supervisor has given up: the fourth restart within 5 s."""
    gone = s.after.design is None and s.after.ended == GAVE_UP
    missed_ = s.error is not None or s.value is A.error
    if not (gone and (missed_ or s.before.design is not None) and s.about_system):
        return None
    return {"blame": f"{s.after.blame}, and that was " if s.after.blame else ""}


def manager_gone(s: Situation) -> Words | None:
    """In plain nobody restarts the manager."""
    ended = s.before.design == "plain" and s.after.design is None
    return {} if ended and s.command in {"kill", "crash", "stop", "call", "cast"} else None


def all_restarted(s: Situation) -> Words | None:
    """The registry was ended, and with it goes every bucket."""
    word = s.word
    hit = word is not None and not word.quoted and word.text in {"manager", "registry", "buckets"}
    ended = s.command in {"kill", "crash"} or s.failed("an exception was raised")
    running = s.before.design not in {None, "plain"}
    return {} if hit and ended and running and len(s.before.stores) else None


def held_create(s: Situation) -> Words | None:
    """The create timed out: the manager is suspended or busy."""
    if s.command != "create store" or not s.failed("time out"):
        return None
    return {"name": as_name(s.match.args["name"]), "manager": s.after.manager}


def timed_out(s: Situation) -> Words | None:
    """The caller gave up; what it asked for is still queued."""
    if not s.failed("time out"):
        return None
    word = s.word
    target = "manager" if word is None else typed(word)
    return {"target": target}


def create_waits(s: Situation) -> Words | None:
    """Lookup answers :error and the create is still in the mailbox."""
    name = s.match.args.get("name")
    if s.command != "lookup" or not missed(s) or name not in s.after.pending:
        return None
    assert isinstance(name, str)
    typed_ = as_name(name)
    held = "manager" in s.after.suspended
    line = "step manager" if held else f"lookup {typed_}"
    return {"name": typed_, "manager": s.after.manager, "line": line}


def create_flies(s: Situation) -> Words | None:
    """Lookup answers :error, and under the law `spec` the create has not arrived."""
    name = s.match.args.get("name")
    lane = next((lane for lane in s.after.flying if "create" in lane.signal), None)
    if s.command != "lookup" or not missed(s) or name not in s.after.pending or lane is None:
        return None
    assert isinstance(name, str)
    return {"name": as_name(name), "manager": s.after.manager, "line": lane.line}


def on_the_way(s: Situation) -> Words | None:
    """The first signal that stays on its way."""
    if s.before.flying or not s.after.flying:
        return None
    number = s.after.on_their_way
    return {"count": f"{number} signal is" if number == 1 else f"{number} signals are"}


def create_was_cast(s: Situation) -> Words | None:
    """Lookup answers :error behind its create, on one line."""
    name = s.match.args.get("name")
    if s.command != "lookup" or not missed(s) or s.line is None or name is None:
        return None
    for part in s.line.parts:
        if part.start >= s.match.start:
            break
        created = part.command is not None and part.command.words == "create store"
        if created and part.args.get("name") == name and s.design in {"ets-cast", "map"}:
            return {"name": as_name(name), "manager": s.after.manager}
    return None


def missed(s: Situation) -> bool:
    """Whether a name was looked for and not found."""
    return s.value is A.error or s.failed("no match of right hand side value: :error")


def two_values(s: Situation) -> Words | None:
    """Words are left over that belong into quotes."""
    problem = s.match.problems[0] if s.match.problems else None
    extra = problem is not None and problem.kind == "usage" and problem.fix is not None
    if not extra or problem is None or s.match.command is None:
        return None
    last = s.match.command.params[-1].word
    return {"what": f"{last} is one word", "line": problem.fix or "", "cause": s.match.text}


def unclosed(s: Situation) -> Words | None:
    """A quote or bracket is never closed."""
    problem = s.match.problems[0] if s.match.problems else None
    if problem is None or problem.kind != "unclosed":
        return None
    return {"line": problem.fix or "", "cause": s.match.text}


def fixed(s: Situation) -> Words | None:
    """The error said what was meant; Tab types it."""
    problem = s.match.problems[0] if s.match.problems else None
    if problem is None or not problem.fix or problem.fix == "help":
        return None
    return {"line": problem.fix, "cause": problem.fix}


def load_failed(s: Situation) -> Words | None:
    """A program could not be loaded for what stands in one of its lines."""
    told = _PLACE.search(s.error or "")
    wrong = s.command == "load" and told is not None
    return {"line": s.match.text, "cause": s.match.text} if wrong else None


def mend_program(s: Situation) -> Words | None:
    """A server of a loaded program raised: its line is in the error."""
    place = _PLACE.search(s.error or "")
    if place is None or s.command == "load" or not s.failed("an exception was raised"):
        return None
    file = place["file"]
    typed_file = file if " " not in file else quote(file)
    return {"place": f"{file}:{place['line']}", "file": typed_file, "cause": place[0]}


_PLACE: Final = re.compile(r"(?m)(?:^ +|\(CommandError\) )(?P<file>\S[^\n:]*):(?P<line>\d+): ")


def protected(s: Situation) -> Words | None:
    """A protected table was written by another."""
    if not s.failed("insufficient access rights"):
        return None
    table = s.match.args.get("table")
    return {"table": table.text} if isinstance(table, Word) else None
