"""Figures for the README, as ratios within one run: `python -m tests.benchmarks`.

Nothing here is collected by pytest and nothing asserts a time: a test that does fails on a busy
machine and proves nothing on a quiet one.
"""
