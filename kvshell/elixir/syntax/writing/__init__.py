"""Writes nodes as source text."""
