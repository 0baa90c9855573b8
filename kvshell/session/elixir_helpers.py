"""Support for IEx's helpers in a session: earlier answers, and files to compile."""

from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from kvshell.commands.result import Value
from kvshell.elixir.library.iex import helpers
from kvshell.elixir.library.registry import find_entry
from kvshell.elixir.syntax.nodes import Node, Quoted, is_call
from kvshell.terms import ArgumentError, Atom, Pid, Term, alias

if TYPE_CHECKING:
    from kvshell.session.client_context import ClientContext
    from kvshell.session.elixir_shell import ElixirShell

_HELPERS = alias("IEx.Helpers")
_KERNEL = alias("Kernel")


class ClientPrompt:
    """What IEx's helpers need of one client: its answers and its source files."""

    def __init__(self, client: "ClientContext", shell: "ElixirShell") -> None:
        self._client = client
        self._shell = shell

    def value(self, number: int) -> Term:
        """Return the answer of an earlier line; if it was a view, the term that iex stores then."""
        answer = self._client.answer(number)
        return answer.term if isinstance(answer, Value) else helpers.NOTHING_TO_SHOW

    def compile(self, path: str) -> list[Term]:
        """Compile a file and return the modules that it defines.

        Raises:
            CommandError: lines may not read files in this session.
            ArgumentError: there is no such file.
        """
        found = self._client.program(path)
        if not found.is_file():
            raise ArgumentError(f"could not find files {path}")
        return self._shell.compile(found)

    def source(self, module: Term) -> str | None:
        """Return the path of the file that a module was compiled from, or None."""
        found = self._shell.sources.get(module)
        return None if found is None else str(found)


_prompts: "WeakValueDictionary[Pid, ClientPrompt]" = WeakValueDictionary()
helpers.ask_with(_prompts.get)


def answer_in(pid: Pid, prompt: ClientPrompt) -> None:
    """Let the helpers that run in `pid` use `prompt`, which the caller must keep alive."""
    _prompts[pid] = prompt


def prepared(quoted: Quoted) -> Quoted:
    """Return the expression with the argument of `h`, `b`, `t` or `break!` quoted.

    These helpers take an expression, which must not be evaluated.
    """
    for helper, arity in (("h", 1), ("b", 1), ("t", 1), ("break!", 1), ("break!", 2)):
        if is_call(quoted, helper, arity):
            subject, *stops = quoted.args
            return Node(helper, [_subject(subject), *stops], quoted.line, quoted.column)
    return quoted


def _subject(asked: Quoted) -> Quoted:
    arity: Any = None
    if is_call(asked, "/", 2) and type(asked.args[1]) is int:
        asked, arity = asked.args
    if type(asked) is Node and type(asked.head) is Node and asked.head.head == ".":
        parts = asked.head.args or []
        if len(parts) == 2:
            return Node("{}", [parts[0], parts[1], arity])
    if type(asked) is Node and type(asked.head) is str and asked.head != "__aliases__":
        module = _HELPERS if find_entry(_HELPERS, asked.head, arity or 0) else _KERNEL
        if arity is None and asked.args:
            arity = len(asked.args)
        return Node("{}", [module, Atom(asked.head), arity])
    return asked
