"""System and Node."""

import os
from typing import Any

from kvshell.elixir.library.kinds import BINARY, Kind, any_of
from kvshell.elixir.library.protocols import iterate, to_string
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Library
from kvshell.runtime import process, shared
from kvshell.runtime.processes.thread_context import current
from kvshell.runtime.shared import SharedName
from kvshell.terms import A, ArgumentError, ElixirError, List, Map, Term, exception, inspect

system = Library("System")
node = Library("Node")

_UNITS = {A.second: 1, A.millisecond: 1000, A.microsecond: 10**6, A.nanosecond: 10**9}
_NATIVE = 10**9


def per_second(unit: Any) -> int:
    """Return how many of a time unit make a second; raise for an invalid unit."""
    if unit is A.native:
        return _NATIVE
    if type(unit) is int and unit > 0:
        return unit
    known = _UNITS.get(unit)
    if known is None:
        raise ArgumentError(
            "unsupported time unit. Expected :second, :millisecond, :microsecond, :nanosecond, or a"
            f" positive integer, got {inspect(unit)}"
        )
    return known


def monotonic_ns() -> int:
    """Return the runtime's monotonic time in nanoseconds."""
    return current().runtime.now_ms() * 10**6


def system_ns() -> int:
    """Return the nanoseconds since 1970."""
    return current().runtime.environment.wall_ns()


@system.function()
def monotonic_time(unit: Term = A.native) -> Term:
    """Returns a time that never goes back, in a unit, by default nanoseconds."""
    return monotonic_ns() * per_second(unit) // _NATIVE


@system.function()
def system_time(unit: Term = A.native) -> Term:
    """Returns the time since 1970 in a unit, by default nanoseconds."""
    return system_ns() * per_second(unit) // _NATIVE


@system.function()
def os_time(unit: Term = A.native) -> Term:
    """Returns the operating system's time since 1970 in a unit, by default nanoseconds."""
    return system_time(unit)


@system.function()
def convert_time_unit(time: Term, from_unit: Term, to_unit: Term) -> Term:
    """Converts a time from one unit to another."""
    return time * per_second(to_unit) // per_second(from_unit)


@system.function()
def unique_integer(modifiers: Term = EMPTY_LIST) -> Term:
    """Returns an integer that is unique in this runtime."""
    number = current().runtime.environment.serial()
    return number if A.positive in modifiers or A.monotonic in modifiers else -(1 << 58) + number


@system.function()
def version() -> Term:
    """Returns the Elixir version that this shell implements."""
    return "1.14.0"


@system.function()
def otp_release() -> Term:
    """Returns the OTP release that this shell mirrors."""
    return "25"


@system.function()
def build_info() -> Term:
    """Returns information about this Elixir build."""
    return Map([(A.version, "1.14.0"), (A.otp_release, "25"), (A.build, "1.14.0 (kvshell)")])


@system.function()
def schedulers() -> Term:
    """Returns the number of processors of the machine."""
    return os.cpu_count() or 1


@system.function()
def schedulers_online() -> Term:
    """Returns the number of processors of the machine."""
    return os.cpu_count() or 1


NIL = Kind(lambda term: term is None, "{} == nil")
_VARIABLES = "environment variables"


def _variable(name: Any) -> SharedName:
    return SharedName(_VARIABLES, name, f"the environment variable {inspect(name)}")


@system.function(varname=BINARY, default=any_of(BINARY, NIL))
def get_env(varname: Term, default: Term = None) -> Term:
    """Returns an environment variable set in this shell, or the default."""
    return shared.get(_variable(varname), default)


@system.function(name="get_env")
def get_env_of_all() -> Term:
    """Returns the environment variables set in this shell."""
    return Map(shared.everything(_VARIABLES, "all environment variables"))


@system.function(varname=BINARY)
def fetch_env(varname: Term) -> Term:
    """Fetches an environment variable set in this shell: `{:ok, value}` or `:error`."""
    value = shared.get(_variable(varname), MISSING)
    return A.error if value is MISSING else (A.ok, value)


@system.function(name="fetch_env!", varname=BINARY)
def fetch_env_or_raise(varname: Term) -> Term:
    """Returns an environment variable; raises System.EnvError if it is not set."""
    value = shared.get(_variable(varname), MISSING)
    if value is MISSING:
        raise ElixirError(
            exception(
                "System.EnvError",
                env=varname,
                message=f"could not fetch environment variable {inspect(varname)} because it is"
                " not set",
            )
        )
    return value


@system.function(varname=BINARY, value=BINARY)
def put_env(varname: Term, value: Term) -> Term:
    """Sets an environment variable, for this shell only."""
    if "=" in varname:
        raise ArgumentError(
            f'cannot execute System.put_env/2 for key with "=", got: {inspect(varname)}'
        )
    shared.put(_variable(varname), value)
    return A.ok


@system.function(name="put_env")
def put_env_of_all(enum: Term) -> Term:
    """Sets environment variables, for this shell only; a nil value deletes one."""
    for name, value in iterate(enum):
        variable = to_string(name)
        if value is None:
            delete_env(variable)
        else:
            put_env(variable, value)
    return A.ok


@system.function(varname=BINARY)
def delete_env(varname: Term) -> Term:
    """Deletes an environment variable, for this shell only."""
    shared.delete(_variable(varname))
    return A.ok


@node.function(name="self")
def self_() -> Term:
    """Returns the name of the local node."""
    return process.NODE


@node.function(name="alive?")
def alive() -> Term:
    """Tells whether the node is part of a distributed system: never here."""
    return False


@node.function(name="list")
def list_(args: Term = MISSING) -> Term:
    """Returns the other nodes: there are none here."""
    if args is MISSING or args is A.visible:
        return List()
    return List((process.NODE,)) if args in (A.this, A.known) else List()


@system.function()
def argv() -> Term:
    """Returns the command-line arguments: none here."""
    return List()


@node.function()
def ping(node: Term) -> Term:
    """Pings a node: `:pong` for this node, otherwise `:pang`."""
    return A.pong if node is process.NODE else A.pang


@node.function()
def connect(node: Term) -> Term:
    """Returns `:ignored`: the node is not distributed."""
    del node
    return A.ignored


@node.function()
def get_cookie() -> Term:
    """Returns `:nocookie`: the node is not distributed."""
    return A.nocookie
