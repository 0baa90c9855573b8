"""Figures for the README, as ratios within one run: `python -m tests.benchmarks`.

Nothing here is collected by pytest and nothing asserts a time: a test that does fails on a busy
machine and proves nothing on a quiet one.
"""

import os
import sys

# Compiled modules are what people run, whatever this environment says: without them a start takes
# three times as long, and the first key that shows a menu would compile what draws it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
