"""Reports: the output of a replay, for people and for programs."""
