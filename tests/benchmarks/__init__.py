"""Measures the figures of README, as ratios within one run: `python -m tests.benchmarks`.

pytest collects nothing here, and nothing asserts a time: a test that does fails on a busy machine
and proves nothing on a quiet one.
"""

import os
import sys

# Users run compiled modules, so this environment must allow them: without them a start takes three
# times as long, and the first key that opens the menu would compile the modules that draw it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
