"""The search: choices, runs, races."""
