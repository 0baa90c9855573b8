"""Less common parts of OTP's standard library."""
