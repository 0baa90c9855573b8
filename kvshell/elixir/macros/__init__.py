"""Quoted expressions as terms, `quote`, and macros; imported on first use."""
