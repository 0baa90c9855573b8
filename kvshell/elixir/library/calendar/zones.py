"""DateTime: time zones; as in Elixir without a zone database, only Etc/UTC is known."""

from typing import Any

from kvshell.elixir.library.calendar.times import date_time, now
from kvshell.elixir.library.registry import MISSING
from kvshell.terms import A, ArgumentError, Term, inspect


@date_time.function(name="now")
def now_in(time_zone: Term, database: Term = MISSING) -> Term:
    """Returns `{:ok, datetime}`, the current time in Etc/UTC; an error for other zones."""
    return shift_zone(now(), time_zone, database)


@date_time.function(name="now!")
def now_or_raise(time_zone: Term, database: Term = MISSING) -> Term:
    """Returns the current datetime in Etc/UTC; raises for other zones."""
    answer = now_in(time_zone, database)
    return _in_zone(answer, f"get current datetime in {inspect(time_zone)} time zone")


@date_time.function()
def shift_zone(datetime: Term, time_zone: Term, database: Term = MISSING) -> Term:
    """Shifts a datetime to Etc/UTC: `{:ok, datetime}`; an error for other zones."""
    del database
    if time_zone != "Etc/UTC":
        return A.error, A.utc_only_time_zone_database
    return A.ok, datetime


@date_time.function(name="shift_zone!")
def shift_zone_or_raise(datetime: Term, time_zone: Term, database: Term = MISSING) -> Term:
    """Shifts a datetime to Etc/UTC; raises for other zones."""
    answer = shift_zone(datetime, time_zone, database)
    return _in_zone(answer, f"shift {inspect(datetime)} to {inspect(time_zone)} time zone")


def _in_zone(answer: Any, what: str) -> Term:
    if answer[0] is A.error:
        raise ArgumentError(f"cannot {what}, reason: {inspect(answer[1])}")
    return answer[1]
