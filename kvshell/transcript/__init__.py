"""Documents whose sessions run: parse, match, replay, rewrite, record, report, export."""
