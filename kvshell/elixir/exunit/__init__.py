"""ExUnit: test cases, assertions, running tests, and messages about failures."""
