"""The command line: its modes, their arguments, the shared options, and the parser."""
