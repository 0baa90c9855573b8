"""read(): turns literals into terms and rejects everything else, naming the position."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvshell.terms import (
    A,
    Atom,
    List,
    Map,
    Pid,
    ReadError,
    Ref,
    alias,
    exception,
    inspect,
    key,
    read,
    read_prefix,
)
from tests.terms.strategies import terms


@pytest.mark.slow
@given(terms)
def test_read_is_the_inverse_of_inspect(value: object) -> None:
    for width in (None, 80, 1):
        again = read(inspect(value, width=width, limit=None))
        assert key(again) == key(value)


@given(st.text(max_size=20) | st.text(alphabet="[]{}%<>#:\"'\\,|=a1.$ -", max_size=20))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    value, refused = None, None
    try:
        value = read(text)
    except ReadError as error:
        refused = error

    if refused is None:
        assert key(read(inspect(value, limit=None))) == key(value)
    else:
        assert 0 <= refused.start <= refused.end <= len(text)
        assert refused.message.isprintable() or not refused.message.isascii()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1_000", 1000),
        ("0x1F", 31),
        ("0b101", 5),
        ("0o17", 15),
        ("-7", -7),
        ("+7", 7),
        ("1.0e-5", 1.0e-5),
        ("1_0.2_5E3", 10250.0),
        ("?a", 97),
        ("?\\n", 10),
        (":ok", A.ok),
        (':"a b"', Atom("a b")),
        (":'a b'", Atom("a b")),
        (":+", Atom("+")),
        (":nil", None),
        ("nil", None),
        ("true", True),
        ("Foo.Bar", alias("Foo.Bar")),
        ("Elixir.Foo", alias("Foo")),
        ('"a\\u00e9\\x41\\s\\d\\q"', "aéA \x7fq"),
        ('"\\xFF"', b"\xff"),
        ('"\\xC3\\xA9"', "é"),
        ('"\\\nx"', "x"),
        ("'abc'", List(b"abc")),
        ("[1, 2,]", List([1, 2])),
        ("[1 | 2]", List([1], 2)),
        ("[1 | [2, 3]]", List([1, 2, 3])),
        ("[1, a: 2]", List([1, (A.a, 2)])),
        ("{1, a: 2}", (1, List([(A.a, 2)]))),
        ('["a b": 1, nil: 2, +: 3]', List([(Atom("a b"), 1), (None, 2), (Atom("+"), 3)])),
        ("[Foo: 1]", List([(A.Foo, 1)])),
        ('%{"k" => 1, a: 2}', Map({"k": 1, A.a: 2})),
        ("%{1 => 2, 1 => 3}", Map({1: 3})),
        ("<<1, 2>>", "\1\2"),
        ('<<"ab", 255, -1>>', b"ab\xff\xff"),
        ('%RuntimeError{message: "boom"}', exception("RuntimeError", message="boom")),
        (" [ 1 ,\n 2 ] ", List([1, 2])),
    ],
)
def test_elixir_parses_the_same(text: str, value: Any) -> None:
    assert key(read(text)) == key(value)


def test_pids_references_and_variables_are_resolved() -> None:
    pid, ref = Pid(104), Ref(9)
    bound = {"x": List([1]), "self()": pid}

    value = read(
        f"{{#PID<0.104.0>, {inspect(ref)}, $x, self()}}",
        pid={104: pid}.__getitem__,
        ref={9: ref}.__getitem__,
        variable=bound.__getitem__,
    )

    assert value == (pid, ref, List([1]), pid)


def test_a_resolvers_error_passes_through() -> None:
    def nobody(number: int) -> Pid:
        raise LookupError(f"no {number}")

    with pytest.raises(LookupError, match="no 9"):
        read("[#PID<0.9.0>]", pid=nobody)


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("", "a term is missing at the end", ""),
        ("milk", 'milk is not a literal: write :milk or "milk"', "milk"),
        ("[1, milk]", 'milk is not a literal: write :milk or "milk"', "milk"),
        ("1 2", "2 is unexpected here", "2"),
        ("[1, 2", "[ is never closed: add ]", "[1, 2"),
        ("{1", "{ is never closed: add }", "{1"),
        ("%{1 => 2", "{ is never closed: add }", "%{1 => 2"),
        ("<<1", "<< is never closed: add >>", "<<1"),
        ('"abc', 'this string is never closed: add "', '"abc'),
        ("'abc", "this string is never closed: add '", "'abc"),
        ("[1 2]", "2 cannot follow here: a comma or ] is missing", "2"),
        ("[a:1]", "put a space after a:", "a:"),
        ("[a: 1, 2]", "key: value comes after everything else", "2"),
        ("{a: 1}", "a tuple has no keys: write %{ for a map", "{"),
        ("%{1}", "=> and a value are missing after this key", "1"),
        ("[1 | ]", "a term is missing before ]", "]"),
        ("[| 1]", "a term is missing before |", "|"),
        ("[a: 1 | 2]", "a tail follows an item: [1 | 2]", "|"),
        ("%Foo{1 => 2}", "a struct has keys: %Name{key: value}", "%Foo{1 => 2"),
        ("%Foo", "write %{ for a map, %Name{ for a struct", "%Foo"),
        ("12abc", "12abc is not a number: put quotes around text", "12abc"),
        ("1e5", "1e5 is not a number: put quotes around text", "1e5"),
        ("1.0e400", "1.0e400 is too large for a float", "1.0e400"),
        (":", 'a name is missing after this colon: :ok, :"a b"', ":"),
        ("[1, ...]", "the text was cut off here: it cannot be read back", "..."),
        ("#Function<1.2/1 in A.b/1>", "#Function<1.2/1 in A... cannot be typed", None),
        ("#PID<0.1.0>", "#PID<0.1.0> means nothing here", "#PID<0.1.0>"),
        ("$x", "$x means nothing here", "$x"),
        ('"a#{1}"', "there is no interpolation here: write \\#{ for #{", "#{"),
        ('"\\uD800"', "there is no character D800", "\\uD800"),
        ('"\\xZZ"', "write \\xHH, H a hexadecimal digit", "\\x"),
        ('"""a"""', "write text on one line, with \\n for its line breaks", '"""'),
        ("<<3::size(3)>>", "a binary consists of whole bytes here", "::"),
        ("<<:a>>", "a binary holds only bytes and text", "<<:a>>"),
        ("KV.Registry.lookup", "KV.Registry.lookup is not a literal: put quotes around it", None),
    ],
)
def test_a_syntax_error_is_reported_with_its_position(
    text: str, message: str, place: str | None
) -> None:
    with pytest.raises(ReadError) as refused:
        read(text)

    error = refused.value
    assert str(error) == error.message == message
    assert text[error.start : error.end] == (text if place is None else place)


def test_integers_have_at_most_4000_digits() -> None:
    assert read("9" * 4000) == int("9" * 4000)
    with pytest.raises(ReadError, match="at most 4000 digits, this one has 4001"):
        read("9" * 4001)


@pytest.mark.parametrize(("opener", "closer"), [("[", "]"), ("{", "}"), ("%{1 => ", "}")])
def test_literals_nest_200_deep(opener: str, closer: str) -> None:
    assert inspect(read(opener * 200 + "1" + closer * 200), width=None).startswith(opener * 50)
    for many in (201, 30_000):
        with pytest.raises(ReadError, match="nested deeper than 200 levels"):
            read(opener * many + "1" + closer * many)


def test_a_deep_variable_is_refused_in_deep_brackets() -> None:
    deep = read("[" * 150 + "]" * 150)

    with pytest.raises(ReadError, match="nested deeper than 200 levels"):
        read("[" * 60 + "$x" + "]" * 60, variable=lambda _: deep)


def test_a_prefix_ends_where_something_else_begins() -> None:
    assert read_prefix("put s1 [1, 2] 3", 7) == (List([1, 2]), 14)
    assert read_prefix("{:ok, 1} = x") == ((A.ok, 1), 9)


def test_error_messages_about_a_text_contain_no_control_characters() -> None:
    with pytest.raises(ReadError) as refused:
        read("x\x1b[31m")

    assert str(refused.value) == 'x is not a literal: write :x or "x"'
    with pytest.raises(ReadError) as refused:
        read("[1 \x1b")

    assert str(refused.value) == "\\e cannot follow here: a comma or ] is missing"
