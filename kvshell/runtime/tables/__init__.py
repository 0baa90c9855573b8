"""ETS tables: kinds, access, rows, traversal, match specifications."""
