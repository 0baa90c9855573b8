"""Reports of a replay, for people and for programs."""
