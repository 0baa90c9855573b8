"""Dates and times as numbers, structs and text, for the calendar modules."""

import re
from typing import Any

from kvshell.elixir.library.failures import is_struct
from kvshell.terms import A, Atom, Map, alias, inspect

ISO = alias("Calendar.ISO")
DATE, TIME = alias("Date"), alias("Time")
NAIVE, DATE_TIME = alias("NaiveDateTime"), alias("DateTime")
DAY_US = 86_400_000_000
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

Microsecond = tuple[int, int]


def leap(year: int) -> bool:
    """Whether `year` is a leap year."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """Return the number of days in a month."""
    return 29 if month == 2 and leap(year) else _LENGTHS[month - 1]


def valid_date(year: Any, month: Any, day: Any) -> bool:
    """Whether there is such a date, from the year -9999 to 9999."""
    return (
        all(type(each) is int for each in (year, month, day))
        and -9999 <= year <= 9999
        and 1 <= month <= 12
        and 1 <= day <= days_in_month(year, month)
    )


def to_days(year: int, month: int, day: int) -> int:
    """Return the number of days from January 1 of the year 0 to a date."""
    before = year - 1
    days = 365 * year + before // 4 - before // 100 + before // 400 + 1
    for each in range(1, month):
        days += days_in_month(year, each)
    return days + day - 1


def of_days(days: int) -> tuple[int, int, int]:
    """Return year, month and day, given the days since January 1 of the year 0."""
    year = days * 400 // 146097
    while to_days(year + 1, 1, 1) <= days:
        year += 1
    while to_days(year, 1, 1) > days:
        year -= 1
    left = days - to_days(year, 1, 1)
    month = 1
    while left >= days_in_month(year, month):
        left -= days_in_month(year, month)
        month += 1
    return year, month, left + 1


def valid_time(hour: Any, minute: Any, second: Any, microsecond: Any) -> bool:
    """Whether there is such a time of day."""
    return (
        all(type(each) is int for each in (hour, minute, second))
        and 0 <= hour <= 23
        and 0 <= minute <= 59
        and 0 <= second <= 59
        and type(microsecond) is tuple
        and len(microsecond) == 2
        and 0 <= microsecond[0] <= 999_999
        and 0 <= microsecond[1] <= 6
    )


def day_us(hour: int, minute: int, second: int, microsecond: Microsecond) -> int:
    """Return the microseconds from midnight to a time of day."""
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + microsecond[0]


def of_day_us(us: int, precision: int) -> tuple[int, int, int, Microsecond]:
    """Return hour, minute, second and microsecond, given the microseconds since midnight."""
    seconds, rest = divmod(us, 1_000_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return hour, minute, second, (rest, precision)


def date(year: int, month: int, day: int) -> Map:
    """Return a Date struct."""
    return Map(
        [
            (A.__struct__, DATE),
            (A.calendar, ISO),
            (A.day, day),
            (A.month, month),
            (A.year, year),
        ]
    )


def time(hour: int, minute: int, second: int, microsecond: Microsecond) -> Map:
    """Return a Time struct."""
    return Map(
        [
            (A.__struct__, TIME),
            (A.calendar, ISO),
            (A.hour, hour),
            (A.microsecond, microsecond),
            (A.minute, minute),
            (A.second, second),
        ]
    )


def naive(day: tuple[int, int, int], clock: tuple[int, int, int, Microsecond]) -> Map:
    """Return a NaiveDateTime struct."""
    return Map(
        [
            (A.__struct__, NAIVE),
            (A.calendar, ISO),
            *zip((A.year, A.month, A.day), day, strict=True),
            *zip((A.hour, A.minute, A.second, A.microsecond), clock, strict=True),
        ]
    )


def utc(day: tuple[int, int, int], clock: tuple[int, int, int, Microsecond]) -> Map:
    """Return a DateTime struct in the zone Etc/UTC."""
    made = naive(day, clock).put(A.__struct__, DATE_TIME)
    for name, value in (
        (A.std_offset, 0),
        (A.utc_offset, 0),
        (A.time_zone, "Etc/UTC"),
        (A.zone_abbr, "UTC"),
    ):
        made = made.put(name, value)
    return made


def ymd(term: Map) -> tuple[int, int, int]:
    """Return year, month and day of a struct with a date."""
    return term[A.year], term[A.month], term[A.day]


def clock_of(term: Map) -> tuple[int, int, int, Microsecond]:
    """Return hour, minute, second and microsecond of a struct with a time."""
    return term[A.hour], term[A.minute], term[A.second], term[A.microsecond]


def has_date(term: Any) -> bool:
    """Whether a term is a struct with a date."""
    return any(is_struct(term, each) for each in (DATE, NAIVE, DATE_TIME))


def has_time(term: Any) -> bool:
    """Whether a term is a struct with a time of day."""
    return any(is_struct(term, each) for each in (TIME, NAIVE, DATE_TIME))


def to_gregorian_us(term: Map) -> int:
    """Return the microseconds since the start of the year 0; a DateTime is converted to UTC."""
    us = to_days(*ymd(term)) * DAY_US + day_us(*clock_of(term))
    if term.get(A.__struct__) is DATE_TIME:
        us -= (term[A.utc_offset] + term[A.std_offset]) * 1_000_000
    return us


def from_gregorian_us(us: int, precision: int) -> tuple[Any, Any]:
    """Return the date and the time, given the microseconds since the start of the year 0."""
    days, rest = divmod(us, DAY_US)
    return of_days(days), of_day_us(rest, precision)


def date_text(day: tuple[int, int, int], extended: bool = True) -> str:
    """Return a date in ISO 8601, in the extended or the basic form."""
    year, month, dom = day
    sign = "-" if year < 0 else ""
    dash = "-" if extended else ""
    return f"{sign}{abs(year):04}{dash}{month:02}{dash}{dom:02}"


def time_text(clock: tuple[int, int, int, Microsecond], extended: bool = True) -> str:
    """Return a time of day in ISO 8601, in the extended or the basic form."""
    hour, minute, second, (micro, precision) = clock
    colon = ":" if extended else ""
    fraction = f".{f'{micro:06}'[:precision]}" if precision else ""
    return f"{hour:02}{colon}{minute:02}{colon}{second:02}{fraction}"


def offset_text(term: Map, extended: bool = True) -> str:
    """Return the UTC offset of a DateTime as text: `Z` or `+01:00`."""
    total = term[A.utc_offset] + term[A.std_offset]
    return "Z" if term[A.time_zone] == "Etc/UTC" else signed_offset(total, extended)


def signed_offset(seconds: int, extended: bool = True) -> str:
    """Return a UTC offset in seconds as text: `+01:00`, or `+0100` in the basic form."""
    hours, rest = divmod(abs(seconds), 3600)
    colon = ":" if extended else ""
    return f"{'-' if seconds < 0 else '+'}{hours:02}{colon}{rest // 60:02}"


DATE_FORM = re.compile(r"([+-]?)(\d{4})-(\d{2})-(\d{2})")
TIME_FORM = re.compile(r"T?(\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,}))?")
OFFSET_FORM = re.compile(r"(Z)|([+-])(\d{2}):?(\d{2})?")


def read_date(text: str) -> tuple[Any, str] | None:
    """Parse the date at the start of a text; return it and the rest, or None."""
    found = DATE_FORM.match(text)
    if found is None:
        return None
    year = int(found[2]) * (-1 if found[1] == "-" else 1)
    return (year, int(found[3]), int(found[4])), text[found.end() :]


def read_time(text: str) -> tuple[Any, str] | None:
    """Parse the time of day at the start of a text; return it and the rest, or None."""
    found = TIME_FORM.match(text)
    if found is None:
        return None
    fraction = (found[4] or "")[:6]
    micro = (int(fraction.ljust(6, "0")) if fraction else 0, len(fraction))
    return (int(found[1]), int(found[2]), int(found[3]), micro), text[found.end() :]


def read_offset(text: str) -> tuple[int, str] | None:
    """Parse the offset at the start of a text; return its seconds and the rest, or None."""
    found = OFFSET_FORM.match(text)
    if found is None:
        return None
    if found[1]:
        return 0, text[found.end() :]
    hours, minutes = int(found[3]), int(found[4] or 0)
    seconds = hours * 3600 + minutes * 60
    if hours > 23 or minutes > 59 or (found[2] == "-" and not seconds):
        return None
    return (-seconds if found[2] == "-" else seconds), text[found.end() :]


def one_line(term: Any) -> str:
    """Return a term inspected on one line, for error messages."""
    return inspect(term, width=None)


def compared(left: Any, right: Any) -> Atom:
    """Return `:lt`, `:eq` or `:gt` for two comparable Python values."""
    return A.eq if left == right else A.lt if left < right else A.gt
