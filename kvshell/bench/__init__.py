"""Benchmarks of the runtime on this machine: calls, lookups, very many stores."""
