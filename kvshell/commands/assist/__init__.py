"""Suggestions for what to type next: hints, advice and completion."""
