"""Documents: the grammar, and a file as blocks and entries."""
