"""Quoted expressions as terms, `quote`, macros: imported when a text first uses one of them."""
