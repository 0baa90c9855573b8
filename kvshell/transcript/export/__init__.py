"""Exports of a document: a recording, a picture, a page."""
