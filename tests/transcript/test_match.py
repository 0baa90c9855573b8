"""Expected against printed lines: holes, gaps, tables, errors, and limited work."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvshell.transcript.format.holes import (
    escape_holes,
    escape_start,
    hide,
    output_lines,
    read_pattern,
    unescape_start,
    unhide,
    visible,
)
from kvshell.transcript.format.parser import parse
from kvshell.transcript.match.bindings import Scope
from kvshell.transcript.match.expectation import Expectation, OutputMatch, Printed
from kvshell.transcript.match.line_match import Budget, GaveUpError


def expectation(expected: str, *, flex: bool = False) -> Expectation:
    document = parse("t.md", f"~~~~kvshell\nkv> c\n{expected}\n~~~~\n")
    return Expectation(document.blocks[0].entries[0].out, flex=flex)


def match(
    expected: str, printed: str, scope: Scope | None = None, *, flex: bool = False
) -> OutputMatch | None:
    lines = Printed(output_lines(printed))
    return expectation(expected, flex=flex).match(lines, scope or Scope(), Budget())


def bound(expected: str, printed: str, scope: Scope | None = None) -> dict[str, str] | None:
    found = match(expected, printed, scope)
    return None if found is None else {name: text for name, _, text, _ in found.bindings}


def _known(**names: str) -> Scope:
    scope = Scope()
    for name, text in names.items():
        scope.bind(name, "pid" if text.startswith("#PID") else "any", text, 1)
    return scope


# -- the form in which output is compared ----------------------------------------------------------


def test_r1_crlf_colours_and_trailing_blanks_do_not_count() -> None:
    assert match("a\nb", "\x1b[31ma\x1b[0m  \r\nb\t\n\n\n")
    assert match("e\u0301", "é")
    assert match("\u00e9", "e\u0301")


def test_r1_leading_lines_and_inner_spaces_count() -> None:
    assert not match("a", "\na")
    assert not match("a", " a")
    assert not match("a b", "a  b")
    assert not match("a\n\nb", "a\nb")
    assert match("\na\n\nb", "\na\n\nb")


def test_r1_escape_sequences_of_every_sort_are_stripped() -> None:
    printed = "\x1b]8;;http://x\x1b\\a\x1b]8;;\x07\x1b(B\x1b[?25lb\x1b=c\x1bM"

    assert output_lines(printed) == ["abc"]


def test_r11_control_characters_are_compared_as_they_are_shown() -> None:
    assert visible("a\tb\x07\x1b\x9bc") == r"a\tb\x07\x1b\x9bc"
    assert match(r"a\tb", "a\tb")
    assert match("a\tb", "a\tb")
    assert match(r"a\x07", "a\x07")


def test_r11_wide_characters_are_code_points() -> None:
    for text in ("日本", "👩‍👩‍👧", "🇫🇷 ❤️", "1️⃣"):
        assert match(text, text)
        assert bound(f"{text}${{x}}{text}", f"{text}-{text}") == {"x": "-"}


# -- holes and names -------------------------------------------------------------------------------


def test_r3_a_hole_binds_what_it_matches() -> None:
    assert bound("{:ok, #PID<a>}", "{:ok, #PID<0.103.0>}") == {"a": "#PID<0.103.0>"}
    assert bound("#Reference<r>", "#Reference<0.1.2.3>") == {"r": "#Reference<0.1.2.3>"}
    assert bound("${n:int} ${w:word}", "12 s-1") == {"n": "12", "w": "s-1"}
    assert bound("x${_}", "xyz") == {}


def test_r3_a_bound_name_matches_the_same_text_only() -> None:
    scope = _known(a="#PID<0.103.0>")

    assert match("#PID<a>", "#PID<0.103.0>", scope)
    assert match("${a}!", "#PID<0.103.0>!", scope)
    assert not match("#PID<a>", "#PID<0.104.0>", scope)
    assert not match("#PID<a> #PID<a>", "#PID<0.1.0> #PID<0.2.0>")


def test_r3_backtracking_over_gaps_undoes_bindings() -> None:
    printed = "#PID<0.1.0>\n#PID<0.2.0>\n#PID<0.3.0>\nlast #PID<0.2.0>"

    assert bound("...\n#PID<a>\n...\nlast #PID<a>", printed) == {"a": "#PID<0.2.0>"}
    assert bound("${a:word} ${b}\n${b}", "x y z\ny z") == {"a": "x", "b": "y z"}


def test_r3_gaps_are_as_short_as_they_can_be() -> None:
    assert bound("...\n#PID<a>\n...", "#PID<0.1.0>\n#PID<0.2.0>") == {"a": "#PID<0.1.0>"}


@pytest.mark.parametrize(
    ("kind", "texts", "others"),
    [
        ("any", ["x", " ", "** x"], [""]),
        ("int", ["0", "-12"], ["", "1.5", "-", "x"]),
        ("num", ["1", "-1.5", "1.0e10"], ["1.", ".5", "x"]),
        ("word", ["milk", "s-1", "молоко", "a_b"], ["a b", "", ":a"]),
        ("pid", ["#PID<0.1.0>"], ["#PID<a>", "#PID<0.1>", "#Reference<0.1.2.3>"]),
        ("ref", ["#Reference<0.1.2.3>"], ["#Reference<x>", "#PID<0.1.0>"]),
        ("dur", ["5 ms", "1.5s", "12 µs", "1m 5s"], ["5", "ms", "5 x"]),
        ("time", ["12:30", "12:30:01.5", "2000-01-01", "2000-01-01T00:00:00Z"], ["12", "1:2"]),
        ("hex", ["ff", "0x1F", "09"], ["xyz", "0x"]),
    ],
)
def test_r3_every_kind_of_hole_matches_its_text(
    kind: str, texts: list[str], others: list[str]
) -> None:
    for text in texts:
        assert bound(f"<${{x:{kind}}}>", f"<{text}>") == {"x": text}
        assert bound(f"<${{:{kind}}}>", f"<{text}>") == {}
    for text in others:
        assert bound(f"<${{x:{kind}}}>", f"<{text}>") is None


def test_r4_names_of_pids_are_pairwise_different() -> None:
    assert not match("#PID<a> #PID<b>", "#PID<0.1.0> #PID<0.1.0>")
    assert not match("#PID<b>", "#PID<0.1.0>", _known(a="#PID<0.1.0>"))
    assert not match("#PID<a>\n#PID<b>", "#PID<0.1.0>\n#PID<0.1.0>")
    assert match("#PID<a>\n#PID<b>", "#PID<0.1.0>\n#PID<0.2.0>")
    assert match("#PID<a> #PID<_>", "#PID<0.1.0> #PID<0.1.0>")
    assert match("${a:int} ${b:int}", "1 1")


def test_r4_a_gap_goes_on_to_a_different_process() -> None:
    scope = _known(a="#PID<0.1.0>")

    assert bound("...\n#PID<b>\n...", "#PID<0.1.0>\n#PID<0.2.0>", scope) == {"b": "#PID<0.2.0>"}


def test_r4_a_literal_pid_is_compared_literally() -> None:
    assert match("#PID<0.1.0>", "#PID<0.1.0>")
    assert not match("#PID<0.1.0>", "#PID<0.2.0>")


# -- errors ----------------------------------------------------------------------------------------


def test_r6_a_gap_never_takes_the_first_line_of_an_error() -> None:
    error = "** (exit) exited in: x\n    ** (EXIT) no process"

    assert not match("...", error)
    assert not match("** (exit) exited in: x\n...", error)
    assert match("...\n** (exit) ${_}\n    ** (EXIT) no ${_}", f"a\n{error}")
    assert match("...", "a ** (b)\nc")


def test_r6_no_hole_matches_the_start_of_an_error() -> None:
    assert not match("${_}", "** (exit) x")
    assert not match("  ${_}", "  ** (exit) x")
    assert not match("*${_}", "** (exit) x")
    assert not match("** ${_}", "** (exit) x")
    assert match("** (${_})", "** (exit)")


# -- tables ----------------------------------------------------------------------------------------

TABLE = """\
      stores
╭──────┬──────────╮
│ name │ pid      │
├──────┼──────────┤
│ s1   │ #PID<s1> │
╰──────┴──────────╯"""

WIDER = """\
         stores
╭──────┬─────────────╮
│ name │ pid         │
├──────┼─────────────┤
│ s1   │ #PID<0.1.0> │
╰──────┴─────────────╯"""


def test_r7_padding_and_rules_of_a_table_with_holes_do_not_count() -> None:
    assert bound(TABLE, WIDER) == {"s1": "#PID<0.1.0>"}


def test_r7_the_text_and_the_number_of_cells_count() -> None:
    assert not match(TABLE, WIDER.replace("s1 ", "s2 "))
    assert not match(TABLE, WIDER.replace("│ s1 ", "│ s1 │ "))
    assert not match(TABLE, WIDER.replace("stores", "names"))
    assert not match(TABLE, WIDER.replace("#PID<0.1.0>", "-"))
    assert not match(TABLE, WIDER.rpartition("\n")[0])


def test_r7_a_table_without_holes_is_exact() -> None:
    plain = TABLE.replace("#PID<s1>", "x")

    assert not match(plain, WIDER.replace("#PID<0.1.0>", "x"))
    assert match(plain, plain)


def test_r7_flex_loosens_a_table_without_holes() -> None:
    plain = TABLE.replace("#PID<s1>", "x")

    assert match(plain, WIDER.replace("#PID<0.1.0>", "x"), flex=True)
    assert not match(plain, WIDER.replace("#PID<0.1.0>", "y"), flex=True)


def test_r7_equal_pids_and_wide_cells_match() -> None:
    two = TABLE.replace("│ s1   │ #PID<s1> │", "│ s1 │ #PID<a> │\n│ 日本 │ #PID<b> │")
    row = "│ s1   │ #PID<0.1.0> │"

    assert not match(two, WIDER.replace(row, f"{row}\n│ 日本   │ #PID<0.1.0> │"))
    assert match(two, WIDER.replace(row, f"{row}\n│ 日本   │ #PID<0.2.0> │"))


def test_r7_a_hole_does_not_extend_beyond_its_cell() -> None:
    assert not match("│ ${x} │", "│ a │ b │")
    assert bound("│ ${x} │ ${y} │", "│ a b │    c │") == {"x": "a b", "y": "c"}


def test_r7_a_gap_in_a_table_belongs_to_it() -> None:
    gapped = TABLE.replace("├──────┼──────────┤", "...")

    assert match(gapped, WIDER)


def test_r7_a_border_may_contain_a_title() -> None:
    assert match("╭─ ${x:word} ─╮\n│ a │\n╰───╯", "╭─ s1 ─────╮\n│ a        │\n╰──────────╯")
    assert not match("╭─ ${x:word} ─╮", "╭─ two words ─╮")


# -- escapes ---------------------------------------------------------------------------------------


def escape_line(line: str) -> str:
    """Return an output line as it is written in a document."""
    return escape_start(escape_holes(line))


@pytest.mark.parametrize(
    "line",
    [
        "kv> x", "kv(3)> x", "iex[b]> y", "kv>", "...", "...> z", "~ e", "${x}", "#PID<abc>",
        "#Reference<r>", "\\", "\\\\", "\\kv> x", "\\${x}", "\\\\#PID<a>", "a \\${x:int}\\", "```",
        "~~~", "-->", "${", "#PID<0.1.0>", "\\n", "C:\\x", "${}", "...x", "kvx>", "~", "~e",
    ],
)  # fmt: skip
def test_u7_output_that_would_be_structure_is_escaped(line: str) -> None:
    written = escape_line(line)

    assert match(written, line)
    assert bound(written, line) == {}


def test_an_escape_is_only_where_it_is_needed() -> None:
    assert escape_line('"a\\nb" C:\\x ... kv>x') == '"a\\nb" C:\\x ... kv>x'
    assert unescape_start("\\n") == "\\n"
    assert unescape_start("\\kvetch") == "\\kvetch"


@given(st.text("\\kv> .~$#{}PID<a>x", max_size=12).map(str.rstrip).filter(bool))
def test_u7_every_line_survives_its_escaping(line: str) -> None:
    assert match(escape_line(line), line)
    assert read_pattern(unescape_start(escape_line(line))) == (line,)


@given(st.text("-\\>x", max_size=10))
def test_hidden_text_is_restored(line: str) -> None:
    assert "-->" not in hide(line)
    assert unhide(hide(line)) == line


# -- bounded work ----------------------------------------------------------------------------------


def _ends(expected: str, printed: str) -> OutputMatch | None:
    """Return the match, or None; also None if it gives up, since the test is that it ends."""
    lines = Printed(output_lines(printed))
    try:
        return expectation(expected).match(lines, Scope(), Budget())
    except GaveUpError:
        return None


def test_hostile_gaps_are_matched_in_bounded_work() -> None:
    assert not _ends("...\na\n" * 2_000 + "b", "a\n" * 10_000)
    assert _ends("...\na\n" * 2_000 + "...\nb", "a\n" * 10_000 + "b")


def test_hostile_holes_are_matched_in_bounded_work() -> None:
    assert not _ends("${_}a" * 40 + "b", "a" * 2_000)
    assert not _ends("${a}${b}${c}${d}${a}x", "ab" * 300)
    assert not _ends("".join(f"${{n{i}}}" for i in range(30)) + "!", "a" * 500)


def test_hostile_names_between_gaps_are_matched_in_bounded_work() -> None:
    expected = "\n".join(f"...\n#PID<p{i}>" for i in range(30)) + "\n...\n#PID<p0> again"
    printed = "\n".join(f"#PID<0.{i}.0>" for i in range(1, 200)) + "\n#PID<0.0.0> again"

    assert not _ends(expected, printed)


@pytest.mark.slow
def test_ten_thousand_lines_are_matched() -> None:
    printed = "".join(f"{{{i}, #PID<0.{i}.0>}}\n" for i in range(1, 10_001))

    assert _ends(printed, printed)
    assert _ends("...", printed)
    assert _ends("{1, #PID<a>}\n...\n{10000, #PID<b>}", printed)
