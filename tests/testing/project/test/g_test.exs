defmodule GTest do
  use ExUnit.Case, async: true
  doctest Dt

  test "plain" do
    assert Dt.add(1, 2) == 3
  end
end
