"""Runs lines from `-c` and standard input without a terminal."""
