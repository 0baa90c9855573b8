"""The tokenizer accepts any text and returns all tokens in order, with their places."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kvshell.commands import parse
from kvshell.commands.arguments import TypedTerm
from kvshell.commands.types.term_types import ValueType
from kvshell.commands.types.tokens import Token, tokenize

# Characters likely to confuse a tokenizer: special ones, control characters, lone surrogates.
SIGNS = st.sampled_from(list("\"'\\;#={}[]()<>%$:?.,|~ \t\n\r\x00\x1b\u00a0\u3000ab1é漢\ud800"))
TEXTS = st.text() | st.lists(SIGNS, max_size=40).map("".join)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokenize(text)]


@given(TEXTS)
@example('put s1 "a')
@example("a( b( c(")
@example("{[(<<")
def test_tokens_cover_the_text_in_order_with_white_space_between(text: str) -> None:
    tokens = tokenize(text)

    end = 0
    for token in tokens:
        assert token.start < token.end
        assert not text[end : token.start].strip()
        assert token.text == text[token.start : token.end]
        end = token.end
    assert not text[end:].strip()


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        *(
            "x",
            "a( ",
            "<< ",
            "[ ",
            "{",
            "' \" ",
            '"',
            "\\",
            "a;",
            "x = ",
            "# ",
            "%{ ",
            ": ",
            "kv> ",
        ),
        *("put s1 k [1, ", "assert ", "repeat 2 ", "as b ", "KV.Bucket.put(b, ", "a |> "),
    ],
)
def test_tokenizing_takes_linear_time(piece: str) -> None:
    # Not timed: at this length a quadratic algorithm exceeds the suite's limit of one minute.
    text = (piece * 65_000)[:65_000]

    line = parse(text)

    assert line.text == text
    assert tokenize(text)


@pytest.mark.parametrize("piece", ["9", "9_", "9__", "9."])
def test_a_very_long_number_is_read_in_linear_time(piece: str) -> None:
    # Not timed, as above. All that follows a digit was tried again from each of its places.
    text = piece * 200_000 + "x"

    found = ValueType().parse(Token("word", text, 0, len(text)), {})

    assert isinstance(found, TypedTerm)
    assert found.plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lookup s1", [("word", "lookup"), ("word", "s1")]),
        ('put s1 "two words" 1', [("word", "put"), ("word", "s1"), ("string", '"two words"'),
                                  ("word", "1")]),
        ("put s1 k don't", [("word", "put"), ("word", "s1"), ("word", "k"), ("word", "don't")]),
        ("create store :)", [("word", "create"), ("word", "store"), ("word", ":)")]),
        ('say "a"b c', [("word", "say"), ("word", '"a"b'), ("word", "c")]),
        ("put s {:a, 1} [1, 2]", [("word", "put"), ("word", "s"), ("literal", "{:a, 1}"),
                                  ("literal", "[1, 2]")]),
        ('put s %{"k}" => 1}', [("word", "put"), ("word", "s"), ("literal", '%{"k}" => 1}')]),
        ("put s <<1, 2>>", [("word", "put"), ("word", "s"), ("literal", "<<1, 2>>")]),
        ("info #PID<0.104.0>", [("word", "info"), ("word", "#PID<0.104.0>")]),
        ('state :"a b"', [("word", "state"), ("word", ':"a b"')]),
        ('state :"a b', [("word", "state"), ("word", ':"a'), ("word", "b")]),
        ("v(3)", [("call", "v(3)")]),
        ("self()", [("call", "self()")]),
        ('KV.get(a, "x; y")', [("call", 'KV.get(a, "x; y")')]),
        ("x( y", [("word", "x("), ("word", "y")]),
        ("a; b", [("word", "a"), ("separator", ";"), ("word", "b")]),
        ("a;b", [("word", "a"), ("separator", ";"), ("word", "b")]),
        ("put s k #1", [("word", "put"), ("word", "s"), ("word", "k"), ("word", "#1")]),
        ("stop s # bye; now", [("word", "stop"), ("word", "s"), ("comment", "# bye; now")]),
        ("#", [("comment", "#")]),
        ("repeat 2 create store s{n}", [("word", "repeat"), ("word", "2"), ("word", "create"),
                                        ("word", "store"), ("word", "s{n}")]),
    ],
)  # fmt: skip
def test_tokens_have_the_expected_kinds(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("b = create store s1", "b"),
        ("b=create store s1", "b"),
        ("b =create store s1", "b"),
        ("{:ok, b} = lookup s1", "{:ok, b}"),
        ("{:ok, b}= lookup s1", "{:ok, b}"),
        ("[h | t]=stores", "[h | t]"),
    ],
)
def test_a_pattern_is_separated_from_its_command(text: str, pattern: str) -> None:
    tokens = tokenize(text)

    assert (tokens[0].text, tokens[1].kind, tokens[1].text) == (pattern, "assign", "=")


@pytest.mark.parametrize("text", ["put s1 = 1", "put s1 a=b", "lookup == x", "lookup =~"])
def test_an_equals_sign_elsewhere_is_a_word(text: str) -> None:
    assert all(token.kind == "word" for token in tokenize(text))


@pytest.mark.parametrize(
    "prompt",
    ["kv> ", "kv(3)> ", "kv[b]> ", "iex> ", "iex(12)> ", "...(2)> ", "kv(1)> kv(2)> ", "  kv> "],
)
def test_pasted_prompts_are_tokens_of_their_own(prompt: str) -> None:
    tokens = tokenize(prompt + "lookup s1")

    assert [token.kind for token in tokens] == ["prompt", "word", "word"]


@pytest.mark.parametrize("text", ["put s1 kv> x", "kv>x", "kvx> y"])
def test_a_prompt_is_only_recognised_at_the_start(text: str) -> None:
    assert all(token.kind == "word" for token in tokenize(text))


@pytest.mark.parametrize("text", ['put s1 "a b', "put s1 'a b", "put s1 [1, 2", "put s {:a"])
def test_an_unclosed_token_extends_to_the_end_and_is_marked(text: str) -> None:
    last = tokenize(text)[-1]

    assert not last.closed
    assert last.end == len(text)
