defmodule ITest do
  use ExUnit.Case

  setup :named

  setup context do
    if context[:broken], do: raise("setup broke")
    if context[:gone], do: exit(:gone)
    :ok
  end

  @tag :broken
  test "a broken setup", do: assert(true)

  @tag :gone
  test "a setup that exits", do: assert(true)

  describe "with a function" do
    setup :breaks
    test "by name", do: assert(true)
  end

  describe "with a block" do
    setup do
      raise "in describe"
    end

    test "of its own", do: assert(true)
  end

  describe "with a wrong answer" do
    setup %{test: name} do
      {:error, name}
    end

    test "of a block", do: assert(true)
  end

  defp named(_), do: [named: true]
  defp breaks(_), do: raise("named")
end
