"""The texts of `help` and `explain`."""
