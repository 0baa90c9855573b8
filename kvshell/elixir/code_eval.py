"""Code.eval_string: runs source text in the calling process, with its own bindings."""

from typing import Any

from kvshell.elixir.evaluate import Evaluator
from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.kinds import LIST
from kvshell.elixir.library.registry import EMPTY_LIST, Cost, Library
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, Atom, List, Term

code = Library.of("Code", Cost.WAITS)


@code.function(binding=LIST, opts=LIST, cost=Cost.WAITS)
def eval_string(string: Term, binding: Term = EMPTY_LIST, opts: Term = EMPTY_LIST) -> Term:
    """Runs source text with bindings; returns `{value, bindings}`."""
    modules = current().runtime.code
    assert isinstance(modules, ElixirCode)
    names: dict[str, Term] = {name.name: value for name, value in binding.items}
    given: Any = option(opts, A.file, "nofile")
    evaluator = Evaluator(modules, names, given)
    value = evaluator.evaluate(_text(string), option(opts, A.line, 1), [])
    return value, List((Atom(name), each) for name, each in names.items())


def _text(string: Any) -> str:
    return string if type(string) is str else "".join(map(chr, string))
