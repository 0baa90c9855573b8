"""Writing documents: update and record."""
