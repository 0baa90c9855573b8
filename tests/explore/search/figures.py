"""The table of figures: its rows as they were published, and their programs.

Each row: the document, and schedules/failing under `beam` and under `spec`. Concuerror gives the
same counts on Erlang twins, except in the last row, for which 4/2 and 5/2 had been published: there
are as many schedules, but one more of them fails.

In that row the client kills s and asks for it again. `get s k` can have four results under `beam`
and five under `spec`, and all fail in which the registry gets the second `create` before the
`:DOWN`: the row is deleted before `get` reads it (no match of `:error`); `get` calls a process that
is dead, or one that has got the kill but has not died yet (both `noproc`). The last one would not
fail only if the old store could still answer. It cannot: the kill and the request come from one
client, and signals between two processes keep their order. A twin on OTP agrees: in 80,000 runs
(plain; with a large heap, with 3,000 watchers, with 20 tables of its own, so that it dies slowly)
the second `create` returned the old pid 75,380 times; 34,575 of those had no row and 40,805 ended
with `noproc`. None got a value of the old store, none ended with `killed`, and none of those that
got the old pid succeeded; all 4,620 others got a new store and `nil`.
"""

from collections.abc import Callable
from functools import wraps
from typing import NamedTuple

from kvshell.explore.program.document_parts import parts
from kvshell.explore.program.document_program import DocumentProgram
from kvshell.explore.program.function_program import Client, Clients, Written
from kvshell.explore.program.program import Program
from kvshell.explore.search.search import Search
from kvshell.runtime.search.steps import FaultModel
from kvshell.terms import Pid, Term
from kvshell.transcript.format.parser import parse

Figures = tuple[int, int]


class Planned(NamedTuple):
    """A row of the table; `tried` is the title of a Row, or the name of a test.

    `planned` has the published figures if they differ from these: see above.
    """

    words: str
    beam: str
    spec: str
    tried: str
    planned: tuple[str, str] | None = None


class Row(NamedTuple):
    """A program as a document, and the figures that the search must find."""

    title: str
    text: str
    beam: Figures
    spec: Figures


def document(*clients: str, design: str = "ets", setup: str = "") -> str:
    """Return the text of a program: the lines of the set-up, and the lines of each client."""
    lines = ["# A program", "", "```kvshell", f"kv> start manager {design}", "{:ok, #PID<mgr>}"]
    lines += [*filter(None, setup.split("\n")), "```", ""]
    for name, text in zip("abcd", clients, strict=False):
        lines += [f"```kvshell session={name}", *text.strip().split("\n"), "```", ""]
    return "\n".join(lines)


def program(text: str) -> DocumentProgram:
    """Return the program of a document."""
    parsed = parse("program.md", text)
    found = parts(parsed)
    assert found is not None
    return DocumentProgram("program.md", found, parsed.front)


def started(server: Callable[[], Pid], *clients: Callable[[Pid], Term]) -> Written:
    """Return a program whose clients get the pid of a server started before them."""

    def given(client: Callable[[Pid], Term], pid: Pid) -> Client:
        @wraps(client)
        def run() -> Term:
            return client(pid)

        return run

    def begun() -> Clients:
        pid = server()
        yield [given(client, pid) for client in clients]

    return Written(begun)


def count(searched: Program, spec: bool) -> Figures:
    """Return the number of schedules and of failing ones; the search must be complete."""
    with Search(searched, FaultModel(spec)) as search:
        while search.run() is not None:
            pass
        assert search.complete
        return search.schedules, search.failing


CREATE = "kv> create store s\n"
STOP = "kv> stop s\n"
LOST = "kv> lookup s\n:error\n"
FOUND = "kv> lookup s\n{:ok, #PID<_>}\n"
EMPTY = "kv> get s k\nnil\n"
MADE = "kv> create store s\n#PID<s>"

ROWS = (
    Row("create as a cast", document(CREATE + FOUND, design="ets-cast"), (2, 1), (2, 1)),
    Row("create as a call", document(CREATE + FOUND), (1, 0), (1, 0)),
    Row("stop, lookup", document(CREATE + STOP + LOST), (2, 1), (2, 1)),
    Row(
        "stop, bogus, lookup",
        document(CREATE + STOP + "kv> create store bogus\n" + LOST),
        (1, 0),
        (6, 2),
    ),
    Row("stop, create, get by name", document(CREATE + STOP + CREATE + EMPTY), (1, 0), (4, 2)),
    Row(
        "stop, create, get the answer",
        document(CREATE + STOP + "kv> x = create store s\nkv> get x k\nnil"),
        (1, 0),
        (3, 1),
    ),
    Row("get against stop", document(EMPTY, STOP, setup=MADE), (4, 3), (4, 3)),
    Row(
        "two clients put and get",
        document("kv> put s k 1\nkv> get s k", "kv> put s k 2\nkv> get s k", setup=MADE),
        (6, 0),
        (6, 0),
    ),
    Row("kill, lookup", document(CREATE + "kv> kill s\n" + LOST), (2, 1), (2, 1)),
    Row(
        "kill, create, get by name",
        document(CREATE + "kv> kill s\n" + CREATE + EMPTY),
        (4, 3),
        (5, 3),
    ),
)

TABLE = (
    Planned("ets-cast: create s, lookup s", "2/1", "2/1", "create as a cast"),
    Planned("create s, lookup s", "1/0", "1/0", "create as a call"),
    Planned("create s, stop s, lookup s expects :error", "2/1", "2/1", "stop, lookup"),
    Planned(
        "the same with create store bogus before the lookup", "1/0", "6/2", "stop, bogus, lookup"
    ),
    Planned(
        "create s, stop s, create s, get s k (reads the row again)",
        "1/0",
        "4/2",
        "stop, create, get by name",
    ),
    Planned(
        "create s, stop s, x = create store s, get x k",
        "1/0",
        "3/1",
        "stop, create, get the answer",
    ),
    Planned("clients a: get s k expects nil; b: stop s", "4/3", "4/3", "get against stop"),
    Planned(
        "two clients, put then get on one store, no expectation",
        "6/0",
        "6/0",
        "two clients put and get",
    ),
    Planned("create s, kill s, lookup s expects :error", "2/1", "2/1", "kill, lookup"),
    Planned(
        "create s, kill s, create s, get s k",
        "4/3",
        "5/3",
        "kill, create, get by name",
        planned=("4/2", "5/2"),
    ),
    Planned(
        "a client that monitored the bucket before the registry did (from Python)",
        "3/1",
        "3/1",
        "test_a_barrier_fails_under_both_laws_when_the_client_monitored_first",
    ),
    Planned(
        "a server hands its caller to a helper that replies, then dies (from Python): outcomes",
        "reply, exit",
        "reply, exit",
        "test_a_helper_that_answers_races_with_the_servers_end",
    ),
    Planned(
        "N clients, one call each to one server",
        "N!",
        "N!",
        "test_n_clients_call_one_server_in_every_order",
    ),
    Planned("N clients, create + lookup", "N!", "N!", "test_n_clients_create_and_look_up"),
    Planned(
        "ets-cast: N clients, create + lookup, no expectation",
        "N! * 2^N",
        "N! * 2^N",
        "test_n_clients_create_by_cast_and_look_up",
    ),
)
