"""Documents that run: parse, match, replay, rewrite, record, report, export."""
