"""Finds out which engines are available here, and starts one."""

from collections.abc import Iterable

from kvshell.commands.read.matcher import parse
from kvshell.engines.beam.cluster import Cluster, JoinedCluster
from kvshell.engines.beam.node import HOW_TO_GET, EngineError, elixir_path, installed_versions
from kvshell.engines.beam.sources import NO_OWN, NODE_WORDS, REFUSED
from kvshell.engines.beam_runner import BeamRunner
from kvshell.engines.cluster_runner import ClusterRunner
from kvshell.engines.protocol import Availability
from kvshell.systems.designs.own_lines import OWN

__all__ = ["EngineError", "availability", "refused", "start"]


def availability() -> list[Availability]:
    """Return what each engine runs on, or how to get it. Runs `elixir`, which takes about 0.4 s."""
    from kvshell import __version__  # noqa: PLC0415  # only needed for its version

    own = f"kvshell {__version__}"
    found = [Availability("native", own), Availability("elixir", own)]
    if elixir_path() is None:
        return [*found, Availability("beam", "", HOW_TO_GET)]
    versions = installed_versions()
    if versions is None:
        return [*found, Availability("beam", "", "elixir does not start: try elixir --version")]
    return [*found, Availability("beam", str(versions))]


def refused(lines: Iterable[str], *, alone: bool) -> str:
    """Return why the BEAM cannot run one of these lines, or an empty string.

    `alone` is true if there is only one node, which rules out the commands of a cluster.
    """
    for line in lines:
        for part in parse(line).parts:
            words = part.command.words if part.command is not None and part.complete else ""
            if words == "messages" and part.args.get("switch") == "off":
                continue  # the BEAM never records messages
            if words in REFUSED and (alone or words not in NODE_WORDS):
                return REFUSED[words]
            if part.args.get("design") == OWN:
                return NO_OWN
    return ""


def start(engine: str, design: str = "", nodes: int = 0, join: str = "") -> BeamRunner:
    """Start the BEAM on one or several nodes.

    Raises:
        EngineError: the engine is not available here, or the options do not fit it.
    """
    if engine in {"native", "elixir"}:
        raise EngineError("--nodes and --join go with --engine beam: kvshell's own runtime is one")
    if engine != "beam":
        raise EngineError(f"no engine {engine}: kvshell doctor lists them")
    if design == OWN:
        raise EngineError(NO_OWN)
    if nodes and join:
        raise EngineError(
            "--nodes starts nodes and --join uses running ones: give only one of them"
        )
    if nodes or join:
        if design:
            raise EngineError("a cluster has its own design: leave --design out")
        if elixir_path() is None:
            raise EngineError(f"the engine beam needs Elixir, which is not installed: {HOW_TO_GET}")
        cluster = Cluster(nodes) if nodes else JoinedCluster(join.split(","))
        return ClusterRunner(cluster)
    return BeamRunner(design or "ets")
