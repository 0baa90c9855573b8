"""Types of option values for argparse."""

import argparse
from typing import Final

LANGUAGES: Final = ("en", "ru")


def language(text: str) -> str:
    """Parse the code of a supported language; ArgumentTypeError for anything else."""
    if text and text.partition("_")[0].lower() not in LANGUAGES:
        raise argparse.ArgumentTypeError(f"no texts in language {text}: {' or '.join(LANGUAGES)}")
    return text


def speed(text: str) -> float:
    """Parse a factor from 0.1 to 100; ArgumentTypeError for anything else."""
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0.1 <= speed <= 100:
        raise argparse.ArgumentTypeError("a speed is a number from 0.1 to 100")
    return speed


def width(text: str) -> int:
    """Parse a width from 20 to 1000 columns; ArgumentTypeError for anything else."""
    if not text.isdigit() or not 20 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError("a width is a number from 20 to 1000")
    return int(text)


def line(text: str) -> int:
    """Parse a line number, 1 or more; ArgumentTypeError for anything else."""
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError("a line is a number from 1")
    return int(text)


def count(text: str) -> int:
    """Parse a number from 1 to 10,000,000; ArgumentTypeError for anything else."""
    number = text.replace("_", "").replace(",", "")
    if not number.isdigit() or not 0 < int(number) <= 10_000_000:
        raise argparse.ArgumentTypeError("a number from 1 to 10,000,000")
    return int(number)


def nodes(text: str) -> int:
    """Parse a number of nodes, from 2 to 8; ArgumentTypeError for anything else."""
    if not text.isdigit() or not 2 <= int(text) <= 8:
        raise argparse.ArgumentTypeError("a number of nodes from 2 to 8")
    return int(text)


def kills(text: str) -> int:
    """Parse a number of kills, from 1 to 3; ArgumentTypeError for anything else."""
    if text not in {"1", "2", "3"}:
        raise argparse.ArgumentTypeError("1, 2 or 3 kills")
    return int(text)


def joined(text: str) -> str:
    """Return the names of running nodes, unchanged; ArgumentTypeError for an empty text."""
    if not text.strip():
        raise argparse.ArgumentTypeError("names of nodes, as in a@127.0.0.1,b@127.0.0.1")
    return text
