"""Parses a line into commands, explains errors, and guesses what was meant."""
