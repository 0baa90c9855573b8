"""One short function per command: it asks the system, it builds the answer, it never prints."""
