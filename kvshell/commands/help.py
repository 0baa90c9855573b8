"""help: what can be done now, all about one command, how a line is read."""

from collections.abc import Callable
from typing import Final

from kvshell.commands.advice import advice, now
from kvshell.commands.command import GROUPS, Command, Example, said
from kvshell.commands.explain import elixir_line, python_line
from kvshell.commands.guess import paths, search_terms
from kvshell.commands.kinds import DESIGNS
from kvshell.commands.match import Match
from kvshell.commands.matching import parse
from kvshell.commands.params import shown
from kvshell.commands.prose import WIDTH, Row, pairs, rows, text, wrapped
from kvshell.commands.result import CommandError
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.suggest import nearest
from kvshell.commands.table import COMMANDS
from kvshell.commands.topics import TOPICS
from kvshell.commands.view import Cell, Role, Text

ORDER: Final = ("plain", "map", "ets-cast", "ets", "library")
BLANK: Final[Row] = (Cell(""),)


def help_view(topic: str | None, snapshot: Snapshot) -> Text:
    """Return the view for `help TOPIC`; raises CommandError when there is no such topic."""
    if topic is None:
        return overview(snapshot)
    wanted = " ".join(topic.replace("()", "").split()).strip("\"'`")
    if wanted in TOPICS:
        return text(TOPICS[wanted].lines())
    found = _rows_of(wanted)
    if wanted in DESIGNS and not found:
        return text(TOPICS["designs"].lines())
    if len(found) == 1:
        return command_view(found[0], snapshot)
    if found:
        return _several(wanted, found)
    raise CommandError(_no_help(wanted))


def overview(snapshot: Snapshot) -> Text:
    """What can be done now, then every command on a line with its like: 24 lines at most."""
    lines: list[Row] = [(Cell(now(snapshot), Role.title),)]
    lines += pairs(((each.line, each.why) for each in advice(snapshot)), Role.command)
    lines.append(BLANK)
    lines.append((Cell("All commands", Role.title),))
    for title, listed in GROUPS.values():
        lines.append((Cell(f"  {title:<8}", Role.hint), *_words(listed.split(", "))))
    lines.append(BLANK)
    topics = ["help put", *(f"help {topic}" for topic in TOPICS), "learn"]
    more = [Cell("More: ")]
    for index, topic in enumerate(topics):
        more += [Cell(" · ")] if index else []
        more.append(Cell(topic, Role.command))
    lines.append(tuple(more))
    return text(lines)


def command_view(command: Command, snapshot: Snapshot) -> Text:
    """All about one command."""
    lines: list[Row] = [
        (Cell("usage: "), Cell(command.usage, Role.command)),
        (Cell(command.summary[0].upper() + command.summary[1:] + "."),),
    ]
    if command.params:
        lines.append(BLANK)
        lines += pairs(((param.word, param.description) for param in command.params), Role.name)
    lines += [BLANK, *rows(command.doc), BLANK]
    lines += [*_answers(command), BLANK]
    design = snapshot.design or snapshot.default
    for example in shown_examples(command, design):
        lines += _example(example, design)
    lines.append(BLANK)
    lines.append((Cell("Elixir  ", Role.hint), Cell(_code(command, design, elixir_line))))
    lines.append((Cell("Python  ", Role.hint), Cell(_code(command, design, python_line))))
    also = list(_synonyms(command))
    if also:
        lines.append((Cell("also    ", Role.hint), *_listed(also)))
    if command.see:
        lines.append((Cell("see     ", Role.hint), *_listed([f"help {s}" for s in command.see])))
    return text(lines)


def shown_examples(command: Command, design: str) -> list[Example]:
    """The two examples that help shows: those whose answer is written out in full come first."""
    full = [e for e in command.examples if "..." not in said(e.answer, design).split("\n")]
    rest = [e for e in command.examples if e not in full]
    return (full + rest)[:2]


def _code(command: Command, design: str, line_of: Callable[[Match, str], str]) -> str:
    """The line of code, with the arguments of the first example that has the command."""
    for example in shown_examples(command, design):
        for part in parse(example.line).parts:
            if part.command is command and not part.problems:
                return line_of(part._replace(pattern=None), design)
    return line_of(Match("", 0, command=command), design)


def _example(example: Example, design: str) -> list[Row]:
    """The line and its answer; a remark stands behind the line when there is room, else above."""
    after = f"after {'; '.join(example.setup)}" if example.setup else ""
    remarks = [remark for remark in (after, example.note) if remark]
    one = f"    # {': '.join(remarks)}"
    lines: list[Row] = []
    if remarks and len(example.line) + len(one) + 6 <= WIDTH:
        lines.append((Cell("  kv> "), Cell(example.line, Role.command), Cell(one, Role.hint)))
    else:
        for remark in remarks:
            lines += [(Cell(line, Role.hint),) for line in wrapped(remark, WIDTH, "  # ")]
        lines.append((Cell("  kv> "), Cell(example.line, Role.command)))
    answer = said(example.answer, design)
    return lines + [(Cell("  " + line),) for line in answer.split("\n") if line]


def _answers(command: Command) -> list[Row]:
    if isinstance(command.answers, str):
        return [(Cell("Answers ", Role.hint), Cell(command.answers))] if command.answers else []
    if set(command.answers) == {"*"}:
        return [(Cell("Answers ", Role.hint), Cell(command.answers["*"]))]
    lines: list[Row] = [(Cell("Answers", Role.hint),)]
    told = {design: said(command.answers, design) for design in ORDER}
    together: dict[str, list[str]] = {}
    for design, answer in told.items():
        together.setdefault(answer, []).append(design)
    return lines + pairs(
        ((", ".join(designs), answer) for answer, designs in together.items()), Role.atom
    )


def _synonyms(command: Command) -> list[str]:
    return [" ".join(path) for path in command.synonyms]


def _listed(words: list[str]) -> Row:
    row: list[Cell] = []
    for index, word in enumerate(words):
        row += [Cell(" · ")] if index else []
        row.append(Cell(word, Role.command))
    return tuple(row)


def _words(listed: list[str]) -> Row:
    """The commands of a group; those of ets are one entry, and so are those of the manager."""
    entries: list[str] = []
    for words in listed:
        first, _, second = words.partition(" ")
        if first == "ets":
            entries += ["ets ..."] if "ets ..." not in entries else []
        elif second == "manager" and entries and entries[-1].endswith(f" {second}"):
            entries[-1] = f"{entries[-1].removesuffix(f' {second}')}/{words}"
        else:
            entries.append(words)
    row: list[Cell] = []
    for entry in entries:
        row += [Cell("  ")] if row else []
        row.append(Cell(entry, Role.command))
    return tuple(row)


def _rows_of(wanted: str) -> list[Command]:
    words = tuple(wanted.split())
    exact = [c for c in COMMANDS if c.path == words or words in c.synonyms]
    if exact:
        return exact[:1]
    return [c for c in COMMANDS if c.path[: len(words)] == words]


def _several(wanted: str, found: list[Command]) -> Text:
    lines: list[Row] = [(Cell(f"{wanted} wants a second word:"),)]
    lines += pairs(((command.usage, command.summary) for command in found), Role.command)
    lines.append((Cell("More: "), Cell(f"help {found[0].words}", Role.command)))
    if wanted in DESIGNS:
        lines.append((Cell(f"{wanted} is also a design: "), Cell("help designs", Role.command)))
    return text(lines)


def _no_help(wanted: str) -> str:
    named = f"no help for {shown(wanted)}"
    terms = search_terms()
    if wanted.lower() in terms:
        return f"{named}: did you mean help {terms[wanted.lower()].words}?"
    whole = [command.words for command in COMMANDS]
    near = nearest(wanted, [*whole, *TOPICS, *paths()]) or ""
    if near in paths():
        return f"{named}: did you mean help {paths()[near][0][1].words}?"
    if near:
        return f"{named}: did you mean help {near}?"
    return f"{named}: type help to see the commands"
