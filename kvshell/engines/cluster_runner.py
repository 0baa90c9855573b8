"""`ClusterRunner`: kvshell's commands on several BEAM nodes, and the cluster commands.

A line without `on NODE` runs on the first node. Views show what that node sees, and say what it
cannot see.
"""

import re
from collections.abc import Callable
from typing import Final

from kvshell.commands.language.message import Message
from kvshell.commands.read.match import Match, pattern_text
from kvshell.commands.result import CommandError, Result
from kvshell.commands.snapshot import EMPTY, Snapshot
from kvshell.commands.view import View
from kvshell.engines.beam import cluster_events
from kvshell.engines.beam.beam_client import BeamClient, failed, handled
from kvshell.engines.beam.cluster import Cluster
from kvshell.engines.beam.cluster_views import ClusterSnapshot, explained
from kvshell.engines.beam.conversation import NodeDownError, NodeNotice
from kvshell.engines.beam.line_steps import LineStep, Local
from kvshell.engines.beam.node import EngineError
from kvshell.engines.beam.sources import NODE_WORDS
from kvshell.engines.beam_runner import BeamRunner
from kvshell.runtime import Event
from kvshell.session.host import Waiting
from kvshell.terms import A, List, Map, inspect

_CONFLICT: Final = re.compile(r"Name conflict terminating \{'Elixir\.KV\.Registry',<([\d.]+)>\}")
_NO_LINK: Final = re.compile(r"'global' at '?([^' ]+)'? failed to connect to '?([^' ]+)'?")
NOT_OURS: Final = (
    "kvshell did not start {name} and cannot start it: when it runs again, connect {first} {name} "
    "reaches it"
)
CLOSE_S: Final = 10.0
_NODE_WORDS: Final = frozenset({"stop node", "start node", "connect", "disconnect"})
_VIEWS: Final = {
    "registry": ClusterSnapshot.registry,
    "cache": ClusterSnapshot.cache,
    "processes": ClusterSnapshot.processes,
    "tables": ClusterSnapshot.tables,
    "tree": ClusterSnapshot.tree,
    "nodes": ClusterSnapshot.nodes,
}


class NodeRunner(BeamRunner):
    """A conversation with one node of a cluster; views show what that node sees."""

    after_end = "exit"

    def __init__(self, cluster: Cluster, name: str) -> None:
        """Open a conversation with a running node of the cluster."""
        self.cluster = cluster
        self.gone = Message("node {name} is gone: start node {name} starts it again", name=name)
        super().__init__("cluster", cluster.nodes[name])

    def _local(self, client: BeamClient, match: Match) -> Local | None:
        words = match.command.words if match.command is not None and not match.problems else ""
        if words == "create store" and match.args.get("node") is not None:
            return lambda: self._try(client, match, lambda: self._create_on(client, match))
        if words == "registry" and match.args.get("name"):
            return lambda: self._try(client, match, lambda: self._named(client, match))
        if words in _VIEWS:
            return lambda: self._try(
                client,
                match,
                lambda: self._view(client, match, _VIEWS[words](self._look_at_nodes())),
            )
        if words == "explain":
            return lambda: explained(handled(client, match))
        if words in NODE_WORDS:
            return lambda: failed(
                client, match, f"{words} is for the first node's shell: type it without on"
            )
        if words == "reset":
            return lambda: failed(
                client, match, "reset is for one node: leave kvshell and start it again"
            )
        return super()._local(client, match)

    def _try(
        self, client: BeamClient, match: Match, carry_out: Callable[[], list[Result] | Result]
    ) -> list[Result] | Result:
        try:
            return carry_out()
        except (CommandError, EngineError) as error:
            return failed(client, match, str(error))
        except NodeDownError:
            return failed(client, match, self.gone)

    def _known(self, name: str) -> str:
        if name in self.cluster.gone or name in self.cluster.dead():
            raise CommandError(f"{name} is down: start node {name} starts it again")
        if name not in self.cluster.nodes and name not in self.cluster.joined:
            there = ", ".join([*self.cluster.nodes, *self.cluster.joined])
            raise CommandError(f"no node {name}: there are {there}")
        return name

    def _create_on(self, client: BeamClient, match: Match) -> list[Result]:
        name, node = match.args["name"], match.args["node"]
        if node not in {*self.cluster.gone, *self.cluster.dead()}:  # else the manager answers
            self._known(node)
        quoted = inspect(name, width=None)
        full = self.cluster.full_name(node)
        source = f'KV.Registry.create(KV.Registry, {quoted}, :"{full}")'
        left = pattern_text(match)
        frame = f"{left} = ({source})" if left else source
        return self._evaluate(client, [LineStep(match, ("value", frame), self.planner.value)])

    # -- observing -----------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Take a snapshot for toolbar, completion and help: the names and their processes."""
        try:
            snapshot = self._look_at_nodes()
        except CommandError:
            return EMPTY._replace(counter=self.counter)
        except NodeDownError:
            return EMPTY._replace(counter=self.counter, gone=self.after_end)
        nodes = (*self.cluster.nodes, *self.cluster.joined)
        return snapshot.for_completion(self.counter)._replace(nodes=nodes)

    def _look_at_nodes(self) -> ClusterSnapshot:
        result = self.run_source("Kvshell.Cluster.snapshot()", kind="data")
        if result.error is not None or not isinstance(result.value, Map):
            raise CommandError(f"cannot inspect the nodes: {result.error}")
        states = dict.fromkeys([*self.cluster.nodes, *self.cluster.joined], "")
        states |= dict.fromkeys(self.cluster.gone, "stopped")
        states |= dict.fromkeys(self.cluster.dead(), "dead")
        return ClusterSnapshot(result.value, self.cluster.short, states)

    def _named(self, client: BeamClient, match: Match) -> Result:
        """Show the history of one name according to this node's table."""
        name = match.args["name"]
        quoted = inspect(name, width=None)
        found = self.run_source(f"Kvshell.Cluster.row({quoted})", kind="data")
        return self._view(client, match, self._look_at_nodes().named(name, found.value))

    def _view(self, client: BeamClient, match: Match, view: View) -> Result:
        return Result(client.counter, match.text, ok=True, view=view)


class ClusterRunner(NodeRunner):
    """A conversation with the first node of a cluster, which passes lines on to the others."""

    def __init__(self, cluster: Cluster) -> None:
        """Open conversations with the nodes of a running cluster, which ends with this runner."""
        self.first, *others = cluster.nodes
        super().__init__(cluster, self.first)
        self.gone = Message(
            "{name}, the shell's own node, is gone: leave kvshell and start it again",
            name=self.first,
        )
        self._asked: NodeRunner | None = None  # the other node that runs the current line
        self._lost: set[str] = set()  # joined nodes whose loss was reported
        self._dead: set[str] = set()  # our own nodes whose end was reported
        self._cut: set[str] = set()  # joined nodes that were disconnected from here
        self._apart: set[tuple[str, str]] = set()  # pairs that :global has found without a link
        self._others = {name: NodeRunner(cluster, name) for name in others}

    @property
    def engine(self) -> str:
        """The engine as a sentence for the welcome."""
        names = ", ".join([*self.cluster.nodes, *self.cluster.joined])
        return cluster_events.answers(str(self.node.versions), names)

    # -- for hosts -----------------------------------------------------------------------------

    def descriptors(self) -> tuple[int, ...]:
        """Return the descriptors of all our nodes, readable when `events` may have something."""
        return tuple(fd for node in self.cluster.nodes.values() for fd in node.port.descriptors)

    def interrupt(self) -> None:
        """End the current line on the node where it runs. Safe in a signal handler."""
        if self._asked is None:
            super().interrupt()
        else:
            self.shell.interrupted = True
            self._asked.interrupt()

    def waiting(self) -> Waiting | None:
        """Return a Waiting while a line is running on some node, otherwise None."""
        return super().waiting() if self._asked is None else self._asked.waiting()

    def settle(self, timeout_s: float | None = None) -> bool:
        """Wait until every node is at rest.

        This is done twice, because a node may have sent a message to one that was already at rest.
        """
        return all([self._settle_all(timeout_s), self._settle_all(timeout_s)])

    def _settle_all(self, timeout_s: float | None) -> bool:
        rested = [other.settle(timeout_s) for other in self._others.values()]
        rested.append(super().settle(timeout_s))
        busy = {self.first: self.busy} | {name: each.busy for name, each in self._others.items()}
        self.busy = "; ".join(f"{name}: {who}" for name, who in busy.items() if who)
        return all(rested)

    def events(self) -> list[Event]:
        """Return the background events of all nodes.

        Those of nodes other than the first start with the name of the node.
        """
        self._report_deaths()
        found = [self._explain(event, self.first) for event in super().events()]
        for name, other in self._others.items():
            for event in [] if name in self._dead else other.events():
                sentence = self._explain(event, name)
                if sentence is event and event.kind != "answer":
                    sentence = event._replace(
                        text=Message("{node}: {text}", node=name, text=event.text)
                    )
                found.append(sentence)
        return [event for event in found if event is not None]

    def play(self, client: BeamClient, text: str) -> list[Result]:
        """Run a round of `repeat`; nodes that died meanwhile are reported before the next one."""
        results = super().play(client, text)
        if self.on_notice is not None:
            waiting = self._events.take()
            self._report_deaths()
            self._tell(self._events.take())
            self._events.extend(waiting)
        return results

    def _report_deaths(self) -> None:
        """Report nodes of ours that have ended by themselves, each only once."""
        dead = set(self.cluster.dead()) - {self.first}
        for name in sorted(dead - self._dead):
            self._events.add("notice", cluster_events.died(name), "notice")
        self._dead = dead

    def _report(self, notice: NodeNotice) -> None:
        """Report a joined node that was lost or came back; `_report_deaths` reports our own."""
        if notice.kind != "node":
            super()._report(notice)
            return
        name = self.cluster.short(notice.client)
        if notice.text == "down" and name in self.cluster.joined and name not in self._cut:
            self._lost.add(name)
            sentence = cluster_events.cut_too if self._cut else cluster_events.lost
            message = sentence(name, self.first)
            self._events.add("notice", message, "notice")
        elif notice.text == "up" and name in self._lost:
            self._lost.remove(name)
            self._events.add("notice", cluster_events.back(name), "notice")

    def _explain(self, event: Event, name: str) -> Event | None:
        """Rephrase what :global logs after a split; None if that has been reported before."""
        if no_link := _NO_LINK.search(event.text):
            one, other = sorted(map(self.cluster.short, no_link.groups()))
            if (one, other) in self._apart:
                return None
            self._apart.add((one, other))
            text = cluster_events.still_apart(one, other)
            return event._replace(text=text, kind="notice", level="notice")
        conflict = _CONFLICT.search(event.text)
        if conflict is None:
            return event
        pid = f"#PID<{conflict[1]}>"
        message = cluster_events.ended_by_global(pid, name)
        return event._replace(text=message, kind="notice", level="notice")

    def close(self) -> None:
        """End all our nodes. A second call does nothing."""
        self.left = self.left or self._left_behind()
        self.cluster.close()
        for other in self._others.values():
            other.close()
        super().close()

    def _left_behind(self) -> str:
        """Return the message on stores left on joined nodes, or "" if there are none."""
        if not self.cluster.joined or self._closed:
            return ""
        try:
            found = self.run_source("Kvshell.Cluster.elsewhere()", "data", CLOSE_S)
        except (EngineError, NodeDownError):
            return ""
        if not isinstance(found.value, List):
            return ""
        on = {self.cluster.short(node.name): count for node, count in found.value}
        total = sum(on.values())
        return cluster_events.left_behind(total, ", ".join(on)) if total else ""

    # -- cluster commands ----------------------------------------------------------------------

    def _local(self, client: BeamClient, match: Match) -> Local | None:
        words = match.command.words if match.command is not None else ""
        if words == "on" and match.args.get("line"):  # errors in LINE are reported by that node
            return lambda: self._try(client, match, lambda: self._on(client, match))
        if words in _NODE_WORDS and not match.problems:
            return lambda: self._try(client, match, lambda: self._node_word(client, match, words))
        return super()._local(client, match)

    def _node_word(self, client: BeamClient, match: Match, words: str) -> list[Result] | Result:
        node = match.args["node"]
        if words == "stop node":
            return self._stop_node(client, match, node)
        if words == "start node":
            return self._start_node(client, match, node)
        other = self._known(match.args["other"])
        if other == node:
            raise CommandError(f"{words} is for two nodes: {node} is one and the same")
        return self._link(client, match, words, self._known(node), other)

    def _ours(self, name: str) -> str:
        if self._known(name) in self.cluster.joined:
            raise CommandError(
                f"{name} was running before: kvshell neither ends it nor types there"
            )
        return name

    def _stop_node(self, client: BeamClient, match: Match, name: str) -> Result:
        if self._ours(name) == self.first:
            raise CommandError(f"{name} is the shell's own node: exit ends it")
        return self._forget_node(client, match, name)

    def _forget_node(self, client: BeamClient, match: Match, name: str) -> Result:
        self.cluster.stop(name)
        self._others.pop(name).close()
        return Result(client.counter, match.text, ok=True, value=A.ok)

    def _start_node(self, client: BeamClient, match: Match, name: str) -> Result:
        if name in self.cluster.dead():
            if name == self.first:
                raise CommandError(self.gone)
            self._forget_node(client, match, name)
        if name in self.cluster.joined:
            raise CommandError(NOT_OURS.format(name=name, first=self.first))
        if name in self.cluster.nodes:
            raise CommandError(f"{name} is up: nodes lists them")
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,15}", name) or self.cluster.joined:
            raise CommandError(
                f"no node {name} can be started here: a name is a word in small letters, as in d"
            )
        self.cluster.start(name)
        self._others[name] = NodeRunner(self.cluster, name)
        for other in sorted({*self.cluster.nodes} - {name, *self.cluster.dead()}):
            self.cluster.connect(other, name)
        self._others[name].run_source("Kvshell.Cluster.start_local()")
        self._settled(name)
        return Result(client.counter, match.text, ok=True, value=A.ok)

    def _link(self, client: BeamClient, match: Match, verb: str, one: str, other: str) -> Result:
        if one in self.cluster.joined:
            one, other = other, one
        self._ours(one)
        self._apart.discard((min(one, other), max(one, other)))
        self._cut |= {other}  # so that this is not reported as a loss
        if verb == "disconnect":
            done = self.cluster.disconnect(one, other)
        else:
            done = self.cluster.connect(one, other)
            if done and other in self.cluster.joined:
                full = self.cluster.full_name(other)
                self.run_source(f'Kvshell.Cluster.prepare_again(:"{full}")')
            for name in (one, other):  # conflicts of names on both sides are resolved first
                self._settled(name)
            self._lost -= {other}
            self._take_notices()
            self._cut -= {other}
        return Result(client.counter, match.text, ok=True, value=done)

    def _settled(self, name: str) -> None:
        """Wait until name conflicts between a node and those connected to it are resolved."""
        runner = self._runner(name)
        if runner is None:
            return
        result = runner.run_source("Kvshell.Cluster.settled()")
        if result.error is not None or result.value is not A.ok:
            raise CommandError(
                f"{name} is linked, but its names are not settled with the others yet: "
                f"wait, or stop node {name} and start it again"
            )

    def _runner(self, name: str) -> NodeRunner | None:
        return self if name == self.first else self._others.get(name)

    def _on(self, client: BeamClient, match: Match) -> list[Result]:
        name, line = match.args["node"], match.args["line"]
        if self._ours(name) == self.first:
            return self._run(client, client.read(line), self.on_output)
        other = self._asked = self._others[name]
        other.line_s, other.on_output = self.line_s, self.on_output
        try:
            results = other.run(line)
        finally:
            self._asked = None
        self._events.extend(other.events())
        return [each._replace(line=client.counter, input=match.text) for each in results]
