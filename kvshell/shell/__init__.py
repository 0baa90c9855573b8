"""The prompt: hosts a session, a lesson or a live replay on a terminal.

    while not host.left:
        line = reader.read()           # prompt_toolkit, or input() on a dumb terminal
        host.line(line, display)       # session.host: run, show, open, rest, take the events

The only layer that imports prompt_toolkit, and only if a terminal needs it.
"""
