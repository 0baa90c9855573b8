"""One short function per command: it queries the system and builds the answer, never prints."""
