"""format_exit() and format_banner(): reasons and exceptions as iex prints them.

Stack lines (`(stdlib 4.2) gen_server.erl:...`) are left out: ours would be meaningless. Only places
in the user's own program are shown, `counter.py:9: Counter.handle_call/3`. So most crash reasons
have an empty stack, and `{exception, []}` is treated as a raise here, while Elixir requires a
non-empty stack. One reason, `:interrupted`, exists only in kvshell: it comes from Ctrl-C.
"""

from typing import Any

from kvshell.terms.atom import A, Atom
from kvshell.terms.escape import visible
from kvshell.terms.list import List
from kvshell.terms.printing.errors import ElixirError, exception_struct
from kvshell.terms.printing.exceptions import (
    call_text,
    exception,
    exception_message,
    normalized,
)
from kvshell.terms.printing.inspection import inspect

_WORDS: dict[Any, str] = {
    A.normal: "normal",
    A.shutdown: "shutdown",
    A.killed: "killed",
    A.timeout: "time out",
    A.interrupted: "interrupted",
    A.noconnection: "no connection",
    A.calling_self: "process attempted to call itself",
    A.noproc: "no process: the process is not alive or there's no process currently associated"
    " with the given name, possibly because its application isn't started",
}
_TAGGED: dict[Any, str] = {
    A.shutdown: "shutdown",
    A.already_started: "already started",
    A.bad_return_value: "bad return value",
    A.bad_call: "bad call",
    A.bad_cast: "bad cast",
    A.bad_start_spec: "bad child specification, invalid children",
}


def format_exit(reason: Any) -> str:
    """Return `Exception.format_exit(reason)` without stack lines and trailing newline."""
    return _exit(reason, "\n    ").rstrip("\n")


def format_banner(kind: Any, reason: Any) -> str:
    """Return the `** (kind) reason` of iex.

    `kind` is :exit, :throw, :error (`reason` is then a Python exception, an exception struct or an
    Erlang error reason) or `{:EXIT, pid}`, which iex prints when its own process died.
    """
    match kind:
        case A.exit:
            return f"** (exit) {format_exit(reason)}"
        case A.throw:
            return f"** (throw) {_one_line(reason)}"
        case (A.EXIT, pid):
            sentence = f"shell process exited with reason: {format_exit(reason)}"
            return f"** (EXIT from {inspect(pid)}) {sentence}"
        case _:
            blame = reason.blame() if isinstance(reason, ElixirError) else ""
            return _error(reason).rstrip("\n") + blame


def _error(reason: Any) -> str:
    if isinstance(reason, Exception):
        struct = exception_struct(reason)
    else:
        struct = normalized(reason) or exception("ErlangError", original=reason, reason=None)
    return f"** ({inspect(struct.get(A.__struct__))}) {visible(exception_message(struct))}"


def _exit(reason: Any, joiner: str) -> str:
    match reason:
        case (error, List() as stack) if (
            _is_stack(stack) and (struct := normalized(error, stack)) is not None
        ):
            places = "".join(f"{joiner}    {place}" for place in format_places(stack))
            return f"an exception was raised:{joiner}{_error(struct)}{places}"
        case (A.shutdown, (A.failed_to_start_child, child, inner)):
            match inner:
                case (A.EXIT, why):
                    inner = why
            nested = _exit(inner, joiner + "    ")
            return f"shutdown: failed to start child: {_one_line(child)}{joiner}** (EXIT) {nested}"
        case (inner, (module, function, List(items) as args)) if (
            args.proper and len(items) < 256 and _is_atom(module) and _is_atom(function)
        ):
            call = call_text(module, function, f"({', '.join(map(_one_line, items))})")
            nested = _exit(inner, joiner + "    ")
            return f"exited in: {call}{joiner}** (EXIT) {nested}"
        case (A.nodedown, Atom() as node):
            return f"no connection to {visible(node.name)}"
        case (A.bad_return, (module, A.init, value)) if _is_atom(module):
            return f"{call_text(module, A.init, '/1')} returned a bad value: {_one_line(value)}"
        case (A.start_spec, wrong):
            return f"bad child specification, {_start_spec(wrong)}"
        case (A.supervisor_data, wrong):
            return f"bad supervisor configuration, {_wrong(wrong, _CONFIGURATION)}"
        case (Atom() as tag, value) if tag in _TAGGED:
            return f"{_TAGGED[tag]}: {_one_line(value)}"
        case Atom() if reason in _WORDS:
            return _WORDS[reason]
        case _:
            return _one_line(reason)


def _start_spec(wrong: Any) -> str:
    match wrong:
        case (A.duplicate_child_name, child):
            return (
                f"more than one child specification has the id: {_one_line(child)}.\n"
                "If using maps as child specifications, make sure the :id keys are unique.\n"
                "If using a module or {module, arg} as child, use Supervisor.child_spec/2 to change"
                " the :id, for example:\n\n    children = [\n"
                "      Supervisor.child_spec({MyWorker, arg}, id: :my_worker_1),\n"
                "      Supervisor.child_spec({MyWorker, arg}, id: :my_worker_2)\n    ]\n"
            )
    return _wrong(wrong, _SPECIFICATION)


_CONFIGURATION: dict[Any, tuple[str, str]] = {
    A.invalid_type: ("type", ""),
    A.invalid_strategy: ("strategy", ""),
    A.invalid_intensity: ("max_restarts (intensity)", ""),
    A.invalid_period: ("max_seconds (period)", ""),
    A.invalid_max_children: ("max_children", ""),
    A.invalid_extra_arguments: ("extra_arguments", ""),
}
_SPECIFICATION: dict[Any, tuple[str, str]] = {
    A.invalid_child_spec: ("child specification", ""),
    A.invalid_child_type: ("child type", ". Must be :worker or :supervisor."),
    A.invalid_mfa: ("mfa", ""),
    A.invalid_restart_type: ("restart type", ". Must be :permanent, :transient or :temporary."),
    A.invalid_shutdown: ("shutdown", ". Must be an integer >= 0, :infinity or :brutal_kill."),
    A.invalid_module: ("module", ". Must be an atom."),
    A.invalid_modules: ("modules", ". Must be a list of atoms or :dynamic."),
}


def _wrong(wrong: Any, known: dict[Any, tuple[str, str]]) -> str:
    """Return which part of a configuration is invalid, and what it must be."""
    match wrong:
        case (Atom() as tag, value) if tag in known:
            what, must = known[tag]
            return f"invalid {what}: {_one_line(value)}{must}"
    return f"got: {_one_line(wrong)}"


def format_places(stack: List) -> list[str]:
    """Return `file:line: Module.function/arity` for each stack entry that names a file.

    File names from the BEAM are charlists and refer to files that do not exist here.
    """
    lines = []
    for entry in stack.items:
        match entry:
            case (
                module,
                function,
                int() | List() as args,
                List(((A.file, str() as file), (A.line, line))),
            ):
                arity = args if isinstance(args, int) else len(args)
                lines.append(f"{file}:{line}: {call_text(module, function, f'/{arity}')}")
    return lines


def _is_stack(term: List) -> bool:
    return term.proper and all(
        type(entry) is tuple and len(entry) in {3, 4} and type(entry[-1]) is List
        for entry in term.items
    )


def _is_atom(term: Any) -> bool:
    return type(term) is Atom or term is None or type(term) is bool


def _one_line(term: Any) -> str:
    return inspect(term, width=None)
