defmodule JHelp do
  import ExUnit.Assertions
  def check(x), do: assert(x > 1, "too small: #{x}")
  def eventually(fun, n \\ 20)
  def eventually(_fun, 0), do: flunk("never")
  def eventually(fun, n) do
    if fun.() do
      :ok
    else
      Process.sleep(5)
      eventually(fun, n - 1)
    end
  end
  def from_elsewhere(_context), do: [elsewhere: true]
end

defmodule JTest do
  use ExUnit.Case
  import JHelp
  import ExUnit.CaptureLog
  require Logger
  alias JHelp, as: H

  @moduletag timeout: 5000
  @moduletag :capture_log

  setup do
    JHelp.from_elsewhere(%{})
  end
  setup [:one, :two]
  setup do
    Process.register(self(), :the_test)
    :ok
  end

  defp one(_), do: %{one: 1}
  defp two(%{one: one}), do: {:ok, two: one + 1}

  test "context", %{one: 1, two: 2, elsewhere: true} = ctx do
    assert ctx.module == __MODULE__
    assert Process.whereis(:the_test) == self()
    assert ctx.registered == %{}
  end

  test "helper fails" do
    check(2)
    H.check(0)
  end

  test "eventually" do
    {:ok, a} = Agent.start_link(fn -> 0 end)
    spawn(fn -> Agent.update(a, &(&1 + 1)) end)
    eventually(fn -> Agent.get(a, & &1) == 1 end)
    eventually(fn -> Agent.get(a, & &1) == 2 end, 2)
  end

  test "guards in assert_receive" do
    send(self(), {:n, 5})
    assert_receive {:n, n} when n > 3
    assert n == 5
    send(self(), {:n, 1})
    assert_receive {:n, n} when n > 3, 10
  end

  test "map pattern with pin" do
    id = 7
    assert %{id: ^id, name: name} = %{id: 7, name: "x", more: 1}
    assert name == "x"
    assert %{id: ^id} = %{id: 8}
  end

  test "refute receive with a message" do
    send(self(), :a)
    refute_receive :a, 10, "got it all the same"
  end

  test "with_log" do
    {value, log} = with_log(fn ->
      Logger.warning("careful")
      42
    end)
    assert value == 42
    assert log =~ "careful"
    assert log =~ "[warning]"
    assert log =~ "[error]"
  end

  test "task supervisor" do
    start_supervised!({Task.Supervisor, name: J.Tasks})
    t = Task.Supervisor.async_nolink(J.Tasks, fn -> exit(:bad) end)
    assert {:exit, :bad} = Task.yield(t)
    assert Task.await_many([Task.async(fn -> 1 end), Task.async(fn -> 2 end)]) == [1, 3]
  end

  test "sys state and monitors" do
    pid = start_supervised!({Agent, fn -> %{a: 1} end}, id: :agent)
    ref = Process.monitor(pid)
    assert :sys.get_state(pid) == %{a: 1}
    :ok = stop_supervised(:agent)
    assert_received {:DOWN, ^ref, :process, ^pid, :shutdown}
    assert_received {:DOWN, ^ref, :process, ^pid, :normal}
  end

  test "struct update and access" do
    m = %{a: %{b: [1, 2, 3]}}
    assert get_in(m, [:a, :b, Access.at(1)]) == 2
    assert put_in(m.a.b, []) == %{a: %{b: [1]}}
  end

  test "sorted" do
    assert Enum.sort([3, 1, 2], :desc) === [3, 2, 1]
    assert Enum.sort([3, 1, 2]) !== [1, 2, 3]
  end

  test "and a binary" do
    assert <<1, 2, x>> = <<1, 2, 3>>
    assert x == 3
    assert <<0, _::binary>> = <<1, 2>>
  end

  test "bang" do
    assert File.exists?("mix.exs")
    assert_raise ErlangError, "Erlang error: :boom", fn -> :erlang.error(:boom) end
    assert_raise ArithmeticError, fn -> :erlang.error(:badarith) end
    assert_raise KeyError, ~r/not found/, fn -> Map.new(a: 1).b end
  end

  test "try and rescue" do
    assert_raise RuntimeError, "inner", fn ->
      try do
        raise "inner"
      after
        send(self(), :cleaned)
      end
    end
    assert_received :cleaned
    assert match?({:error, _}, Process.get(:none, {:ok, 1}))
  end

  test "pipes" do
    assert [1, 2, 3] |> Enum.map(&(&1 * 2)) |> Enum.sum() == 13
  end

  test "is_nil" do
    x = 1
    assert is_nil(x)
  end

  test "length" do
    l = [1]
    assert length(l) == 2
    assert l
  end

  test "string heredoc" do
    assert """
           a
           b
           """ == "a\nc\n"
  end

  test "nested data" do
    assert {:ok, [%{id: 1, tags: ["a", "b"]}]} == {:ok, [%{id: 1, tags: ["a", "c"]}]}
  end
end
