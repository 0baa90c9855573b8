"""Two sessions of more than a hundred lines get a real iex's answers, stored in text files.

`chapter.txt` is a session with the chapter's registry in `iex -S mix`, `language.txt` one of
ordinary Elixir. To add a line, type it into iex and copy iex's answer.
"""

from pathlib import Path

import pytest

from tests.elixir.library.iex import comparable, iex


def _lines(name: str) -> list[tuple[str, str]]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    lines = [line for line in text.split("\n") if not line.startswith("#")]
    return list(zip(lines[::2], [line.strip() for line in lines[1::2]], strict=False))


@pytest.mark.parametrize(("name", "design"), [("chapter.txt", "ets"), ("language.txt", None)])
def test_a_session_gives_the_answers_of_iex(name: str, design: str | None) -> None:
    lines = _lines(name)
    with iex(design) as prompt:
        answers = [(line, comparable(prompt.ask(line))) for line, _ in lines]

    # A log entry may precede or follow the answer.
    different = [
        (line, wanted, answer)
        for (line, wanted), (_, answer) in zip(lines, answers, strict=True)
        if sorted(wanted.split()) != sorted(answer.split())
    ]

    assert len(lines) > 100
    assert not different, "\n\n".join("\n".join(each) for each in different)
