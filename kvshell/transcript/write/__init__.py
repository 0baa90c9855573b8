"""Writes documents: updates and recordings."""
