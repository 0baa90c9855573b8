"""All messages to the user in Russian."""
