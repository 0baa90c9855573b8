"""Lines that a fuzzer found, and Elixir 1.14's answers."""

import pytest

from tests.elixir.core.evaluating import shell

HEX = "invalid hex escape character, expected \\xHH where H is a hexadecimal digit"
UNICODE = (
    "invalid Unicode escape character, expected \\uHHHH or \\u{H*} where H is a hexadecimal digit"
)
LINES = {
    "~s(\\x)": f"** (ArgumentError) {HEX}",
    "~c(\\x)": f"** (ArgumentError) {HEX}",
    "~w(a\\u{z})": f"** (ArgumentError) {UNICODE}",
    "~s(\\u{110000})": "** (ArgumentError) invalid or reserved Unicode code point \\u{110000}",
    "x = fn -> ~s(\\x) end": f"** (ArgumentError) {HEX}",
    "(self() && nil; 2)": "2",
    "(1 == 2 && 5; 2)": "2",
    "(true and :a; 1)": "1",
    "(self() || nil; 3)": "3",
    # A guard that cannot be true; compiled to Python's `0 is True`, it would give a Python warning.
    "case 1..3 do x when 0 -> x; _ -> 2 end": "2",
    'case 1 do x when "a" -> x; _ -> 2 end': "2",
    "case 1 do x when {1, x} -> x; _ -> 2 end": "2",
    "case 1 do x when true -> x; _ -> 2 end": "1",
    # Only an atom can name a module or a function.
    "{:error, {why, _}} = Agent.start(fn -> 0 end, 5, []); why": ":badarg",
    "{:error, {why, _}} = Agent.start(List, 5, []); why": ":badarg",
    "{:error, {why, _}} = Agent.start(5, :a, []); why": ":badarg",
}


@pytest.mark.parametrize("line", LINES)
def test_a_line_found_by_fuzzing_is_handled(line: str) -> None:
    with shell() as prompt:
        assert prompt.run(line) == LINES[line]
