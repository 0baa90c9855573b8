"""The report: cause, chart, table, progress."""
