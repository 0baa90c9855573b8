"""The common parts of the behaviours: calls, names, the server loop, system messages."""
