"""Benchmarks of the runtime on this machine: calls, lookups, and large numbers of stores."""
