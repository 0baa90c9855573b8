defmodule CTest do
  use ExUnit.Case
  import ExUnit.CaptureIO
  import ExUnit.CaptureLog
  require Logger

  test "io" do
    assert capture_io(fn -> IO.puts("hi") end) == "hi\n"
    assert capture_io(:stderr, fn -> IO.puts(:stderr, "err") end) =~ "err"
    assert with_io(fn -> IO.write("x"); 7 end) == {7, "x"}
  end

  test "input" do
    assert capture_io("name\n", fn -> IO.write(IO.gets("> ")) end) == "> name\n"
  end

  test "log" do
    {:ok, s} = Stack.start_link()
    log = capture_log(fn ->
      Stack.push(s, 1)
      {:ok, 1} = Stack.pop(s)
    end)
    assert log =~ "pushed 1"
    assert log =~ "pushed 2"
  end

  test "crash log" do
    Process.flag(:trap_exit, true)
    {:ok, s} = Stack.start_link()
    assert capture_log(fn ->
      Stack.crash(s)
      assert_receive {:EXIT, ^s, {%RuntimeError{message: "crashed on purpose"}, _}}
    end) =~ "crashed on purpose"
  end

  @tag :capture_log
  test "captured by tag" do
    Logger.error("this is shown with the failure")
    assert 1 == 2
  end

  @tag capture_log: true
  test "captured and green" do
    Logger.error("not shown")
  end
end
