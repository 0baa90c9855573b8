"""The pages of `help`: what to type now, one command, a group of commands, a topic."""

from collections.abc import Callable
from typing import Final

from kvshell.commands.assist.advice import advice, now
from kvshell.commands.assist.topics import TOPICS
from kvshell.commands.assist.wrapped_text import WIDTH, Row, pairs, rows, text, wrapped
from kvshell.commands.help.code_lines import elixir_line, python_line
from kvshell.commands.language.texts import ENGLISH, Texts
from kvshell.commands.nearest import nearest
from kvshell.commands.read.guesses import paths, search_terms
from kvshell.commands.read.match import Match
from kvshell.commands.read.matcher import parse
from kvshell.commands.result import CommandError
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.table import COMMANDS, GROUPS, CommandGroup
from kvshell.commands.table.nodes import ALONE
from kvshell.commands.table.row import Command, Example, text_for
from kvshell.commands.types.parameter import excerpt
from kvshell.commands.types.simple_types import DESIGNS
from kvshell.commands.view import Cell, Role, Text

ORDER: Final = ("plain", "map", "ets-cast", "ets", "library")
BLANK: Final[Row] = (Cell(""),)


def help_view(topic: str | None, snapshot: Snapshot) -> Text:
    """Return the page of `help TOPIC`; CommandError for an unknown topic."""
    return _help_on(topic, snapshot, ENGLISH)._replace(
        translated=lambda t: _help_on(topic, snapshot, t)
    )


def _help_on(topic: str | None, snapshot: Snapshot, texts: Texts) -> Text:
    if topic is None:
        return overview(snapshot, texts)
    wanted = " ".join(topic.replace("()", "").split()).strip("\"'`")
    if wanted in TOPICS:
        return text(TOPICS[wanted].lines(texts))
    group = next((group for group in GROUPS if group.title == wanted), None)
    found = _rows_of(wanted)
    if group is not None:
        return _group(group, found, snapshot, texts)
    if wanted in DESIGNS and not found:
        return text(TOPICS["designs"].lines(texts))
    if len(found) == 1:
        return command_view(found[0], snapshot, texts)
    if found:
        return _several(wanted, found, texts)
    raise CommandError(_no_help(wanted))


def overview(snapshot: Snapshot, texts: Texts = ENGLISH) -> Text:
    """Return what to type now and all commands by group, in at most 24 lines."""
    lines: list[Row] = [(Cell(texts.translate(now(snapshot)), Role.title),)]
    proposals = ((each.line, texts.translate(each.why)) for each in advice(snapshot))
    lines += pairs(proposals, Role.command)
    lines.append(BLANK)
    lines.append((Cell(texts("All commands"), Role.title),))
    titles = [texts(group.title) for group in GROUPS]
    width = max(8, *(len(title) + 2 for title in titles))
    for group, title in zip(GROUPS, titles, strict=True):
        words = [command.words for command in group.rows]
        lines.append((Cell(f"  {title:<{width}}", Role.hint), *_words(words)))
    lines.append(BLANK)
    topics = [
        "help put",
        *(f"help {word}" for word, each in TOPICS.items() if each.is_named),
        "learn",
    ]
    more = [Cell(texts("More: "))]
    for index, topic in enumerate(topics):
        more += [Cell(" · ")] if index else []
        more.append(Cell(topic, Role.command))
    lines.append(tuple(more))
    return text(lines)


def command_view(command: Command, snapshot: Snapshot, texts: Texts = ENGLISH) -> Text:
    """Return the help page of one command."""
    summary = texts(command.summary)
    lines: list[Row] = [
        (Cell(texts("usage: ")), Cell(command.usage, Role.command)),
        (Cell(summary[0].upper() + summary[1:] + "."),),
    ]
    if command.params:
        lines.append(BLANK)
        params = ((param.word, texts.prose(param.description)) for param in command.params)
        lines += pairs(params, Role.name)
    lines += [BLANK, *rows(texts.prose(command.doc)), BLANK]
    lines += [*_answers(command, texts), BLANK]
    design = snapshot.design or snapshot.default
    for example in shown_examples(command, design):
        alone = bool(snapshot.nodes) and example.answer == ALONE  # the answer of a single node
        lines += _example(example._replace(answer="") if alone else example, design, texts)
    lines.append(BLANK)
    lines.append((Cell("Elixir  ", Role.hint), Cell(_code(command, design, elixir_line))))
    lines.append((Cell("Python  ", Role.hint), Cell(_code(command, design, python_line))))
    also = list(_synonyms(command))
    if also:
        lines.append((Cell(f"{texts('also'):<8}", Role.hint), *_listed(also)))
    if command.see:
        see = [f"help {each}" for each in command.see]
        lines.append((Cell(f"{texts('see'):<8}", Role.hint), *_listed(see)))
    return text(lines)


def shown_examples(command: Command, design: str) -> list[Example]:
    """Return the two examples that `help` shows; those with a complete answer come first."""
    read = {(e.line, e.setup, text_for(e.answer, design)): e for e in reversed(command.examples)}
    different = [e for e in command.examples if e in read.values()]
    full = [e for e in different if "..." not in text_for(e.answer, design).split("\n")]
    rest = [e for e in different if e not in full]
    return (full + rest)[:2]


def _code(command: Command, design: str, line_of: Callable[[Match, str], str]) -> str:
    """Return the code that `line_of` writes for the first example that uses the command.

    Without such an example the arguments are placeholders.
    """
    for example in shown_examples(command, design):
        for part in parse(example.line).parts:
            if part.command is command and not part.problems:
                return line_of(part._replace(pattern=None), design)
    return line_of(Match("", 0, command=command), design)


def _example(example: Example, design: str, texts: Texts) -> list[Row]:
    """Return an example line and its answer; a long note is above the line, not beside it."""
    after = texts("after {lines}", lines="; ".join(example.setup)) if example.setup else ""
    note = texts.prose(example.note) if example.note else ""
    remarks = [remark for remark in (after, note) if remark]
    one = f"    # {': '.join(remarks)}"
    lines: list[Row] = []
    if remarks and len(example.line) + len(one) + 6 <= WIDTH:
        lines.append((Cell("  kv> "), Cell(example.line, Role.command), Cell(one, Role.hint)))
    else:
        for remark in remarks:
            lines += [(Cell(line, Role.hint),) for line in wrapped(remark, WIDTH, "  # ")]
        lines.append((Cell("  kv> "), Cell(example.line, Role.command)))
    answer = text_for(example.answer, design)
    return lines + [(Cell("  " + line),) for line in answer.split("\n") if line]


def _answers(command: Command, texts: Texts) -> list[Row]:
    answers = command.answers
    if isinstance(answers, str):
        return (
            [(Cell(f"{texts('Returns')} ", Role.hint), Cell(texts.prose(answers)))]
            if answers
            else []
        )
    if set(answers) == {"*"}:
        return [(Cell(f"{texts('Returns')} ", Role.hint), Cell(texts.prose(answers["*"])))]
    lines: list[Row] = [(Cell(texts("Returns"), Role.hint),)]
    sentences = {design: texts.prose(text_for(answers, design)) for design in ORDER}
    together: dict[str, list[str]] = {}
    for design, answer in sentences.items():
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
    """Return the command names of a group, with those of `ets` and `manager` abbreviated."""
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


def _group(group: CommandGroup, named: list[Command], snapshot: Snapshot, texts: Texts) -> Text:
    """Return the page of a group: first the command of the same name, if any, then all commands."""
    lines: list[Row] = []
    if len(named) == 1:
        lines = [*command_view(named[0], snapshot, texts).lines, BLANK]
    title, about = texts(group.title), texts(group.about)
    message = texts("The group {title}: {about}", title=title, about=about)
    lines.append((Cell(message, Role.title),))
    entries = ((command.usage, texts(command.summary)) for command in group.rows)
    lines += pairs(entries, Role.command)
    lines.append((Cell(texts("More: ")), Cell(f"help {group.rows[0].words}", Role.command)))
    return text(lines)


def _several(wanted: str, found: list[Command], texts: Texts) -> Text:
    lines: list[Row] = [(Cell(texts("{word} needs a second word:", word=wanted)),)]
    lines += pairs(((command.usage, texts(command.summary)) for command in found), Role.command)
    lines.append((Cell(texts("More: ")), Cell(f"help {found[0].words}", Role.command)))
    if wanted in DESIGNS:
        also = texts("{word} is also a design: ", word=wanted)
        lines.append((Cell(also), Cell("help designs", Role.command)))
    return text(lines)


def _no_help(wanted: str) -> str:
    named = f"no help for {excerpt(wanted)}"
    terms = search_terms()
    if wanted.lower() in {*TOPICS, *(group.title for group in GROUPS)}:
        return f"{named}: did you mean help {wanted.lower()}?"
    if wanted.lower() in terms:
        return f"{named}: did you mean help {terms[wanted.lower()].words}?"
    whole = [command.words for command in COMMANDS]
    near = nearest(wanted, [*whole, *TOPICS, *(group.title for group in GROUPS), *paths()]) or ""
    if near in paths():
        return f"{named}: did you mean help {paths()[near][0][1].words}?"
    if near:
        return f"{named}: did you mean help {near}?"
    return f"{named}: type help to see the commands"
