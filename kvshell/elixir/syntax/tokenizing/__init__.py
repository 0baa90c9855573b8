"""Splits source text into tokens."""
