"""KV: the ETS chapter of Mix & OTP - a registry in three stages, its buckets, and supervisors."""
