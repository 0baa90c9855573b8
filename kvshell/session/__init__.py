"""A session: runs one line after another and returns records.

Everything that executes a command - the prompt, `-c`, standard input, a transcript, a lesson, a
test - does so through `Session.run`. It never prints and never settles: the host lets the system
settle between lines.
"""

from kvshell.session.host import Waiting
from kvshell.session.session import Session
from kvshell.session.session_state import here, loading, preload

__all__ = ["Session", "Waiting", "here", "loading", "preload"]
