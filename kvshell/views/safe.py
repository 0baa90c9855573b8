"""Text of others made safe to print: nothing in it can move, colour or reverse the terminal.

Names, keys and values come from whoever types or writes them. Everything that reaches a screen
goes through `safe` first, before any width is measured.
"""

import unicodedata

# As Elixir writes them in a string.
ESCAPES = {
    "\a": "\\a",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
    "\x1b": "\\e",
}

# Invisible, but without them emoji families and some scripts fall apart.
JOINERS = "\u200c\u200d"

# Controls, formatting (bidi marks, byte order marks, tags), surrogates, line and paragraph ends.
UNSAFE = ("Cc", "Cf", "Cs", "Zl", "Zp")

# Signs of our own with a plain way to write them.
TO_ASCII = str.maketrans(
    {
        "…": "...",
        "·": "-",
        "–": "-",
        "—": "-",
        "→": "->",
        "←": "<-",
        "×": "x",
        "’": "'",
        "“": '"',
        "”": '"',
        "─": "-",
        "│": "|",
        "├": "|",
        "└": "`",
        "•": "*",
        "▶": ">",
        "◀": "<",
        "┈": ".",
        "▌": "|",
    }
)


def safe(text: str, *, unicode: bool = True) -> str:
    """Write one line so that it shows what it holds and does nothing.

    With `unicode` false the answer is ASCII.
    """
    if not text.isprintable():
        text = "".join(char if char.isprintable() else _shown(char) for char in text)
    return text if unicode else to_ascii(text)


def to_ascii(text: str) -> str:
    """Write a text in ASCII: our own signs by their plain forms, letters as Python escapes."""
    if text.isascii():
        return text
    return text.translate(TO_ASCII).encode("ascii", "backslashreplace").decode("ascii")


def safe_lines(text: str, *, unicode: bool = True) -> list[str]:
    """Make a text of several lines safe, line by line."""
    return [safe(line, unicode=unicode) for line in text.split("\n")]


def _shown(char: str) -> str:
    if char in JOINERS or unicodedata.category(char) not in UNSAFE:
        return char
    number = ord(char)
    wide = f"\\u{number:04X}" if number <= 0xFFFF else f"\\u{{{number:X}}}"
    return ESCAPES.get(char) or (f"\\x{number:02X}" if number < 0x100 else wide)
