"""Matching: compare output with what is expected."""
