"""A walk through a lesson: the run, goals, feedback, progress."""
