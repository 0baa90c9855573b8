"""The BEAM engine: an Erlang/OTP node behind a pipe, driven by kvshell's commands."""
