"""Processes: records, mailboxes, signals, links and monitors, names, timers, death."""
