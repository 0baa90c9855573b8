"""The screen: output, terminal modes, output of foreign code."""
