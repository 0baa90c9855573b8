"""Exports: a recording, a picture, a page."""
