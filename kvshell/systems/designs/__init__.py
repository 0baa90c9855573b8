"""Designs: the stages of the tutorials' system, and the state of each."""
