"""Numbers: Integer, Float and Erlang's mathematics."""
