"""The shortest text of a float, as in `Float.to_string` and Erlang's option `:short`."""

_EXACT = 1 << 53  # beyond it, a float has fewer digits than its decimal notation


def short_text(value: float) -> str:
    """Return the shorter of the decimal and the scientific notation of a float."""
    mantissa, _, exponent = f"{value!r}".partition("e")
    sign = "-" if mantissa[0] == "-" else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    if not digits.strip("0"):
        return sign + "0.0"
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits)) - 1
    digits = digits.rstrip("0")
    scientific = f"{sign}{digits[0]}.{digits[1:] or '0'}e{point}"
    decimal = f"{value:.{max(len(digits) - point - 1, 1)}f}"
    if abs(value) >= _EXACT:
        return scientific
    return decimal if len(decimal) <= len(scientific) else scientific
