"""What `use GenServer` and similar add to a module, and the server class of such a module."""

from __future__ import annotations

from typing import Any

from kvshell.elixir.compile.branches import split_guard
from kvshell.elixir.compile.functions import FunctionDefinition, all_calls, cyclic
from kvshell.elixir.compile.writing.never_waits import Inference
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.elixir.modules.defining import INSTALLED
from kvshell.elixir.modules.definition import ModuleDefinition
from kvshell.elixir.modules.record import ModuleRecord
from kvshell.elixir.modules.statements import USES
from kvshell.elixir.syntax.nodes import KnownTerm, Node
from kvshell.otp.gen.callbacks import GenServer
from kvshell.otp.gen.server_loop import ServerLoop, server_of
from kvshell.runtime.processes.thread_context import current, here
from kvshell.terms import A, Atom, List, Map, Term, alias, inspect

GEN_SERVER = alias("GenServer")
HANDLERS = (
    ("init", 1),
    ("handle_call", 3),
    ("handle_cast", 2),
    ("handle_info", 2),
    ("handle_continue", 2),
    ("terminate", 2),
    ("code_change", 3),
    ("format_status", 2),
)


def callbacks_of(module: Atom) -> type[GenServer] | None:
    """Return the server class of a user's module that has an init/1, or None.

    Runs in a process.
    """
    code = current().runtime.code
    record = code.modules.get(module) if isinstance(code, ElixirCode) else None
    if record is None or ("init", 1) not in record.functions:
        return None
    found: type[GenServer] | None = record.data.get("server")
    if found is None:
        found = record.data["server"] = _server_class(record)
    return found


def _server_class(record: ModuleRecord) -> type[GenServer]:
    """Return a class whose callbacks are the module's functions."""
    members: dict[str, Any] = {"module": inspect(record.module), "origin": record.module}
    for name, arity in HANDLERS:
        function = record.functions.get((name, arity))
        if function is not None and not (
            name == "terminate" and record.data.get("plain terminate")
        ):
            members[name] = staticmethod(function)
        elif (
            function is None
            and name not in _OPTIONAL
            and (name in _NEVER_GIVEN or not record.data.get("given callbacks"))
        ):
            members[name] = staticmethod(_missing(record.module, name))
    members.update(_declared(record))
    return type("ElixirServer", (GenServer,), members)


_NEVER_GIVEN = frozenset({"handle_continue"})  # `use GenServer` defines no default for it
_OPTIONAL = frozenset({"terminate", "format_status"})  # OTP calls them only if they are defined


def _missing(module: Atom, name: str) -> Any:
    """Return a function that acts as OTP does if the module lacks this callback."""

    def missing(*args: Term) -> Term:
        code = current().runtime.code
        assert isinstance(code, ElixirCode)
        raise code.undefined(module, name, args)

    return (lambda _message, state: (A.noreply, state)) if name == "handle_info" else missing


def _inference(record: ModuleRecord) -> Inference:
    """Return a new inference for the functions of a module."""
    definitions: list[FunctionDefinition] = record.data["definitions"]
    calls = {each.key: all_calls(each) & set(record.data["unit"].local) for each in definitions}
    return Inference(definitions, cyclic(calls))


def infer(_code: ElixirCode, _old: ModuleRecord | None, record: ModuleRecord) -> None:
    """Record how to infer which functions of a new module are short and never wait."""
    if "definitions" in record.data:
        record.ends_soon = _inference(record).function


def _declared(record: ModuleRecord) -> dict[str, Any]:
    """Return the class members that tell which callbacks and requests never wait."""
    definitions: list[FunctionDefinition] = record.data["definitions"]
    inference = _inference(record)
    by_key = {each.key: each for each in definitions}
    found: dict[str, Any] = {}
    heads = _heads(by_key.get(("handle_call", 3)), inference)
    casts = _heads(by_key.get(("handle_cast", 2)), inference)
    if heads or casts:
        found["never_waits"] = frozenset(heads | casts)
    handler = by_key.get(("handle_call", 3))
    if handler is not None:
        found["ignores_from"] = all(_ignores_from(clause) for clause in handler.clauses)
    if ("init", 1) in by_key:
        found["init_never_waits"] = inference.function(("init", 1))
    if ("handle_info", 2) in by_key:
        found["infos_never_wait"] = inference.function(("handle_info", 2))
    return found


def _heads(definition: FunctionDefinition | None, inference: Inference) -> set[Atom]:
    """Return the tags of requests whose clauses are all short: atoms, or first tuple elements."""
    if definition is None:
        return set()
    soon: dict[Atom, bool] = {}
    for clause in definition.clauses:
        patterns, _guards = split_guard((clause.args or [[]])[0])
        tag = _tag(patterns[0])
        quick = inference.clause(definition, clause)
        if tag is None:
            if not quick:
                return set()
            continue
        soon[tag] = soon.get(tag, True) and quick
    return {tag for tag, quick in soon.items() if quick}


def _tag(pattern: Any) -> Atom | None:
    if type(pattern) is Atom:
        return pattern
    first: Any = None
    if type(pattern) is tuple:
        first = pattern[0]
    elif type(pattern) is Node and pattern.head == "{}" and pattern.args:
        first = pattern.args[0]
    return first if type(first) is Atom else None


def _ignores_from(clause: Node) -> bool:
    patterns, _guards = split_guard((clause.args or [[]])[0])
    from_ = patterns[1]
    return type(from_) is Node and from_.args is None and str(from_.head).startswith("_")


# -- what `use` adds ---------------------------------------------------------------------------


def _child_spec(definition: ModuleDefinition, options: Term, defaults: dict[Atom, Term]) -> None:
    module = definition.module
    given = {**defaults, **(dict(options.items) if type(options) is List else {})}

    def child_spec(arg: Term) -> Map:
        return Map({A.id: module, A.start: (module, A.start_link, List((arg,))), **given})

    definition.supers["child_spec", 1] = Node("known call", [KnownTerm(child_spec)])

    def finish(_definition: ModuleDefinition, record: ModuleRecord) -> None:
        record.functions.setdefault(("child_spec", 1), child_spec)

    definition.finishers.append(finish)


def use_gen_server(definition: ModuleDefinition, options: Term, _node: Node) -> None:
    """Carry out `use GenServer`: add child_spec/1 and default callbacks."""
    definition.behaviours.append(GEN_SERVER)
    _child_spec(definition, options, {})

    def finish(definition: ModuleDefinition, record: ModuleRecord) -> None:
        record.data["given callbacks"] = True
        if ("init", 1) not in record.functions:
            definition.env.warn_within(
                definition.line,
                f"function init/1 required by behaviour GenServer is not implemented (in module "
                f"{inspect(definition.module)}).\n\nWe will inject a default implementation for "
                "now:\n\n    def init(init_arg) do\n      {:ok, init_arg}\n    end\n\nYou can copy "
                "the implementation above or define your own that converts the arguments given to "
                "GenServer.start_link/3 to the server state.\n",
            )
            record.functions["init", 1] = lambda arg: (A.ok, arg)
        record.functions.setdefault(("code_change", 3), lambda _old, state, _extra: (A.ok, state))
        record.functions.setdefault(("terminate", 2), _terminate)
        if record.functions["terminate", 2] is _terminate:
            record.data["plain terminate"] = True

    definition.finishers.append(finish)


def _terminate(_reason: Term, _state: Term) -> Term:
    return A.ok


def use_agent(definition: ModuleDefinition, options: Term, _node: Node) -> None:
    """Carry out `use Agent`: add child_spec/1."""
    _child_spec(definition, options, {})


def use_task(definition: ModuleDefinition, options: Term, _node: Node) -> None:
    """Carry out `use Task`: add child_spec/1 with `restart: :temporary`."""
    _child_spec(definition, options, {A.restart: A.temporary})


def use_supervisor(definition: ModuleDefinition, options: Term, _node: Node) -> None:
    """Carry out `use Supervisor`: add the child_spec/1 of a supervisor."""
    definition.behaviours.append(alias("Supervisor"))
    _child_spec(definition, options, {A.type: A.supervisor})


def use_application(definition: ModuleDefinition, _options: Term, _node: Node) -> None:
    """Carry out `use Application`: add stop/1."""
    definition.behaviours.append(alias("Application"))

    def finish(_definition: ModuleDefinition, record: ModuleRecord) -> None:
        record.functions.setdefault(("stop", 1), lambda _state: A.ok)

    definition.finishers.append(finish)


def use_bitwise(definition: ModuleDefinition, _options: Term, _node: Node) -> None:
    """Carry out `use Bitwise`: import its functions."""
    module = alias("Bitwise")
    for name, arity in definition.env.modules.exported(module):
        definition.env.imports[name, arity] = module


USES.update(
    {
        GEN_SERVER: use_gen_server,
        alias("Agent"): use_agent,
        alias("Task"): use_task,
        alias("Supervisor"): use_supervisor,
        alias("DynamicSupervisor"): use_supervisor,
        alias("Application"): use_application,
        alias("Bitwise"): use_bitwise,
    }
)


# -- hot code loading --------------------------------------------------------------------------


def renew(code: ElixirCode, old: ModuleRecord | None, record: ModuleRecord) -> None:
    """Make every process that runs an earlier version of a server use the new callbacks."""
    if old is None or here.carrier is None or here.carrier.process is None:
        return
    runtime = current().runtime
    if runtime.code is not code or ("init", 1) not in record.functions:
        return
    loop = None
    for pid in runtime.processes():
        process = pid.record
        running = process.behaviour
        if type(running) is not ServerLoop:
            continue
        if getattr(type(running.callbacks), "origin", None) is record.module:
            if loop is None:
                found = callbacks_of(record.module)
                assert found is not None
                loop = server_of(found)
            with process.lock:
                if process.alive:
                    process.behaviour = loop


def infer_again(code: ElixirCode, old: ModuleRecord | None, record: ModuleRecord) -> None:
    """Repeat the inference for all servers after a module changed: its calls may wait now."""
    if old is None:
        return
    for each in code.modules.values():
        if each is not record and "definitions" in each.data:
            infer(code, None, each)
    for each in code.modules.values():
        server: type[GenServer] | None = each.data.get("server")
        if server is not None and each is not record:
            declared = _declared(each)
            for name in ("never_waits", "init_never_waits", "infos_never_wait"):
                setattr(server, name, declared.get(name, getattr(GenServer, name)))
            server_of(server).never_waits_for = server.never_waits


INSTALLED += [infer, infer_again, renew]
