"""How many columns of the terminal a text takes, and how it is padded to fill more."""

# Below this every printable character takes one column; most text is decided here, and the
# batch then does not import rich for it.
SIMPLE_BELOW = "\u0300"


def cell_width(text: str) -> int:
    """Columns that a safe text takes, as rich counts: 2 for CJK and emoji, 0 for combining."""
    if text.isascii() or max(text) < SIMPLE_BELOW:
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415  # only text that needs its tables pays

    return cell_len(text)


def pad(text: str, width: int, justify: str = "left") -> str:
    """Fill up with spaces to `width` columns; a longer text stays as it is."""
    missing = width - cell_width(text)
    if missing <= 0:
        return text
    if justify == "right":
        return " " * missing + text
    if justify == "center":
        return " " * (missing // 2) + text + " " * (missing - missing // 2)
    return text + " " * missing
