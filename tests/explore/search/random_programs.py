"""Random small programs over every kind of operation, for the soundness check of the search.

A program has two or three clients with one or two actions each, on the same targets: a GenServer
that records what it gets, a helper that answers on its behalf, a bare process, two tables. What a
client observes is the result of each action; the last observation is the state at the end.
"""

import re
from random import Random
from typing import Final

from kvshell.explore.program.program import Doing, Ending, Observed
from kvshell.otp import agent, dynamic_supervisor, gen_server, registry, supervisor
from kvshell.runtime import Exit, Runtime, ets, process
from kvshell.terms import A, ElixirError, List, Pid, format_banner, inspect
from tests.explore.search.all_actions import ACTIONS
from tests.explore.search.program_actions import (
    GROUP,
    HELPERS,
    REG,
    Action,
    ProgramClient,
    Server,
    Targets,
    answer_pings,
    help_others,
)

REF = re.compile(r"#Reference<[^>]*>")
PIDS = re.compile(r"#PID<[^>]*>")

# Actions on the same thing, and those that show its state: a random program draws all actions
# from one of these sets, or from all, so that related ones meet.
FAMILIES: Final[tuple[tuple[str, ...], ...]] = (
    ("register", "register bare", "unregister", "unregister me", "registered", "send me", "cast me",
     "monitor me", "call me", "whereis me", "its name", "kill", "send name", "exit bare", "global",
     "no global", "where global", "send name after", "start linked"),
    ("monitor", "demonitor", "demonitor only", "monitored by", "monitors", "links", "link",
     "unlink", "alias", "alias once", "alias monitor", "unalias", "drop monitor", "spawn monitor",
     "stop", "kill", "tell", "flush", "poll", "trap", "all of it", "kill other"),
    ("idle", "twice", "both",
     "time out", "send self after", "send after", "cancel", "time left", "sleep", "ping",
     "suspend", "resume", "call", "send", "poll", "kill other", "exit other"),
    ("walk", "walk back", "fold", "rows", "match", "select", "insert", "insert other",
     "insert two", "delete", "count", "take", "size", "delete all", "select delete", "rename"),
)  # fmt: skip


class RandomProgram:
    """The random program that a seed gives."""

    repeatable = None  # its helpers wait with stacks of their own

    def __init__(
        self, seed: int, most_actions: int = 2, only: list[list[str]] | None = None
    ) -> None:
        random = Random(seed)
        names = random.choice((*FAMILIES, *[tuple(ACTIONS)] * 4))
        self.clients: list[list[str]] = only or [
            [random.choice(names) for _ in range(random.randint(1, most_actions))]
            for _ in range(random.choice((2, 2, 2, 3)))
        ]
        words = {action.split()[0] for actions in self.clients for action in actions}
        self._helpers = words & set(HELPERS)

        self.title = f"seed {seed}"
        self.expects = False

    def begin(self, runtime: Runtime) -> tuple[Pid, tuple[Pid, ...]]:
        driver = runtime.enter()
        _, heir = gen_server.start(Server, A.heir)
        _, server = gen_server.start(Server, A.first, name=A.srv)
        bare = process.spawn(help_others), process.spawn(answer_pings)
        self._targets = targets = Targets(server, heir, *bare, *self._start_helpers())
        ets.new(A.shared, [A.named_table, A.public])
        ets.insert(A.shared, [(A.j, 0)])
        runtime.settle()
        self._seen: dict[str, list[str]] = {}
        clients = [ProgramClient(targets, []) for _ in self.clients]
        pids = tuple(
            process.spawn(lambda place=place: self._client(place, clients[place]))  # type: ignore[misc]
            for place in range(len(self.clients))
        )
        for place, client in enumerate(clients):
            client.others = [*pids[place + 1 :], *pids[:place]]
        self._pids = pids
        return driver, pids

    def _start_helpers(self) -> list[Pid | None]:
        """Start the registries, the agent and the supervisors that some action needs."""
        wanted = self._helpers
        agent_, children, family = None, None, None
        if "agent" in wanted:
            _, agent_ = agent.start(lambda: ())
        if "children" in wanted:
            _, children = dynamic_supervisor.start_link()
        if "family" in wanted:
            _, family = supervisor.start([(Server, A.heir)])
        if "registry" in wanted:
            registry.start_link(A.unique, REG)
        if "group" in wanted:
            registry.start_link(A.duplicate, GROUP)
        return [agent_, children, family]

    def _client(self, place: int, client: ProgramClient) -> None:
        seen = self._seen.setdefault(f"client {place}", [])
        for action in self.clients[place]:
            seen.append("begun")
            seen[-1] = f"{action}: {_told(ACTIONS[action], client)}"
        seen.append(f"end: {_told(lambda _: List(process.flush()), client)}")

    def end(self, runtime: Runtime) -> Ending:
        left = [
            inspect(seen.state) if seen is not None and seen.status != "dead" else "dead"
            for seen in map(runtime.observe, (self._targets.server, self._targets.heir))
        ]
        tables = [
            f"{inspect(table.name)} {inspect(table.owner.pid)} {inspect(List(table.listed()))}"
            for table in runtime.tables.all()
        ]
        dead = [
            f"{inspect(pid)} {seen.status} {inspect(seen.reason)}"
            for pid in self._pids
            if (seen := runtime.observe(pid)) is not None
        ]
        self._seen["left"] = [*left, *tables, *dead]
        told = [
            Observed(who, 0, "", REF.sub("#Ref", "; ".join(said)))
            for who, said in self._seen.items()
        ]
        return Ending(tuple(sorted(told)))

    def doing(self, client: Pid) -> Doing | None:
        return None

    def names(self, runtime: Runtime) -> dict[Pid, str]:
        return {}


def _told(action: Action, client: ProgramClient) -> str:
    try:
        return inspect(action(client))
    except Exit as exit_:
        return " ".join(format_banner(A.exit, exit_.reason).split())
    except ElixirError as error:
        return " ".join(format_banner(A.error, error.struct).split())
