"""Strings: String, Regex, IO, URI, Version, Base and Path."""
