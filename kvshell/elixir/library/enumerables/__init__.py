"""Enum and Stream: iterating over enumerables."""
