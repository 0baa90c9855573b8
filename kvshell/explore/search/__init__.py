"""The search: choices, runs, races, the verdict."""
