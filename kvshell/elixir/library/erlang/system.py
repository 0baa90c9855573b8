""":erlang, :os, :io and :io_lib: conversions, time, timers, and formatted output."""

import hashlib
from typing import Any

from kvshell.elixir.library import output
from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.kinds import E_ATOM, E_FLOAT, E_INTEGER, E_LIST, E_PID, Kind
from kvshell.elixir.library.numbers.integer import in_base
from kvshell.elixir.library.numbers.reading import float_of, integer_text_of
from kvshell.elixir.library.numbers.short import short_text
from kvshell.elixir.library.processes.process import pid_of
from kvshell.elixir.library.protocols import list_to_string, octets, text
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Cost, Library
from kvshell.elixir.library.system import system
from kvshell.elixir.library.text.io import gathered
from kvshell.otp.gen import modules
from kvshell.runtime import ets as runtime_ets
from kvshell.runtime import process
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import (
    A,
    ArgumentError,
    ErlangError,
    List,
    Term,
    atom,
    inspect,
)
from kvshell.terms.printing.errors import VmError
from kvshell.terms.printing.exceptions import normalized

erlang = Library.of(":erlang")
_BASE = Kind(
    lambda term: type(term) is int and 2 <= term <= 36,
    problem="not an integer in the range 2 through 36",
)
os_ = Library.of(":os")
io_ = Library.of(":io", Cost.WAITS)
io_lib = Library.of(":io_lib", Cost.LOOPS)


@erlang.function(float_=E_FLOAT)
def float_to_binary(float_: float, options: Term = EMPTY_LIST) -> Term:
    """Converts a float to a string, with a number of `:decimals` if given."""
    decimals = option(options, A.decimals)
    if type(decimals) is int:
        made = f"{float_:.{decimals}f}"
        if A.compact in options and "." in made:
            made = made.rstrip("0")
            return made + "0" if made.endswith(".") else made
        return made
    if A.short in options:
        return short_text(float_)
    scientific = option(options, A.scientific, 20)
    mantissa, _, exponent = f"{float_:.{scientific}e}".partition("e")
    return f"{mantissa}e{exponent}"


@erlang.function(float_=E_FLOAT)
def float_to_list(float_: float, options: Term = EMPTY_LIST) -> Term:
    """Converts a float to a charlist."""
    return List(map(ord, float_to_binary(float_, options)))


@erlang.function(integer=E_INTEGER, base=_BASE)
def integer_to_binary(integer: int, base: int = 10) -> Term:
    """Converts an integer to a string in a base."""
    return in_base(integer, base)


@erlang.function(integer=E_INTEGER, base=_BASE)
def integer_to_list(integer: int, base: int = 10) -> Term:
    """Converts an integer to a charlist in a base."""
    return List(map(ord, in_base(integer, base)))


@erlang.function()
def binary_to_integer(binary: Term, base: Term = 10) -> Term:
    """Converts a string to the integer it represents in a base."""
    return integer_text_of(binary, base)


@erlang.function()
def binary_to_float(binary: Term) -> Term:
    """Converts a string to the float it represents."""
    return float_of(binary, "not a textual representation of a float")


@erlang.function()
def list_to_integer(list_: Term, base: Term = 10) -> Term:
    """Converts a charlist to the integer it represents in a base."""
    return integer_text_of(str(list_to_string(list_)), base)


@erlang.function()
def list_to_binary(list_: Term) -> Term:
    """Converts iodata to a binary."""
    return text(gathered(list_))


@erlang.function()
def iolist_to_binary(list_: Term) -> Term:
    """Converts iodata to a binary."""
    return text(gathered(list_))


@erlang.function()
def binary_to_list(binary: Term) -> Term:
    """Converts a binary to the list of its bytes."""
    return List(octets(binary))


@erlang.function()
def binary_to_atom(binary: Term, encoding: Term = A.utf8) -> Term:
    """Converts a string to an atom."""
    del encoding
    return atom(binary)


@erlang.function(list_=E_LIST)
def list_to_pid(list_: Term) -> Term:
    """Converts a charlist such as '<0.104.0>' to a pid."""
    text = str(list_to_string(list_))
    return pid_of(text[1:-1] if text[:1] == "<" and text[-1:] == ">" else "")


@erlang.function(pid=E_PID)
def pid_to_list(pid: Term) -> Term:
    """Converts a pid to a charlist."""
    return List(map(ord, inspect(pid).removeprefix("#PID")))


@erlang.function(list_=E_LIST)
def list_to_atom(list_: Term) -> Term:
    """Converts a charlist to an atom."""
    return atom(str(list_to_string(list_)))


@erlang.function(list_=E_LIST)
def list_to_tuple(list_: Term) -> Term:
    """Converts a list to a tuple."""
    return tuple(list_.items)


@erlang.function()
def tuple_to_list(tuple_: Term) -> Term:
    """Converts a tuple to a list."""
    if type(tuple_) is not tuple:
        raise ArgumentError.at(1, "not a tuple")
    return List(tuple_)


@erlang.function()
def append_element(tuple_: Term, element: Term) -> Term:
    """Appends an element to a tuple."""
    return (*tuple_, element)


@erlang.function(cost=Cost.WAITS)
def error(reason: Term, args: Term = MISSING) -> Term:
    """Raises an error with a reason."""
    del args
    struct = normalized(reason)
    raise ErlangError(reason) if struct is None else VmError(struct, reason)


@erlang.function(name="apply", cost=Cost.WAITS)
def apply_(module: Term, function: Term, args: Term = MISSING) -> Term:
    """Calls a function with a list of arguments."""
    if args is MISSING:
        return caller(module, len(function.items))(*function.items)
    return modules.apply(module, function, args)


@erlang.function()
def system_time(unit: Term = A.native) -> Term:
    """Returns the time since 1970 in a unit, by default nanoseconds."""
    return system.system_time(unit)


@erlang.function()
def monotonic_time(unit: Term = A.native) -> Term:
    """Returns a time that never goes back, in a unit, by default nanoseconds."""
    return system.monotonic_time(unit)


@erlang.function()
def unique_integer(modifiers: Term = EMPTY_LIST) -> Term:
    """Returns an integer that is unique in this runtime."""
    return system.unique_integer(modifiers)


# What OTP 25 answers on a machine of 64 bits; there are no ports here.
_LIMITS = {
    A.atom_limit: 1048576, A.ets_limit: 8192, A.port_count: 0, A.port_limit: 65536,
    A.process_limit: 262144, A.wordsize: 8,
}  # fmt: skip


@erlang.function(name="system_info", item=E_ATOM)
def system_info(item: Term) -> Term:
    """Returns an item of information about the system."""
    if item is A.process_count:
        return len(process.list_())
    if item in (A.schedulers, A.schedulers_online, A.logical_processors):
        return system.schedulers()
    if item is A.otp_release:
        return List(map(ord, "25"))
    if item in _LIMITS:
        return _LIMITS[item]
    if item is A.ets_count:
        return len(runtime_ets.all_())
    raise ArgumentError.at(1, "invalid system info item")


@erlang.function()
def md5(data: Term) -> Term:
    """Returns the MD5 digest of iodata."""
    return text(hashlib.md5(gathered(data), usedforsecurity=False).digest())


@erlang.function(name="whereis", cost=Cost.SHORT)
def whereis(name: Term) -> Term:
    """Returns the pid registered under a name, or `:undefined`."""
    return process.whereis(name) or A.undefined


@erlang.function(name="start_timer", cost=Cost.SHORT)
def start_timer(time: Term, dest: Term, message: Term) -> Term:
    """Sends `{:timeout, ref, message}` after a number of milliseconds; returns the timer."""
    return process.send_after(dest, (A.timeout, current().runtime.make_ref(), message), time)


@erlang.function(name="send_after", cost=Cost.SHORT)
def send_after(time: Term, dest: Term, message: Term) -> Term:
    """Sends a message after a number of milliseconds; returns a timer reference."""
    return process.send_after(dest, message, time)


@erlang.function(name="cancel_timer", cost=Cost.SHORT)
def cancel_timer(ref: Term) -> Term:
    """Cancels a timer; returns the milliseconds left, or false if it has expired."""
    return process.cancel_timer(ref)


@erlang.function(name="monitor", cost=Cost.SHORT)
def monitor(kind: Term, item: Term) -> Term:
    """Monitors a process: the caller gets `:DOWN` when it terminates; returns the reference."""
    del kind
    return process.monitor(item)


@erlang.function(name="alias", cost=Cost.SHORT)
def alias_(options: Term = EMPTY_LIST) -> Term:
    """Creates an alias of the calling process: a reference that messages can be sent to."""
    if type(options) is not List or not options.proper:
        raise ArgumentError.at(1, "not a list")
    return process.alias(*options)


@erlang.function(name="unalias", cost=Cost.SHORT)
def unalias(alias: Term) -> Term:
    """Deactivates an alias."""
    return process.unalias(alias)


@erlang.function(name="process_info", cost=Cost.WAITS)
def process_info(pid: Term, item: Term = MISSING) -> Term:
    """Returns information about a process, or one item; `:undefined` if it is dead."""
    found = process.info(pid) if item is MISSING else process.info(pid, item)
    return A.undefined if found is None else found


@erlang.function(name="processes", cost=Cost.LOOPS)
def processes() -> Term:
    """Returns the pids of all processes."""
    return List(process.list_())


@erlang.function(name="is_process_alive", cost=Cost.WAITS)
def is_process_alive(pid: Term) -> Term:
    """Tells whether a process is alive."""
    return process.alive(pid)


@os_.function(name="system_time")
def os_system_time(unit: Term = A.native) -> Term:
    """Returns the time since 1970 in a unit, by default nanoseconds."""
    return system.system_time(unit)


@os_.function(name="type")
def type_() -> Term:
    """Returns the family of the operating system."""
    return A.unix, A.linux


def _formatted(pattern: Any, args: Any) -> List:
    """Return terms formatted by an Erlang format string, as chardata."""
    from kvshell.elixir.library.erlang.formats import formatted  # noqa: PLC0415  # rare

    format_ = pattern if type(pattern) is str else str(list_to_string(pattern))
    return List(formatted(format_, list(args.items)))


@io_.function(name="format")
def format_(pattern: Term, args: Term = EMPTY_LIST) -> Term:
    """Prints terms with an Erlang format string."""
    output.write(A.stdio, str(list_to_string(_formatted(pattern, args))))
    return A.ok


@io_.function(name="format")
def format_to(io_device: Term, pattern: Term, args: Term) -> Term:
    """Prints terms to a device with an Erlang format string."""
    output.write(_device(io_device), str(list_to_string(_formatted(pattern, args))))
    return A.ok


io_.alias("fwrite", format_)
io_.alias("fwrite", format_to)


def _device(term: Any) -> Any:
    return {A.standard_io: A.stdio, A.standard_error: A.stderr, A.user: A.stdio}.get(term, term)


@io_.function()
def put_chars(io_device: Term, chars: Term = MISSING) -> Term:
    """Writes chardata to a device; returns `:ok`."""
    device, chars = (A.stdio, io_device) if chars is MISSING else (_device(io_device), chars)
    output.write(device, str(list_to_string(List((chars,)))))
    return A.ok


@io_.function()
def nl(io_device: Term = A.standard_io) -> Term:
    """Writes a newline to a device; returns `:ok`."""
    output.write(_device(io_device), "\n")
    return A.ok


@io_.function(name="write")
def write_term(io_device: Term, term: Term = MISSING) -> Term:
    """Writes a term in Erlang's syntax to a device; returns `:ok`."""
    from kvshell.elixir.library.erlang.formats import erlang_text  # noqa: PLC0415  # rare

    device, term = (A.stdio, io_device) if term is MISSING else (_device(io_device), term)
    output.write(device, erlang_text(term, strings=False))
    return A.ok


@io_lib.function(name="format")
def to_chars(pattern: Term, args: Term) -> Term:
    """Formats terms with an Erlang format string, as chardata."""
    return _formatted(pattern, args)


@io_lib.function(name="fwrite")
def fwrite_chars(pattern: Term, args: Term) -> Term:
    """Formats terms with an Erlang format string, as chardata."""
    return _formatted(pattern, args)


@io_lib.function(name="nl")
def newline() -> Term:
    """Returns a newline as a charlist."""
    return List((10,))


def _written(name: str, strings: bool) -> None:
    def function(term: Term) -> Term:
        """Returns a term in Erlang's syntax, as a charlist."""
        from kvshell.elixir.library.erlang.formats import erlang_text  # noqa: PLC0415  # rare

        return List(map(ord, erlang_text(term, strings)))

    io_lib.function(name=name)(function)


_written("print", strings=True)
_written("write", strings=False)
_written("write_atom", strings=False)
_written("write_string", strings=True)
