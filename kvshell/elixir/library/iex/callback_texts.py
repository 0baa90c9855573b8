"""Data: the callbacks of Elixir's behaviours, as `b` prints them."""

from typing import Final

CALLBACKS: Final = {
    "GenServer": """\
@callback code_change(old_vsn, state :: term(), extra :: term()) ::
            {:ok, new_state :: term()} | {:error, reason :: term()}
          when old_vsn: term() | {:down, term()}

@callback format_status(reason, pdict_and_state :: list()) :: term()
          when reason: :normal | :terminate

@callback handle_call(request :: term(), from(), state :: term()) ::
            {:reply, reply, new_state}
            | {:reply, reply, new_state,
               timeout() | :hibernate | {:continue, continue_arg :: term()}}
            | {:noreply, new_state}
            | {:noreply, new_state,
               timeout() | :hibernate | {:continue, continue_arg :: term()}}
            | {:stop, reason, reply, new_state}
            | {:stop, reason, new_state}
          when reply: term(), new_state: term(), reason: term()

@callback handle_cast(request :: term(), state :: term()) ::
            {:noreply, new_state}
            | {:noreply, new_state,
               timeout() | :hibernate | {:continue, continue_arg :: term()}}
            | {:stop, reason :: term(), new_state}
          when new_state: term()

@callback handle_continue(continue_arg, state :: term()) ::
            {:noreply, new_state}
            | {:noreply, new_state,
               timeout() | :hibernate | {:continue, continue_arg}}
            | {:stop, reason :: term(), new_state}
          when new_state: term(), continue_arg: term()

@callback handle_info(msg :: :timeout | term(), state :: term()) ::
            {:noreply, new_state}
            | {:noreply, new_state,
               timeout() | :hibernate | {:continue, continue_arg :: term()}}
            | {:stop, reason :: term(), new_state}
          when new_state: term()

@callback init(init_arg :: term()) ::
            {:ok, state}
            | {:ok, state,
               timeout() | :hibernate | {:continue, continue_arg :: term()}}
            | :ignore
            | {:stop, reason :: any()}
          when state: any()

@callback terminate(reason, state :: term()) :: term()
          when reason: :normal | :shutdown | {:shutdown, term()} | term()

@optional_callbacks code_change: 3,
                    format_status: 2,
                    handle_call: 3,
                    handle_cast: 2,
                    handle_continue: 2,
                    handle_info: 2,
                    terminate: 2
""",
    "Supervisor": """\
@callback init(init_arg :: term()) ::
            {:ok,
             {sup_flags(),
              [
                child_spec()
                | (old_erlang_child_spec :: :supervisor.child_spec())
              ]}}
            | :ignore
""",
    "DynamicSupervisor": """\
@callback init(init_arg :: term()) :: {:ok, sup_flags()} | :ignore
""",
    "Application": """\
@callback config_change(changed, new, removed) :: :ok
          when changed: keyword(), new: keyword(), removed: [atom()]

@callback prep_stop(state()) :: state()

@callback start(start_type(), start_args :: term()) ::
            {:ok, pid()} | {:ok, pid(), state()} | {:error, reason :: term()}

@callback start_phase(phase :: term(), start_type(), phase_args :: term()) ::
            :ok | {:error, reason :: term()}

@callback stop(state()) :: term()

@optional_callbacks config_change: 3, prep_stop: 1, start_phase: 3
""",
    "Access": """\
@callback fetch(term :: t(), key()) :: {:ok, value()} | :error

@callback get_and_update(
            data,
            key(),
            (value() | nil -> {current_value, new_value :: value()} | :pop)
          ) :: {current_value, new_data :: data}
          when current_value: value(), data: container()

@callback pop(data, key()) :: {value(), data} when data: container()
""",
    "Exception": """\
@callback blame(t(), stacktrace()) :: {t(), stacktrace()}

@callback exception(term()) :: t()

@callback message(t()) :: String.t()

@optional_callbacks blame: 2
""",
    "Enumerable": """\
@callback count(t()) :: {:ok, non_neg_integer()} | {:error, module()}

@callback member?(t(), term()) :: {:ok, boolean()} | {:error, module()}

@callback reduce(t(), acc(), reducer()) :: result()

@callback slice(t()) ::
            {:ok, size :: non_neg_integer(), slicing_fun() | to_list_fun()}
            | {:error, module()}
""",
    "Collectable": """\
@callback into(t()) ::
            {initial_acc :: term(),
             collector :: (term(), command() -> t() | term())}
""",
}
