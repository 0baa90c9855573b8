"""IO and IO.ANSI."""

from typing import Any

from kvshell.elixir.library import output
from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.failures import failure, no_clause
from kvshell.elixir.library.kernel.inspecting import printer_of, width_of
from kvshell.elixir.library.protocols import list_to_string, octets, text, to_string
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Cost, Library
from kvshell.terms import A, ArgumentError, Atom, List, Pid, Term
from kvshell.terms.list import PROPER

io = Library("IO", Cost.WAITS)
ansi = Library("IO.ANSI")


def chardata(item: Any) -> Any:
    """Return chardata, or a term that implements String.Chars, as a binary for a device."""
    try:
        made = list_to_string(item) if type(item) is List else to_string(item)
    except ArgumentError:
        made = b""
    if type(made) is not str:
        raise ArgumentError.at(2, "not valid character data (an iodata term)")
    return made


def _device(name: str, given: tuple[Any, Any]) -> None:
    if type(given[0]) not in {Atom, Pid}:
        tried = f"def {name}(device, item) when -is_atom(device)- or -is_pid(device)-"
        raise no_clause("IO", name, given, tried)


@io.function()
def puts(device: Term, item: Term = MISSING) -> Term:
    """Writes an item and a newline to a device; returns `:ok`."""
    if item is MISSING:
        device, item = A.stdio, device
    _device("puts", (device, item))
    output.write(device, chardata(item) + "\n")
    return A.ok


@io.function()
def write(device: Term, item: Term = MISSING) -> Term:
    """Writes an item to a device; returns `:ok`."""
    if item is MISSING:
        device, item = A.stdio, device
    _device("write", (device, item))
    output.write(device, chardata(item))
    return A.ok


@io.function()
def binwrite(device: Term, item: Term = MISSING) -> Term:
    """Writes iodata to a device; returns `:ok`."""
    return write(device, item)


@io.function()
def inspect(device: Term, item: Term = MISSING, opts: Term = MISSING) -> Term:
    """Inspects a term and writes it to a device, after an optional `:label`; returns the term."""
    if item is MISSING:
        device, item, opts = A.stdio, device, EMPTY_LIST
    elif opts is MISSING:
        device, item, opts = A.stdio, device, item
    if type(opts) is not List or type(device) not in {Atom, Pid}:
        atom = "is_atom(device)" if type(device) is Atom else "-is_atom(device)-"
        pid = "is_pid(device)" if type(device) is Pid else "-is_pid(device)-"
        options = "is_list(opts)" if type(opts) is List else "-is_list(opts)-"
        tried = f"def inspect(device, item, opts) when {atom} or {pid} and {options}"
        raise no_clause("IO", "inspect", (device, item, opts), tried)
    label = option(opts, A.label)
    front = "" if label is None else f"{chardata(label)}: "
    output.write(device, front + printer_of(opts).text(item, width_of(opts)) + "\n")
    return item


@io.function()
def warn(message: Term, stacktrace: Term = EMPTY_LIST) -> Term:
    """Writes a warning to standard error; returns `:ok`."""
    del stacktrace
    output.write(A.stderr, f"warning: {chardata(message)}\n")
    return A.ok


@io.function()
def gets(device: Term, prompt: Term = MISSING) -> Term:
    """Reads a line of the input of `capture_io`; the prompt itself cannot be read from."""
    asked = chardata(device if prompt is MISSING else prompt)
    line = output.read_line(asked)
    if line is not None:
        return line
    raise failure("CommandError", "IO.gets is not part of this shell's Elixir: help elixir")


@io.function(cost=Cost.LOOPS)
def chardata_to_string(chardata: Term) -> Term:
    """Converts chardata to a string."""
    if type(chardata) not in {str, bytes, List}:
        raise no_clause(
            "IO",
            "chardata_to_string",
            (chardata,),
            "def chardata_to_string(string) when -is_binary(string)-",
            "def chardata_to_string(list) when -is_list(list)-",
        )
    return list_to_string(chardata) if type(chardata) is List else chardata


@io.function(cost=Cost.LOOPS)
def iodata_to_binary(iodata: Term) -> Term:
    """Converts iodata to a binary."""
    return text(gathered(iodata))


@io.function(cost=Cost.LOOPS)
def iodata_length(iodata: Term) -> Term:
    """Returns the number of bytes of iodata."""
    return len(gathered(iodata))


def gathered(iodata: Any) -> bytes:
    """Return iodata as Python bytes."""
    if type(iodata) in {str, bytes}:
        return octets(iodata)
    parts: list[bytes] = []
    todo = [iodata]
    while todo:
        each = todo.pop()
        if type(each) is List:
            if each.last is not PROPER:
                todo.append(each.last)
            todo.extend(reversed(each.items))
        elif type(each) in {str, bytes}:
            parts.append(octets(each))
        elif type(each) is int and 0 <= each <= 255:
            parts.append(bytes((each,)))
        else:
            raise ArgumentError.at(1, "not an iodata term")
    return b"".join(parts)


_CODES = {
    **{
        name: str(30 + i)
        for i, name in enumerate(
            ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]
        )
    },
    **{
        f"{name}_background": str(40 + i)
        for i, name in enumerate(
            ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]
        )
    },
    **{
        f"light_{name}": str(90 + i)
        for i, name in enumerate(
            ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]
        )
    },
    "reset": "0",
    "bright": "1",
    "faint": "2",
    "italic": "3",
    "underline": "4",
    "blink_slow": "5",
    "inverse": "7",
    "normal": "22",
    "no_underline": "24",
    "default_color": "39",
}


def _colour(name: str, code: str) -> None:
    def sequence() -> Term:
        """Returns the ANSI escape sequence for this style."""
        return f"\x1b[{code}m"

    ansi.function(name=name)(sequence)


for _name, _code in _CODES.items():
    _colour(_name, _code)


@ansi.function(name="enabled?")
def enabled() -> Term:
    """Tells whether ANSI escape sequences are printed: never in this shell."""
    return False


@ansi.function(name="format", cost=Cost.LOOPS)
def format_(ansidata: Term, emit: Term = False) -> Term:
    """Formats chardata with the names of colours replaced by ANSI escape sequences."""
    return _formatted(ansidata, emit is True, reset=True)


@ansi.function(cost=Cost.LOOPS)
def format_fragment(ansidata: Term, emit: Term = False) -> Term:
    """Like `format/2`, but without a reset at the end."""
    return _formatted(ansidata, emit is True, reset=False)


def _formatted(ansidata: Any, emit: bool, reset: bool) -> Any:
    made: Any = List()
    used = False
    todo = [ansidata]
    while todo:
        each = todo.pop()
        if type(each) is List:
            todo.extend(reversed(each.items))
        elif type(each) is Atom:
            if each.name not in _CODES:
                raise ArgumentError(f"invalid ANSI sequence specification: {each!r}")
            if emit:
                made = List((made, f"\x1b[{_CODES[each.name]}m"), PROPER)
                used = True
        else:
            made = List((made,), each) if type(each) is str else List((made, each))
    return List((made,), "\x1b[0m") if used and reset else made
