"""Keyword, List, Map, MapSet, Range, Tuple and Access."""
