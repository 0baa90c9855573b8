r"""The transcript format. This is its specification; the tables below define its words.

A transcript is a Markdown document whose `kvshell` blocks run. One file is an article on a code
host, a test in CI, a lesson, a demonstration, and a saved session.

Goals: easy to write by hand and to diff; renders as an ordinary article; any Markdown is a valid
transcript, and unknown text is prose; one name always means the same process.
Non-goals: general templating, shell commands, a second assertion language.

    document  = [ front ] *( prose / block / hidden / directive )
    front     = "---" NL *( KEY ":" SP value NL ) "---" NL       first line of the document
    value     = TEXT / QUOTED / "[" item *( "," item ) "]"
    block     = FENCE "kvshell" *( SP attr ) NL 1*entry FENCE NL
                FENCE: three or more ` or ~, the closing one as long or longer (CommonMark)
    hidden    = "<!--kvshell" *( SP attr ) NL 1*entry "-->" NL
                runs and is invisible on a code host; "-->" inside is written "--\>"
    directive = "<!-- kv:" ID *( SP arg ) "-->"
    attr      = ID [ "=" ( WORD / QUOTED ) ]
    entry     = command *( out / gap / async )
    command   = PROMPT text NL *( CONT text NL )
    PROMPT    = ( "kv" / "iex" ) [ "[" name "]" ] [ "(" 1*DIGIT ")" ] "> "
                the counter is decoration: never compared, kept when the file is rewritten
    CONT      = "..." [ "(" 1*DIGIT ")" ] "> "
    gap       = "..." NL                                         0..n lines, as few as possible
    async     = "~ " pattern NL                                  an event line, in any order
    out       = pattern NL                                       "\" alone: an empty line
    pattern   = *( CHAR / hole / escape )
    hole      = "#PID<" name ">" / "#Reference<" name ">" / "${" [ name ] [ ":" kind ] "}"
    name      = "_" / ALPHA *( ALPHA / DIGIT / "_" )             real pids start with a digit
    kind      = any int num word pid ref dur time hex
    escape    = "\" before text that would otherwise be structure
    comment   = in command text: "#" at the start or after a space, before a space or the end

A block runs iff the first word of its info string is `kvshell`; other languages are prose. Blank
lines before the next prompt or the closing fence separate; blank lines further up are compared.

Escapes. At the start of a line one backslash is dropped before (more backslashes and) a prompt,
a continuation, a line `...`, `~ ` or the end of the line; elsewhere, and in command text, in a
run of backslashes right before a hole each pair is one backslash, and an odd last one makes the
hole plain text. Any other backslash is itself.

Attributes of a block; unknown ones are an error, so that typos are noticed.
    fresh            a new system; every name is forgotten
    session=b        lines of another client, as with `as b`; the prompt is `kv[b]> ` or `kv> `
    timeout=5s       real time per line, 2s by default (200ms, 5s, 1m, or milliseconds)
    fails="why"      a mismatch is expected; passing is an error. skip="why": not run, never passed
    setup, teardown  preparation, and clean-up that runs at the end of its system in any case
    settle=off       no process runs between lines unless a line itself waits
    norun            display only: its content need not be a session
    flex             tables are compared by cell, as those with holes always are
    async=subset     events without a `~` line are allowed; by default, async=exact, they are not
    id=x             a name for the block
    goal, wrong, say="..."   in lessons: a goal runs after its step's other blocks, wrong never
Front matter: title id(of a lesson, if not its file's name: progress is saved under it) prev_page
next_page width(80) height(25) design(ets) law(beam|spec) clock(virtual|real: real threads)
timeout(2s) logs(off|info|debug: which log events count)
elixir(show|run: blocks of Elixir with prompts run; modules are loaded; functions outside a module
replace those of the last one; a `setup` and `test` outside a module run at the end; the rest is
prose. A literal pid, reference or table number in an answer matches any one where it first occurs,
and the same one from then on. `kvshell replay --elixir` does this in all documents, on a running
system of their design).
Directives: `explore` (in a document without `session` blocks, `explore` runs the lines below it; a
line there without output may print anything), `hint TEXT`, `src HASH`.

Output is compared line by line, in NFC, without colours, trailing blanks and trailing empty
lines; control characters as `\t`, `\xNN`. No expected line means that nothing may be printed,
except in `session` blocks and below `explore`. Neither a gap nor a hole matches the `** (` that
begins an error. A run of table lines with a hole in it is compared by cell. The byte code in the
answer of `defmodule` may be any. Events are the answers of other clients and, depending on `logs`,
log events; they are compared, in any order, if the document has a `~` line.

Holes (`${_}` and `#PID<_>` match but never bind) are valid in the whole document, or from the last
`fresh` on. A name has one kind; a bare `${x}` has the kind of x. Different names of pids and
references mean different processes and references. `#PID<x>` and `${x}` in a command are replaced
before it runs. The answer of `explore`, which names processes itself, is text except for `${x}`.
"""

import re

MAX_BYTES = 10_000_000
MAX_LINES = 1_000_000
MAX_NESTING = 100  # quotes within quotes, lists within lists

KINDS = ("any", "int", "num", "word", "pid", "ref", "dur", "time", "hex")

NAME = r"(?:_|[A-Za-z][A-Za-z0-9_]*)"
HOLE = re.compile(
    rf"#PID<(?P<pid>{NAME})>|#Reference<(?P<ref>{NAME})>"
    rf"|\$\{{(?P<name>{NAME})?(?::(?P<kind>[A-Za-z]+))?\}}"
)
ESCAPED_HOLE = re.compile(rf"(?P<slashes>\\*)(?P<hole>{HOLE.pattern})")

PROMPT = re.compile(r"(?P<shell>kv|iex)(?:\[(?P<client>[^\]\s]*)\])?(?:\(\d+\))?>(?: |$)")
CONT = re.compile(r"\.\.\.(?:\(\d+\))?>(?: |$)")
GAP = "..."
EVENT = "~ "

FENCE_WORD = "kvshell"
ELIXIR_WORD = "elixir"
RUN_TESTS = "ExUnit.run()"  # the last line of a document with tests
HIDDEN_START = "<!--kvshell"
HEADING_ID = re.compile(r"\s*\{#(?P<id>[A-Za-z][\w-]*)\}\s*$")
DIRECTIVE_START = "<!-- kv:"

ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")

# The type of each attribute and key; `format.attributes` has a parser for each type.
ATTRIBUTES = {
    "async": "exact|subset",
    "fails": "text",
    "flex": "flag",
    "fresh": "flag",
    "goal": "flag",
    "id": "id",
    "norun": "flag",
    "say": "text",
    "session": "name",
    "settle": "off",
    "setup": "flag",
    "skip": "text",
    "teardown": "flag",
    "timeout": "duration",
    "wrong": "flag",
}
# Pairs of attributes that exclude each other, and attributes that require another one.
EXCLUSIVE = (
    ("setup", "teardown", "goal", "wrong"),
    ("fails", "skip", "norun", "wrong"),
)
REQUIRES = {"say": "wrong"}

DESIGNS = ("plain", "map", "ets-cast", "ets", "library", "own")
KEYS = {
    "title": "text",
    "id": "text",
    "prev_page": "text",
    "next_page": "text",
    "width": "size",
    "height": "size",
    "design": "|".join(DESIGNS),
    "law": "beam|spec",
    "clock": "virtual|real",
    "timeout": "duration",
    "logs": "off|info|debug",
    "nodes": "2|3|4",  # on the BEAM: only where Elixir is installed
    "elixir": "run|show",
}

# Each directive and its argument.
DIRECTIVES = {"explore": "anything", "hint": "text", "src": "hex"}


class ParseError(Exception):
    """A malformed transcript: `path:line:column: message`, with line and column from 1."""

    def __init__(self, path: str, line: int, column: int, message: str) -> None:
        super().__init__(f"{path}:{line}:{column}: {message}")
        self.path = path
        self.line = line
        self.column = column
        self.message = message


def is_structural(line: str) -> bool:
    """Whether `line`, as output, would be parsed as a prompt, continuation, gap or event."""
    return (
        line == GAP
        or line.startswith(EVENT)
        or (line[:1] in "ki." and bool(PROMPT.match(line) or CONT.match(line)))
    )
