"""The articles pass, fail where they should, and quote files correctly."""

import re
import textwrap
from pathlib import Path

import pytest

from kvshell.cli import main
from kvshell.transcript.format.parser import parse

ROOT = Path(__file__).resolve().parents[2]
ARTICLES = ROOT / "transcripts" / "articles"
RACES = sorted((ROOT / "transcripts" / "races").glob("*.md"))
# All schedules and failing ones; for the chapter's own programs Concuerror finds the same numbers.
VERDICTS = {
    "bogus-barrier": "spec: 6 schedules, 2 fail; beam: 1 schedule, none fails",
    "create-call": "spec: 1 schedule, none fails; beam: 1 schedule, none fails",
    "create-cast": "spec: 2 schedules, 1 fails; beam: 2 schedules, 1 fails",
    "library-registry": "spec: 28 schedules, none fails; beam: 14 schedules, none fails",
    "lookup-against-stop": "spec: 4 schedules, 3 fail; beam: 4 schedules, 3 fail",
    "lost-update": "spec: 6 schedules, 3 outcomes; beam: 6 schedules, 3 outcomes",
    "one-message": "spec: 2 schedules, 2 outcomes; beam: 2 schedules, 2 outcomes",
    "real-cure": "spec: 6 schedules, none fails; beam: 5 schedules, none fails",
    "stop-create-use": "spec: 4 schedules, 2 fail; beam: 1 schedule, none fails",
    "stopped-row": "spec: 2 schedules, 1 fails; beam: 2 schedules, 1 fails",
    "two-writers": "spec: 6 schedules, 4 fail; beam: 6 schedules, 4 fail",
}
QUOTED = re.compile(r"```python\n# (\S+)\n(.*?)```", re.DOTALL)


def test_every_listed_article_exists() -> None:
    assert {path.stem for path in ARTICLES.glob("*.md")} == {
        "ets",
        "every-schedule",
        "ets-in-elixir",
        "nodes",
        "own-server",
        "part-2-in-elixir",
        "part-2-multiple-stores",
        "registry-test",
    }


def test_the_pages_on_races_link_to_each_other_in_one_chain() -> None:
    fronts = {path.stem: parse(path.name, path.read_bytes()).front for path in RACES}

    walked = ["create-cast"]
    while fronts[walked[-1]].next_page:
        assert fronts[fronts[walked[-1]].next_page].prev_page == walked[-1]
        walked.append(fronts[walked[-1]].next_page)

    assert sorted(walked) == sorted(fronts)
    assert not fronts["create-cast"].prev_page


@pytest.mark.parametrize("path", RACES, ids=lambda path: path.stem)
def test_every_page_on_a_race_proves_its_own_verdict(path: Path) -> None:
    """Here only the verdict is compared; pytest also collects the page's blocks as tests."""
    page = path.read_text(encoding="utf-8")

    assert f"\nkv> explore races/{path.stem}\n" in page
    assert VERDICTS[path.stem] in page.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("stem", sorted(VERDICTS))
def test_a_page_on_a_race_is_explored_by_its_short_name(
    stem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["explore", f"races/{stem}"])

    verdict = VERDICTS[stem]
    assert verdict in capsys.readouterr().out.splitlines()
    assert code == int("fail" in verdict.partition(";")[0].replace("none fails", ""))


def test_the_headline_fits_on_one_screen() -> None:
    page = (RACES[0].parent / "bogus-barrier.md").read_text(encoding="utf-8").splitlines()
    start = page.index("kv> explore races/bogus-barrier") + 1
    screen = page[start : page.index("```", start)]

    assert len(screen) <= 23
    assert "".join(screen[:2]).startswith(
        "fails because `create store bogus` reached KV.Registry before the `:DOWN` of s"
    )


def test_the_session_in_the_readme_is_correct() -> None:
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
    """Whether the file contains these lines in a row, at any indentation."""
    lines = source.read_text(encoding="utf-8").splitlines()
    wanted = quote.splitlines()
    windows = (lines[at : at + len(wanted)] for at in range(len(lines) - len(wanted) + 1))
    return any(textwrap.dedent("\n".join(window)) == "\n".join(wanted) for window in windows)
