"""Lessons: files, texts, translations, the catalogue."""
