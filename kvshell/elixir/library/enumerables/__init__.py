"""Enum and Stream, and the iterators that both use."""
