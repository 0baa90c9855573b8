"""Runs the command line for `python -m kvshell`."""

from kvshell.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
