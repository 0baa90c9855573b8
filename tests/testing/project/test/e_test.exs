defmodule ETest do
  use ExUnit.Case, async: false

  for {name, a, b, sum} <- [{"small", 1, 2, 3}, {"big", 100, 200, 301}] do
    @tag sum: sum
    test "adds #{name}", %{sum: sum} do
      assert unquote(a) + unquote(b) == sum
    end
  end

  for op <- [:+, :-] do
    test "operator #{op}" do
      assert apply(Kernel, unquote(op), [3, 2]) == 5
    end
  end

  @numbers [1, 2, 3]
  test "attribute" do
    assert Enum.all?(@numbers, &(&1 > 1))
  end

  test "many assertions" do
    for n <- @numbers do
      assert n < 3, "#{n} is too much"
    end
  end

  test "refutes" do
    refute 1 == 2
    refute Enum.member?([1], 2)
    refute nil
    refute Enum.empty?([])
  end

  test "in_delta" do
    assert_in_delta 1.0, 1.05, 0.1
    refute_in_delta 1.0, 1.05, 0.1
  end

  test "nested fn" do
    f = fn x -> assert x == 2 end
    Enum.each([2, 3], f)
  end

  test "long values" do
    assert %{name: "a long name that does not fit", address: "another long text here", list: Enum.to_list(1..20)} == %{name: "x"}
  end

  test "struct" do
    assert MapSet.new([1]) == MapSet.new([2])
  end

  test "strings with newlines" do
    assert "a\nb\nc" == "a\nx\nc"
  end

  test "not a boolean" do
    assert Map.get(%{a: 1}, :b)
  end

  test "and" do
    x = 1
    assert x == 1 and x == 2
  end

  test "local call" do
    assert even?(3)
  end

  test "in" do
    x = 5
    assert x in [1, 2]
    end

  defp even?(n), do: rem(n, 2) == 0
end
