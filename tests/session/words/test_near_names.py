"""Suggestions for an unknown name, and the lines that would bind it."""

import pytest

from kvshell.commands import match
from kvshell.session import Session
from tests.cli.command import run
from tests.session.typist import Typist


def error(session: Session, line: str) -> str:
    return session.run(line)[-1].error or ""


def hint(session: Session, line: str) -> str:
    found = session.run(line)[-1].hint
    return found.text if found is not None else ""


@pytest.fixture
def shop() -> Session:
    session = Session()
    for line in ("counter = 5", "start manager", "create store shopping", "put shopping milk 1"):
        session.run(line)
    return session


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("shopping", "the store shopping"),
        ("shoping", "the store shopping"),
        ("maneger", "the process manager"),
        ("coutner", "the binding counter"),
        ("lokup shopping", "`lookup shopping`"),
        ("stor", "`stores`"),
        ("lenghth", "the Elixir function length"),
    ],
)
def test_a_suggested_word_has_its_kind(shop: Session, line: str, meant: str) -> None:
    with shop:
        said = error(shop, line)

    assert said == f"** (CommandError) no command {line.split()[0]}: did you mean {meant}?"


@pytest.mark.parametrize("line", ["foo bar", "fro", "foo", "loop", "repet", "for_each x"])
def test_an_unknown_word_never_suggests_repeat(line: str) -> None:
    with Session() as session:
        assert "repeat N LINE" not in error(session, line)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Enun.map([1], & &1)",
         "there is no Enun; did you mean the module Enum: Enum.map([1], & &1)"),
        ("lenght([1])",
         "there is no lenght; did you mean the Elixir function length: length([1])"),
        ("coutner + 1", "there is no coutner; did you mean the binding counter: counter + 1"),
        ("get shoping milk",
         "no store is called shoping; did you mean the store shopping: get shopping milk"),
        ("get shopping mlik",
         'there is no "mlik"; did you mean the key "milk": get shopping milk'),
        ("state KV.Registri",
         "no process is called KV.Registri; did you mean the process KV.Registry: "
         "state KV.Registry"),
    ],
)  # fmt: skip
def test_a_hint_names_similar_words(shop: Session, line: str, said: str) -> None:
    with shop:
        assert hint(shop, line) == said


def test_the_line_that_a_hint_types_runs(shop: Session) -> None:
    with shop:
        for line in ("Enun.map([1], & &1)", "lenght([1])", "get shoping milk", "shoping"):
            found = shop.run(line)[-1].hint
            assert found is not None
            assert shop.run(found.line)[-1].ok


LINES = ("x = 5", "refs = %{}", "{:ok, y} = {:ok, 1 + 2}", "x", "refs", "y", "1 + 1", "true")
ANSWERS = ["5", "%{}", "{:ok, 3}", "5", "%{}", "3", "2", "true"]


def test_a_batch_and_a_pipe_bind_values() -> None:
    words = [word for line in LINES for word in ("-c", line)]

    assert run(*words) == (0, "\n".join(ANSWERS) + "\n", "")
    assert run(stdin="\n".join(LINES) + "\n") == (0, "\n".join(ANSWERS) + "\n", "")


def test_a_client_binds_names_of_its_own() -> None:
    with Session() as session:
        typist = Typist(session)
        typist(*(f"as c {line}" for line in LINES))

        assert error(session, "refs").startswith("** (CommandError) no command refs")

    assert typist.events == [f"c: {answer}" for answer in ANSWERS]


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        ("compare x = 5; x", "plain     5\n"),
        ("repeat 2 x = {n}; x", "100.0 %  {n}  "),
    ],
)
def test_a_line_inside_a_line_binds(line: str, answers: str) -> None:
    done = run("-c", line)

    assert done.code == 0
    assert answers in done.out


@pytest.mark.parametrize("line", ["explain 1 + 1", 'explain "a" b', "explain [1] ++ [2]"])
def test_an_explained_line_of_elixir_is_called_elixir_as_it_runs_when_typed(line: str) -> None:
    with Session() as session:
        assert error(session, line) == ""
        assert "That is Elixir" in str(session.run(line)[0].view)


@pytest.mark.parametrize(
    ("line", "begun"),
    [
        ("put s1 k ~w(a b)", "~w(a"),
        ("put s1 k ~s{a b}", "~s{a"),
        ('put s1 k ~s"a b"', '~s"a'),
        ("put s1 ~w[a b] 1", "~w[a"),
    ],
)
def test_no_part_of_a_sigil_with_a_space_is_proposed_as_text(line: str, begun: str) -> None:
    problem = match(line).problems[0]

    assert problem.message == (
        f"{begun} starts like a sigil, which a command does not take: write text in quotes"
    )
    assert problem.fix is None


def test_why_a_word_is_no_pattern_is_said_to_the_end() -> None:
    assert match("fn = create store s1").problems[0].message == (
        "not a pattern: fn, fn is a reserved word of Elixir: choose another name; "
        "type x = ... or {:ok, x} = ..."
    )
