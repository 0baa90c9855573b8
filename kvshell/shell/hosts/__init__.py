"""The hosts of a prompt, such as a session or a lesson, and the typing help for its lines."""
