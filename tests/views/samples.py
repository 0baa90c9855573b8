"""Views as the commands build them, for tests and for the stored screens."""

from kvshell.commands.result import Result
from kvshell.commands.view import Cell, Column, Markdown, Panel, Role, TableView, Text, Tree, View
from kvshell.terms import Term


def cell(text: str, role: Role = Role.plain) -> Cell:
    return Cell(text, role)


def name(text: str) -> Cell:
    return Cell(text, Role.name)


def pid(number: int) -> Cell:
    return Cell(f"#PID<0.{number}.0>", Role.pid)


REGISTRY_COLUMNS = (
    Column("name"),
    Column("pid"),
    Column("process", 1),
    Column("owner", 3),
    Column("table", 2),
    Column("state"),
)


def registry(*rows: tuple[str, int, str, str]) -> TableView:
    """Return a `registry` table of these rows: name, number of the pid, process, state."""
    return TableView(
        "",
        REGISTRY_COLUMNS,
        tuple(
            (
                name(called),
                pid(number),
                cell(process, Role.dead if process.startswith("dead") else Role.plain),
                cell("yes"),
                cell("yes"),
                cell(state, Role[state]),
            )
            for called, number, process, state in rows
        ),
    )


TWO_STORES = registry(("s1", 104, "alive", "fresh"), ("s2", 105, "alive", "fresh"))

STALE = registry(
    ("s1", 104, "dead: :normal", "stale"),
    ("日本", 105, "alive", "fresh"),
    ("👨‍👩‍👧", 106, "alive", "pending"),
    ("a\x1b[31mb\nc\u202e", 107, "alive", "fresh"),
)._replace(title="registry", caption="1 stale row: its :DOWN waits in the mailbox of KV.Registry")

MAILBOX = TableView(
    "mailbox of KV.Registry",
    (Column("#", 0, "right"), Column("message"), Column("from", 1)),
    (
        (
            cell("1", Role.number),
            cell("{:DOWN, #Reference<0.1.2.3>, :process, #PID<0.104.0>, {:shutdown, :by_hand}}"),
            pid(104),
        ),
        (cell("2", Role.number), cell('{:create, "s9"}'), pid(100)),
    ),
)

TREE = Tree(
    (cell("KV.Supervisor ", Role.atom), pid(101)),
    (
        Tree(
            (cell("KV.BucketSupervisor ", Role.atom), pid(102)),
            (Tree((name("s1 "), pid(104))), Tree((name("s2 "), pid(105)))),
        ),
        Tree((cell("KV.Registry ", Role.atom), pid(103))),
    ),
)

STORY = Panel(
    "s1",
    (
        Text(((cell("written by "), pid(103), cell(" at line 2")),)),
        Text(((cell("next: ", Role.hint), cell("resume manager", Role.command)),)),
    ),
)

HELP = Markdown(
    """# put STORE KEY VALUE

Writes `VALUE` under *KEY*; what was there before is gone, without a word about it.

## Parameters

- `STORE`: a store
- `KEY`: a key

```
kv> put s1 milk 1
:ok
```

| design | answer |
|---|---|
| plain | `:ok` to the dead too |
"""
)

VIEWS: dict[str, View] = {
    "registry": STALE,
    "mailbox": MAILBOX,
    "tree": TREE,
    "story": STORY,
    "help": HELP,
}

EXIT = (
    '** (exit) exited in: GenServer.call(#PID<0.104.0>, {:get, "milk"}, 5000)\n'
    "    ** (EXIT) no process: the process is not alive"
)


def answer(value: Term) -> Result:
    return Result(1, "get s1 milk", ok=True, value=value)


def shown(view: View) -> Result:
    return Result(1, "registry", ok=True, view=view)


def failed(error: str) -> Result:
    return Result(1, "get s1 milk", ok=False, error=error)
