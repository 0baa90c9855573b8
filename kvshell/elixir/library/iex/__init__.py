"""IEx and IEx.Helpers: the helpers of the prompt."""
