defmodule ATest do
  use ExUnit.Case, async: true

  setup_all do
    {:ok, base: 10, list: [1, 2, 3]}
  end

  setup %{base: base} do
    on_exit(fn -> :ok end)
    [twice: base * 2]
  end

  describe "sums" do
    setup :numbers

    test "of numbers", %{numbers: n} do
      assert Enum.sum(n) == 6
    end

    test "wrong", %{numbers: n, twice: t} do
      assert Enum.sum(n) == t
    end

    @tag :skip
    test "skipped" do
      assert false
    end

    @tag skip: "because"
    test "skipped too" do
      assert false
    end
  end

  describe "strings" do
    @describetag kind: :text
    test "upcase", ctx do
      assert ctx.kind == :text
      assert ctx.describe == "strings"
      assert String.upcase("abc") == "ABD"
    end

    test "contains" do
      assert "hello world" =~ "wurld"
    end

    test "list diff" do
      assert [1, 2, 3, 4] == [1, 3, 4]
    end

    test "map diff" do
      assert %{a: 1, b: %{c: [1, 2]}} == %{a: 1, b: %{c: [1, 3]}}
    end

    test "keyword" do
      assert [a: 1, b: 2] == [a: 1, b: 3]
    end
  end

  @tag :external
  test "external" do
    flunk("never")
  end

  test "pattern", %{list: list} do
    assert [first | _] = list
    assert first == 1
    assert {:ok, %{name: name}} = {:ok, %{name: "x", age: 3}}
    assert name == "y"
  end

  test "multi pinned" do
    a = 1
    b = 2
    assert {^a, ^b, _} = {1, 3, 4}
  end

  defp numbers(_context), do: {:ok, numbers: [1, 2, 3]}
end
