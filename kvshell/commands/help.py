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
from kvshell.commands.view import Cell, Role, Text

ORDER: Final = ("plain", "map", "ets-cast", "ets", "library")
BLANK: Final[Row] = (Cell(""),)


def help_view(topic: str | None, snapshot: Snapshot) -> Text:
    """Return the view for `help TOPIC`; raises CommandError when there is no such topic."""
    if topic is None:
        return overview(snapshot)
    wanted = " ".join(topic.replace("()", "").split()).strip("\"'`")
    if wanted in TOPICS:
        return text(TOPICS[wanted]())
    found = _rows_of(wanted)
    if wanted in DESIGNS and not found:
        return text(_designs())
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
    topics = ["help put", "help words", "help designs"]
    if next(command for command in COMMANDS if command.path == ("learn",)).available:
        topics.append("learn")
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
    if not command.available:
        return text([*lines, BLANK, *rows(command.doc[0].upper() + command.doc[1:] + ".")])
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
    return [c for c in COMMANDS if c.path[: len(words)] == words and c.available]


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
    visible = {word: found for word, found in paths().items() if any(c.available for _, c in found)}
    whole = {c.words: c for c in COMMANDS if c.available}
    near = nearest(wanted, [*whole, *TOPICS, *visible]) or ""
    if near in visible:
        return f"{named}: did you mean help {visible[near][0][1].words}?"
    if near:
        return f"{named}: did you mean help {near}?"
    return f"{named}: type help to see the commands"


def _reading() -> list[Row]:
    return [(Cell("How a line is read", Role.title),), *pairs(WORDS, Role.name)]


def _designs() -> list[Row]:
    found: list[Row] = [(Cell("One system at a time, built in one of five ways", Role.title),)]
    found += pairs(((name, about) for name, about in reversed(DESIGNS.items())), Role.atom)
    found.append(BLANK)
    found += rows(DESIGNS_DIFFER)
    return found


WORDS: Final = (
    ("NAME", 'The text typed, quotes removed: `create store s1`, `lookup "my list"`.'),
    (
        "PROCESS, STORE",
        "A role word (`manager supervisor buckets shell`), else a binding, else a store, else a "
        'registered name or `#PID<0.104.0>`. In quotes always a store: `stop "manager"`.',
    ),
    (
        "KEY, VALUE",
        'Text, unless the whole word is a literal: `1 2.5 :a "text" nil [1, 2] {:a, 1}` '
        '`%{"k" => 1}`. `$x` is the value bound to x, `self()` the pid of this shell.',
    ),
    ("REASON", "`stop s1 shutdown`: a bare word is an atom."),
    ("TIME", "Milliseconds, `200`, or with a unit: `200ms` `5s` `1m`."),
    (
        "x = ...",
        "Binds as Elixir does: `x = create store s1`, `{:ok, b} = lookup s1`, "
        "`[h | t] = stores`. A command word cannot be bound.",
    ),
    (
        "a; b",
        "Back to back, as in a test: nobody else runs in between unless the line waits. Between "
        "two lines the system comes to rest.",
    ),
    ("LINE", "`compare`, `repeat`, `explain` and `as` take the rest of the line, `;` included."),
    (
        "# comment",
        "At the start or after a space. Pasted prompts, `kv(3)>` and `iex(3)>`, are dropped.",
    ),
)

DESIGNS_DIFFER: Final = """`plain` is tutorial part 2. Nobody supervises, and a dead store keeps its
name for ever: `stop s1; create store s1`.

`map` is the registry with which the ETS chapter begins. Each lookup is a message to it, so
`suspend manager; lookup s1` waits for five seconds and gives up.

`ets-cast` reads a table instead and asks nobody. But create is still a cast, so
`create store a; lookup a` is too early and answers `:error`.

`ets` makes create a call. What remains is the second race: `suspend manager; stop s1; lookup s1`
finds a process that is dead. `library` is Elixir's own Registry: stores register
themselves, and the second race stays.

`designs` is the table, `compare LINE` runs a line in all five, `restart manager DESIGN` changes."""

TOPICS: Final = {"words": _reading, "designs": _designs}
