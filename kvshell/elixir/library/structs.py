"""The fields of the library's structs and exceptions with their defaults, in order."""

from collections.abc import Callable
from typing import Any

from kvshell.terms import A, Atom, Capture, Function, List, Map, alias

Fields = tuple[tuple[Atom, Any], ...]


def _all(text: str) -> Fields:
    return tuple((Atom(name), None) for name in text.split())


_document: list[Callable[[Any, Any], Any]] = []


def inspect_with(document: Callable[[Any, Any], Any]) -> None:
    """Set the function behind `Inspect.inspect/2`, which returns the algebra document of a term."""
    _document[:] = [document]


_INSPECT = Function(Capture("Inspect.inspect/2", -1, 0, 2, lambda *args: _document[0](*args)))
_FIELDS: dict[str, Fields] = {
    "Range": _all("first last step"),
    "MapSet": ((A.map, Map()), (A.version, 2)),
    "Task": _all("mfa owner pid ref"),
    "Stream": (*_all("enum"), (A.funs, List()), (A.accs, List()), (A.done, None)),
    "Regex": ((A.re_pattern, None), (A.source, ""), (A.opts, ""), (A.re_version, "")),
    "Date": ((A.calendar, alias("Calendar.ISO")), *_all("day month year")),
    "Time": ((A.calendar, alias("Calendar.ISO")), *_all("hour microsecond minute second")),
    "NaiveDateTime": (
        (A.calendar, alias("Calendar.ISO")),
        *_all("day hour"),
        (A.microsecond, (0, 0)),
        *_all("minute month second year"),
    ),
    "DateTime": (
        (A.calendar, alias("Calendar.ISO")),
        *_all("day hour"),
        (A.microsecond, (0, 0)),
        *_all("minute month second std_offset time_zone utc_offset year zone_abbr"),
    ),
    "Date.Range": _all("first last first_in_iso_days last_in_iso_days step"),
    "Version": (*_all("major minor patch"), (A.pre, List()), (A.build, None)),
    "URI": _all("scheme authority userinfo host port path query fragment"),
    "Inspect.Opts": (
        (A.base, A.decimal),
        (A.binaries, A.infer),
        (A.char_lists, A.infer),
        (A.charlists, A.infer),
        (A.custom_options, List()),
        (
            A.inspect_fun,
            Function(Capture("Inspect.inspect/2", -1, 0, 2, lambda *args: _document[0](*args))),
        ),
        (A.limit, 50),
        (A.pretty, False),
        (A.printable_limit, 4096),
        (A.safe, True),
        (A.structs, True),
        (A.syntax_colors, List()),
        (A.width, 80),
    ),
    "IO.Stream": ((A.device, None), (A.raw, True), (A.line_or_bytes, A.line)),
}
_EXCEPTIONS: dict[str, Fields] = {
    "RuntimeError": ((A.message, "runtime error"),),
    "ArgumentError": ((A.message, "argument error"),),
    "ArithmeticError": ((A.message, "bad argument in arithmetic expression"),),
    "SystemLimitError": ((A.message, "a system limit has been reached"),),
    "Enum.EmptyError": ((A.message, "empty error"),),
    "Enum.OutOfBoundsError": ((A.message, "out of bounds error"),),
    "KeyError": _all("key term message"),
    "MatchError": _all("term"),
    "CaseClauseError": _all("term"),
    "WithClauseError": _all("term"),
    "TryClauseError": _all("term"),
    "CondClauseError": (),
    "BadMapError": _all("term"),
    "BadBooleanError": _all("operator term"),
    "BadFunctionError": _all("term"),
    "BadStructError": _all("struct term"),
    "BadArityError": _all("args function"),
    "ErlangError": _all("original reason"),
    "FunctionClauseError": _all("module function arity kind args clauses"),
    "UndefinedFunctionError": _all("module function arity reason message"),
    "Protocol.UndefinedError": (
        (A.description, ""),
        (A.protocol, None),
        (A.value, None),
    ),
    "SyntaxError": _all("description file line column snippet"),
    "TokenMissingError": _all("description file line column snippet"),
    "CompileError": _all("description file line"),
    "Regex.CompileError": _all("message"),
    "System.EnvError": _all("env"),
    "Code.LoadError": _all("file message"),
    "File.Error": _all("action path reason"),
}


def names(*, exceptions: bool = False) -> list[str]:
    """Return the names of all structs, or only of the exceptions."""
    return sorted(_EXCEPTIONS if exceptions else {**_FIELDS, **_EXCEPTIONS})


def fields(module: Atom) -> Fields | None:
    """Return the fields of a library struct with their defaults, or None."""
    name = module.name.removeprefix("Elixir.")
    known = _FIELDS.get(name)
    if known is not None:
        return known
    known = _EXCEPTIONS.get(name)
    return None if known is None else ((A.__exception__, True), *known)


def is_exception_module(module: Atom) -> bool:
    """Whether the module is one of the library's exceptions."""
    return module.name.removeprefix("Elixir.") in _EXCEPTIONS
