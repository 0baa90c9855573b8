"""Integer and Float, and parsing and writing numbers."""
