"""Parsing a line: commands, problems with their offsets, colours, and what may come next."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kvshell.commands import COMMANDS, drop_prompt, match, parse
from kvshell.commands.arguments import TypedTerm, Word
from kvshell.commands.read.match import Match
from kvshell.commands.read.matcher import LONGEST
from kvshell.commands.table.row import Command
from kvshell.commands.types.patterns import Both, Variable
from tests.commands.test_tokens import TEXTS

WORDS = st.sampled_from(
    [*sorted({w for c in COMMANDS for w in c.path}), "manager", "s1", '"', "=", ";", "{:ok,", "b}",
     "#", "# x", "v(3)", "self()", "$b", "1", ":a", "{n}", "%{", "kv(1)> ", "KV.Registry.lookup(",
     "**", "\x1b[31m", "\ud800", ""]
)  # fmt: skip
LINES = TEXTS | st.lists(WORDS, max_size=12).map(" ".join)


def one(text: str) -> Match:
    parts = parse(text).parts
    assert len(parts) == 1
    return parts[0]


def sentence(text: str) -> str:
    return next(part.problems[0].message for part in parse(text).parts if part.problems)


def fix(text: str) -> str | None:
    return one(text).problems[0].fix


@pytest.mark.slow
@given(LINES)
@settings(max_examples=300)
@example("repeat 2 " * 2000)
@example("as b " * 500)
@example("x = y = " * 200)
def test_parsing_never_raises_and_positions_are_inside_the_line(text: str) -> None:
    line = parse(text)

    for part in line.parts:
        assert part.complete == (not part.problems)
        for problem in part.problems:
            assert 0 <= problem.start <= problem.end <= len(text)
            assert problem.message
            assert "\n" not in problem.message
        for slot in part.expected:
            assert 0 <= slot.start <= len(text)
            assert text[slot.start :].startswith(slot.prefix) or "{n}" in text
    for start, end, _ in line.roles:
        assert 0 <= start < end <= len(text)


@given(LINES)
def test_match_never_raises(text: str) -> None:
    match(text)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.words)
def test_every_command_accepts_the_samples_of_its_parameters(command: Command) -> None:
    for number in range(5):
        words = [
            param.kind.samples[number % len(param.kind.samples)]
            for param in command.params
            if not (param.name == "value" and command.words == "set") or number == 0
        ]
        line = " ".join((*command.path, *words))
        matched = parse(line).parts[0]

        if command.words == "stop" and words[0] == "manager":
            continue  # that is the command `stop manager`
        assert matched.command is command, line
        assert set(matched.args) == {param.name for param in command.params}, line
        if command.words != "set":
            assert matched.complete, (line, matched.problems)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.words)
def test_every_synonym_runs_the_command(command: Command) -> None:
    for path in command.synonyms:
        assert parse(" ".join(path)).parts[0].command is command


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("create store manager", {"name": "manager"}),
        ('create store "my list"', {"name": "my list"}),
        ("create bucket s1", {"name": "s1"}),
        ("create store {a}", {"name": "{a}"}),
        ("lookup 1", {"name": "1"}),
        ("lookup :a", {"name": ":a"}),
        ("stop s1", {"process": Word("s1"), "reason": None}),
        ('stop "manager"', {"process": Word("manager", quoted=True), "reason": None}),
        ("kill 0.104.0", {"process": Word("#PID<0.104.0>")}),
        ("kill <0.104.0>", {"process": Word("#PID<0.104.0>")}),
        ("kill pid(0,104,0)", {"process": Word("#PID<0.104.0>")}),
        ("sleep 5s", {"time_ms": 5000}),
        ("sleep 200", {"time_ms": 200}),
        ("sleep 1.5s", {"time_ms": 1500}),
        ("sleep 1m", {"time_ms": 60_000}),
        ("step manager", {"process": Word("manager"), "count": 1}),
        ("step manager 3", {"process": Word("manager"), "count": 3}),
        ("v", {"number": None}),
        ("v(-1)", {"number": -1}),
        ("v 2", {"number": 2}),
        ("repeat 1_000 lookup s{n}", {"count": 1000, "line": "lookup s{n}"}),
        ("as b create store a; lookup a # x", {"client": "b", "line": "create store a; lookup a"}),
        ("start registry ets-cast", {"design": "ets-cast"}),
        ("help create store", {"topic": "create store"}),
        ("h()", {"topic": None}),
        ("ets new :foo", {"name": "foo", "options": ()}),
        ("set", {"option": None, "value": None}),
        ("set watch off", {"option": "watch", "value": "off"}),
    ],
)  # fmt: skip
def test_arguments_are_parsed_by_their_types(text: str, args: dict[str, Any]) -> None:
    matched = one(text)

    assert matched.problems == []
    assert matched.args == args


def test_a_value_is_text_unless_the_whole_word_is_a_literal() -> None:
    assert one("put s1 milk 1").args["value"] == TypedTerm("1", 1)
    assert one("put s1 milk 1a").args["value"] == TypedTerm("1a", "1a", plain=True)
    assert one('put s1 milk "1"').args["value"] == TypedTerm('"1"', "1")
    assert one("put s1 milk nil").args["value"] == TypedTerm("nil", None)
    assert one("put s1 milk Arpit").args["value"] == TypedTerm("Arpit", "Arpit", plain=True)


def test_values_known_only_at_run_time_are_marked() -> None:
    assert one("put s1 milk $b").args["value"].dynamic
    assert one("put s1 me self()").args["value"].dynamic
    assert one('ets insert t {"foo", self()}').args["row"].dynamic


def test_a_line_has_a_match_for_each_command() -> None:
    parts = parse("create store a; x = lookup a ;; stop a;").parts

    assert [part.text for part in parts] == ["create store a", "x = lookup a", "stop a"]
    assert [part.start for part in parts] == [0, 16, 32]


@pytest.mark.parametrize("text", ["", "   ", "# only this", "kv(3)> ", "kv(3)> # so", ";", "\t"])
def test_a_blank_line_has_no_match(text: str) -> None:
    assert parse(text).parts == []


def test_h_and_t_are_valid_names_in_a_list_pattern() -> None:
    # `h` alone is iex's help, but `[h | t]` is the usual pattern for a list.
    assert one("[h | t] = stores").complete
    assert one("h").command is not None


def test_chained_patterns_must_both_fit() -> None:
    assert one("x = y = self").pattern == Both(Variable("x"), Variable("y"))


@pytest.mark.parametrize("text", ["b", "$b", "x = b"])
def test_one_word_may_be_a_binding(text: str) -> None:
    assert one(text).bare in {"b", "$b"}


@pytest.mark.parametrize("text", ["nil", "b c", "B", "1"])
def test_several_words_are_not_a_binding(text: str) -> None:
    assert one(text).bare is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("strat", "no command strat: did you mean `start manager`?"),
        ("strat manager", "no command strat: did you mean `start manager`?"),
        ("lokup s1", "no command lokup: did you mean `lookup s1`?"),
        ("LOOKUP s1", "no command LOOKUP: did you mean `lookup s1`?"),
        ("create s1", "no command create s1: did you mean `create store s1`?"),
        ("create sotre s1", "no command create sotre: did you mean `create store s1`?"),
        ("create", "no command create: did you mean `create store NAME`?"),
        ("start ets", "no command start ets: did you mean `start manager ets`?"),
        ("create_store s1", "no command create_store: did you mean `create store s1`?"),
        ("insert s1 milk 1", "no command insert: did you mean `put s1 milk 1`?"),
        ("ls", "no command ls: did you mean `stores`?"),
        ("ets", "ets needs a second word: delete, info, insert, list, lookup, new"),
        ("ets lokup t k", "no command ets lokup: did you mean `ets lookup t k`?"),
        ("frobnicate", "no command frobnicate: type help to see them all"),
        ("put s1 milk", "usage: put STORE KEY VALUE"),
        ("put s1 milk 1 2", "usage: put STORE KEY VALUE"),
        ("stop manager now", "usage: stop manager"),
        ("compare", "usage: compare LINE"),
        ("as b", "usage: as CLIENT LINE"),
        ("start manager etss", "no design etss: did you mean ets?"),
        ("start manager x", "no design x: type one of ets, ets-cast, library, map, plain"),
        ("sleep soon", "not a duration: soon; type 200 (milliseconds), 5s or 1m"),
        ("repeat x self", "not a number: x; type a whole number, 1 or more"),
        ("repeat 0 self", "0 is too small: 1 is the least"),
        ("deliver a b", "the word `to` belongs here, not b"),
        ("call s1 ping", 'not a term: ping; type :ping for the atom, "ping" for text or $ping for '
                         "a bound value"),
        ("as manager self", "not a client name: manager; as CLIENT LINE wants a short one, "
                            "as in: as b self"),
        ("set hints perhaps", "hints cannot be perhaps: type set hints on or off"),
        ("set hins on", "no option hins: did you mean hints?"),
        ("set hins onn", "no option hins: did you mean hints?"),
        ("get = lookup s1", "get is a command word and cannot be a binding: type another name, as "
                            "in get1 = ..."),
        ("{:ok, get} = lookup s1", "get is a command word and cannot be a binding: type another "
                                   "name, as in {:ok, get1} = ..."),
        ("x =", "a command is missing after =: type b = self"),
        ("{:ok, b = lookup s1", "unclosed {: type } where it ends, as in {:ok, b = lookup s1}"),
        ('put s1 k "two words', "unclosed quote: type \" where the text ends, as in put s1 k "
                                '"two words"'),
        ("{:ok, #PID<0.1.0>}", "{:ok, #PID<0.1.0>} is a value, not a command: type help to see "
                               "the commands"),
        ("1 + 1", "1 + 1 starts with a value, which no command does: type help to see "
                  "the commands"),
        ("5", "5 is a value, not a command: type help to see the commands"),
        ("** (exit) x", "that is an answer, not a command: type the line after a prompt"),
        ("compare lokup s1", "no command lokup: did you mean `lookup s1`?"),
        ("\x1b[31mred", "no command \\x1b[31mred: type help to see them all"),
        ("y" * 100, f"no command {'y' * 37}...: type help to see them all"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_run_says_what_to_type(text: str, expected: str) -> None:
    assert sentence(text) == expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("lokup s1", "lookup s1"),
        ("{:ok, b} = lokup s1", "{:ok, b} = lookup s1"),
        ("compare lokup s1", "compare lookup s1"),
        ("as b lokup s1; lookup s2", "as b lookup s1; lookup s2"),
        ("start manager etss", "start manager ets"),
        ("put s1 milk 1 2", 'put s1 milk "1 2"'),
        ("create store my list", 'create store "my list"'),
        ('put s1 k "a', 'put s1 k "a"'),
        ("call s1 ping", "call s1 :ping"),
    ],
)
def test_a_problem_has_the_corrected_line_if_it_can_be_guessed(text: str, line: str) -> None:
    found = fix(text)

    assert found == line
    assert parse(found).parts[0].complete


def test_positions_count_from_the_start_of_the_line() -> None:
    text = "kv(1)> create store a; lokup a"

    problem = parse(text).parts[1].problems[0]

    assert text[problem.start : problem.end] == "lokup"


def test_positions_in_a_nested_line_count_from_the_start_of_the_whole_line() -> None:
    text = "repeat 3 sleep {n}; lokup a"

    problem = parse(text).parts[0].problems[0]

    assert text[problem.start : problem.end] == "lokup"


def test_a_line_over_64_kib_is_refused() -> None:
    assert sentence("x" * (LONGEST + 1)).startswith("the line is longer than 64 KiB")


def test_commands_nested_too_deep_are_refused() -> None:
    assert "nested deeper" in sentence("repeat 2 " * 20 + "self")


def test_words_have_roles() -> None:
    text = 'put s1 milk 2 # and "so on"'

    spans = {text[start:end]: role.value for start, end, role in parse(text).roles}

    assert spans == {
        "put": "command",
        "s1": "name",
        "milk": "string",
        "2": "number",
        '# and "so on"': "hint",
    }


def test_wrong_words_have_the_role_error() -> None:
    text = "start manager etss now"

    assert [text[s:e] for s, e, role in parse(text).roles if role.value == "error"] == [
        "etss",
        "now",
    ]


def test_match_knows_the_parameter_at_the_end() -> None:
    assert match("put").current is None
    assert match("put ").current == 0
    assert match("put s1").current == 0
    assert match("put s1 milk 1").current == 2
    assert match("a; put s1 ").current == 1


@pytest.mark.parametrize("text", ["", "  ", "lookup s1;", "lookup s1; "])
def test_an_empty_text_expects_a_command(text: str) -> None:
    slot = match(text).expected[0]

    assert (slot.prefix, slot.param, slot.path) == ("", None, ())


def test_a_prompt_is_dropped() -> None:
    assert drop_prompt("kv(3)> lookup s1") == "lookup s1"
    assert drop_prompt("iex> ") == ""
    assert drop_prompt("lookup s1") is None


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ('"#{x}"', r'"\#{x}"'),
        (r'"\xZZ"', r'"\\xZZ"'),
        ('"a"b', r'"\"a\"b"'),
        ("[1, x]", '"[1, x]"'),
        ("{:ok, x}", '"{:ok, x}"'),
        ("%{a: x}", '"%{a: x}"'),
        ("<<x>>", '"<<x>>"'),
        (':"a"b', r'":\"a\"b"'),
        ("'a'b", "\"'a'b\""),
        ("[1 2]", '"[1 2]"'),
        ("{1, 2}}", '"{1, 2}}"'),
        (":ab-c", '":ab-c"'),
        (":a.b", '":a.b"'),
        ("$x-y", '"$x-y"'),
        ("~s(a)", '"~s(a)"'),
        ("0x", '"0x"'),
        ("0xZZ", '"0xZZ"'),
        ("-0b12", '"-0b12"'),
        ("1.", '"1."'),
        ("1.5e", '"1.5e"'),
        ("1e5", '"1e5"'),
        ("1_", '"1_"'),
        ("1__0", '"1__0"'),
        ("#PID<1", '"#PID<1"'),
        ("#PID<0.9", '"#PID<0.9"'),
        (":", '":"'),
        (":1", '":1"'),
    ],
)
@pytest.mark.parametrize("line", ["put s1 k {}", "put s1 {} 1", "get s1 {}", "ets lookup t {}"])
def test_a_malformed_literal_is_refused_with_the_correct_spelling(
    word: str, written: str, line: str
) -> None:
    found = match(line.format(word) if "{}" in line else line)

    assert [problem.message for problem in found.problems] == [
        f"{word} starts like a literal but is not one; as text: {written}"
    ]
    again = match(line.format(written))
    assert again.problems == []


@pytest.mark.parametrize(
    "word",
    [
        "milk",
        "a:b",
        "1x",
        "it's",
        "x[1]",
        "%",
        "a{b}",
        "{n}",
        "a{n}",
        ":)",
        "$5",
        "~/home",
        "1.2.3",
        "2024-01-01",
        "12:30",
        "10%",
        "2nd",
        "#1",
        "@x",
        "?",
        "]",
        "&1",
    ],
)
def test_other_words_are_text(word: str) -> None:
    assert match(f"put s1 k {word}").problems == []
