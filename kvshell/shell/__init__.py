"""The prompt: hosts a session, a lesson or a live replay on a terminal.

    while not host.left:
        line = reader.read()           # prompt_toolkit, or input() on a dumb terminal
        screen.show(host.feed(line))   # commands.match -> session.run -> views.render
        screen.show(host.rest())       # the system comes to rest; what came of it

The only layer that imports prompt_toolkit, and only when a terminal wants it.
"""
