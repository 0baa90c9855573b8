"""`start manager own`: commands act on a user's modules, by the Elixir that `explain` shows."""

import re
from collections.abc import Iterator

import pytest

from kvshell.explore.typed_explore import explored
from kvshell.session import Session
from kvshell.systems.designs.own_lines import OWN
from kvshell.views import DOCUMENT, render

WIDE = DOCUMENT._replace(width=400)

REGISTRY = """
defmodule KV.Registry do
  use GenServer
  def start_link(opts), do: GenServer.start_link(__MODULE__, :ok, opts)
  def create(server, name), do: GenServer.{how}(server, {{:create, name}})
  def lookup(server, name), do: GenServer.call(server, {{:lookup, name}})
  def init(:ok), do: {{:ok, {{%{{}}, %{{}}}}}}
  def handle_call({{:lookup, name}}, _from, {{names, _}} = state) do
    {{:reply, Map.fetch(names, name), state}}
  end
  def handle_call({{:create, _}} = asked, _from, state) do
    {{:noreply, state}} = handle_cast(asked, state)
    {{:reply, :made, state}}
  end
  def handle_cast({{:create, name}}, {{names, refs}}) do
    {{:ok, pid}} = KV.BucketSupervisor.start_bucket()
    {{:noreply, {{Map.put(names, name, pid), Map.put(refs, Process.monitor(pid), name)}}}}
  end
  def handle_info({{:DOWN, ref, _, _, _}}, {{names, refs}}) do
    {{name, refs}} = Map.pop(refs, ref)
    {{:noreply, {{Map.delete(names, name), refs}}}}
  end
end
"""

LISTED = """
defmodule KV.Registry do
  use GenServer
  def start_link(opts), do: GenServer.start_link(__MODULE__, [], opts)
  def create(name), do: GenServer.call(__MODULE__, {:create, name})
  def lookup(name), do: GenServer.call(__MODULE__, {:lookup, name})
  def init(list), do: {:ok, list}
  def handle_call({:create, name}, _, list) do
    {:ok, pid} = Agent.start_link(fn -> %{} end)
    {:reply, pid, [{name, pid} | list]}
  end
  def handle_call({:lookup, name}, _, list) do
    {:reply, with({_, pid} <- List.keyfind(list, name, 0, :error), do: {:ok, pid}), list}
  end
end
"""

MANAGER = """
defmodule KeyVal.Manager do
  use GenServer
  def start, do: GenServer.start(__MODULE__, nil, name: __MODULE__)
  def create_store(name), do: GenServer.call(__MODULE__, {:create_store, name})
  def init(_), do: {:ok, %{}}
  def handle_call({:create_store, name}, _from, stores) do
    {:ok, pid} = KeyVal.Server.start()
    {:reply, pid, Map.put(stores, name, pid)}
  end
end
"""


@pytest.fixture
def session() -> Iterator[Session]:
    with Session("controlled") as made:
        yield made


def said(session: Session, *lines: str) -> str:
    """Return what the last line prints, without the borders of tables."""
    shown = ""
    for line in lines:
        shown = "\n".join(render(each, WIDE) for each in session.run(line))
        session.settle()
    return re.sub(r" *[│╭╮╰╯─┬┴├┤┼]+ *", " ", shown) if shown[:1] in "╭┌" else shown


def test_own_is_refused_until_a_module_keeps_names(session: Session) -> None:
    assert "define KV.Registry or KeyVal.Manager first" in said(session, "start manager own")
    assert "define KV.Registry or KeyVal.Manager first" in said(session, "restart manager own")
    assert said(session, "start manager") == "{:ok, #PID<0.103.0>}"


def test_own_is_suggested_once_when_the_module_is_defined(
    session: Session,
) -> None:
    session.options["hints"] = "on"
    first = session.run(REGISTRY.format(how="cast"))[-1]
    again = session.run(REGISTRY.format(how="cast"))[-1]

    assert first.hint is not None
    assert first.hint.line == "start manager own"
    assert again.hint is None
    assert not session.running
    assert session.snapshot().own == "KV.Registry"


def test_the_commands_work_on_a_users_registry(session: Session) -> None:
    assert said(session, REGISTRY.format(how="call"), "start manager own") == "{:ok, #PID<0.103.0>}"
    assert said(session, "create store s1") == ":made"
    assert said(session, "lookup s1") == "{:ok, #PID<0.104.0>}"
    assert said(session, "put s1 milk 1") == ":ok"
    assert said(session, "get s1 milk") == "1"
    assert said(session, "keys s1") == '["milk"]'
    assert said(session, "count s1") == "1"
    assert said(session, "stores") == '["s1"]'
    assert "s1 #PID<0.104.0> alive yes - fresh" in said(session, "registry")
    assert "no table" in said(session, "cache")
    assert "#PID<0.104.0> s1 Agent" in said(session, "tree")
    assert said(session, "del s1 milk") == "1"
    assert said(session, "suspend manager", "stop s1") == ":ok"
    assert "dead: :normal yes - stale" in said(session, "registry")
    assert "Its :DOWN waits" in said(session, "registry s1")
    assert said(session, "resume manager", "stores") == "[]"
    assert said(session, "start manager own") == "{:error, {:already_started, #PID<0.103.0>}}"
    assert said(session, "stop manager") == ":ok"
    assert not session.running


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("lookup s1", "{:ok, #PID<0.104.0>}"),
        ("put s1 milk 2", ":ok"),
        ("get s1 milk", "1"),
        ("keys s1", '["milk"]'),
        ("count s1", "1"),
        ("stores", '["s1"]'),
        ("stop s1", ":ok"),
        ("start manager", "{:error, {:already_started, #PID<0.103.0>}}"),
        ("stop manager", ":ok"),
    ],
)
def test_a_command_gives_the_answer_of_its_explained_elixir(
    session: Session, word: str, answer: str
) -> None:
    said(session, REGISTRY.format(how="cast"), "start manager own", "create store s1")
    said(session, "put s1 milk 1")
    shown = said(session, f"explain {word}")
    elixir = [
        line.split("Elixir", 1)[1].strip() for line in shown.splitlines() if "Elixir  " in line
    ]

    assert elixir
    assert said(session, *elixir) == answer
    with Session("controlled") as other:
        said(other, REGISTRY.format(how="cast"), "start manager own", "create store s1")
        said(other, "put s1 milk 1")
        assert said(other, word) == answer


def test_the_first_tutorials_manager_forgets_no_store(session: Session) -> None:
    assert said(session, MANAGER, "start manager own") == "{:ok, #PID<0.101.0>}"
    assert said(session, "create store a") == "#PID<0.102.0>"
    assert said(session, "lookup a") == "{:ok, #PID<0.102.0>}"
    said(session, "kill a")

    shown = said(session, "registry")
    assert "dead: :killed yes - dead" in shown


def test_a_manager_without_its_name_is_told_at_the_start(session: Session) -> None:
    said(session, MANAGER.replace("name: __MODULE__", "[]"))

    (result,) = session.run("start manager own")

    (event,) = result.events
    assert event.text.startswith("KeyVal.Manager started without its name, so no command finds it")


def test_unknown_facts_are_question_marks_and_lookups_ask_the_registry(session: Session) -> None:
    said(session, LISTED, "start manager own", "create store a")

    assert said(session, "registry").startswith("? KV.Registry stores its names")
    assert said(session, "registry a").splitlines()[1].strip().startswith("? KV.Registry")
    assert said(session, "cache").startswith("?")
    assert "** (CommandError) ?" in said(session, "stores")
    assert said(session, "put a milk 1") == ":ok"
    assert said(session, "get a milk") == "1"
    assert said(session, "get b milk").startswith("** (MatchError)")


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        ("%{}", True),
        ("%{by: %{}, refs: %{make_ref() => 1}}", True),
        ("[]", False),
        ("{:names, 3}", False),
        ('%{one: %{"a" => spawn(fn -> 1 end)}, two: %{"a" => spawn(fn -> 1 end)}}', False),
        ('%{"a" => {spawn(fn -> 1 end), make_ref()}}', True),
        ('{:ets.new(:t, []), %{"b" => :busy}}', False),
    ],
)
def test_names_are_shown_only_if_their_place_is_unambiguous(
    session: Session, state: str, seen: bool
) -> None:
    said(
        session,
        "defmodule KV.Registry do\nuse GenServer\n"
        "def start_link(o), do: GenServer.start_link(__MODULE__, :ok, o)\n"
        f"def init(:ok), do: {{:ok, {state}}}\nend",
        "start manager own",
    )

    assert session.design.name == OWN
    assert session.design.readable(session.runtime) is seen


def test_with_two_candidate_modules_the_last_defined_one_counts(session: Session) -> None:
    said(session, MANAGER, REGISTRY.format(how="cast"), MANAGER)

    assert session.snapshot().own == "KeyVal.Manager"


def test_compare_and_explore_include_the_users_design(session: Session) -> None:
    said(session, REGISTRY.format(how="cast"))
    assert "own :ok; {:ok, #PID<0.104.0>}" in said(session, "compare create store a; lookup a")
    said(session, "start manager own")
    design = session.design

    shown, code = explored(
        "create store a; lookup a", design.name, DOCUMENT, lambda: False, None, design.sources
    )

    assert code == 0
    assert "spec: 1 schedule" in shown


def test_reset_removes_the_users_design(session: Session) -> None:
    said(session, REGISTRY.format(how="cast"), "start manager own", "reset")

    assert OWN not in session.designs
    assert said(session, "start manager") == "{:ok, #PID<0.103.0>}"


def test_a_waiting_down_is_only_reported_if_there_is_one(session: Session) -> None:
    said(session, MANAGER, "start manager own", "create store a", "stop a")
    (nobody_watches,) = session.run("lookup a")
    assert nobody_watches.hint is None

    said(session, "reset", REGISTRY.format(how="call"), "start manager own", "create store a")
    said(session, "suspend manager")
    said(session, "stop a")
    row = next(row for row in session.snapshot().stores if row.name == "a")
    assert row.state == "stale"


@pytest.mark.parametrize("word", ["kill", "state", "alive", "info"])
def test_explain_names_the_running_manager(session: Session, word: str) -> None:
    said(session, MANAGER, "start manager own")
    shown = said(session, f"explain {word} manager")

    assert "KeyVal.Manager" in shown
    assert "KV.Registry" not in shown


def test_looking_up_an_unknown_name_does_not_question_the_names(session: Session) -> None:
    said(session, REGISTRY.format(how="call"), "start manager own")
    said(session, 'KV.Registry.create(KV.Registry, "milk")', "lookup m")

    assert "milk" in said(session, "registry")
    assert "It runs this Elixir" in said(session, "explain stores")


def test_a_map_containing_the_registry_itself_is_not_the_names(session: Session) -> None:
    made = REGISTRY.format(how="call").replace("{%{}, %{}}", '{%{"meta" => self()}, %{}}')
    said(session, made, "start manager own", "create store s1")

    assert said(session, "registry").startswith("? KV.Registry stores its names")
    assert said(session, "get s1 milk") == "nil"


@pytest.mark.parametrize("how", ["cast", "call"])
def test_names_kept_in_another_form_are_not_shown(session: Session, how: str) -> None:
    made = REGISTRY.format(how=how).replace("names, name", 'names, name <> "!"')
    said(session, made, "start manager own", "create store s1")

    assert said(session, "registry").startswith("? KV.Registry stores its names")
    assert said(session, "kill s1") == "true"


@pytest.mark.parametrize("word", ["kill s1", "alive s1", "info s1"])
def test_explain_looks_up_the_store_of_its_line(session: Session, word: str) -> None:
    said(session, REGISTRY.format(how="call"), "start manager own", "create store s1")
    shown = said(session, f"explain {word}")

    assert '{:ok, s1} = KV.Registry.lookup(KV.Registry, "s1")' in shown
    assert ("Sends nothing" in shown) == (word != "kill s1")


@pytest.mark.parametrize(
    ("source", "word", "line"),
    [
        (REGISTRY.format(how="call"), "registry", ":sys.get_state(KV.Registry)"),
        (REGISTRY.format(how="call"), "cache", "# there is no table"),
        (MANAGER, "registry", ":sys.get_state(KeyVal.Manager)"),
        (MANAGER, "tree", "Process.info(Process.whereis(KeyVal.Manager), :links)"),
    ],
)
def test_explain_works_for_a_registry_without_a_table(
    session: Session, source: str, word: str, line: str
) -> None:
    said(session, source, "start manager own", "create store s1")
    shown = said(session, f"explain {word}")

    assert f"Elixir  {line}" in shown
    assert "Sends nothing" in shown
    assert not said(session, line).startswith("**")


def test_atoms_are_names_where_the_supervisor_of_buckets_has_started_them(
    session: Session,
) -> None:
    text = MANAGER.replace("KeyVal.Manager", "KV.Registry").replace("start,", "start_link(_),")
    text = text.replace("KeyVal.Server.start()", "KV.BucketSupervisor.start_bucket()")
    said(session, text.replace("GenServer.start(", "GenServer.start_link("), "start manager own")
    said(session, "KV.Registry.create_store(:shopping)")

    assert re.search(r":?shopping #PID<[0-9.]+> alive yes", said(session, "registry"))


BESIDE = """
defmodule KV.Registry do
  use GenServer
  def start_link(opts), do: GenServer.start_link(__MODULE__, self(), opts)
  def create(name), do: GenServer.call(__MODULE__, {{:create, name}})
  def init(owner), do: {state}
  def handle_call({{:create, name}}, _, %{{}} = names) do
    {{:ok, pid}} = Agent.start_link(fn -> %{{}} end)
    {{:reply, pid, Map.put(names, name, pid)}}
  end
  def handle_call({{:create, name}}, _, table) do
    {{:ok, pid}} = Agent.start_link(fn -> %{{}} end)
    :ets.insert(table, {{name, pid}})
    {{:reply, pid, table}}
  end
end
"""


@pytest.mark.parametrize(
    "state",
    [
        '{:ok, %{"owner" => owner}}',
        '{:ok, %{"watchdog" => spawn(fn -> Process.sleep(:infinity) end), "a" => nil}}',
        '{:ok, %{"watchdog" => spawn(fn -> Process.sleep(:infinity) end)}}',
        "{:ok, %{owner: owner}}",
        "{:ok, %{cleaner: elem(Agent.start_link(fn -> 1 end), 1)}}",
        "t = :ets.new(:t, []); :ets.insert(t, {:owner, owner}); {:ok, t}",
        '_ = owner; {:ok, %{"buckets" => Process.whereis(KV.BucketSupervisor)}}',
    ],
)
def test_a_process_beside_the_stores_is_not_listed_as_one(session: Session, state: str) -> None:
    text = BESIDE.format(state="nil").replace("do: nil", f"do: ({state})")
    said(session, text, "start manager own", "create store s1")

    assert said(session, "registry").startswith("? KV.Registry stores its names")
    assert "** (CommandError) ?" in said(session, "stores")


def test_a_process_added_beside_the_stores_makes_names_unknown(
    session: Session,
) -> None:
    table = "t = :ets.new(KV.Registry, [:named_table, :public]); {:ok, t}"
    text = BESIDE.format(state="nil").replace("do: nil", f"do: (_ = owner; {table})")
    said(session, text, "start manager own", "create store s1")
    said(session, "registry", ':ets.insert(KV.Registry, {"shell", self()})')

    shown = said(session, "registry")
    assert re.search(r"shell #PID<[0-9.]+> \? \? yes \?", shown)
    assert re.search(r"s1 #PID<[0-9.]+> alive \? yes fresh", shown)


def test_a_store_that_stopped_does_not_make_a_longer_name_doubtful(session: Session) -> None:
    """`a` was listed unaltered, so that `ab` contains it must not raise doubts."""
    shown = said(
        session,
        REGISTRY.format(how="call"),
        "start manager own",
        'KV.Registry.create(KV.Registry, "ab")',
        "create store a",
        "stop a",
        "stores",
    )

    assert shown == '["ab"]'
