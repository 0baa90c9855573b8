"""Time, NaiveDateTime and DateTime: conversion from and to Erlang's tuples and seconds."""

from typing import Any

from kvshell.elixir.library.calendar import parts
from kvshell.elixir.library.calendar.parts import (
    clock_of,
    from_gregorian_us,
    has_date,
    has_time,
    one_line,
    to_gregorian_us,
    ymd,
)
from kvshell.elixir.library.calendar.times import (
    date_time,
    naive_,
    naive_utc_now,
    new,
    new_naive_of_parts,
    or_raise,
    time_,
)
from kvshell.elixir.library.kinds import INTEGER, Kind
from kvshell.terms import A, Term

_BOTH = Kind(lambda term: has_date(term) and has_time(term), "is_struct({}, NaiveDateTime)")
_TIME = Kind(has_time, "is_struct({}, Time)")
_MICRO = (0, 0)


@time_.function()
def from_erl(tuple_: Term, microsecond: Term = _MICRO, calendar: Term = parts.ISO) -> Term:
    """Converts Erlang's `{hour, minute, second}`: `{:ok, time}` or `{:error, reason}`."""
    return new(*tuple_, microsecond, calendar)


@time_.function(name="from_erl!")
def from_erl_or_raise(tuple_: Term, microsecond: Term = _MICRO, calendar: Term = parts.ISO) -> Term:
    """Converts Erlang's `{hour, minute, second}` to a time; raises ArgumentError if invalid."""
    answer, made = from_erl(tuple_, microsecond, calendar)
    return or_raise(answer, made, f"cannot convert {one_line(tuple_)} to time, reason: ")


@time_.function(seconds=INTEGER)
def from_seconds_after_midnight(
    seconds: int, microsecond: Term = _MICRO, calendar: Term = parts.ISO
) -> Term:
    """Returns the time a number of seconds after midnight, modulo a day."""
    del calendar
    us = seconds % 86_400 * 1_000_000 + microsecond[0]
    return parts.time(*parts.of_day_us(us, microsecond[1]))


@time_.function(name="to_erl", time=_TIME)
def time_to_erl(time: Term) -> Term:
    """Converts a time to Erlang's `{hour, minute, second}`."""
    return clock_of(time)[:3]


@time_.function(time=_TIME)
def to_seconds_after_midnight(time: Term) -> Term:
    """Returns `{seconds, microseconds}` since midnight."""
    us = parts.day_us(*clock_of(time))
    return us // 1_000_000, us % 1_000_000


# -- NaiveDateTime -------------------------------------------------------------------------------


@naive_.function(name="from_erl")
def naive_from_erl(tuple_: Term, microsecond: Term = _MICRO, calendar: Term = parts.ISO) -> Term:
    """Converts Erlang's `{date, time}`: `{:ok, naive_datetime}` or `{:error, reason}`."""
    del calendar
    day, clock = tuple_
    return new_naive_of_parts(*day, *clock, microsecond)


@naive_.function(name="from_erl!")
def naive_from_erl_or_raise(
    tuple_: Term, microsecond: Term = _MICRO, calendar: Term = parts.ISO
) -> Term:
    """Converts Erlang's `{date, time}` to a naive datetime; raises if it is invalid."""
    answer, made = naive_from_erl(tuple_, microsecond, calendar)
    return or_raise(answer, made, f"cannot convert {one_line(tuple_)} to naive datetime, reason: ")


@naive_.function(naive_datetime=_BOTH)
def to_erl(naive_datetime: Term) -> Term:
    """Converts a naive datetime to Erlang's `{{year, month, day}, {hour, minute, second}}`."""
    return ymd(naive_datetime), clock_of(naive_datetime)[:3]


@naive_.function(name="new!", arities=(6, 7, 8))
def new_naive_of_parts_or_raise(
    year: Term,
    month: Term,
    day: Term,
    hour: Term,
    minute: Term,
    second: Term,
    microsecond: Term = _MICRO,
    calendar: Term = parts.ISO,
) -> Term:
    """Creates a naive datetime; raises ArgumentError if it is invalid."""
    del calendar
    answer, made = new_naive_of_parts(year, month, day, hour, minute, second, microsecond)
    return or_raise(answer, made, "cannot build naive datetime, reason: ")


@naive_.function()
def local_now(calendar: Term = parts.ISO) -> Term:
    """Returns the current naive datetime to the second; the local time zone is UTC here."""
    return naive_utc_now(calendar).put(A.microsecond, _MICRO)


def _of_seconds(seconds: int, microsecond: Any) -> tuple[Any, Any]:
    return from_gregorian_us(seconds * 1_000_000 + microsecond[0], microsecond[1])


@naive_.function(seconds=INTEGER)
def from_gregorian_seconds(
    seconds: int, microsecond: Term = _MICRO, calendar: Term = parts.ISO
) -> Term:
    """Returns the naive datetime a number of seconds after the start of the year 0."""
    del calendar
    return parts.naive(*_of_seconds(seconds, microsecond))


def to_gregorian_seconds(datetime: Term) -> Term:
    """Returns `{seconds, microseconds}` since the start of the year 0."""
    us = to_gregorian_us(datetime)
    return us // 1_000_000, us % 1_000_000


naive_.function(datetime=_BOTH)(to_gregorian_seconds)

# -- DateTime ------------------------------------------------------------------------------------

date_time.function(datetime=_BOTH)(to_gregorian_seconds)


@date_time.function(name="from_gregorian_seconds", seconds=INTEGER)
def utc_from_gregorian_seconds(
    seconds: int, microsecond: Term = _MICRO, calendar: Term = parts.ISO
) -> Term:
    """Returns the UTC datetime a number of seconds after the start of the year 0."""
    del calendar
    return parts.utc(*_of_seconds(seconds, microsecond))


@date_time.function(name="to_iso8601", datetime=_BOTH)
def to_iso8601_at(datetime: Term, format_: Term, offset: Term) -> Term:
    """Formats a datetime according to ISO 8601, shifted to an offset in seconds."""
    extended = format_ is A.extended
    if offset is None:
        offset = datetime[A.utc_offset] + datetime[A.std_offset]
    us = to_gregorian_us(datetime) + offset * 1_000_000
    day, clock = from_gregorian_us(us, datetime[A.microsecond][1])
    shown = parts.date_text(day, extended) + "T" + parts.time_text(clock, extended)
    if offset == 0 and datetime[A.time_zone] == "Etc/UTC":
        return shown + "Z"
    return shown + parts.signed_offset(offset, extended)
