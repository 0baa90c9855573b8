"""Text: String, Regex, charlists and text forms of terms."""
