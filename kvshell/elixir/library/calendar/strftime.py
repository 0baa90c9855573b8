"""Calendar.strftime: formats dates and times."""

import re
from collections.abc import Callable
from typing import Any

from kvshell.elixir.library.calendar import parts
from kvshell.elixir.library.kinds import BINARY, LIST
from kvshell.elixir.library.registry import EMPTY_LIST, Cost, Library
from kvshell.terms import A, ArgumentError, Map, Term, inspect
from kvshell.terms.printing.errors import KeyError_

calendar = Library("Calendar", Cost.LOOPS)

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_DIRECTIVE = re.compile(r"%([-_0]?)(\d*)(.)", re.DOTALL)
_PADDING = {"-": "", "_": " ", "0": "0"}
_MOST_WIDE = 1000  # the widest padding of a directive


def _weekday(each: Map) -> int:
    return (parts.to_days(*_date(each)) + 5) % 7


def _date(each: Map) -> tuple[int, int, int]:
    return tuple(_field(each, name) for name in (A.year, A.month, A.day))


def _field(each: Map, name: Any) -> Any:
    found = each.get(name)
    if found is None:
        raise KeyError(name)
    return found


def _offset(each: Map) -> str:
    seconds = _field(each, A.utc_offset) + _field(each, A.std_offset)
    minutes = abs(seconds) // 60
    return f"{'-' if seconds < 0 else '+'}{minutes // 60:02}{minutes % 60:02}"


def _micro(each: Map) -> str:
    number, precision = _field(each, A.microsecond)
    return f"{number:06}"[:precision] if precision else "0"


# The value, its minimum width, and the padding character.
_VALUES: dict[str, tuple[Callable[[Map], Any], int, str]] = {
    "a": (lambda each: _DAYS[_weekday(each)][:3], 0, " "),
    "A": (lambda each: _DAYS[_weekday(each)], 0, " "),
    "b": (lambda each: _MONTHS[_field(each, A.month) - 1][:3], 0, " "),
    "B": (lambda each: _MONTHS[_field(each, A.month) - 1], 0, " "),
    "d": (lambda each: _field(each, A.day), 2, "0"),
    "f": (_micro, 0, "0"),
    "H": (lambda each: _field(each, A.hour), 2, "0"),
    "I": (lambda each: (_field(each, A.hour) + 11) % 12 + 1, 2, "0"),
    "j": (
        lambda each: parts.to_days(*_date(each)) - parts.to_days(_date(each)[0], 1, 1) + 1,
        3,
        "0",
    ),
    "m": (lambda each: _field(each, A.month), 2, "0"),
    "M": (lambda each: _field(each, A.minute), 2, "0"),
    "p": (lambda each: "AM" if _field(each, A.hour) < 12 else "PM", 0, " "),
    "P": (lambda each: "am" if _field(each, A.hour) < 12 else "pm", 0, " "),
    "q": (lambda each: (_field(each, A.month) + 2) // 3, 0, "0"),
    "S": (lambda each: _field(each, A.second), 2, "0"),
    "u": (lambda each: _weekday(each) + 1, 0, "0"),
    "y": (lambda each: _field(each, A.year) % 100, 2, "0"),
    "Y": (lambda each: _field(each, A.year), 4, "0"),
    "z": (_offset, 5, "0"),
    "Z": (lambda each: _field(each, A.zone_abbr), 0, " "),
}
_WHOLE = {
    "c": (A.preferred_datetime, "%Y-%m-%d %H:%M:%S"),
    "x": (A.preferred_date, "%Y-%m-%d"),
    "X": (A.preferred_time, "%H:%M:%S"),
}


@calendar.function(string_format=BINARY, user_options=LIST)
def strftime(
    date_or_datetime_or_time: Term, string_format: Any, user_options: Term = EMPTY_LIST
) -> Term:
    """Formats a date or time with a format string such as `"%d.%m.%Y %H:%M"`."""
    options = dict(user_options.items)
    if not isinstance(date_or_datetime_or_time, Map):
        raise ArgumentError(f"expected a date or a time, got: {inspect(date_or_datetime_or_time)}")
    return _formatted(date_or_datetime_or_time, str(string_format), options)


def _formatted(each: Map, text: str, options: dict[Any, Any]) -> str:
    def one(found: re.Match[str]) -> str:
        flag, wide, letter = found.groups()
        if letter == "%":
            return "%"
        if letter in _WHOLE:
            name, default = _WHOLE[letter]
            return _formatted(each, str(options.get(name, default)), options)
        if letter not in _VALUES:
            raise ArgumentError(f"invalid strftime format: %{letter}")
        value, columns, filling = _VALUES[letter]
        try:
            value_text = str(value(each))
        except KeyError as error:
            raise KeyError_(error.args[0], each) from None
        columns = min(int(wide), _MOST_WIDE) if wide else columns
        filling = _PADDING.get(flag, filling)
        sign = value_text[0] if letter == "z" else ""
        return (
            value_text
            if not filling
            else sign + value_text[len(sign) :].rjust(columns - len(sign), filling)
        )

    return _DIRECTIVE.sub(one, text)
