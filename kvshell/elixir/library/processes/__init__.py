"""Process, the OTP behaviours, Registry, ETS and Task."""
