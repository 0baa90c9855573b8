"""Bench: what this machine makes of the runtime - calls, look-ups, very many stores."""
