"""Text as terms: the inverse of printing."""
