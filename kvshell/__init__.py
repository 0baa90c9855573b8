"""kvshell: a shell that starts, drives, breaks and explains a small OTP system."""

__version__ = "0.1.0"
