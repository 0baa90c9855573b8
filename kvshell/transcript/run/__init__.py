"""Plays a document: its session, its lines, its time limits."""
