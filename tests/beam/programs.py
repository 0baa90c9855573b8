"""Random OTP programs as Elixir source: the same source runs on the BEAM and here.

A program is an expression whose value contains no pid, no reference and no stack trace.
"""

from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Final

REASONS: Final = (":normal", ":shutdown", "{:shutdown, 1}", ":kill", ":boom", ":killed")
NAMES: Final = ("a", "b", "c")


def _steps(lines: list[str], result: str) -> str:
    rested = [line for each in lines for line in (each, "Prog.rest()")]
    return "\n".join([*rested, result])


def _actors(random: Random) -> list[str]:
    return [f"{name} = Prog.actor({random.choice(('true', 'false'))})" for name in NAMES]


LOGS: Final = (
    "names = %{a => :a, b => :b, c => :c, self() => :me}\n"
    "Prog.plain({Prog.log(a), Prog.log(b), Prog.log(c)}, names)"
)


def links(random: Random) -> str:
    """Return a program of links, monitors and exits."""
    lines = _actors(random)
    for _ in range(random.randint(2, 6)):
        one, other = random.sample(NAMES, 2)
        does = random.choice(
            (
                f"Process.link({other})",
                f"Process.link({other})",
                f"Process.unlink({other})",
                f"Process.monitor({other})",
                f"Process.monitor({other})",
                f"Process.exit({other}, {random.choice(REASONS)})",
            )
        )
        lines.append(f"send({one}, {{:do, fn -> {does} end}})")
    for name in random.sample(NAMES, random.randint(1, 2)):
        lines.append(
            random.choice(
                (
                    f"send({name}, {{:exit, {random.choice(REASONS)}}})",
                    f"send({name}, :done)",
                    f"Process.exit({name}, {random.choice(REASONS)})",
                )
            )
        )
    return _steps(lines, LOGS)


def exits(random: Random) -> str:
    """Return a program of exit signals to linked and unlinked processes, with and without traps."""
    lines = _actors(random)
    for one, other in pairwise(NAMES):
        if random.random() < 0.7:
            lines.append(f"send({one}, {{:do, fn -> Process.link({other}) end}})")
    for _ in range(random.randint(1, 4)):
        sender, target = random.choice(NAMES), random.choice(NAMES)
        reason = random.choice(REASONS)
        lines.append(f"send({sender}, {{:do, fn -> Process.exit({target}, {reason}) end}})")
    return _steps(lines, LOGS)


def names(random: Random) -> str:
    """Return a program of registered names."""
    lines = [*_actors(random), "said = []"]
    for _ in range(random.randint(3, 8)):
        who, name = random.choice(NAMES), random.choice((":n1", ":n2"))
        does = random.choice(
            (
                f"Process.register({who}, {name})",
                f"Process.register({who}, {name})",
                f"Process.unregister({name})",
                f"Process.whereis({name})",
                f"send({name}, {random.randint(1, 9)})",
                f"Process.exit({who}, :kill)",
                f"GenServer.cast({name}, 1)",
                f"Process.monitor({name}) && :ok",
                f"GenServer.whereis({name})",
            )
        )
        lines.append(f"said = [Prog.try_it(fn -> {does} end) | said]")
    free = "Enum.each([:n1, :n2], fn n -> if Process.whereis(n), do: Process.unregister(n) end)"
    result = (
        "names = %{a => :a, b => :b, c => :c, self() => :me}\n"
        "told = {said, Prog.log(a), Prog.log(b), Prog.log(c)}\n"
        f"{free}\nProg.plain(told, names)"
    )
    return _steps(lines, result)


LAST: Final = ("", "", ", 1", ", :hibernate", ", {:continue, :more}", ", :soon", ", -1", ", 1.5")


def _answer(random: Random) -> str:
    last = random.choice(LAST)
    return random.choice(
        (
            f"{{:reply, :r, {random.randint(1, 9)}{last}}}",
            f"{{:noreply, {random.randint(1, 9)}{last}}}",
            f"{{:stop, {random.choice(REASONS)}, {random.randint(1, 9)}}}",
            f"{{:stop, {random.choice(REASONS)}, :r, {random.randint(1, 9)}}}",
            "[:noreply, 1]",
            ":ok",
            "{:noreply}",
        )
    )


def callbacks(random: Random) -> str:
    """Return a program of a GenServer with valid and invalid callbacks."""
    start = random.choice(
        (
            "1",
            "1",
            "1",
            f"{{:ret, {_answer(random)}}}",
            f"{{:ret, {{:ok, 2{random.choice(LAST)}}}}}",
            "{:ret, :ignore}",
            "{:ret, {:stop, :why}}",
            "{:exit, :why}",
            "{:throw, {:ok, 3}}",
            '{:raise, "x"}',
        )
    )
    lines = [
        "Process.flag(:trap_exit, true)",
        f"started = GenServer.start(Lab, {start})",
        "said = [started]",
        "s = case started do {:ok, pid} -> pid; _ -> nil end",
        "r = if s, do: Process.monitor(s)",
    ]
    for _ in range(random.randint(1, 5)):
        request = random.choice(
            (
                ":state",
                ":state",
                f"{{:ret, {_answer(random)}}}",
                f"{{:ret, {_answer(random)}}}",
                "{:exit, :why}",
                "{:throw, {:reply, :t, 5}}",
                '{:raise, "x"}',
                ":unknown",
                "{:early, 1, nil}",
            )
        )
        does = random.choice(
            (
                f"GenServer.call(s, {request}, 30)",
                f"GenServer.call(s, {request}, 30)",
                f"GenServer.cast(s, {request})",
                f"GenServer.cast(s, {{:set, {random.randint(1, 9)}}})",
                f"(send(s, {request}); :sent)",
                f"GenServer.stop(s, {random.choice(REASONS)}, 100)",
            )
        )
        lines.append(f"said = [Prog.try_it(fn -> if s, do: {does} end) | said]")
    result = (
        "down = receive do {:DOWN, ^r, _, _, why} -> why after 0 -> :alive end\n"
        "state = Prog.try_it(fn -> if s && Process.alive?(s), do: :sys.get_state(s) end)\n"
        "Prog.plain({said, down, state}, %{self() => :me, s => :s})"
    )
    return _steps(lines, result)


def _supervised(random: Random, strategy: str) -> str:
    specs = []
    for name in NAMES:
        restart = random.choice((":permanent", ":transient", ":temporary"))
        arg = random.choice(("1", "1", "1", "1", "{:ret, :ignore}"))
        specs.append(f"%{{id: :{name}, start: {{Lab, :start_link, [{arg}]}}, restart: {restart}}}")
    most = random.randint(0, 3)
    lines = [
        "Process.flag(:trap_exit, true)",
        f"{{:ok, s}} = Supervisor.start_link([{', '.join(specs)}], strategy: {strategy}, "
        f"max_restarts: {most})",
        "kids = fn -> if Process.alive?(s), do: Enum.map(Supervisor.which_children(s), "
        "fn {id, pid, _, _} -> {id, pid} end), else: [] end",
        "old = kids.()",
        "said = []",
    ]
    for _ in range(random.randint(1, 5)):
        child = random.choice(NAMES)
        pid = (
            f"(case List.keyfind(kids.(), :{child}, 0) do {{_, p}} when "
            f"is_pid(p) -> p; _ -> nil end)"
        )
        reason = random.choice(REASONS)
        does = random.choice(
            (
                f"if p = {pid}, do: Process.exit(p, {reason})",
                f"if p = {pid}, do: GenServer.stop(p, {reason}, 100)",
                f"if Process.alive?(s), do: Supervisor.terminate_child(s, :{child})",
                f"if Process.alive?(s), do: Supervisor.restart_child(s, :{child})",
                f"if Process.alive?(s), do: Supervisor.delete_child(s, :{child})",
                "if Process.alive?(s), do: Supervisor.count_children(s) |> Enum.sort()",
            )
        )
        lines.append(f"said = [Prog.try_it(fn -> {does} end) | said]")
    result = (
        "new = kids.()\n"
        "same = for {id, pid} <- new, do: {id, is_pid(pid) && "
        "List.keyfind(old, id, 0) == {id, pid}}\n"
        "ended = receive do {:EXIT, ^s, why} -> why after 0 -> :alive end\n"
        "told = Prog.plain({said, new, same, ended}, %{self() => :me})\n"
        "if Process.alive?(s), do: Supervisor.stop(s)\n"
        "told"
    )
    return _steps(lines, result)


def one_for_one(random: Random) -> str:
    """Return a program of a supervisor that restarts only the child that died."""
    return _supervised(random, ":one_for_one")


def one_for_all(random: Random) -> str:
    """Return a program of a supervisor that restarts all children."""
    return _supervised(random, ":one_for_all")


def rest_for_one(random: Random) -> str:
    """Return a program of a supervisor that restarts the child that died and those after it."""
    return _supervised(random, ":rest_for_one")


def dynamic(random: Random) -> str:
    """Return a program of a DynamicSupervisor."""
    limit = random.choice(("", "", ", max_children: 2"))
    lines = [
        "Process.flag(:trap_exit, true)",
        f"{{:ok, s}} = DynamicSupervisor.start_link(strategy: :one_for_one, "
        f"max_restarts: {random.randint(0, 2)}{limit})",
        "kids = fn -> if Process.alive?(s), do: (for {_, p, _, _} <- "
        "DynamicSupervisor.which_children(s), do: p), else: [] end",
        "said = []",
    ]
    for _ in range(random.randint(2, 6)):
        restart = random.choice((":permanent", ":transient", ":temporary", ":wrong"))
        arg = random.choice(
            ("1", "1", "1", "{:ret, :ignore}", "{:ret, {:stop, :no}}", "{:exit, :x}")
        )
        start = random.choice(
            (
                f"{{Lab, :start_link, [{arg}]}}",
                f"{{Lab, :start_link, [{arg}]}}",
                "{Lab, :nope, []}",
                "5",
            )
        )
        spec = f"%{{id: 1, start: {start}, restart: {restart}}}"
        reason = random.choice(REASONS)
        does = random.choice(
            (
                f"DynamicSupervisor.start_child(s, {spec})",
                f"DynamicSupervisor.start_child(s, {spec})",
                f"(case kids.() do [p | _] when is_pid(p) -> Process.exit(p, "
                f"{reason}); _ -> 0 end)",
                "(case kids.() do [p | _] when is_pid(p) -> "
                "DynamicSupervisor.terminate_child(s, p);"
                " _ -> 0 end)",
                "GenServer.cast(s, :junk)",
                "DynamicSupervisor.count_children(s) |> Enum.sort()",
            )
        )
        lines.append(f"said = [Prog.try_it(fn -> if Process.alive?(s), do: {does} end) | said]")
    result = (
        "ended = receive do {:EXIT, ^s, why} -> why after 0 -> :alive end\n"
        "told = Prog.plain({said, length(kids.()), ended}, %{self() => :me, s => :s})\n"
        "if Process.alive?(s), do: DynamicSupervisor.stop(s)\n"
        "told"
    )
    return _steps(lines, result)


def registry(random: Random) -> str:
    """Return a program of a Registry."""
    kind = random.choice((":unique", ":duplicate"))
    lines = ["Process.flag(:trap_exit, true)", *_actors(random)]
    lines += [f"{{:ok, sup}} = Registry.start_link(keys: {kind}, name: R)", "said = []"]
    for _ in range(random.randint(3, 8)):
        who, key = random.choice(NAMES), random.choice((":k", ":j"))
        value = random.randint(1, 5)
        does = random.choice(
            (
                f"send({who}, {{:do, fn -> Registry.register(R, {key}, {value}) end}})",
                f"send({who}, {{:do, fn -> Registry.register(R, {key}, {value}) end}})",
                f"send({who}, {{:do, fn -> Registry.unregister(R, {key}) end}})",
                f"Process.exit({who}, :kill)",
                f"Registry.register(R, {key}, {value})",
                f"Registry.unregister_match(R, {key}, {value})",
                f"Registry.update_value(R, {key}, fn x -> x + 10 end)",
            )
        )
        lines.append(f"Prog.try_it(fn -> {does} end)")
        look = random.choice(
            (
                f"Registry.lookup(R, {key})",
                f"Registry.keys(R, {who})",
                f"Registry.values(R, {key}, {who})",
                "Registry.count(R)",
                f"Registry.match(R, {key}, {value})",
                f"Registry.count_match(R, {key}, :_)",
                f"Registry.whereis_name({{R, {key}}})",
            )
        )
        lines.append(f"said = [Prog.try_it(fn -> {look} end) | said]")
    result = (
        "names = %{a => :a, b => :b, c => :c, self() => :me}\n"
        "told = Prog.plain(said, names)\n"
        "Supervisor.stop(sup)\n"
        "told"
    )
    return _steps(lines, result)


KINDS: Final[dict[str, Callable[[Random], str]]] = {
    "links": links,
    "exits": exits,
    "names": names,
    "callbacks": callbacks,
    "one_for_one": one_for_one,
    "one_for_all": one_for_all,
    "rest_for_one": rest_for_one,
    "dynamic": dynamic,
    "registry": registry,
}


def program(kind: str, seed: int) -> str:
    """Return the program of this kind for a seed."""
    return KINDS[kind](Random(f"{kind} {seed}"))
