"""`Cluster`: several nodes on this machine's loopback interface, or running nodes to join.

Each of our own nodes has a pipe; distribution is started over that pipe, so the cookie is on no
command line and in no file, and nodes listen on loopback only. epmd runs on a separate port as a
child of the first node and ends with it. Nodes connect only through `connect`: otherwise any
message to a known pid would heal a split, and a cut between two nodes would disconnect a third.
"""

import os
import re
import secrets
import socket
from contextlib import suppress
from string import ascii_lowercase
from typing import Final

from kvshell.engines.beam.conversation import Conversation
from kvshell.engines.beam.node import BeamNode, EngineError
from kvshell.engines.beam.node_folder import NodeFolder

MOST: Final = 8
FLAGS: Final = (
    "+P 2000000 -kernel prevent_overlapping_partitions false -kernel dist_auto_connect never "
    "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false"
)
JOIN_FLAGS: Final = "+P 2000000 -start_epmd false"
_NODE_NAME: Final = re.compile(r"[\w-]+@[\w.-]+")
CONNECT_S: Final = 15.0
EPMD_PORT: Final = "4369"  # epmd's own default


class Cluster:
    """The nodes of a conversation by short name; the first one is the shell's own."""

    def __init__(self, count: int) -> None:
        """Start `count` nodes and connect them all.

        Raises:
            EngineError: the nodes cannot be started.
        """
        if not 2 <= count <= MOST:
            raise EngineError(f"--nodes is a number from 2 to {MOST}")
        self.joined: dict[str, str] = {}
        self._prefix = "kv"  # may be the same in every cluster, as each has an epmd of its own
        self.gone: set[str] = set()
        self._cookie = secrets.token_hex(16)
        self._epmd = str(_free_port())
        self._has_epmd = False
        self._folder = NodeFolder()
        self.nodes: dict[str, BeamNode] = {}
        try:
            started = {name: self._started(name) for name in ascii_lowercase[:count]}
            self.nodes.update(started)  # so that the nodes still starting are ended if one fails
            for name, node in started.items():
                node.await_ready()
                self._begin(name, node)
                for other in self.nodes:
                    if other < name:
                        self.connect(other, name)
        except BaseException:
            self.close()
            raise

    def full_name(self, name: str) -> str:
        """Return the full name that the BEAM uses for a node."""
        return self.joined.get(name) or f"{self._prefix}_{name}@127.0.0.1"

    def short(self, full: str) -> str:
        """Return the short name of a node, given its full name."""
        for name in (*self.nodes, *self.joined):
            if self.full_name(name) == full:
                return name
        return full.removeprefix(f"{self._prefix}_").removesuffix("@127.0.0.1")

    def start(self, name: str) -> BeamNode:
        """Start a node that is not yet connected to others."""
        node = self._started(name)
        try:
            node.await_ready()
            self._begin(name, node)
        except BaseException:
            node.close()
            raise
        self.nodes[name] = node
        self.gone.discard(name)
        return node

    def _started(self, name: str) -> BeamNode:
        environment = {
            "HOME": str(
                self._folder.path
            ),  # otherwise Node.start creates a cookie file in the user's
            "ERL_EPMD_PORT": self._epmd,
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }
        if name == ascii_lowercase[0]:  # the shell's own; it ends last
            environment["KVSHELL_NODES"] = str(
                self._folder.path
            )  # it removes that when kvshell was killed
        return BeamNode(FLAGS, environment, name, wait=False)

    def _begin(self, name: str, node: BeamNode) -> None:
        """Start distribution on a node under its name; the first node starts epmd for all."""
        if not self._has_epmd:
            self._has_epmd = True
            _ask(node, f'Kvshell.Cluster.epmd("{self._epmd}")')
            _await_port(int(self._epmd))
        _name(node, self.full_name(name), self._cookie)

    def connect(self, one: str, other: str) -> bool:
        """Connect two nodes; return whether that succeeded."""
        full = self.full_name(other)
        return _ask(self.nodes[one], f'Kvshell.Cluster.connect("{full}")') == "true"

    def disconnect(self, one: str, other: str) -> bool:
        """Disconnect two nodes; return whether that succeeded."""
        full = self.full_name(other)
        return _ask(self.nodes[one], f'Kvshell.Cluster.disconnect("{full}")') == "true"

    def stop(self, name: str) -> None:
        """Kill a node, as a power failure would."""
        self.gone.add(name)
        node = self.nodes.pop(name)
        node.port.kill()
        node.close()

    def dead(self) -> list[str]:
        """Return the names of our nodes that have ended by themselves."""
        return [name for name, node in self.nodes.items() if node.port.has_ended]

    def close(self) -> None:
        """End all our nodes. A second call does nothing."""
        for node in reversed(self.nodes.values()):
            node.close()
        self._folder.close()


class JoinedCluster(Cluster):
    """Running nodes of others, and one node of our own, for the shell, that joins them."""

    def __init__(self, names: list[str]) -> None:
        """Start the shell's node and connect it with the nodes `names`.

        It uses the user's own cookie and epmd.

        Raises:
            EngineError: a name is invalid, or a node does not answer.
        """
        wrong = [name for name in names if not _NODE_NAME.fullmatch(name)]
        if wrong or not names:
            raise EngineError(f"not a node name: {wrong[0] if wrong else ''}, as in a@127.0.0.1")
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise EngineError(f"--join names {twice[0]} twice")
        host = names[0].partition("@")[2]
        self.nodes = {}
        self.gone = set()
        self._prefix = f"kvshell{os.getpid()}"
        self._host = host
        node = BeamNode(JOIN_FLAGS, {}, "shell")
        self.nodes["shell"] = node
        self.joined = {_short(name, names): name for name in names}
        try:
            _name(node, self.full_name("shell"), "")
            for name, full in self.joined.items():
                if _ask(node, f'Kvshell.Cluster.connect("{full}")') != "true":
                    raise EngineError(
                        f"{name} does not answer: is {full} up, with your cookie and your epmd?"
                    )
            _ask(node, "Kvshell.Cluster.join()")
        except BaseException:
            self.close()
            raise

    def full_name(self, name: str) -> str:
        """Return the full name that the BEAM uses for a node."""
        return self.joined.get(name) or f"{self._prefix}@{self._host}" if name else name

    def short(self, full: str) -> str:
        """Return the short name of a node, given its full name."""
        for name, known in self.joined.items():
            if known == full:
                return name
        return "shell" if full == self.full_name("shell") else full

    def close(self) -> None:
        """End the shell's own node; the others are left running."""
        for node in self.nodes.values():
            node.close()


def _short(full: str, names: list[str]) -> str:
    short = full.partition("@")[0]
    return short if sum(name.startswith(f"{short}@") for name in names) == 1 else full


def _name(node: BeamNode, full: str, cookie: str) -> None:
    """Start distribution on a node under its full name; without a cookie it uses the user's."""
    answer = _ask(node, f'Kvshell.Cluster.begin("{full}", "{cookie}")')
    if answer == "{:error, :epmd}":
        port = os.environ.get("ERL_EPMD_PORT", EPMD_PORT)
        raise EngineError(
            f"no epmd, which Erlang's nodes find each other by, answers on port {port}: "
            "start the nodes first, or set ERL_EPMD_PORT to theirs if another program has that port"
        )
    if answer == "{:error, :nobody}":
        raise EngineError(
            "no node is known to the epmd of this machine: start the nodes first. If another "
            "program listens where epmd should, set ERL_EPMD_PORT to theirs"
        )
    if answer == "{:error, :name}":
        raise EngineError(f"no node can be called {full} here: is that name taken?")


def _ask(node: BeamNode, source: str) -> str:
    """Evaluate a line of Elixir on a node, outside any conversation; return the answer as text."""
    talk = Conversation(node)
    answered = talk.wait(talk.begin("", [("value", source)]), CONNECT_S)
    if answered is None or answered.end != "done":
        raise EngineError(f"node {node.name} does not answer")
    (part,) = answered.parts
    if part.kind == "error":
        raise EngineError(f"node {node.name} cannot be made part of a cluster: {part.answer}")
    text: str = part.answer[0]
    return text


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await_port(port: int) -> None:
    """Wait until epmd listens on `port`; EngineError if it does not."""
    from time import monotonic, sleep  # noqa: PLC0415  # only where a cluster starts

    until = monotonic() + CONNECT_S
    while monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        sleep(0.01)
    raise EngineError("epmd, which Erlang's nodes find each other by, does not start")
