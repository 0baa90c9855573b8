defmodule KV.Bucket do
  use Agent, restart: :temporary

  def start_link(_opts), do: Agent.start_link(fn -> %{} end)
  def get(bucket, key), do: Agent.get(bucket, &Map.get(&1, key))
  def put(bucket, key, value), do: Agent.update(bucket, &Map.put(&1, key, value))
  def delete(bucket, key), do: Agent.get_and_update(bucket, &Map.pop(&1, key))
  def crash(bucket), do: Agent.get(bucket, fn _ -> raise "oops in agent" end)
end

defmodule KV.BucketSupervisor do
  use DynamicSupervisor

  def start_link(_opts), do: DynamicSupervisor.start_link(__MODULE__, :ok, name: __MODULE__)
  def start_bucket, do: DynamicSupervisor.start_child(__MODULE__, KV.Bucket)

  @impl true
  def init(:ok), do: DynamicSupervisor.init(strategy: :one_for_one)
end

defmodule KV.Supervisor do
  use Supervisor

  def start_link(opts), do: Supervisor.start_link(__MODULE__, :ok, opts)

  @impl true
  def init(:ok) do
    children = [KV.BucketSupervisor, {KV.Registry, name: KV.Registry}]
    Supervisor.init(children, strategy: :one_for_all)
  end
end
