"""Two sessions of a hundred lines and more, as a real iex answered them: the files beside this.

`chapter.txt` is the chapter's registry with `iex -S mix`, `language.txt` ordinary Elixir. Each was
typed line by line into one iex; a new line is typed there, too, before its answer is written here.
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

    # A log's text may stand before or after the answer.
    different = [
        (line, wanted, answer)
        for (line, wanted), (_, answer) in zip(lines, answers, strict=True)
        if sorted(wanted.split()) != sorted(answer.split())
    ]

    assert len(lines) > 100
    assert not different, "\n\n".join("\n".join(each) for each in different)
