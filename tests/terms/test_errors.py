"""Exceptions: their structs and messages. Oracle cases 15.6, 04.x and 03.13."""

import pytest

from kvshell.terms import (
    A,
    ArgumentError,
    ArithmeticError_,
    BadMapError,
    CaseClauseError,
    ElixirError,
    ErlangError,
    FunctionClauseError,
    KeyError_,
    List,
    Map,
    MatchError,
    RuntimeError_,
    alias,
    exception,
    exception_message,
    exception_struct,
    format_banner,
    inspect,
)


@pytest.mark.parametrize(
    ("error", "printed"),
    [
        (RuntimeError_("boom"), "** (RuntimeError) boom"),
        (RuntimeError_(), "** (RuntimeError) runtime error"),
        (ArgumentError(), "** (ArgumentError) argument error"),
        (ArgumentError("bad thing"), "** (ArgumentError) bad thing"),
        (KeyError_(A.a, Map()), "** (KeyError) key :a not found in: %{}"),
        (KeyError_(A.b, Map({A.a: 1})), "** (KeyError) key :b not found in: %{a: 1}"),
        (KeyError_(A.b, List([(A.a, 1)])), "** (KeyError) key :b not found in: [a: 1]"),
        (KeyError_(A.b, None), "** (KeyError) key :b not found"),
        (MatchError(A.error), "** (MatchError) no match of right hand side value: :error"),
        (CaseClauseError(3), "** (CaseClauseError) no case clause matching: 3"),
        (ErlangError(A.foo), "** (ErlangError) Erlang error: :foo"),
        (ArithmeticError_(), "** (ArithmeticError) bad argument in arithmetic expression"),
        (BadMapError(A.not_a_map), "** (BadMapError) expected a map, got: :not_a_map"),
        (
            FunctionClauseError(alias("KV.Registry"), A.handle_call, 3),
            "** (FunctionClauseError) no function clause matching in KV.Registry.handle_call/3",
        ),
    ],
)
def test_oracle_15_6_each_exception_as_iex_prints_it(error: ElixirError, printed: str) -> None:
    assert format_banner(A.error, error) == printed
    assert format_banner(A.error, error.struct) == printed
    assert f"** ({type(error).__name__.rstrip('_')}) {error}" == printed


def test_oracle_04_3_a_table_name_that_exists() -> None:
    error = ArgumentError.at(1, "table name already exists")

    assert format_banner(A.error, error) == (
        "** (ArgumentError) errors were found at the given arguments:\n\n"
        "  * 1st argument: table name already exists"
    )


def test_oracle_04_8_the_message_of_an_argument_error_ends_its_last_line() -> None:
    error = ArgumentError.at(
        1, "the table identifier refers to an ETS table with insufficient access rights"
    )

    assert exception_message(error.struct) == (
        "errors were found at the given arguments:\n\n  * 1st argument: the table identifier"
        " refers to an ETS table with insufficient access rights\n"
    )
    assert inspect(error.struct) == (
        '%ArgumentError{\n  message: "errors were found at the given arguments:\\n\\n  * 1st'
        " argument: the table identifier refers to an ETS table with insufficient access"
        ' rights\\n"\n}'
    )


def test_an_argument_error_numbers_arguments_as_erlang_does() -> None:
    error = ArgumentError.among({4: "d", 2: "b", 3: "c"})

    assert str(error).split("\n")[2:5] == [
        "  * 2nd argument: b",
        "  * 3rd argument: c",
        "  * 4th argument: d",
    ]


def test_oracle_03_13_a_function_clause_error_shows_what_was_given() -> None:
    error = FunctionClauseError(
        alias("GenServer"),
        A.cast,
        2,
        given=("store1", (A.put, "k", 1)),
        clauses=(
            "def cast(-{:global, name}-, request)",
            "def cast(dest, request) when -is_atom(dest)- or -is_pid(dest)-",
        ),
    )

    # iex also leaves four spaces on empty lines.
    assert format_banner(A.error, error) == (
        """\
** (FunctionClauseError) no function clause matching in GenServer.cast/2

    The following arguments were given to GenServer.cast/2:

        # 1
        "store1"

        # 2
        {:put, "k", 1}

    Attempted function clauses (showing 2 out of 2):

        def cast(-{:global, name}-, request)
        def cast(dest, request) when -is_atom(dest)- or -is_pid(dest)-"""
    )


def test_structs_print_their_fields_as_they_were_defined() -> None:
    assert inspect(KeyError_(A.a, 1).struct) == "%KeyError{key: :a, term: 1, message: nil}"
    assert inspect(FunctionClauseError(alias("A"), A.f, 2).struct) == (
        "%FunctionClauseError{\n  module: A,\n  function: :f,\n  arity: 2,\n  kind: nil,\n"
        "  args: nil,\n  clauses: nil\n}"
    )


def test_a_python_exception_is_named_after_its_class() -> None:
    struct = exception_struct(ZeroDivisionError("division by zero"))

    assert inspect(struct) == '%ZeroDivisionError{message: "division by zero"}'
    assert exception_message(struct) == "division by zero"
    assert format_banner(A.error, KeyError("k")) == "** (KeyError) 'k'"


def test_an_elixir_error_is_its_own_struct() -> None:
    error = MatchError((A.ok, 1))

    assert exception_struct(error) is error.struct
    assert inspect(error.struct) == "%MatchError{term: {:ok, 1}}"


def test_control_characters_in_a_message_are_escaped() -> None:
    error = RuntimeError_("red \x1b[31m\r\u202e\x85, two\nlines")

    assert format_banner(A.error, error) == (
        "** (RuntimeError) red \\e[31m\\r\\u202E\\x85, two\nlines"
    )


def test_a_message_of_broken_text_is_still_a_term() -> None:
    struct = exception_struct(ValueError("bad \udc80"))

    assert inspect(struct) == '%ValueError{message: "bad \\\\udc80"}'


def test_an_exception_without_a_message_says_so() -> None:
    assert exception_message(exception("Odd", code=1)) == (
        "got %Odd{code: 1} while retrieving Exception.message/1"
    )


def test_each_error_reason_of_erlang_has_its_exception() -> None:
    def said(reason: object) -> str:
        return format_banner(A.error, reason)

    assert said(A.system_limit) == "** (SystemLimitError) a system limit has been reached"
    assert said((A.case_clause, 1)) == "** (CaseClauseError) no case clause matching: 1"
    assert said((A.with_clause, 1)) == "** (WithClauseError) no with clause matching: 1"
    assert said((A.try_clause, 1)) == "** (TryClauseError) no try clause matching: 1"
    assert said((A.badfun, 1)) == "** (BadFunctionError) expected a function, got: 1"
    assert said((A.odd, 1)) == "** (ErlangError) Erlang error: {:odd, 1}"


def test_an_undefined_function_is_named() -> None:
    fields = {"module": alias("KV"), "function": A.get, "arity": 2, "reason": None}

    assert exception_message(exception("UndefinedFunctionError", **fields, message=None)) == (
        "function KV.get/2 is undefined or private"
    )


def test_a_function_clause_error_may_name_no_function() -> None:
    assert exception_message(exception("FunctionClauseError", function=None)) == (
        "no function clause matches"
    )


def test_arguments_are_shown_without_the_attempted_clauses() -> None:
    error = FunctionClauseError(alias("GenServer"), A.whereis, 1, given=(42,))

    assert error.blame() == (
        "\n\n    The following arguments were given to GenServer.whereis/1:"
        "\n\n        # 1\n        42"
    )
