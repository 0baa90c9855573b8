"""OTP: the behaviours, by messages only; no locks here. Import the modules you need."""
