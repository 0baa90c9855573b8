"""Programs to explore: a document or a function."""
