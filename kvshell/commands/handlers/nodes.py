"""Handlers of the cluster commands outside a cluster: each raises an error with what to start."""

from typing import Never

from kvshell.commands.context import Context
from kvshell.commands.result import CommandError
from kvshell.commands.table.nodes import ONE_NODE


def nodes(context: Context) -> Never:  # noqa: ARG001  # every handler takes one
    """Raise CommandError: this command needs a cluster."""
    raise CommandError(ONE_NODE)


def on(context: Context, node: str, line: str) -> Never:  # noqa: ARG001
    """Raise CommandError: this command needs a cluster."""
    raise CommandError(ONE_NODE)


def connect(context: Context, node: str, other: str) -> Never:  # noqa: ARG001
    """Raise CommandError: this command needs a cluster."""
    raise CommandError(ONE_NODE)


def disconnect(context: Context, node: str, other: str) -> Never:  # noqa: ARG001
    """Raise CommandError: this command needs a cluster."""
    raise CommandError(ONE_NODE)


def stop_node(context: Context, node: str) -> Never:  # noqa: ARG001
    """Raise CommandError: this command needs a cluster."""
    raise CommandError(ONE_NODE)


def start_node(context: Context, node: str) -> Never:  # noqa: ARG001
    """Raise CommandError: this command needs a cluster."""
    raise CommandError(ONE_NODE)
