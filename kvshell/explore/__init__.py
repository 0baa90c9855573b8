"""Explore: every schedule of a small program, a verdict instead of a sample."""
