"""What a search found: the outcomes, the cause, serial runs, the verdict."""
