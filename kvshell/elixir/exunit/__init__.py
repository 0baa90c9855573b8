"""ExUnit: test cases, assertions, running tests, and failure messages."""
