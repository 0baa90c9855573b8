"""Kernel: operators, type tests, and other functions available everywhere."""
