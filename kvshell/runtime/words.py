"""words(): how much room a term takes on the BEAM, for `:ets.info(t, :memory)`. About."""

from itertools import islice

from kvshell.terms import Function, List, Map, Ref, Term

HEAP_BINARY_BYTES = 64  # a longer binary is kept elsewhere and referred to
SAMPLE = 1_000  # rows that are measured; the rest are like them


def words(term: Term) -> int:
    """Return the size of `term` in machine words of 64 bits, besides the word that refers to it."""
    match term:
        case tuple():
            return 1 + len(term) + sum(map(words, term))
        case List():
            return 2 * len(term) + sum(map(words, term)) + (0 if term.proper else words(term.last))
        case Map():
            return 4 + 2 * len(term) + sum(words(key) + words(value) for key, value in term)
        case str() | bytes():
            size = len(term.encode() if isinstance(term, str) else term)
            return 2 + (size + 7) // 8 if size <= HEAP_BINARY_BYTES else 6
        case bool():
            return 0
        case int():
            return 0 if -(1 << 59) <= term < 1 << 59 else 1 + (term.bit_length() + 63) // 64
        case float():
            return 2
        case Ref():
            return 3
        case Function():
            return 5 + len(term.args) + sum(map(words, term.args))
        case _:
            return 0


def words_about(term: Term) -> int:
    """As `words`, of a large map or list after a sample."""
    if isinstance(term, Map) and len(term) > SAMPLE:
        return 4 + words_of_rows([*islice(term, SAMPLE)], 1) * len(term) // SAMPLE
    if isinstance(term, List) and len(term) > SAMPLE:
        return words_of_rows([(item,) for item in islice(term, SAMPLE)], 0) * len(term) // SAMPLE
    return words(term)


def words_of_rows(rows: list[tuple[Term, ...]], each: int) -> int:
    """Return about how many words `rows` take, `each` of them besides what it holds."""
    sample = rows[:SAMPLE]
    total = sum(map(words, sample)) + each * len(sample)
    return total * len(rows) // max(1, len(sample))
