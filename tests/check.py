"""Checks everything before a merge: format, lint, types, dead code, tests with coverage.

Stops at the first failure and prints each command, so that it can be repeated by hand:

    .venv/bin/python tests/check.py [more arguments for pytest]
"""

import os
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable


def commands(pytest_words: list[str]) -> list[list[str]]:
    """Return the steps in order, the cheapest first."""
    return [
        [PYTHON, "-m", "ruff", "format", "--check", "."],
        [PYTHON, "-m", "ruff", "check", "."],
        [PYTHON, "-m", "mypy"],
        [PYTHON, "-m", "tests.dead_code"],
        [PYTHON, "-m", "coverage", "erase"],
        [PYTHON, "-m", "coverage", "run", "-m", "pytest", *pytest_words],
        [PYTHON, "-m", "coverage", "combine", "--quiet"],
        [PYTHON, "-m", "coverage", "report", "--skip-covered", "--show-missing"],
    ]


def main() -> int:
    """Run the steps; return the first exit code that is not 0."""
    for command in commands(sys.argv[1:]):
        shown = ["python" if word == PYTHON else word for word in command]
        print(f"\n$ {shlex.join(shown)}", flush=True)
        code = subprocess.run(command, cwd=ROOT, env=os.environ, check=False).returncode
        if code:
            print(f"\nfailed with exit code {code}: {shlex.join(shown)}", file=sys.stderr)
            return code
    print("\nall of it passes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
