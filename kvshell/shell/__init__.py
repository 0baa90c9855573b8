"""The prompt: hosts a session, a lesson or a live replay on a terminal."""
