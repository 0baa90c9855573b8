"""The hosts of a prompt: a session or a lesson."""
