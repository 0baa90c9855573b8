"""Runs ExUnit test files and reports them as `mix test --trace` does."""
