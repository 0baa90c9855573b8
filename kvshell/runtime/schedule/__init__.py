"""Schedulers: which process runs when, on real threads or one step at a time."""
