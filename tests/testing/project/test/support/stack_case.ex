defmodule StackCase do
  use ExUnit.CaseTemplate

  using do
    quote do
      import StackCase
      alias Stack, as: S
    end
  end

  setup tags do
    pid = start_supervised!({Stack, init: tags[:init] || []})
    {:ok, stack: pid}
  end

  def drain(pid) do
    case Stack.pop(pid) do
      {:ok, x} -> [x | drain(pid)]
      {:error, :empty} -> []
    end
  end
end
