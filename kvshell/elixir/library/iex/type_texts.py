"""Data: the types of Elixir's modules, as `t` prints them."""

from typing import Final

TYPES: Final = {
    "Map": """\
@type key() :: any()

@type value() :: any()
""",
    "Agent": """\
@type agent() :: pid() | {atom(), node()} | name()

@type name() :: atom() | {:global, term()} | {:via, module(), term()}

@type on_start() :: {:ok, pid()} | {:error, {:already_started, pid()} | term()}

@type state() :: term()
""",
    "GenServer": """\
@type debug() :: [:trace | :log | :statistics | {:log_to_file, Path.t()}]

@type from() :: {pid(), tag :: term()}

@type name() :: atom() | {:global, term()} | {:via, module(), term()}

@type on_start() ::
        {:ok, pid()} | :ignore | {:error, {:already_started, pid()} | term()}

@type option() ::
        {:debug, debug()}
        | {:name, name()}
        | {:timeout, timeout()}
        | {:spawn_opt, [Process.spawn_opt()]}
        | {:hibernate_after, timeout()}

@type options() :: [option()]

@type server() :: pid() | name() | {atom(), node()}
""",
    "Supervisor": """\
@type child() :: pid() | :undefined

@type child_spec() :: %{
        :id => atom() | term(),
        :start => {module(), function_name :: atom(), args :: [term()]},
        optional(:restart) => restart(),
        optional(:shutdown) => shutdown(),
        optional(:type) => type(),
        optional(:modules) => [module()] | :dynamic
      }

@type init_option() ::
        {:strategy, strategy()}
        | {:max_restarts, non_neg_integer()}
        | {:max_seconds, pos_integer()}

@type name() :: atom() | {:global, term()} | {:via, module(), term()}

@type on_start() ::
        {:ok, pid()}
        | :ignore
        | {:error, {:already_started, pid()} | {:shutdown, term()} | term()}

@type on_start_child() ::
        {:ok, child()}
        | {:ok, child(), info :: term()}
        | {:error, {:already_started, child()} | :already_present | term()}

@type option() :: {:name, name()}

@type restart() :: :permanent | :transient | :temporary

@type shutdown() :: pos_integer() | :infinity | :brutal_kill

@type strategy() :: :one_for_one | :one_for_all | :rest_for_one

@type sup_flags() :: %{
        strategy: strategy(),
        intensity: non_neg_integer(),
        period: pos_integer()
      }

@type supervisor() :: pid() | name() | {atom(), node()}

@type type() :: :worker | :supervisor
""",
    "DynamicSupervisor": """\
@type init_option() ::
        {:strategy, strategy()}
        | {:max_restarts, non_neg_integer()}
        | {:max_seconds, pos_integer()}
        | {:max_children, non_neg_integer() | :infinity}
        | {:extra_arguments, [term()]}

@type on_start_child() ::
        {:ok, pid()}
        | {:ok, pid(), info :: term()}
        | :ignore
        | {:error, {:already_started, pid()} | :max_children | term()}

@type option() :: GenServer.option()

@type strategy() :: :one_for_one

@type sup_flags() :: %{
        strategy: strategy(),
        intensity: non_neg_integer(),
        period: pos_integer(),
        max_children: non_neg_integer() | :infinity,
        extra_arguments: [term()]
      }
""",
    "Registry": """\
@type body() :: [term()]

@type guard() :: atom() | tuple()

@type guards() :: [guard()]

@type key() :: term()

@type keys() :: :unique | :duplicate

@type match_pattern() :: atom() | term()

@type meta_key() :: atom() | tuple()

@type meta_value() :: term()

@type registry() :: atom()

@type spec() :: [{match_pattern(), guards(), body()}]

@type start_option() ::
        {:keys, keys()}
        | {:name, registry()}
        | {:partitions, pos_integer()}
        | {:listeners, [atom()]}
        | {:meta, [{meta_key(), meta_value()}]}

@type value() :: term()
""",
    "Process": """\
@type dest() ::
        pid()
        | port()
        | (registered_name :: atom())
        | {registered_name :: atom(), node()}

@typep heap_size() ::
         non_neg_integer()
         | %{size: non_neg_integer(), kill: boolean(), error_logger: boolean()}

@typep monitor_option() :: [
         alias: :explicit_unalias | :demonitor | :reply_demonitor,
         tag: term()
       ]

@typep priority_level() :: :low | :normal | :high | :max

@type spawn_opt() ::
        :link
        | :monitor
        | {:monitor, monitor_option()}
        | {:priority, :low | :normal | :high}
        | {:fullsweep_after, non_neg_integer()}
        | {:min_heap_size, non_neg_integer()}
        | {:min_bin_vheap_size, non_neg_integer()}
        | {:max_heap_size, heap_size()}
        | {:message_queue_data, :off_heap | :on_heap}

@type spawn_opts() :: [spawn_opt()]
""",
    "Task": """\
@type t() :: %Task{mfa: mfa(), owner: pid(), pid: pid() | nil, ref: reference()}
""",
    "Application": """\
@type app() :: atom()

@type application_key() ::
        :start_phases
        | :mod
        | :applications
        | :optional_applications
        | :included_applications
        | :registered
        | :maxT
        | :maxP
        | :modules
        | :vsn
        | :id
        | :description

@type key() :: atom()

@type restart_type() :: :permanent | :transient | :temporary

@type start_type() :: :normal | {:takeover, node()} | {:failover, node()}

@type state() :: term()

@type value() :: term()
""",
    "Access": """\
@type access_fun(data, current_value) ::
        get_fun(data) | get_and_update_fun(data, current_value)

@type container() :: keyword() | struct() | map()

@type get_and_update_fun(data, current_value) ::
        (:get_and_update, data, (term() -> term()) ->
           {current_value, new_data :: container()} | :pop)

@type get_fun(data) ::
        (:get, data, (term() -> term()) -> new_data :: container())

@type key() :: any()

@type nil_container() :: nil

@type t() :: container() | nil_container() | any()

@type value() :: any()
""",
    "Enum": """\
@type acc() :: any()

@type default() :: any()

@type element() :: any()

@type index() :: integer()

@type t() :: Enumerable.t()
""",
    "Enumerable": """\
@type acc() :: {:cont, term()} | {:halt, term()} | {:suspend, term()}

@type continuation() :: (acc() -> result())

@type reducer() ::
        (element :: term(), current_acc :: acc() -> updated_acc :: acc())

@type result() ::
        {:done, term()}
        | {:halted, term()}
        | {:suspended, term(), continuation()}

@type slicing_fun() ::
        (start :: non_neg_integer(),
         length :: pos_integer(),
         step :: pos_integer() ->
           [term()])

@type t() :: term()

@type t(_element) :: t()

@type to_list_fun() :: (t() -> [term()])
""",
    "Keyword": """\
@type key() :: atom()

@type t() :: [{key(), value()}]

@type t(value) :: [{key(), value}]

@type value() :: any()
""",
    "String": """\
@type codepoint() :: t()

@type grapheme() :: t()

@type pattern() ::
        t()
        | [nonempty_binary :: <<_::8, _::_*8>>]
        | (compiled_search_pattern :: :binary.cp())

@type t() :: binary()
""",
    "Range": """\
@type limit() :: integer()

@type step() :: pos_integer() | neg_integer()

@type t() :: %Range{first: limit(), last: limit(), step: step()}

@type t(first, last) :: %Range{first: first, last: last, step: step()}
""",
    "MapSet": """\
@opaque internal(value)

@type t() :: t(term())

@type t(value) :: %MapSet{map: internal(value), version: term()}

@type value() :: term()
""",
    "Regex": """\
@type t() :: %Regex{
        opts: binary() | [term()],
        re_pattern: term(),
        re_version: term(),
        source: binary()
      }
""",
    "Exception": """\
@type arity_or_args() :: non_neg_integer() | list()

@type kind() :: :error | non_error_kind()

@type location() :: keyword()

@type non_error_kind() :: :exit | :throw | {:EXIT, pid()}

@type stacktrace() :: [stacktrace_entry()]

@type stacktrace_entry() ::
        {module(), atom(), arity_or_args(), location()}
        | {(... -> any()), arity_or_args(), location()}

@type t() :: %{
        :__struct__ => module(),
        :__exception__ => true,
        optional(atom()) => any()
      }
""",
    "Node": """\
@type state() :: :visible | :hidden | :connected | :this | :known

@type t() :: node()
""",
}

# Modules without types of their own.
NO_TYPES: Final = frozenset({"Integer", "Atom", "Tuple", "Kernel", "List"})
