defmodule Helper do
  def double(x), do: x * 2
end

defmodule FTest do
  use ExUnit.Case

  setup context do
    if context[:broken], do: raise("setup broke")
    IO.puts("setup of #{context.test}")
    on_exit(fn -> IO.puts("exit of #{context.test}") end)
    :ok
  end

  test "helper" do
    assert Helper.double(2) == 5
  end

  @tag :broken
  test "broken setup" do
    assert true
  end

  test "supervised" do
    {:ok, a} = start_supervised({Agent, fn -> 1 end})
    assert Agent.get(a, & &1) == 1
    assert :ok = stop_supervised(Agent)
    refute Process.alive?(a)
    assert {:error, :not_found} = stop_supervised(Agent)
    b = start_link_supervised!({Agent, fn -> 2 end}, id: :b)
    assert Agent.get(b, & &1) == 3
  end

  test "twice the id" do
    start_supervised!({Agent, fn -> 1 end}, id: :x)
    start_supervised!({Agent, fn -> 1 end}, id: :x)
  end

  test "child that exits" do
    start_supervised!(%{id: 1, start: {Task, :start_link, [fn -> :ok end]}, restart: :temporary})
    assert true
  end

  test "on_exit raises" do
    on_exit(fn -> raise "late" end)
  end

  test "two failures" do
    on_exit(fn -> raise "late" end)
    assert 1 == 2
  end
end
