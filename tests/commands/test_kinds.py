"""Each parameter type parses its samples, describes itself and completes."""

import inspect

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kvshell.commands import parse
from kvshell.commands.arguments import TypedTerm, Word, literal, reason, resolve, term, typed
from kvshell.commands.result import CommandError
from kvshell.commands.snapshot import EMPTY
from kvshell.commands.types import simple_types as choices
from kvshell.commands.types import simple_types as kinds
from kvshell.commands.types import term_types as term_kinds
from kvshell.commands.types.parameter import ParameterType, Problem
from kvshell.commands.types.simple_types import as_name
from kvshell.commands.types.tokens import Token, tokenize
from kvshell.terms import A, List, Pid, Ref, alias
from tests.commands.test_completion import BUSY
from tests.commands.test_tokens import SIGNS

CLASSES = [
    found
    for module in (kinds, choices, term_kinds)
    for _, found in inspect.getmembers(module, inspect.isclass)
    if issubclass(found, ParameterType)
    and found.__module__ == module.__name__
    and found is not choices.ChoiceType
]
NAMES = st.text(min_size=1, max_size=12) | st.lists(SIGNS, min_size=1, max_size=8).map("".join)


@pytest.mark.parametrize("kind", CLASSES)
def test_every_type_parses_its_samples_and_has_a_description(kind: type[ParameterType]) -> None:
    made = kind()

    assert made.label.isupper()
    assert 3 < len(made.about) < 90
    for sample in made.samples:
        (token,) = tokenize(sample) if not made.rest else [Token("word", sample, 0, len(sample))]
        assert not isinstance(made.parse(token, {}), Problem)


@pytest.mark.parametrize("kind", CLASSES)
def test_candidates_start_with_the_prefix_and_can_be_parsed(kind: type[ParameterType]) -> None:
    made = kind()

    for prefix in ("", "s", "#", "$", "m"):
        for candidate in made.complete(BUSY, prefix, {"store": Word("s1")}):
            assert candidate.text.lstrip('"').startswith(prefix)
            (token,) = tokenize(candidate.text)
            assert not isinstance(made.parse(token, {}), Problem)
    assert list(made.complete(EMPTY, "zzz", {})) == []


@given(NAMES)
@example("a=b")
@example("=")
@example("x #")
@example(":)")
@example('say "hi"')
@example("#{x}")
def test_a_name_written_for_typing_parses_to_itself(name: str) -> None:
    lookup = parse(f"lookup {as_name(name)}").parts[0]
    stop = parse(f"get {as_name(name, resolved=True)} milk").parts[0]

    assert lookup.args == {"name": name}
    assert stop.args["store"].text == name


@pytest.mark.parametrize("name", ["manager", "registry", "shell", "self()", ":a"])
def test_an_ambiguous_store_name_is_quoted(name: str) -> None:
    assert as_name(name, resolved=True) == f'"{name}"'


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("-1", -1), ("2.5", 2.5), (":a", A.a), ('"two words"', "two words"), ("nil", None),
     ("true", True), ("[1, 2]", List([1, 2])), ("{:a, 1}", (A.a, 1)), ("[k: 1]", List([(A.k, 1)])),
     ("milk", "milk"), ("1a", "1a"), ("Arpit", "Arpit"), ("nilly", "nilly"), ("{a, b}", "{a, b}"),
     ("a:b", "a:b"), ("don't", "don't"), ("-", "-"), (":)", ":)"), ("$", "$"), ("#1", "#1")],
)  # fmt: skip
def test_keys_and_values_are_literals_or_text(text: str, value: object) -> None:
    found = typed(text)

    assert (found.value, found.dynamic) == (value, False)
    assert type(found.value) is type(value)


def test_values_with_variables_are_resolved_when_the_line_runs() -> None:
    shell, made = Pid(100), Ref(7)
    bound = {"b": 5, "self()": shell}

    for text, value in [
        ("$b", 5),
        ("self()", shell),
        ("{:a, $b}", (A.a, 5)),
        ("[self()]", List([shell])),
        ("#PID<0.100.0>", shell),
    ]:
        found = typed(text)
        assert found.dynamic
        resolved = resolve(
            found, pid=lambda _: shell, ref=lambda _: made, variable=bound.__getitem__
        )
        assert resolved == value


def test_a_reason_is_an_atom_when_it_is_a_bare_word() -> None:
    assert reason("shutdown") == TypedTerm("shutdown", A.shutdown, plain=True)
    assert reason("{:shutdown, 1}") == TypedTerm("{:shutdown, 1}", (A.shutdown, 1))
    assert reason("KV.Registry") == TypedTerm("KV.Registry", alias("KV.Registry"))
    assert reason("a b") is None


def test_a_term_is_a_literal_or_a_module() -> None:
    assert term("ping") is None
    assert term(":ping") == TypedTerm(":ping", A.ping)
    assert term("KV.Registry") == TypedTerm("KV.Registry", alias("KV.Registry"))


def test_an_invalid_term_is_a_command_error() -> None:
    typed_ = TypedTerm("{$a, ", None, dynamic=True)

    with pytest.raises(CommandError):
        resolve(typed_, pid=Pid, ref=Ref, variable=lambda _: 1)


def test_a_name_too_long_for_an_atom_is_refused_as_a_reason() -> None:
    assert reason("a" * 300) is None


@given(NAMES)
def test_reading_a_literal_never_raises(text: str) -> None:
    literal(text)
    reason(text)
    term(text)
