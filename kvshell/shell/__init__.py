"""The prompt: hosts a session, a lesson or a live replay on a terminal.

    while not host.left:
        line = reader.read()           # prompt_toolkit, or a plain reader on a dumb terminal
        host.line(line, display)       # session.host: run, show, open, settle, take the events

The only layer that imports prompt_toolkit, and it does so only if a terminal needs it.
"""
