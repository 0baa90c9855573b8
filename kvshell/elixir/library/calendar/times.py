"""Time, NaiveDateTime and DateTime; the only time zone is Etc/UTC."""

from typing import Any

from kvshell.elixir.library import protocols
from kvshell.elixir.library.calendar import parts
from kvshell.elixir.library.calendar.parts import (
    clock_of,
    compared,
    from_gregorian_us,
    has_date,
    has_time,
    one_line,
    to_gregorian_us,
    ymd,
)
from kvshell.elixir.library.kinds import BINARY, INTEGER, Kind
from kvshell.elixir.library.registry import MISSING, Library
from kvshell.elixir.library.system.system import per_second, system_ns
from kvshell.terms import A, ArgumentError, Map, Term
from kvshell.terms.printing.inspection import STRUCTS, Printer, map_doc

time_ = Library("Time")
naive_ = Library("NaiveDateTime")
date_time = Library("DateTime")

_TIME = Kind(has_time, "is_struct({}, Time)")
_BOTH = Kind(lambda term: has_date(term) and has_time(term), "is_struct({}, NaiveDateTime)")
_EPOCH = parts.to_days(1970, 1, 1) * parts.DAY_US


def text_of(term: Map, gap: str = " ", extended: bool = True) -> str:
    """Return a date with its time and, for a DateTime, its offset."""
    made = parts.date_text(ymd(term), extended) + gap + parts.time_text(clock_of(term), extended)
    if term.get(A.__struct__) is not parts.DATE_TIME:
        return made
    offset = parts.offset_text(term, extended)
    if offset == "Z" or gap == "T":
        return made + offset
    return f"{made}{offset} {term[A.zone_abbr]} {term[A.time_zone]}"


def _printed(letter: str, text: Any, fields: tuple[Any, ...]) -> Any:
    def doc(printer: Printer, term: Map, limit: int, depth: int) -> Any:
        if any(term.get(name) is None for name in fields):
            return map_doc(printer, term, limit, depth)
        if letter == "U" and term[A.time_zone] != "Etc/UTC":
            return f"#DateTime<{text(term)}>"
        return f"~{letter}[{text(term)}]"

    return doc


_CLOCK = (A.hour, A.minute, A.second, A.microsecond)
STRUCTS[parts.TIME] = _printed("T", lambda term: parts.time_text(clock_of(term)), _CLOCK)
STRUCTS[parts.NAIVE] = _printed("N", text_of, (A.year, A.month, A.day, *_CLOCK))
STRUCTS[parts.DATE_TIME] = _printed(
    "U", text_of, (A.year, A.month, A.day, *_CLOCK, A.time_zone, A.utc_offset)
)
protocols.CHARS[parts.TIME] = lambda term: parts.time_text(clock_of(term))
protocols.CHARS[parts.NAIVE] = text_of
protocols.CHARS[parts.DATE_TIME] = text_of


def _micro(term: Any) -> Any:
    return (term, 6) if type(term) is int else term


@time_.function()
def new(
    hour: Term, minute: Term, second: Term, microsecond: Term = (0, 0), calendar: Term = parts.ISO
) -> Term:
    """Creates a time: `{:ok, time}` or `{:error, :invalid_time}`."""
    del calendar
    micro = _micro(microsecond)
    if not parts.valid_time(hour, minute, second, micro):
        return A.error, A.invalid_time
    return A.ok, parts.time(hour, minute, second, micro)


@time_.function(name="new!")
def new_or_raise(
    hour: Term, minute: Term, second: Term, microsecond: Term = (0, 0), calendar: Term = parts.ISO
) -> Term:
    """Creates a time; raises ArgumentError if it is invalid."""
    answer, made = new(hour, minute, second, microsecond, calendar)
    return or_raise(answer, made, "cannot build time, reason: ")


def or_raise(answer: Any, made: Any, front: str) -> Any:
    """Return `made`, or raise ArgumentError with `front` and the reason if `answer` is `:error`."""
    if answer is A.error:
        raise ArgumentError(front + one_line(made))
    return made


@time_.function(string=BINARY)
def from_iso8601(string: Term, calendar: Term = parts.ISO) -> Term:
    """Parses a time such as `23:50:07`: `{:ok, time}` or `{:error, reason}`."""
    del calendar
    found = parts.read_time(string)
    if found is None or (found[1] and parts.read_offset(found[1]) is None):
        return A.error, A.invalid_format
    return new(*found[0])


@time_.function(name="from_iso8601!", string=BINARY)
def from_iso8601_or_raise(string: Term, calendar: Term = parts.ISO) -> Term:
    """Parses a time such as `23:50:07`; raises ArgumentError if it is invalid."""
    answer, made = from_iso8601(string, calendar)
    return or_raise(answer, made, f'cannot parse "{string}" as time, reason: ')


@time_.function(time=_TIME)
def to_iso8601(time: Term, format_: Term = A.extended) -> Term:
    """Formats a time according to ISO 8601."""
    return parts.time_text(clock_of(time), format_ is A.extended)


@time_.function(time=_TIME)
def to_string(time: Term) -> Term:
    """Converts a time to a string."""
    return parts.time_text(clock_of(time))


@time_.function(time1=_TIME, time2=_TIME)
def compare(time1: Term, time2: Term) -> Term:
    """Compares two times: `:lt`, `:eq` or `:gt`."""
    return compared(parts.day_us(*clock_of(time1)), parts.day_us(*clock_of(time2)))


@time_.function(time=_TIME, number=INTEGER)
def add(time: Term, number: int, unit: Term = A.second) -> Term:
    """Adds an amount to a time, modulo a day; the default unit is seconds."""
    us = (parts.day_us(*clock_of(time)) + _us(number, unit)) % parts.DAY_US
    return parts.time(*parts.of_day_us(us, _precision(time, unit)))


_LONG = {A.day: 86_400, A.hour: 3600, A.minute: 60}


def _us(number: int, unit: Any) -> int:
    if unit in _LONG:
        return number * _LONG[unit] * 1_000_000
    return number * 1_000_000 // per_second(unit)


def _precision(term: Map, unit: Any) -> int:
    own: int = term[A.microsecond][1]
    return max(own, {A.millisecond: 3, A.microsecond: 6, A.nanosecond: 6}.get(unit, 0))


def _difference(us: int, unit: Any) -> int:
    if unit in _LONG:
        whole = _LONG[unit] * 1_000_000
        return abs(us) // whole * (-1 if us < 0 else 1)
    scaled = abs(us) * per_second(unit) // 1_000_000
    return -scaled if us < 0 else scaled


@time_.function(time1=_TIME, time2=_TIME)
def diff(time1: Term, time2: Term, unit: Term = A.second) -> Term:
    """Returns the difference from `time2` to `time1`, by default in seconds."""
    return _difference(parts.day_us(*clock_of(time1)) - parts.day_us(*clock_of(time2)), unit)


@time_.function(time=_TIME)
def truncate(time: Term, precision: Term) -> Term:
    """Truncates the fraction of a second of a time to a precision."""
    return time.put(A.microsecond, _cut(time[A.microsecond], precision))


def _cut(microsecond: Any, unit: Any) -> tuple[int, int]:
    most = {A.second: 0, A.millisecond: 3, A.microsecond: 6}[unit]
    value, precision = microsecond
    kept = min(most, precision)
    step = 10 ** (6 - kept)
    return value // step * step, kept


@time_.function()
def utc_now(calendar: Term = parts.ISO) -> Term:
    """Returns the current time of day in UTC."""
    del calendar
    return parts.time(*parts.of_day_us(system_ns() // 1000 % parts.DAY_US, 6))


# -- NaiveDateTime and DateTime -------------------------------------------------------------------


@naive_.function(name="new")
def new_naive(date: Term, time: Term) -> Term:
    """Creates a naive datetime from a date and a time: `{:ok, naive_datetime}`."""
    return A.ok, parts.naive(ymd(date), clock_of(time))


@naive_.function(name="new")
def new_naive_of_parts(
    year: Term,
    month: Term,
    day: Term,
    hour: Term,
    minute: Term,
    second: Term,
    microsecond: Term = (0, 0),
) -> Term:
    """Creates a naive datetime: `{:ok, naive_datetime}` or `{:error, reason}`."""
    micro = _micro(microsecond)
    if not parts.valid_date(year, month, day):
        return A.error, A.invalid_date
    if not parts.valid_time(hour, minute, second, micro):
        return A.error, A.invalid_time
    return A.ok, parts.naive((year, month, day), (hour, minute, second, micro))


@naive_.function(name="new!")
def new_naive_or_raise(date: Term, time: Term) -> Term:
    """Creates a naive datetime from a date and a time."""
    return new_naive(date, time)[1]


def _read(string: str) -> tuple[Any, Any, str] | None:
    day = parts.read_date(string)
    if day is None or not day[1] or day[1][0] not in "T ":
        return None
    clock = parts.read_time(day[1][1:])
    return None if clock is None else (day[0], clock[0], clock[1])


@naive_.function(name="from_iso8601", string=BINARY)
def naive_from_iso8601(string: Term, calendar: Term = parts.ISO) -> Term:
    """Parses a naive datetime in ISO 8601: `{:ok, naive_datetime}` or `{:error, reason}`."""
    del calendar
    found = _read(string)
    if found is None or (found[2] and parts.read_offset(found[2]) is None):
        return A.error, A.invalid_format
    return new_naive_of_parts(*found[0], *found[1])


@naive_.function(name="from_iso8601!", string=BINARY)
def naive_from_iso8601_or_raise(string: Term, calendar: Term = parts.ISO) -> Term:
    """Parses a naive datetime in ISO 8601; raises ArgumentError if it is invalid."""
    answer, made = naive_from_iso8601(string, calendar)
    return or_raise(answer, made, f'cannot parse "{string}" as naive datetime, reason: ')


@naive_.function(name="utc_now")
def naive_utc_now(calendar: Term = parts.ISO) -> Term:
    """Returns the current naive datetime in UTC."""
    del calendar
    return parts.naive(*from_gregorian_us(_EPOCH + system_ns() // 1000, 6))


@date_time.function(name="utc_now")
def now(calendar: Term = parts.ISO) -> Term:
    """Returns the current datetime in UTC."""
    del calendar
    return parts.utc(*from_gregorian_us(_EPOCH + system_ns() // 1000, 6))


@date_time.function(name="from_iso8601", string=BINARY)
def utc_from_iso8601(string: Term, calendar: Term = parts.ISO) -> Term:
    """Parses a datetime with an offset: `{:ok, datetime, offset}` or `{:error, reason}`."""
    del calendar
    found = _read(string)
    if found is None:
        return A.error, A.invalid_format
    answer, made = new_naive_of_parts(*found[0], *found[1])
    if answer is A.error:
        return answer, made
    offset = parts.read_offset(found[2])
    if offset is None:
        return A.error, A.invalid_format if found[2] else A.missing_offset
    us = to_gregorian_us(made) - offset[0] * 1_000_000
    return A.ok, parts.utc(*from_gregorian_us(us, made[A.microsecond][1])), offset[0]


@date_time.function()
def from_naive(naive_datetime: Term, time_zone: Term, database: Term = MISSING) -> Term:
    """Converts a naive datetime to Etc/UTC: `{:ok, datetime}`, or an error for other zones."""
    del database
    if time_zone != "Etc/UTC":
        return A.error, A.utc_only_time_zone_database
    return A.ok, parts.utc(ymd(naive_datetime), clock_of(naive_datetime))


@date_time.function(name="from_naive!")
def from_naive_or_raise(naive_datetime: Term, time_zone: Term, database: Term = MISSING) -> Term:
    """Converts a naive datetime to Etc/UTC; raises ArgumentError for other zones."""
    answer, made = from_naive(naive_datetime, time_zone, database)
    front = f"cannot convert {one_line(naive_datetime)} to datetime, reason: "
    return or_raise(answer, made, front)


@date_time.function(name="new")
def new_utc(date: Term, time: Term, time_zone: Term = "Etc/UTC") -> Term:
    """Creates a datetime in Etc/UTC: `{:ok, datetime}`, or an error for other zones."""
    return from_naive(parts.naive(ymd(date), clock_of(time)), time_zone)


@date_time.function(name="new!")
def new_utc_or_raise(date: Term, time: Term, time_zone: Term = "Etc/UTC") -> Term:
    """Creates a datetime in Etc/UTC from a date and a time."""
    return new_utc(date, time, time_zone)[1]


_LAST = 253_402_300_799  # the last second of the year 9999


@date_time.function(integer=INTEGER)
def from_unix(integer: int, unit: Term = A.second) -> Term:
    """Converts a Unix time, by default in seconds: `{:ok, datetime}` or `{:error, reason}`."""
    us = integer * 1_000_000 // per_second(unit)
    if not -377_705_116_800 <= us // 1_000_000 <= _LAST:
        return A.error, A.invalid_unix_time
    digits = {A.second: 0, A.millisecond: 3, 1: 0}.get(unit, 6)
    return A.ok, parts.utc(*from_gregorian_us(_EPOCH + us, digits))


@date_time.function(name="from_unix!", integer=INTEGER)
def from_unix_or_raise(integer: int, unit: Term = A.second) -> Term:
    """Converts a Unix time, by default in seconds, to a datetime."""
    return from_unix(integer, unit)[1]


@date_time.function(datetime=_BOTH)
def to_unix(datetime: Term, unit: Term = A.second) -> Term:
    """Converts a datetime to Unix time, by default in seconds."""
    return (to_gregorian_us(datetime) - _EPOCH) * per_second(unit) // 1_000_000


@date_time.function(datetime=_BOTH)
def to_naive(datetime: Term) -> Term:
    """Converts a datetime to a naive datetime by dropping its zone."""
    return parts.naive(ymd(datetime), clock_of(datetime))


def _of_both(library: Library) -> None:
    """Declare the functions that NaiveDateTime and DateTime share."""
    naive = library is naive_

    def plain(datetime: Map) -> Map:
        return to_naive(datetime) if naive else datetime

    def to_date(datetime: Term) -> Term:
        """Converts a datetime to a date."""
        return parts.date(*ymd(datetime))

    def to_time(datetime: Term) -> Term:
        """Converts a datetime to a time."""
        return parts.time(*clock_of(datetime))

    def to_iso8601(datetime: Term, format_: Term = A.extended) -> Term:
        """Formats a datetime according to ISO 8601."""
        return text_of(plain(datetime), "T", format_ is A.extended)

    def to_string(datetime: Term) -> Term:
        """Converts a datetime to a string."""
        return text_of(plain(datetime))

    def compare(one: Term, other: Term) -> Term:
        """Compares two datetimes: `:lt`, `:eq` or `:gt`."""
        return compared(to_gregorian_us(plain(one)), to_gregorian_us(plain(other)))

    def diff(one: Term, other: Term, unit: Term = A.second) -> Term:
        """Returns the difference from the second datetime to the first, by default in seconds."""
        return _difference(to_gregorian_us(plain(one)) - to_gregorian_us(plain(other)), unit)

    def add(datetime: Term, number: Term, unit: Term = A.second) -> Term:
        """Adds an amount of time to a datetime; the default unit is seconds."""
        if type(number) is not int:
            raise TypeError
        datetime = plain(datetime)
        us = parts.to_days(*ymd(datetime)) * parts.DAY_US + parts.day_us(*clock_of(datetime))
        digits = datetime[A.microsecond][1]
        day, clock = from_gregorian_us(us + _us(number, unit), digits)
        for name, value in zip(
            (A.year, A.month, A.day, A.hour, A.minute, A.second, A.microsecond),
            (*day, *clock),
            strict=True,
        ):
            datetime = datetime.put(name, value)
        return datetime

    def truncate(datetime: Term, precision: Term) -> Term:
        """Truncates the fraction of a second of a datetime to a precision."""
        return datetime.put(A.microsecond, _cut(datetime[A.microsecond], precision))

    for function in (to_date, to_time, to_iso8601, to_string, diff, add, truncate, compare):
        names = function.__code__.co_varnames[: function.__code__.co_argcount]
        kinds = {name: _BOTH for name in names if name in {"datetime", "one", "other"}}
        library.function(**kinds)(function)  # type: ignore[arg-type]  # kinds by name


_of_both(naive_)
_of_both(date_time)
