"""Compares printed output with the expected output of a document."""
