"""Date and Date.Range."""

from typing import Any

from kvshell.elixir.library import protocols
from kvshell.elixir.library.calendar import parts
from kvshell.elixir.library.calendar.parts import (
    compared,
    date,
    has_date,
    of_days,
    one_line,
    to_days,
    ymd,
)
from kvshell.elixir.library.failures import is_struct, no_clause
from kvshell.elixir.library.kinds import BINARY, INTEGER, Kind
from kvshell.elixir.library.registry import Cost, Library
from kvshell.elixir.library.system.system import system_ns
from kvshell.terms import A, ArgumentError, Map, Term, alias
from kvshell.terms.printing.inspection import STRUCTS, Printer, map_doc

date_ = Library("Date")
_DATE = Kind(has_date, "is_struct({}, Date)")
_RANGE = alias("Date.Range")


def _doc(printer: Printer, term: Map, limit: int, depth: int) -> Any:
    if not parts.valid_date(*(term.get(name) for name in (A.year, A.month, A.day))):
        return map_doc(printer, term, limit, depth)
    return f"~D[{parts.date_text(ymd(term))}]"


STRUCTS[parts.DATE] = _doc
protocols.CHARS[parts.DATE] = lambda term: parts.date_text(ymd(term))


@date_.function()
def new(year: Term, month: Term, day: Term, calendar: Term = parts.ISO) -> Term:
    """Creates a date: `{:ok, date}` or `{:error, :invalid_date}`."""
    del calendar
    if not parts.valid_date(year, month, day):
        return A.error, A.invalid_date
    return A.ok, date(year, month, day)


@date_.function(name="new!")
def new_or_raise(year: Term, month: Term, day: Term, calendar: Term = parts.ISO) -> Term:
    """Creates a date; raises ArgumentError if there is no such day."""
    answer, made = new(year, month, day, calendar)
    if answer is A.error:
        raise ArgumentError(f"cannot build date, reason: {one_line(made)}")
    return made


@date_.function(string=BINARY)
def from_iso8601(string: Term, calendar: Term = parts.ISO) -> Term:
    """Parses a date such as `2015-01-23`: `{:ok, date}` or `{:error, reason}`."""
    del calendar
    found = parts.read_date(string)
    if found is None or found[1]:
        return A.error, A.invalid_format
    return new(*found[0])


@date_.function(name="from_iso8601!", string=BINARY)
def from_iso8601_or_raise(string: Term, calendar: Term = parts.ISO) -> Term:
    """Parses a date such as `2015-01-23`; raises ArgumentError if it is invalid."""
    answer, made = from_iso8601(string, calendar)
    if answer is A.error:
        raise ArgumentError(f'cannot parse "{string}" as date, reason: {one_line(made)}')
    return made


@date_.function(date=_DATE)
def to_iso8601(date: Term, format_: Term = A.extended) -> Term:
    """Formats a date according to ISO 8601."""
    return parts.date_text(ymd(date), format_ is A.extended)


@date_.function(date=_DATE)
def to_string(date: Term) -> Term:
    """Converts a date to a string."""
    return parts.date_text(ymd(date))


@date_.function(date=_DATE)
def to_erl(date: Term) -> Term:
    """Converts a date to Erlang's `{year, month, day}`."""
    return ymd(date)


@date_.function()
def from_erl(tuple_: Term, calendar: Term = parts.ISO) -> Term:
    """Converts Erlang's `{year, month, day}`: `{:ok, date}` or `{:error, :invalid_date}`."""
    return new(*tuple_, calendar)


@date_.function(name="from_erl!")
def from_erl_or_raise(tuple_: Term, calendar: Term = parts.ISO) -> Term:
    """Converts Erlang's `{year, month, day}` to a date; raises ArgumentError if invalid."""
    answer, made = new(*tuple_)
    del calendar
    if answer is A.error:
        raise ArgumentError(f"cannot convert {one_line(tuple_)} to date, reason: {one_line(made)}")
    return made


@date_.function(date1=_DATE, date2=_DATE)
def compare(date1: Term, date2: Term) -> Term:
    """Compares two dates: `:lt`, `:eq` or `:gt`."""
    return compared(ymd(date1), ymd(date2))


@date_.function(date=_DATE, days=INTEGER)
def add(date: Term, days: int) -> Term:
    """Adds a number of days to a date."""
    return parts.date(*of_days(to_days(*ymd(date)) + days))


@date_.function(date1=_DATE, date2=_DATE)
def diff(date1: Term, date2: Term) -> Term:
    """Returns the number of days from `date2` to `date1`."""
    return to_days(*ymd(date1)) - to_days(*ymd(date2))


_STARTS = dict(
    zip(
        (A.monday, A.tuesday, A.wednesday, A.thursday, A.friday, A.saturday, A.sunday),
        range(7),
        strict=True,
    )
)


@date_.function(date=_DATE)
def day_of_week(date: Term, starting_on: Term = A.default) -> Term:
    """Returns the day of the week as a number; by default, Monday is 1."""
    return _weekday(ymd(date), starting_on)


def _weekday(day: Any, starting_on: Any) -> int:
    first = 0 if starting_on is A.default else _STARTS[starting_on]
    return (to_days(*day) + 5 - first) % 7 + 1


@date_.function(date=_DATE)
def day_of_year(date: Term) -> Term:
    """Returns the day of the year."""
    year, _, _ = ymd(date)
    return to_days(*ymd(date)) - to_days(year, 1, 1) + 1


@date_.function(date=_DATE)
def day_of_era(date: Term) -> Term:
    """Returns `{day, era}`: the day of the era, and the era, 0 or 1."""
    days = to_days(*ymd(date)) - to_days(1, 1, 1)
    return (days + 1, 1) if days >= 0 else (-days, 0)


@date_.function(date=_DATE)
def year_of_era(date: Term) -> Term:
    """Returns `{year, era}`: the year of the era, and the era, 0 or 1."""
    year, _, _ = ymd(date)
    return (year, 1) if year > 0 else (1 - year, 0)


@date_.function(date=_DATE)
def quarter_of_year(date: Term) -> Term:
    """Returns the quarter of the year."""
    return (ymd(date)[1] - 1) // 3 + 1


@date_.function(date=_DATE)
def days_in_month(date: Term) -> Term:
    """Returns the number of days in a date's month."""
    year, month, _ = ymd(date)
    return parts.days_in_month(year, month)


@date_.function(date=_DATE)
def months_in_year(date: Term) -> Term:
    """Returns the number of months in a date's year: 12."""
    del date
    return 12


@date_.function(name="leap_year?", date=_DATE)
def leap_year(date: Term) -> Term:
    """Tells whether a date is in a leap year."""
    return parts.leap(ymd(date)[0])


@date_.function(date=_DATE)
def beginning_of_month(date: Term) -> Term:
    """Returns the first day of a date's month."""
    year, month, _ = ymd(date)
    return parts.date(year, month, 1)


@date_.function(date=_DATE)
def end_of_month(date: Term) -> Term:
    """Returns the last day of a date's month."""
    year, month, _ = ymd(date)
    return parts.date(year, month, parts.days_in_month(year, month))


@date_.function(date=_DATE)
def beginning_of_week(date: Term, starting_on: Term = A.default) -> Term:
    """Returns the first day of a date's week."""
    return add(date, 1 - _weekday(ymd(date), starting_on))


@date_.function(date=_DATE)
def end_of_week(date: Term, starting_on: Term = A.default) -> Term:
    """Returns the last day of a date's week."""
    return add(date, 7 - _weekday(ymd(date), starting_on))


@date_.function()
def utc_today(calendar: Term = parts.ISO) -> Term:
    """Returns the current date in UTC."""
    del calendar
    return parts.date(*of_days(to_days(1970, 1, 1) + system_ns() // 86_400_000_000_000))


@date_.function(date=_DATE)
def to_gregorian_days(date: Term) -> Term:
    """Returns the number of days from the start of the year 0 to a date."""
    return to_days(*ymd(date))


@date_.function(days=INTEGER)
def from_gregorian_days(days: int, calendar: Term = parts.ISO) -> Term:
    """Returns the date a number of days after the start of the year 0."""
    del calendar
    return parts.date(*of_days(days))


@date_.function(date=_DATE)
def convert(date: Term, calendar: Term) -> Term:
    """Returns `{:ok, date}`: there is only one calendar here."""
    del calendar
    return A.ok, date


@date_.function(name="convert!", date=_DATE)
def convert_or_raise(date: Term, calendar: Term) -> Term:
    """Returns the date: there is only one calendar here."""
    del calendar
    return date


@date_.function(cost=Cost.LOOPS)
def range_(first: Term, last: Term, step: Term = None) -> Term:
    """Creates a range of dates, with a step in days."""
    if not is_struct(first, parts.DATE) or not is_struct(last, parts.DATE):
        raise no_clause("Date", "range", (first, last))
    one, other = to_days(*ymd(first)), to_days(*ymd(last))
    by = step if step is not None else (1 if one <= other else -1)
    if type(by) is not int or by == 0:
        raise ArgumentError(f"the step must be a non-zero integer, got: {one_line(by)}")
    return Map(
        [
            (A.__struct__, _RANGE),
            (A.first, first),
            (A.first_in_iso_days, one),
            (A.last, last),
            (A.last_in_iso_days, other),
            (A.step, by),
        ]
    )


def _days(term: Map) -> range:
    step = term[A.step]
    return range(
        term[A.first_in_iso_days], term[A.last_in_iso_days] + (1 if step > 0 else -1), step
    )


def _range_doc(printer: Printer, term: Map, limit: int, depth: int) -> Any:
    del printer, limit, depth
    step = term[A.step]
    by = "" if step == 1 else f", {step}"
    return f"Date.range({one_line(term[A.first])}, {one_line(term[A.last])}{by})"


STRUCTS[_RANGE] = _range_doc
protocols.ENUMERABLE[_RANGE] = lambda term: (parts.date(*of_days(day)) for day in _days(term))
protocols.SIZES[_RANGE] = lambda term: len(_days(term))
