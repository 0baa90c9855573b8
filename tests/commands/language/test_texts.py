"""Messages in the user's language."""

import pytest

from kvshell.commands.language.texts import Texts


@pytest.mark.parametrize(
    ("word", "counts"),
    [
        ("процесс", (1, 21, 101, 121)),
        ("процесса", (2, 3, 4, 22, 24, 102, 104, 122)),
        ("процессов", (0, 5, 9, 10, 11, 12, 13, 14, 15, 20, 25, 100, 111, 112, 113, 114, 119, 212)),
    ],
)
def test_russian_plurals_of_eleven_to_fourteen_are_those_of_five(
    word: str, counts: tuple[int, ...]
) -> None:
    texts = Texts("ru")

    for count in counts:
        assert texts.many("{count:,} process", "{count:,} processes", count) == f"{count} {word}"
