"""A session: runs lines one after another and answers with records.

Everything that executes a command - the prompt, `-c`, standard input, a transcript, a lesson, a
test - does it through `Session.run`. It never prints and never settles: between lines the host
lets the system come to rest.
"""

from kvshell.session.programs import here, loading, preload
from kvshell.session.session import Session
from kvshell.session.waiting import Waiting

__all__ = ["Session", "Waiting", "here", "loading", "preload"]
