"""The command handlers, one short function each: they query the system and never print."""
