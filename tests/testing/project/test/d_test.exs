defmodule DTest do
  use ExUnit.Case

  test "raise" do
    assert_raise ArgumentError, fn -> raise ArgumentError, "bad" end
    assert_raise RuntimeError, "boom", fn -> raise "boom" end
    assert_raise RuntimeError, ~r/bo+m/, fn -> raise "boom" end
    e = assert_raise KeyError, fn -> Map.fetch!(%{a: 1}, :b) end
    assert e.key == :b
    assert Exception.message(e) == "nope"
  end

  test "undefined" do
    assert_raise UndefinedFunctionError, ~r/is undefined/, fn -> apply(Nope, :x, []) end
    apply(Nope, :x, [1])
  end

  test "key error" do
    m = Map.new(a: 1, b: 2)
    m.c
  end

  test "function clause" do
    Enum.fetch!([1], 3)
  end

  test "own clause" do
    only_atoms(1)
  end

  test "match error" do
    {:ok, x} = Map.fetch(%{}, :a)
    x
  end

  test "case clause" do
    case Process.get(:none, :a) do
      :b -> 1
    end
  end

  test "cond clause" do
    cond do
      false -> 1
    end
  end

  test "with else" do
    with {:ok, x} <- {:error, 1} do
      x
    else
      {:nope, _} -> 1
    end
  end

  test "throw" do
    throw({:ball, 1})
  end

  test "exit" do
    exit(:shutdown)
  end

  test "exit tuple" do
    exit({:shutdown, :x})
  end

  test "call dead" do
    GenServer.call(:no_such_server, :hi)
  end

  test "call timeout" do
    {:ok, s} = Agent.start_link(fn -> 1 end)
    Agent.get(s, fn x -> Process.sleep(200); x end, 10)
  end

  test "linked crash" do
    spawn_link(fn -> exit(:linked) end)
    Process.sleep(100)
  end

  test "linked raise" do
    Task.async(fn -> raise "in a task" end) |> Task.await()
  end

  test "killed" do
    Process.exit(self(), :kill)
    Process.sleep(50)
  end

  test "catch" do
    assert catch_exit(exit(:a)) == :a
    assert catch_throw(throw(1)) == 1
    assert catch_error(raise "x") == %RuntimeError{message: "x"}
    catch_throw(1)
  end

  defp only_atoms(x) when is_atom(x), do: x
end
