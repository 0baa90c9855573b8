"""Processes: Process, the OTP behaviours, ETS and timers, with Elixir's interface."""
