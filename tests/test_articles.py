"""The documents that people read: they run, they fail where they should, and quote what is so."""

import re
import textwrap
from pathlib import Path

import pytest

from kvshell.cli import main

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = ROOT / "transcripts" / "articles"
QUOTED = re.compile(r"```python\n# (\S+)\n(.*?)```", re.DOTALL)


def test_there_are_the_three_articles() -> None:
    assert {path.stem for path in ARTICLES.glob("*.md")} == {
        "ets",
        "part-2-multiple-stores",
        "registry-test",
    }


@pytest.mark.parametrize("path", sorted(ARTICLES.glob("*.md")), ids=lambda path: path.stem)
def test_every_block_of_an_article_holds(path: Path) -> None:
    assert main(["replay", str(path)]) == 0


def test_the_session_in_the_readme_holds() -> None:
    assert main(["replay", str(ROOT / "README.md")]) == 0


def test_with_create_as_a_cast_each_of_the_three_tests_fails_at_its_lookup(
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = str(ARTICLES / "registry-test.md")

    code = main(["replay", "--report", "github", "--design", "ets-cast", path])

    reported = capsys.readouterr().out
    text = (ARTICLES / "registry-test.md").read_text(encoding="utf-8").splitlines()
    lookups = [n for n, line in enumerate(text, 1) if "{:ok, bucket} = lookup shopping" in line]
    steps = [n for n, line in enumerate(text, 1) if line.startswith("## ")]
    failed = sorted({int(number) for number in re.findall(r"line=(\d+)", reported)})
    firsts = [next(n for n in failed if n > step) for step in steps]
    assert code == 1
    assert len(lookups) == 3
    assert [at - lookup for at, lookup in zip(firsts, lookups, strict=True)] == [2, 2, 2], reported
    assert reported.count("no match of right hand side value: :error") >= 3


def test_an_article_quotes_the_code_as_it_is() -> None:
    quotes = [
        (path.name, source, quote)
        for path in ARTICLES.glob("*.md")
        for source, quote in QUOTED.findall(path.read_text(encoding="utf-8"))
    ]

    stale = [quote for quote in quotes if not _stands_in(ROOT / quote[1], quote[2])]

    assert quotes
    assert not stale


def _stands_in(source: Path, quote: str) -> bool:
    """Whether the lines stand in the file one after another, at whatever depth."""
    lines = source.read_text(encoding="utf-8").splitlines()
    wanted = quote.splitlines()
    windows = (lines[at : at + len(wanted)] for at in range(len(lines) - len(wanted) + 1))
    return any(textwrap.dedent("\n".join(window)) == "\n".join(wanted) for window in windows)
