defmodule BTest do
  use StackCase, async: true

  @moduletag :stack

  test "pops what was pushed", %{stack: s} do
    S.push(s, 1)
    S.push(s, 2)
    assert drain(s) == [2, 1]
  end

  @tag init: [:a]
  test "starts with a tag", %{stack: s} do
    assert S.pop(s) == {:ok, :b}
  end

  test "tells its subscribers", %{stack: s} do
    :ok = S.subscribe(s)
    S.push(s, :x)
    assert_receive {:pushed, :x}
    refute_receive {:pushed, _}, 20
    S.push(s, :y)
    assert_receive {:pushed, :z}, 50
  end

  test "receive with a pin", %{stack: s} do
    want = :w
    :ok = S.subscribe(s)
    S.push(s, :v)
    S.push(s, :u)
    _ = drain(s)
    assert_received {:pushed, ^want}
  end

  test "receive with a message" do
    assert_receive :never, 10, "it never came"
  end

  test "unexpected" do
    send(self(), {:hi, 1})
    refute_received {:hi, _}
  end
end
