"""Hint conditions for lines that cannot run and for the system as a whole.

Each function describes the condition it checks. It returns None if the condition does not hold,
otherwise the values for the placeholders of its row in hints.py.
"""

from kvshell.commands.arguments import Word
from kvshell.commands.assist import slips
from kvshell.commands.assist.advice import (
    GAVE_UP,
    Situation,
    Words,
    typed,
)
from kvshell.commands.assist.proposals import asks_the_system
from kvshell.commands.language.message import Message
from kvshell.commands.read.matcher import parse
from kvshell.commands.table import GROUP_OF
from kvshell.commands.types.simple_types import as_name
from kvshell.terms import A


def nothing_runs(s: Situation) -> Words | None:
    """The command needs the system, but no system is running."""
    if s.before.design is not None or s.command == "reset" or not _missed_the_system(s):
        return None
    return {"idle": s.before.idle} if s.runs is None else None


def _missed_the_system(s: Situation) -> bool:
    """Whether the command failed because what it addressed - process, store, table - is missing."""
    if s.match.problems and (fix := s.match.problems[0].fix):
        return _about_system(fix)
    if s.match.problems and s.match.problems[0].kind == "usage":
        return s.match.command is not None and asks_the_system(s.match.command)
    if s.error is None and s.value not in (A.error, A.ok, A.undefined, False):
        return s.command == "monitor" and s.names_system
    if s.error is not None and s.command in {"stop manager", "restart manager"}:
        return True
    return s.about_system or s.names_system


def _about_system(line: str) -> bool:
    """Whether any command in `line`, a corrected line, is a store command."""
    commands = [part.command for part in parse(line).parts]
    return any(each is not None and GROUP_OF[each.path].name == "stores" for each in commands)


def second_design(s: Situation) -> Words | None:
    """`start manager` names a design while another one is running."""
    wanted = s.match.args.get("design")
    running = s.before.design
    if s.command == "start manager" and running and wanted and wanted != running:
        return {"running": running, "wanted": wanted}
    return None


def budget_blown(s: Situation) -> Words | None:
    """The supervisor has given up: the fourth restart within 5 s exceeded its limit."""
    missed_ = s.error is not None or s.value is A.error
    if not (missed_ or s.before.design is not None) or not s.about_system:
        return None
    if s.runs is not None or s.after.ended != GAVE_UP:
        return None
    blame = s.after.blame
    return {"blame": Message("{blame}, and that was ", blame=blame) if blame else ""}


def manager_gone(s: Situation) -> Words | None:
    """The manager died in the design `plain`, where no supervisor restarts it."""
    if s.before.design != "plain" or s.command not in {"kill", "crash", "stop", "call", "cast"}:
        return None
    return {} if s.runs is None else None


def all_restarted(s: Situation) -> Words | None:
    """The command killed or crashed the registry, and every bucket died with it."""
    word = s.word
    hit = word is not None and not word.quoted and word.text in {"manager", "registry", "buckets"}
    ended = s.command in {"kill", "crash"} or s.failed("an exception was raised")
    running = s.before.design not in {None, "plain"}
    return {} if hit and ended and running and len(s.before.stores) else None


def held_create(s: Situation) -> Words | None:
    """`create store` timed out because the manager is suspended or busy."""
    if s.command != "create store" or not s.failed("time out"):
        return None
    return {"name": as_name(s.match.args["name"]), "manager": s.after.manager}


def timed_out(s: Situation) -> Words | None:
    """The command timed out; its request is still queued."""
    if s.error is None or not s.failed("time out"):
        return None
    word = s.word
    target = "manager" if word is None else typed(word)
    return {"target": target}


def create_waits(s: Situation) -> Words | None:
    """`lookup` answered `:error` while the create is still in the manager's mailbox."""
    name = s.match.args.get("name")
    if s.command != "lookup" or not missed(s) or name not in s.after.pending:
        return None
    assert isinstance(name, str)
    typed_ = as_name(name)
    held = "manager" in s.after.suspended
    line = "step manager" if held else f"lookup {typed_}"
    return {"name": typed_, "manager": s.after.manager, "line": line}


def create_flies(s: Situation) -> Words | None:
    """`lookup` answered `:error` because the create is still in flight (delivery law `spec`)."""
    name = s.match.args.get("name")
    if s.command != "lookup" or not missed(s) or name not in s.after.pending:
        return None
    lane = next((lane for lane in s.after.flying if "create" in lane.signal), None)
    if lane is None:
        return None
    assert isinstance(name, str)
    return {"name": as_name(name), "manager": s.after.manager, "line": lane.line}


def on_the_way(s: Situation) -> Words | None:
    """After this command signals are in flight, for the first time since none were."""
    if s.before.law != "spec" or s.before.flying or not s.after.flying:
        return None
    number = s.after.on_their_way
    return {"signals": Message("{count:,} signal is", "{count:,} signals are", count=number)}


def create_was_cast(s: Situation) -> Words | None:
    """`lookup` answered `:error` right after the create of the same name on the same line."""
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
    """Whether the command looked for a name and did not find it."""
    return s.value is A.error or s.failed("no match of right hand side value: :error")


def two_values(s: Situation) -> Words | None:
    """The line has words left over; a value of several words probably lacks its quotes."""
    problem = s.match.problems[0] if s.match.problems else None
    extra = problem is not None and problem.kind == "usage" and problem.fix is not None
    if not extra or problem is None or s.match.command is None:
        return None
    last = s.match.command.params[-1].word
    return {"parameter": last, "line": problem.fix or "", "cause": s.match.text}


def unclosed(s: Situation) -> Words | None:
    """A quote or bracket in the line is never closed."""
    problem = s.match.problems[0] if s.match.problems else None
    if problem is None or problem.kind != "unclosed":
        return None
    return {"line": problem.fix or "", "cause": s.match.text}


def fixed(s: Situation) -> Words | None:
    """The error has a corrected line, which Tab types."""
    problem = s.match.problems[0] if s.match.problems else None
    if problem is None or not s.failed("** (CommandError)"):  # a word may be a binding
        return None
    line = slips.line_for(s.match, s.before, s.error)
    return {"line": line, "cause": line} if line else None


def error_proposes(s: Situation) -> Words | None:
    """The error message ends with a line to type."""
    line = slips.said_in(s.error, s.after) if s.error is not None else None
    return {"line": line, "cause": line} if line else None


def protected(s: Situation) -> Words | None:
    """A process other than the owner tried to write to a protected table."""
    if s.error is None or not s.failed("insufficient access rights"):
        return None
    table = s.match.args.get("table")
    return {"table": table.text} if isinstance(table, Word) else None
