"""IEx: the helpers of the prompt."""
