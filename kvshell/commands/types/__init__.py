"""Parameter types: how each kind of argument is parsed, completed and described."""
