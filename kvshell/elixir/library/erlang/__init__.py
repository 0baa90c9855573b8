"""The parts of Erlang's own modules that the guides use."""
