defmodule Dt do
  @moduledoc """
  Counts.

      iex> Dt.add(1, 2)
      3

      iex> Dt.add(1, 2)
      4

  """

  @doc """
  Adds.

      iex> Dt.add(1, 1)
      2
      iex> Dt.add(1, 2)
      5
      iex> Dt.add(2, 2)
      4

  Another:

      iex> x = 1
      iex> y = x +
      ...>   2
      iex> Dt.add(x, y)
      4

      iex> Dt.add(1, :a)
      ** (ArithmeticError) bad argument in arithmetic expression

  """
  def add(a, b), do: a + b

  @doc """
  Fails in several ways.

      iex> Dt.boom("x")
      ** (RuntimeError) boom y

      iex> Dt.boom("x")
      ** (ArgumentError) boom x

      iex> Dt.add(1, 2)
      ** (RuntimeError) no

      iex> Dt.boom("x")
      1

      iex> [1, 2
      3

      iex> Enum.map([1, 2], &(&1 * 2))
      [2,
       4]

      iex(1)> a = 1
      iex(2)> a
      1

      iex> spawn(fn -> :ok end)
      #PID<0.1.0>

      iex> MapSet.new([1])
      MapSet.new([1])

      iex> :a

      iex> {:ok, _} = {:error, 1}
  """
  def boom(s), do: raise("boom " <> s)

  @doc """
  Without examples.
  """
  def quiet, do: 1

  def undocumented, do: 1

  @doc """
      iex> import Dt
      iex> add(1, 2)
      3
      iex> add(1, 2) ==
      ...> 4
      true
  """
  def other(a), do: a

  @doc ~S"""
  Sigil.

  ```
  iex> "a\nb"
  "a\nb"
  iex> String.length("a\nb")
  4
  ```
  """
  def sig, do: 1
end
