"""Which non-ASCII letters an atom may contain without quotes, and in what combinations.

Elixir's rule (1.14, Unicode 14): letters in modern use, from one script, or from East Asian scripts
that are written together. The tables were derived from its `inspect`, character by character,
because Python's differ between versions. Each entry is the distance from the end of the previous
range and, for a range, its length, in base 36.
"""

import unicodedata
from bisect import bisect_right
from functools import cache
from itertools import accumulate
from typing import Final

STARTS: Final = (
    "1s.m 2.u 2.1l 3.a 3.7 2.1g h h.1 e.1 t.f 2.5 3.a 4.1 3.z 3.1 7.d 12 2q.1 1c 3z.2 9 2.2 2 2.j "
    "2.17 1a.2r 17.39 h.p 5.1 2.11 3 8.11 22.q 5.3 1a.v 2.9 13.1 2 5.k 2.h 2.1d 2 g.1 8.1 b.2 3 "
    "29.2d c 5b.n 2.5 i.c 6 3.k 1n.1h 4 j g.1 g.6 2.6 6.7 3.1 3.l 2.6 2 4.3 4 h i.1 f.1 k.5 5.1 "
    "3.l 2.6 2 3 3.1 z m.2 h.8 2.2 2.l 2.6 2.1 2.4 4 j g.1 10.7 3.1 3.l 2.6 2.1 2.4 4 y.2 g i 2.5 "
    "4.2 2.3 4.1 2 2.1 4.1 4.2 4.b n 1h.7 2.2 2.m 2.9 2.4 4 w 3.1 v 5.7 2.2 2.m 2.9 2.4 4 w 3.1 "
    "g.1 j.7 2.2 2.14 3 h 6.2 a.1 p.5 6.9 3.5 4.b 2.a 2.8 2 3.6 1n.1b 2 e.6 1n.1 2 2.4 2.n 2 2.9 "
    "2 b 3.4 2 o.1 x 1s.2 2.3 2.3 2.3 2.3 2.3 2.b 2.2 s.4 38.16 l h.5 5.3 4 4.1 8.2 5.c d 1l 6 "
    "3.w 7.3 3.2 75.20 2.3 3.6 2 2.3 3.14 2.3 3.w 2.3 3.6 2 2.3 3.e 2.1k 2.3 3.1u 12.f s1.y 3.2 "
    "2.a 10 5 xg.16 3.2 8x.49 5 2.2h 7.l 3.5 3.11 3.5 3.7 2 2 2 2.h 2 2 2 2 2 2 4.1g 2.4 2 6.2 "
    "2.2 2 2 4.2 4.4 6.2 2.6 2 6.2 2.2 2 2 2ln 6 2b.m a.6 2.6 2.6 2.6 2.6 2.6 2.6 2.6 fb.2 1m.2d "
    "7.1 3.2h 2.2 7.14 2 35.v g1.533 1t.g73 1a8 48.8 2x 5 5.1 n 4 a.1 7.a 6.1 2 2.4 em.8 b.4 2q.m "
    "4 4.1 3m.5 3.5 3.5 a.6 2.6 1k.1 49.8mb 6sr.1 2 2.1 b 2 2.1 3.2 1052.3 1a.2 i.3 909.u 1qa.6 "
    "2.3 2.1 2.e 4qq.wyn x.37c 8.65 3.4g1 f.5rk 3z4.3t6 "
)

CONTINUES: Final = (
    "1j g9.4 2.6 3.2 2.1 7 8.5 5.1 2.1 4 3.1 hn 47.a b.9 7 3k.9 4t.a 9d.2 1j.2 2.f 2 7.1 b.1 3.9 "
    "i.2 1l 2.6 3.1 5 a b.1 3.9 f 3.2 1l 2.4 5.1 3.2 p.b g.2 1l 2.7 2.2 2.2 l.1 3.9 b.5 2.2 1l "
    "2.5 4 6 8.2 f.9 j 1o.4 4.2 5 a f.9 i.3 1k 2.6 2.1 3.3 8.1 g.9 j.1 1l 2.1 2.3 2 6.1 8.1 c.1 "
    "3.9 h 2.1 1n.5 3.2 5 a f.9 j.1 1z 5.5 2 2.1 2 n 1r 3.6 d.7 2.9 2g 3.8 c.5 3.9 1z.9 c 2 7.1 "
    "1e.1 2 6.6 2.2 2.1 6.5 2.3 2.3 2.3 2.3 2.3 2.b 2.2 a 2t.j 2.9 d.3 5.2 2.2 3.6 4.3 e.b 2.e "
    "jk.2 uv.n 3 2 e.9 4vk.1 nyu.9 3m.2 1303.1 "
)

_ASCII: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@")
# How a character's Unicode name begins: common to all scripts, or named differently.
_ANY: Final = frozenset({"COMBINING", "MIDDLE", "MODIFIER"})
_OTHER_NAMES: Final = {"EXTENDED": "ARABIC", "IDEOGRAPHIC": "CJK", "VIETNAMESE": "CJK"}
_KANA_MARK: Final = "COMBINING KATAKANA "  # HIRAGANA ... follows
_TOGETHER: Final = (
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA"},
    {"LATIN", "CJK", "HANGUL"},
    {"LATIN", "CJK", "BOPOMOFO"},
)
_MICRO: Final = frozenset("\N{MICRO SIGN}\N{GREEK SMALL LETTER MU}")  # common to all scripts


def is_plain(body: str) -> bool:
    """Whether `body`, which is not pure ASCII, can be part of an atom without quotes."""
    first = body[0]
    if not first.isupper() and not unicodedata.is_normalized("NFKC", body):
        return False
    if not (first.isalpha() or first == "_" if first.isascii() else _is_in(STARTS, first)):
        return False
    scripts = set()
    for char in body:
        if char.isascii():
            if char not in _ASCII:
                return False
            if char.isalpha():
                scripts.add("LATIN")
        elif char in _MICRO:
            continue
        elif _is_in(STARTS, char) or _is_in(CONTINUES, char):
            scripts.add(_script(char))
        else:
            return False
    scripts.discard("")
    return len(scripts) <= 1 or any(scripts <= allowed for allowed in _TOGETHER)


def _script(char: str) -> str:
    name = unicodedata.name(char, "").replace("-", " ").removeprefix(_KANA_MARK)
    word = name.partition(" ")[0]
    return "" if word in _ANY else _OTHER_NAMES.get(word, word)


@cache
def _bounds(table: str) -> list[int]:
    """Return the starts and ends of the ranges, alternating."""
    steps = []
    for entry in table.split():
        gap, _, more = entry.partition(".")
        steps += [int(gap, 36) - 1, int(more or "0", 36) + 1]
    return [*accumulate(steps, initial=0x81)][1:]


def _is_in(table: str, char: str) -> bool:
    return bisect_right(_bounds(table), ord(char)) % 2 == 1
