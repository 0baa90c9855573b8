"""Parses tokens into nodes."""
