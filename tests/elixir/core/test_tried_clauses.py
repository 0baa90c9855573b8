"""The attempted clauses of a user's function in an error, as iex 1.14 shows them for a file."""

from tests.elixir.core.evaluating import shell

MODULES = (
    "defmodule Tried.Shape do\n  defstruct [:a, b: 2]\nend",
    """
defmodule Tried do
  alias Tried.Shape
  defguard small(x) when is_integer(x) and x < 10
  @limit 5
  def f01(%Shape{a: 1}), do: 1
  def f02(x) when not is_nil(x) and not is_atom(x), do: 1
  def f03(x) when small(x), do: 1
  def f04(x) when x in 1..3 or x in 'ab' or x in ~w(a b)a, do: 1
  def f05(x) when x not in [1, 2], do: 1
  def f06(x) when is_integer(x) when is_float(x), do: 1
  def f07(x, x), do: 1
  def f08("a" <> r = s) when byte_size(r) > 3, do: {r, s}
  def f09(@limit, ~w(a b), ?a, -1), do: 1
  def f10(x) when x.a == 1, do: 1
  def f11(x) when x > 1 and (x < 5 or x == 7), do: 1
  def f12(%{"a" => [x | _], b: %{c: {x, y}}}), do: {x, y}
  def f13(a, {:ok, b} = c, [d | f]) when a == b and c != d and b === f, do: 1
  def f14(x \\\\ 1, y) when x > y, do: 1
  def f15(<<x::16-little, y::binary-size(2), _::bits>>, [1] ++ z) when x > y, do: z
  def f16(first..last) when first > last, do: 1
  def f17(x) when is_exception(x), do: 1
  def f18(x) when x in [], do: x
  def f19(x), do: private(x)
  defp private(1), do: 1
  defp private(:a), do: 1
end
""",
)
TRIED = {
    "Tried.f01(%{a: 1})": ["def f01(-%Tried.Shape{a: 1}-)"],
    "Tried.f02(nil)": ["def f02(x) when -not (x == nil)- and -not is_atom(x)-"],
    "Tried.f03(11)": ["def f03(x) when is_integer(x) and -x < 10-"],
    "Tried.f04(4)": [
        "def f04(x) when is_integer(x) and x >= 1 and -x <= 3- or -x === 97- or -x === 98- "
        "or -x === :a- or -x === :b-"
    ],
    "Tried.f05(1)": ["def f05(x) when -not (x === 1 or x === 2)-"],
    "Tried.f06(:a)": ["def f06(x) when -is_integer(x)- when -is_float(x)-"],
    "Tried.f07(1, 2)": ["def f07(x, -x-)"],
    'Tried.f08("abc")': ['def f08(<<"a", r::binary>> = s) when -byte_size(r) > 3-'],
    "Tried.f09(1, 2, ?a, 4)": ['def f09(-5-, -["a", "b"]-, 97, --1-)'],
    "Tried.f10(%{a: 2})": ["def f10(x) when -x.a == 1-"],
    "Tried.f11(9)": ["def f11(x) when x > 1 and -x < 5- or -x == 7-"],
    'Tried.f12(%{"a" => [1], b: %{c: {2, 3}}})': ['def f12(-%{"a" => [x | _], b: %{c: {x, y}}}-)'],
    "Tried.f13(1, {:ok, 1}, [1, 2])": [
        "def f13(a, {:ok, b} = c, [d | f]) when a == b and c != d and -b === f-"
    ],
    "Tried.f14(1)": ["def f14(x, y) when -x > y-"],
    "Tried.f15(<<1, 2, 3, 4>>, 1)": [
        "def f15(<<x::integer-little-size(16), y::binary-size(2), _::bitstring>>, -[1 | z]-) "
        "when -x > y-"
    ],
    "Tried.f16(1)": [
        "def f16(-%{__struct__: Range, first: first, last: last}-) when -first > last-"
    ],
    "Tried.f17(1)": [
        "def f17(x) when -is_struct(x)- and -is_map_key(x, :__exception__)- and "
        "-:erlang.map_get(:__exception__, x) == true-"
    ],
    "Tried.f18(1)": ["def f18(x) when -false-"],
    "Tried.f19(7)": ["defp private(-1-)", "defp private(-:a-)"],
}


def _tried(answer: str) -> list[str]:
    title, _, clauses = answer.partition("Attempted function clauses ")
    assert "The following arguments were given to Tried." in title
    return [each.strip() for each in clauses.split("\n")[1:] if each.strip()]


def test_an_error_shows_the_clauses_and_what_did_not_match() -> None:
    with shell() as prompt:
        prompt.all(*MODULES)

        assert {line: _tried(prompt.run(line)) for line in TRIED} == TRIED


def test_at_most_ten_clauses_are_shown() -> None:
    clauses = "\n".join(f"  def one({number}), do: 1" for number in range(12))
    with shell() as prompt:
        answer = prompt.all(f"defmodule Many do\n{clauses}\nend", "Many.one(:a)")

    assert "Attempted function clauses (showing 10 out of 12):" in answer
    assert answer.count("def one(") == 10
    assert answer.endswith("        ...\n        (2 clauses not shown)")
