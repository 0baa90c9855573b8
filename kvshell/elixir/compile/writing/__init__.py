"""Shared by all forms: the environment, Python source, the body of a function."""
