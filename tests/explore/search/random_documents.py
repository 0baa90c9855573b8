"""Random documents as programs for the search: set-ups, clients and checks of any commands."""

from random import Random
from typing import Final

from kvshell.explore.program.document_parts import parts
from kvshell.explore.program.document_program import DocumentProgram
from kvshell.explore.search.single_run import execute
from kvshell.explore.search.token import Follow
from kvshell.runtime import NotAtRest
from kvshell.runtime.schedule.threads import Threads
from kvshell.runtime.search.steps import FaultModel, Numbers
from kvshell.transcript.format.grammar import ParseError
from kvshell.transcript.format.parser import parse

DESIGNS: Final = ("plain", "map", "ets", "ets-cast", "library")
FIRST: Final = ("create store s", "create store t", "ets new u named_table public")

# {name}, {key}, {term} and so on are filled with one of the words below.
WORDS: Final = {
    "name": ("s", "t", "r"),
    "key": ("k", "l"),
    "term": (":hello", "1", "[1, :two]", '%{"a" => {1}}', '{:create, "s"}', "self()"),
    "row": ("{:k, 1}", "{:k, self()}", '{"l", [1, 2]}', "{1.0, :x}", "{1, :y}"),
    "table": ("u", "w", "KV.Registry"),
    "kind": (
        "public", "ordered_set named_table public", "bag named_table public",
        "duplicate_bag named_table", "named_table private",
    ),
    "design": DESIGNS,
    "who": ("s", "t", "manager", "self()", "#PID<0.102.0>", "#PID<0.104.0>"),
    "victim": ("s", "s", "t", "manager", "#PID<0.101.0>", "#PID<0.103.0>"),
}  # fmt: skip
STORES: Final = (
    "create store {name}", "lookup {name}", "put {name} {key} {term}", "get {name} {key}",
    "del {name} {key}", "keys {name}", "count {name}", "put s k {key}", "get s k",
)  # fmt: skip
FAMILIES: Final = (
    STORES,
    STORES,
    ("send {who} {term}", "cast {who} {term}", "flush", "self"),
    ("monitor {who}", "link {who}", "unlink {who}"),
    ("kill {victim}", "stop {victim}", "exit {victim} :normal", "exit {victim} :boom",
     "crash {victim}", "suspend {victim}", "resume {victim}"),
    ("ets insert {table} {row}", "ets lookup {table} :k", "ets list {table}", "ets info {table}",
     "ets delete {table} :k", "ets delete {table}"),
)  # fmt: skip
LOOKS: Final = (
    "alive {who}", "info {who}", "state {who}", "mailbox {who}", "stores", "processes", "registry",
    "tree", "tables", "cache", "v", "v(1)", "inflight", "step manager",
)  # fmt: skip
SYSTEM: Final = (
    "stop manager", "restart manager", "restart manager {design}", "start manager {design}",
    "sleep 100", "settle",
)  # fmt: skip
SETUP: Final = (
    "ets new w {kind}", "create store {name}", "monitor s", "sleep 200", "kill s", "spawn",
    "put s k {term}", "ets insert w [{{:k, 1}}, {{:l, 2}}]", "suspend manager", "q = lookup s",
)  # fmt: skip
ELIXIR: Final = (
    "Process.send_after(self(), :tick, 50)", "Process.flag(:trap_exit, true)",
    ":persistent_term.put(:k, 1)", "Process.register(self(), :me)", "IO.puts(:rand.uniform())",
)  # fmt: skip


Families = tuple[tuple[str, ...], ...]


def _line(random: Random, families: Families) -> str:
    words = {name: random.choice(words) for name, words in WORDS.items()}
    return random.choice(random.choice(families)).format(**words)


def random_document(seed: int) -> str:
    """Return the text of the document that a seed gives; lines of its set-up may fail."""
    random = Random(seed)
    families: Families = FAMILIES
    if random.random() < 0.4:
        families += (LOOKS,)
    if random.random() < 0.3:
        families += (SYSTEM,)
    before: Families = (*families, SETUP, SETUP)
    if random.random() < 0.1:
        before += (ELIXIR,)
    lines = [f"start manager {random.choice(DESIGNS)}", *FIRST[: random.randint(0, len(FIRST))]]
    lines += [_line(random, before) for _ in range(random.randint(0, 5))]
    blocks = [("", lines)]
    for name in "abc"[: random.choice((1, 2, 2, 2, 3))]:
        own = [_line(random, families) for _ in range(random.randint(1, 3))]
        blocks.append((f" session={name}", own))
    if random.random() < 0.5:
        blocks.append(("", [_line(random, families) for _ in range(random.randint(1, 2))]))
    text = []
    for session, own in blocks:
        shown = "\n..." if not session else random.choice(("", "", "\n..."))
        text += [f"```kvshell{session}", *(f"kv> {line}{shown}" for line in own), "```", ""]
    return "\n".join(text)


def working_document(seed: int) -> str:
    """Return the document that a seed gives, without the lines of the set-up that fail."""
    text = random_document(seed)
    while (failed := _failed(text)) != 0:
        lines = text.split("\n")
        text = "\n".join([*lines[: failed - 1], *lines[failed + 1 :]])
    return text


def _failed(text: str) -> int:
    """Return the number of the first line of the set-up that fails, or 0."""
    parsed = parse("program.md", text)
    try:
        found = parts(parsed)
    except ParseError as error:
        return error.line
    assert found is not None
    threads = Threads()
    try:
        program = DocumentProgram("program.md", found, parsed.front)
        ending, _ = execute(program, FaultModel(spec=False), Follow(()), threads, Numbers())
    except NotAtRest:
        return found.setup[-1].number
    finally:
        threads.close()
    return next((each.line for each in ending.failures if each.client == "set-up"), 0)
