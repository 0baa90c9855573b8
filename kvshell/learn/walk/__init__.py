"""A learner's walk through a lesson: the run, goals, feedback, progress."""
