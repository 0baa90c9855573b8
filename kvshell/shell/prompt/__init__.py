"""The prompt: keys, history, completion, colours."""
