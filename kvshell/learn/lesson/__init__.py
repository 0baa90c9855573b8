"""The data of lessons: files, texts, translations, the catalogue."""
