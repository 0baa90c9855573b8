"""Parameter types: how each parses, completes and describes itself."""
