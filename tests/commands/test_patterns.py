"""Pattern matching gives the same bindings and errors as Elixir's `=` on the BEAM."""

import contextlib
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvshell.commands.types.patterns import (
    Both,
    PatternError,
    match_pattern,
    pins,
    read_pattern,
    variables,
)
from kvshell.terms import A, List, inspect, read

# pattern, value, what is bound (as `inspect(binding())` prints it) or None for a MatchError
CASES = [
    ("x", "1", "[x: 1]"),
    ("_", "1", "[]"),
    ("_x", "1", "[_x: 1]"),
    ("1", "1", "[]"),
    ("1", "1.0", None),
    (":ok", ":ok", "[]"),
    (":ok", ":error", None),
    ("{:ok, b}", "{:ok, 5}", "[b: 5]"),
    ("{:ok, b}", ":error", None),
    ("{:ok, b}", "{:ok, 5, 6}", None),
    ("{:ok, b}", "[:ok, 5]", None),
    ("{a, a}", "{1, 1}", "[a: 1]"),
    ("{a, a}", "{1, 1.0}", None),
    ("{_, _}", "{1, 2}", "[]"),
    ("[]", "[]", "[]"),
    ("[h | t]", "[1, 2, 3]", "[h: 1, t: [2, 3]]"),
    ("[h | t]", "[]", None),
    ("[a, b]", "[1, 2]", "[a: 1, b: 2]"),
    ("[a, b]", "[1, 2, 3]", None),
    ("[a, b | _]", "[1, 2, 3]", "[a: 1, b: 2]"),
    ("[{n, p}]", '[{"foo", 1}]', '[n: "foo", p: 1]'),
    ("[k: v]", "[k: 1]", "[v: 1]"),
    ("[k: v]", "[k: 1, l: 2]", None),
    ("%{}", "%{a: 1}", "[]"),
    ("%{a: x}", "%{a: 1, b: 2}", "[x: 1]"),
    ('%{"k" => x}', '%{"k" => nil}', "[x: nil]"),
    ('%{"k" => x}', '%{"l" => 1}', None),
    ("%{a: %{b: x}}", "%{a: %{b: 2}}", "[x: 2]"),
    ("{:ok, [x, _ | r]}", "{:ok, [1, 2]}", "[r: [], x: 1]"),
    ('"text"', '"text"', "[]"),
    ("nil", "nil", "[]"),
    ("nil", "false", None),
    ("{}", "{}", "[]"),
    ("-1", "-1", "[]"),
    ("2.5", "2.5", "[]"),
]


def bound(pattern: str, value: str) -> str | None:
    found = match_pattern(read_pattern(pattern), read(value))
    if found is None:
        return None
    return inspect(List([(getattr(A, name), found[name]) for name in sorted(found)]))


@pytest.mark.parametrize(("pattern", "value", "expected"), CASES)
def test_a_pattern_binds_its_variables(pattern: str, value: str, expected: str | None) -> None:
    assert bound(pattern, value) == expected


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("elixir") is None, reason="asks the BEAM, which is not here")
def test_the_beam_binds_the_same() -> None:
    lines = [
        f"IO.puts(try do\n  {value} |> case do {pattern} -> inspect(Enum.sort(binding())) "
        'end\nrescue CaseClauseError -> "none" end)'
        for pattern, value, _ in CASES
    ]

    done = subprocess.run(
        ["elixir", "-e", "\n".join(lines)], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout.splitlines() == [
        "none" if expected is None else expected for _, _, expected in CASES
    ]


def test_a_pin_matches_the_bound_value() -> None:
    pattern = read_pattern("{:ok, ^b}")

    assert pins(pattern) == ["b"]
    assert match_pattern(pattern, read("{:ok, 1}"), {"b": 1}) == {}
    assert match_pattern(pattern, read("{:ok, 2}"), {"b": 1}) is None
    assert match_pattern(pattern, read("{:ok, 1}")) is None


def test_a_pin_may_be_nested_anywhere() -> None:
    pattern = read_pattern("[^a, {^b} | ^c]")

    assert pins(pattern) == ["a", "b", "c"]
    assert pins(read_pattern("%{k: [^d]}")) == ["d"]
    assert pins(Both(read_pattern("^a"), read_pattern("{x, ^b}"))) == ["a", "b"]
    assert pins(read_pattern("[a, b]")) == []


def test_both_sides_of_a_double_pattern_must_match() -> None:
    both = Both(read_pattern("{:ok, a}"), read_pattern("b"))

    assert variables(both) == ["a", "b"]
    assert match_pattern(both, read("{:ok, 1}")) == {"a": 1, "b": (A.ok, 1)}
    assert match_pattern(both, read(":ok")) is None


def test_a_tuple_may_end_in_keywords() -> None:
    assert match_pattern(read_pattern("{:a, k: x}"), read("{:a, [k: 1]}")) == {"x": 1}


def test_variables_are_listed_from_left_to_right() -> None:
    pattern = read_pattern("{a, [b | c], %{k: d}, _, 1}")

    assert variables(pattern) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "{a", "a b", "[a |]", "[| a]", "%{x => 1}", "do", "B c", "^", "1 + 1", "{a,, b}"],
)
def test_an_invalid_pattern_explains_why(text: str) -> None:
    with pytest.raises(PatternError):
        read_pattern(text)


@given(
    st.text() | st.lists(st.sampled_from(list("{}[]%|^,:=> _ab1\"'#")), max_size=30).map("".join)
)
def test_parsing_a_pattern_raises_no_other_error(text: str) -> None:
    with contextlib.suppress(PatternError):
        read_pattern(text)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(PatternError, match="too deep"):
        read_pattern("{" * 100 + "}" * 100)
