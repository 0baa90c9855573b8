defmodule KV.Registry do
  def child_spec(options) do
    %{id: __MODULE__, start: {__MODULE__, :start_link, [options]}, type: :supervisor}
  end

  def start_link(options) do
    Registry.start_link(keys: :unique, name: Keyword.fetch!(options, :name))
  end

  def create(registry, name) do
    start = {Agent, :start_link, [fn -> %{} end, [name: {:via, Registry, {registry, name}}]]}
    spec = %{id: KV.Bucket, start: start, restart: :temporary}

    case DynamicSupervisor.start_child(KV.BucketSupervisor, spec) do
      {:ok, bucket} -> bucket
      {:error, {:already_started, bucket}} -> bucket
    end
  end

  def lookup(registry, name) do
    case Registry.lookup(registry, name) do
      [{bucket, _value}] -> {:ok, bucket}
      [] -> :error
    end
  end
end
