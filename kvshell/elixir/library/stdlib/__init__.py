"""OTP's modules that a reader of Elixir's guides types now and then."""
