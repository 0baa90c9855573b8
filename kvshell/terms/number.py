"""How Elixir writes numbers."""

import math


def integer_text(value: int) -> str:
    """Return `value` in decimal, however long: Python itself refuses beyond 4300 digits."""
    try:
        return str(value)
    except ValueError:
        sign, rest = ("-", -value) if value < 0 else ("", value)
        return sign + _digits(rest, int(rest.bit_length() * 0.30103) + 1).lstrip("0")


def _digits(value: int, count: int) -> str:
    if count <= 4000:
        return str(value).rjust(count, "0")
    low = count // 2
    high, rest = divmod(value, 10**low)
    return _digits(high, count - low) + _digits(rest, low)


def float_text(value: float) -> str:
    """Return the shortest text that reads back as `value`, as Erlang's float_to_binary(short)."""
    if not math.isfinite(value):
        return repr(value)  # never a term; only a message about it prints one
    mantissa, _, exponent = f"{value!r}".partition("e")
    sign = "-" if mantissa[0] == "-" else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0") or "0"
    if digits == "0":
        return sign + "0.0"
    return sign + _placed(digits, point, value)


def _placed(digits: str, point: int, value: float) -> str:
    """Put the decimal point after `point` digits, or write an exponent where that is shorter."""
    count = len(digits)
    exponent = str(point - 1)
    if abs(value) < 1e16:
        if 0 < point < count:
            return f"{digits[:point]}.{digits[point:]}"
        if point >= count:
            return digits + "0" * (point - count) + ".0"
        if 2 - point <= len(exponent) + (3 if count == 1 else 2):
            return "0." + "0" * -point + digits
    return f"{digits[0]}.{digits[1:] or '0'}e{exponent}"
