"""Writes `transcripts/reference/python.md`, the Python API by function, for tests.docs.

Signatures and sentences come from the code, and the answers of the examples from running them.
"""

import inspect as look
from types import FunctionType, ModuleType
from typing import Final

from kvshell.otp import (
    A,
    GenServer,
    List,
    agent,
    dynamic_supervisor,
    gen_server,
    registry,
    supervisor,
    sys,
    task,
    task_supervisor,
)
from kvshell.runtime import Runtime, ets, process
from kvshell.terms import alias, inspect

NAME: Final = "python.md"
HEAD: Final = """---
title: The Python face
---
# The Python face

Everything that the shell does can be written in Python: a module for each of Elixir's, terms in and
terms out. Code runs in a process of a runtime:

```python
from kvshell.otp import A, GenServer, gen_server
from kvshell.runtime import Runtime, process

with Runtime() as runtime, runtime.attach():
    ...
```

`Runtime("controlled")` runs in fixed steps, which is what the examples below were run on. Values
are shown as iex prints them. An atom is `A.name`, a module's atom `alias("KV.Bucket")`; `{:ok, 1}`
is `(A.ok, 1)`.
"""

COUNTER: Final = [
    "class Counter(GenServer):",
    "    def handle_call(self, request, from_, count):",
    "        return (A.reply, count, count + 1)",
]
# Each module and the lines of its example; the page has the answer below each line.
MODULES: Final[list[tuple[ModuleType, list[str]]]] = [
    (
        gen_server,
        [
            *COUNTER,
            "ok, pid = gen_server.start(Counter, 5)",
            "gen_server.call(pid, A.next)",
            "gen_server.call(pid, A.next)",
            "gen_server.stop(pid)",
        ],
    ),
    (
        agent,
        [
            "ok, pid = agent.start(lambda: 1)",
            "agent.update(pid, lambda state: state + 1)",
            "agent.get(pid, lambda state: state)",
        ],
    ),
    (
        supervisor,
        [
            *COUNTER,
            "ok, sup = supervisor.start_link([(Counter, 0)])",
            "supervisor.which_children(sup)",
            'supervisor.terminate_child(sup, alias("Counter"))',
            'supervisor.restart_child(sup, alias("Counter"))',
            "supervisor.count_children(sup)",
        ],
    ),
    (
        dynamic_supervisor,
        [
            *COUNTER,
            "ok, sup = dynamic_supervisor.start_link()",
            "dynamic_supervisor.start_child(sup, (Counter, 7))",
            "dynamic_supervisor.count_children(sup)",
        ],
    ),
    (
        registry,
        [
            'Names = alias("Names")',
            "ok, sup = registry.start_link(A.unique, Names)",
            'registry.register(Names, "s1", 1)',
            'registry.lookup(Names, "s1")',
            'registry.update_value(Names, "s1", lambda value: value + 1)',
        ],
    ),
    (
        task,
        [
            "started = task.async_(lambda: 6 * 7)",
            "task.await_(started)",
            "list(task.async_stream([1, 2, 3], lambda n: n * n))",
        ],
    ),
    (
        task_supervisor,
        [
            "ok, sup = task_supervisor.start_link()",
            "task.await_(task_supervisor.async_(sup, lambda: 42))",
            "task_supervisor.children(sup)",
        ],
    ),
    (
        process,
        [
            "pid, ref = process.spawn_monitor(lambda: process.receive())",
            "process.send(pid, A.hello)",
            "process.receive()",
            "process.alive(pid)",
        ],
    ),
    (
        sys,
        [
            "ok, pid = agent.start(lambda: 1)",
            "sys.get_state(pid)",
            "sys.replace_state(pid, lambda state: state + 1)",
            "sys.suspend(pid)",
            "sys.resume(pid)",
        ],
    ),
    (
        ets,
        [
            "table = ets.new(A.stores, [A.named_table])",
            'ets.insert(table, ("s1", 1))',
            'ets.lookup(table, "s1")',
            'ets.update_counter(table, "s1", 5)',
        ],
    ),
]


def page() -> str:
    """Return the current page."""
    return "\n".join([HEAD, *(_section(module, lines) for module, lines in MODULES)])


def _section(module: ModuleType, lines: list[str]) -> str:
    name = module.__name__
    said = (module.__doc__ or "").split("\n\n", 1)[0].replace("\n", " ").split(": ", 1)[-1]
    rows = [_row(module, each) for each in sorted(functions(module))]
    return "\n".join(
        [
            f"## `{name}`",
            "",
            f"{said[:1].upper()}{said[1:]}",
            "",
            "```python",
            *run(lines),
            "```",
            "",
            "| function | what it does |",
            "|---|---|",
            *rows,
            "",
        ]
    )


def functions(module: ModuleType) -> list[str]:
    """Return the names of a module's public functions."""
    own = getattr(module, "__all__", None)
    names = own or [
        name
        for name, value in vars(module).items()
        if isinstance(value, FunctionType) and value.__module__ == module.__name__
    ]
    found = [name for name in names if isinstance(getattr(module, name), FunctionType)]
    return [name for name in found if not name.startswith("_")]


def _row(module: ModuleType, name: str) -> str:
    function = getattr(module, name)
    given = []
    starred = False
    for parameter in look.signature(function).parameters.values():
        if parameter.kind is look.Parameter.KEYWORD_ONLY and not starred:
            given.append("*")
            starred = True
        given.append(_parameter(parameter))
    first = (function.__doc__ or "").split("\n\n", 1)[0].replace("\n", " ").strip()
    return f"| `{name}({', '.join(given)})` | {first.replace('|', 'or')} |"


def _parameter(parameter: look.Parameter) -> str:
    if parameter.kind is look.Parameter.VAR_POSITIONAL:
        return f"*{parameter.name}"
    if parameter.default is look.Parameter.empty:
        return parameter.name
    plain = isinstance(parameter.default, int | str | bool | None)
    return f"{parameter.name}={parameter.default!r}" if plain else f"{parameter.name}=..."


def run(lines: list[str]) -> list[str]:
    """Run lines on a new runtime; return them with the value of each expression below it."""
    space: dict[str, object] = {
        "A": A, "GenServer": GenServer, "List": List, "alias": alias, "agent": agent,
        "dynamic_supervisor": dynamic_supervisor, "ets": ets, "gen_server": gen_server,
        "process": process, "registry": registry, "supervisor": supervisor, "sys": sys,
        "task": task, "task_supervisor": task_supervisor,
    }  # fmt: skip
    shown = []
    with Runtime("controlled") as runtime, runtime.attach():
        process.flag(A.trap_exit, True)
        for statement in _statements(lines):
            prompts = [">>> ", *["... "] * (len(statement) - 1)]
            shown += [prompt + line for prompt, line in zip(prompts, statement, strict=True)]
            text = "\n".join(statement)
            try:
                code = compile(text, "<example>", "eval")
            except SyntaxError:
                exec(text, space)  # an example of ours
                continue
            value = eval(code, space)  # an example of ours
            shown.append(inspect(List(value) if isinstance(value, list) else value, width=None))
    return shown


def _statements(lines: list[str]) -> list[list[str]]:
    """Group lines into statements: indented lines belong to the line before them."""
    found: list[list[str]] = []
    for line in lines:
        if line.startswith(" "):
            found[-1].append(line)
        else:
            found.append([line])
    return found
