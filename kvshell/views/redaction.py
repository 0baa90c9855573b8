"""Hides what looks like a secret in text that is going to be kept: crash files, recordings."""

import re

HIDDEN = "[hidden]"

_AFTER_A_WORD = re.compile(
    r"""(?ix) ( \b [\w-]* (?: passw(?:or)?d | passphrase | secret | token | api[_-]?key
                           | credential | authorization | bearer ) [\w-]* (?![\w-])
                (?: ["']? \s* [:=,>]+ \s* | ["']? \s+ ) )
        (?! \# (?: \s | $ ) )
        ( "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' | [^\s,;}\])]+ )"""
)
_IN_A_URL = re.compile(r"(\w+://[^\s:/@]+:)([^\s@]+)(?=@)")
_BY_ITSELF = re.compile(
    r"\beyJ[\w-]{8,}\.[\w.-]+"  # a JSON web token
    r"|\b(?:gh[opsu]_|github_pat_|xox[abps]-|sk-|AKIA)[\w-]{12,}"  # well-known prefixes
    r"|\b(?=[\w+/-]*\d)(?=[\w+/-]*[A-Za-z])[A-Za-z0-9+_/-]{32,}={0,2}(?![\w/.])"  # keys, hashes
)


def secrets(text: str) -> list[str]:
    """Return what `redacted` replaces, without the quotes around it."""
    found = [each[2] for each in _AFTER_A_WORD.finditer(text)]
    text = _AFTER_A_WORD.sub(r"\1", text)
    found += [each[2] for each in _IN_A_URL.finditer(text)]
    found += _BY_ITSELF.findall(_IN_A_URL.sub(r"\1", text))
    return [each[1:-1] if each[0] in "\"'" and each[-1] == each[0] else each for each in found]


def redacted(text: str) -> str:
    """Replace what looks like a password, a token or a key."""
    text = _AFTER_A_WORD.sub(rf"\1{HIDDEN}", text)
    text = _IN_A_URL.sub(rf"\1{HIDDEN}", text)
    return _BY_ITSELF.sub(HIDDEN, text)
