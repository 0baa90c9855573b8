"""Translates what kvshell tells the user; the answers of commands are always English."""
