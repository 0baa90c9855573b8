"""Suggests what to type next: hints, advice, completion."""
