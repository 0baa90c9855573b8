"""Keyword.validate: checks the options of a function and fills in defaults."""

from typing import Any

from kvshell.elixir.library.collections.keyword import keyword
from kvshell.elixir.library.collections.map import one_line
from kvshell.elixir.library.kinds import ATOMS, LIST
from kvshell.elixir.library.registry import MISSING
from kvshell.terms import A, ArgumentError, List, Term


@keyword.function(keywords=LIST, values=LIST)
def validate(keywords: List, values: List) -> Term:
    """Checks options: `{:ok, options}` with defaults filled in, or `{:error, unknown_keys}`."""
    allowed: dict[Any, Any] = {}
    for each in values:
        name, default = each if type(each) is tuple and len(each) == 2 else (each, MISSING)
        if type(name) not in ATOMS:
            raise ArgumentError(
                "expected the second argument to be a list of atoms or tuples, got: "
                + one_line(each)
            )
        allowed[name] = default
    seen: set[Any] = set()
    wrong = []
    for name, _ in keywords:
        if name not in allowed or name in seen:
            wrong.append(name)
        seen.add(name)
    if wrong:
        return A.error, List(reversed(wrong))
    given = {name for name, _ in keywords}
    filled = [
        (name, default)
        for name, default in allowed.items()
        if default is not MISSING and name not in given
    ]
    return A.ok, List((*reversed(filled), *keywords)) if filled else keywords


@keyword.function(name="validate!", keywords=LIST, values=LIST)
def validate_or_raise(keywords: List, values: List) -> Term:
    """Returns the options with defaults filled in; raises ArgumentError for unknown ones."""
    answer, options = validate(keywords, values)
    if answer is A.ok:
        return options
    known = List(each[0] if type(each) is tuple else each for each in values)
    if all(name in known for name in options):
        raise ArgumentError(f"duplicate keys {one_line(options)} in {one_line(keywords)}")
    raise ArgumentError(
        f"unknown keys {one_line(options)} in {one_line(keywords)}, the allowed keys are:"
        f" {one_line(known)}"
    )
