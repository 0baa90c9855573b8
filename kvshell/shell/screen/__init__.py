"""The screen: output, paging, terminal modes, and the output of the user's own code."""
