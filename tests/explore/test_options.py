"""The options of an `explore` typed at a prompt."""

import pytest

from kvshell.commands.read.matcher import parse
from kvshell.explore.options import ExploreOptions, OptionError, options_in
from kvshell.explore.typed_explore import explored
from kvshell.views import Caps

WIDE = Caps(width=80, plain=False)


def test_options_may_precede_or_follow_the_target() -> None:
    wanted = ("create store s; stop s", ExploreOptions(law="beam", crash=1, every=True))

    assert options_in("--law beam --crash 1 --all create store s; stop s") == wanted
    assert options_in("create store s; stop s --all --crash=1 --law beam") == wanted
    assert options_in("create  store s") == ("create  store s", ExploreOptions())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("--law often x", "--law is spec, beam or both, not often"),
        ("x --law", "--law is spec, beam or both, not nothing"),
        ("--crash 4 x", "--crash is a number from 1 to 3, not 4"),
        ("--timeouts some x", "--timeouts is any, not some"),
        ("--fast x", "no such option: --fast; there are --law LAW, --budget N, --steps N, "
         "--crash N, --timeouts any, --design DESIGN, --odds N, --replay TOKEN, --all, --list, "
         "--diagram, --mermaid, --json"),
        ("x --replay", "--replay TOKEN: which? The table of outcomes lists the tokens"),
        ("x --odds 0", "--odds is a number from 1 to 10,000,000, not 0"),
        ("x --design none", "--design is one of plain, map, ets-cast, ets, library, not none"),
        ("x --trust", "kvshell explore PATH --trust lets a document load Python files"),
        ("--all", "explore needs a document or a line"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_refused_with_the_valid_ones(text: str, said: str) -> None:
    with pytest.raises(OptionError) as error:
        options_in(text)

    assert str(error.value) == said


def test_a_typed_line_is_searched_with_its_options() -> None:
    shown, code = explored("--law beam create store s; lookup s", "ets-cast", Caps(), never)
    refused, failed = explored("--crash many create store s", "ets", Caps(), never)

    assert "beam: 2 schedules, 2 outcomes" in shown
    assert "spec" not in shown
    assert code == 0
    assert refused == "** (CommandError) --crash is a number from 1 to 3, not many"
    assert failed == 1


STALE = "create store s; stop s; lookup s"


def never() -> bool:
    return False


def explore(target: str, caps: Caps = WIDE) -> str:
    return explored(target, "ets", caps, never)[0]


def test_an_operator_of_two_dashes_is_no_option() -> None:
    assert options_in("[1, 2] -- [1]") == ("[1, 2] -- [1]", ExploreOptions())


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--list", "client -> s  stop s\n"),
        ("--diagram", "│─ stop s ──"),
        ("--mermaid", "sequenceDiagram\n    participant p0 as client\n"),
        ("--json", '[{"law":"spec","schedules":2,'),
        ("--odds 3", "\n3 runs on real threads: nothing is expected, so none can fail"),
        ("--replay spec:0.1", "28 steps under spec\n   1  client -> KV.Registry  call"),
        ("--design ets-cast", "lookup s: :error"),
    ],
)
def test_every_option_of_the_command_line_works_in_a_typed_line(option: str, said: str) -> None:
    assert options_in(f"{option} {STALE}") == options_in(f"{STALE} {option}")
    assert said in explore(f"{option} {STALE}")


@pytest.mark.parametrize("width", [60, 200])
def test_a_list_is_a_list_and_a_diagram_a_diagram_at_any_width(width: int) -> None:
    caps = Caps(width=width, plain=False)

    assert "client -> s  stop s\n" in explore(f"{STALE} --list", caps)
    assert "│─ stop s ──" in explore(f"{STALE} --diagram", caps)


def test_a_listed_schedule_says_where_a_client_ends() -> None:
    assert "client  has run its last line, and ends" in explore(f"{STALE} --replay spec:0")


def test_the_json_of_one_law_is_one_object() -> None:
    assert explore(f"--law beam --json {STALE}").startswith('{"law":"beam","schedules":2,')


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (f"{STALE} --replay soup", "soup is not a token: one looks like spec:0.0.2"),
        (f"{STALE} --replay spec:0.9", "the token does not fit: at step 23 only"),
        ("races/bogus-barrier from here",
         "races/bogus-barrier is a document, which starts in a fresh system: only options may"),
    ],
)  # fmt: skip
def test_what_cannot_be_explored_is_refused(target: str, said: str) -> None:
    assert explore(target).startswith(f"** (CommandError) {said}")


@pytest.mark.parametrize(
    "line",
    [
        "explore races/bogus-barrier",
        "explore races/bogus-barrier --law beam",
        "explore races/bogus-barrier --replay spec:1",
        "explore --odds 5 races/bogus-barrier",
        "explore from here --law beam lookup s --all",
    ],
)
def test_a_document_between_options_is_no_unknown_command(line: str) -> None:
    (match,) = parse(line).parts

    assert match.problems == []
    assert match.args["target"] == line.removeprefix("explore ")
