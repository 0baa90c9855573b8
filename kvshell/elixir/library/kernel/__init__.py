"""Kernel, Exception, Inspect.Algebra, Module and Code: the core of the language."""
