"""What to type next: hints, advice, completion."""
