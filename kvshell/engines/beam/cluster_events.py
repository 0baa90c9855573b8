"""The messages about events in a cluster: dead nodes, healed splits, stores left behind."""

from kvshell.commands.language.message import Message


def answers(versions: str, names: str) -> Message:
    """Return the welcome's sentence on what runs the lines: versions and nodes."""
    return Message(
        "{versions} answers, on the nodes {names}: help nodes", versions=versions, names=names
    )


def died(name: str) -> Message:
    """Return the message that one of our nodes has ended by itself."""
    return Message(
        "node {name} has died, and its stores with it: start node {name} starts it again", name=name
    )


def lost(name: str, first: str) -> Message:
    """Return the message that a joined node is lost, and how to reconnect from the node `first`."""
    return Message(
        "{name} cannot be reached any more: it has ended, or the network is cut. kvshell did not "
        "start it and cannot start it again; connect {first} {name} tries to reach it",
        name=name,
        first=first,
    )


def cut_too(name: str, first: str) -> Message:
    """Return the message that a joined node was lost because another one was disconnected."""
    return Message(
        "{name} is cut off, too: nodes that were joined keep partitions from overlapping, as OTP "
        "25 does if nobody forbids it. connect {first} {name} links it again",
        name=name,
        first=first,
    )


def back(name: str) -> Message:
    """Return the message that a lost node is connected again."""
    return Message("{name} can be reached again", name=name)


def ended_by_global(pid: str, name: str) -> Message:
    """Return the message that :global ended a manager after a healed split, seen by node `name`."""
    return Message(
        "KV.Registry was on both sides of the split: :global kept one and ended {pid}, as {name} "
        "saw it. Stores that only that one knew live on as orphans: registry shows them",
        pid=pid,
        name=name,
    )


def still_apart(one: str, other: str) -> Message:
    """Return the message that two nodes, both connected to a third one, are not connected."""
    return Message(
        "{one} and {other} are still apart: connect {one} {other} links them, too",
        one=one,
        other=other,
    )


def left_behind(stores: int, nodes: str) -> Message:
    """Return the message on how many stores stay on joined nodes when the session ends."""
    return Message(
        "{count:,} store stays on {nodes}. kvshell --join finds it again: start manager takes it "
        "over, and stop manager ends it",
        "{count:,} stores stay on {nodes}. kvshell --join finds them again: start manager takes "
        "them over, and stop manager ends them",
        count=stores,
        nodes=nodes,
    )
