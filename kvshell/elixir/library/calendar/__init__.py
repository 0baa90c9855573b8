"""Date, Time, NaiveDateTime, DateTime and Calendar."""
