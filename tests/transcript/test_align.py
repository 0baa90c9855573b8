"""The alignment of expected and printed lines, and patterns that match in several ways."""

import pytest

from kvshell.transcript.format.document import Hole
from kvshell.transcript.match import difference as aligning
from kvshell.transcript.match.bindings import Known, Scope
from kvshell.transcript.match.difference import align
from kvshell.transcript.match.expectation import Printed
from kvshell.transcript.match.line_match import Budget, GaveUpError, LinePattern
from tests.transcript.test_match import expectation


def pairs(expected: str, printed: str) -> list[tuple[int, int, bool]]:
    found = align(expectation(expected), Printed(printed.split("\n")), Scope())
    return [(pair.expected, pair.printed, pair.matches) for pair in found]


def ways(text: str, *parts: str | Hole, scope: Scope | None = None) -> list[dict[str, str]]:
    found = LinePattern(parts).bindings(text, Known(scope or Scope()), Budget())
    return [{name: value for name, _, value in way} for way in found]


def hole(name: str, kind: str) -> Hole:
    return Hole(name, kind, f"${{{name}:{kind}}}")


def test_matching_lines_are_paired() -> None:
    assert pairs("a\nb\nc", "a\nx\nc") == [(0, 0, True), (1, 1, False), (2, 2, True)]
    assert pairs("a\nb", "a\nnew\nb") == [(0, 0, True), (-1, 1, False), (1, 2, True)]
    assert pairs("a\nb\nc", "a\nc") == [(0, 0, True), (1, -1, False), (2, 1, True)]
    assert pairs("a", "") == [(0, 0, False)]


def test_a_gap_takes_lines_but_no_error() -> None:
    assert pairs("...\nlast", "a\nb\nlist") == [(0, 0, True), (0, 1, True), (1, 2, False)]
    assert pairs("...", "a\n** (exit) b") == [(0, 0, True), (-1, 1, False)]
    assert pairs("a\n...\nb", "a\nb\nc") == [
        (0, 0, True), (1, -1, True), (2, 1, True), (-1, 2, False),
    ]  # fmt: skip


def test_the_alignment_prefers_similar_lines() -> None:
    assert pairs("first one\nsecond one", "new\nsecond two") == [(0, 0, False), (1, 1, False)]
    assert pairs("│ a │ 1 │", "│ b │ 2 │\n│ a │ 2 │") == [(-1, 0, False), (0, 1, False)]


def test_very_long_outputs_are_paired_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aligning, "MAX_CELLS", 3)

    assert pairs("a\n...\nb\nc", "x\nc\ny") == [
        (0, 0, False), (1, -1, True), (2, 1, False), (3, 2, False),
    ]  # fmt: skip
    assert pairs("a\nb\nc", "x") == [(0, 0, False), (1, -1, False), (2, -1, False)]
    assert pairs("a\nb", "x\ny\nz") == [(0, 0, False), (1, 1, False), (-1, 2, False)]


def test_lines_that_are_too_expensive_do_not_match(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aligning, "Budget", lambda: Budget(5))

    assert pairs("${a}${b}x", "abcdefx") == [(0, 0, False)]


def test_every_way_to_match_is_given_once_best_first() -> None:
    assert ways("xyz", hole("a", "word"), hole("b", "word")) == [
        {"a": "xy", "b": "z"}, {"a": "x", "b": "yz"},
    ]  # fmt: skip
    assert ways("a-b-c", hole("a", "any"), "-", hole("b", "any")) == [
        {"a": "a", "b": "b-c"}, {"a": "a-b", "b": "c"},
    ]  # fmt: skip
    assert ways("aaaa", hole("", "any"), hole("", "any"), "a") == [{}]
    assert ways("-12", hole("a", "int"), hole("b", "int")) == [{"a": "-1", "b": "2"}]


def test_a_repeated_name_matches_the_same_text() -> None:
    assert ways("ab ab", hole("a", "any"), " ", hole("a", "any")) == [{"a": "ab"}]
    assert ways("ab ac", hole("a", "any"), " ", hole("a", "any")) == []
    scope = Scope()
    scope.bind("a", "any", "b", 1)
    assert ways("xb", hole("y", "any"), hole("a", "any"), scope=scope) == [{"y": "x"}]
    assert ways("xc", hole("y", "any"), hole("a", "any"), scope=scope) == []


def test_two_pids_in_a_searched_line_are_different() -> None:
    text = "x #PID<0.1.0> #PID<0.1.0>"
    parts = (hole("w", "any"), " ", hole("p", "pid"), " ", hole("q", "pid"))

    assert ways(text, *parts) == []
    assert len(ways(text.replace("1.0> #", "2.0> #"), *parts)) == 1


def test_ignoring_names_a_line_matches_by_its_kinds() -> None:
    line = LinePattern((hole("a", "any"), " ", hole("a", "any")))

    assert line.matches("x y", None, Budget())
    assert not line.matches("xy", None, Budget())


def test_cells_are_searched_within_their_borders() -> None:
    line = LinePattern(
        ("│", hole("a", "any"), hole("b", "word"), "│", hole("c", "any"), "│"), cells=True
    )

    (found,) = list(line.bindings("│xy│z│", Known(Scope()), Budget()))
    assert {name: value for name, _, value in found} == {"a": "x", "b": "y", "c": "z"}
    assert not line.matches("│x│y│", Known(Scope()), Budget())


def test_an_endless_search_gives_up() -> None:
    line = LinePattern((*(hole(f"n{i}", "any") for i in range(12)), "!"))

    with pytest.raises(GaveUpError):
        list(line.bindings("a" * 60 + "!", Known(Scope()), Budget(2_000)))
