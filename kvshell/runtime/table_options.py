"""The options of `:ets.new`, and the heir that `:ets.setopts` may change later."""

from typing import Any, Final

from kvshell.runtime.record import Process
from kvshell.runtime.table_kinds import KINDS
from kvshell.terms import A, List, Pid, Term

INVALID: Final = "invalid options"
PROTECTIONS: Final = frozenset({A.public, A.protected, A.private})

Heir = tuple[Process, Term]


class InvalidOptionError(Exception):
    """An option that no table has; becomes an ArgumentError."""


class Options:
    """What a table is to be like, read from a list such as `[:named_table, {:keypos, 2}]`."""

    __slots__ = (
        "compressed", "decentralized_counters", "heir", "keypos", "kind", "named", "protection",
        "read_concurrency", "write_concurrency",
    )  # fmt: skip

    def __init__(self, options: List) -> None:
        self.kind = A.set
        self.protection = A.protected
        self.named = False
        self.compressed = False
        self.keypos = 1
        self.heir: Heir | None = None
        self.read_concurrency = False
        self.write_concurrency: Term = False
        self.decentralized_counters: bool | None = None
        for option in options:
            self._take(option)

    def _take(self, option: Term) -> None:
        match option:
            case A.named_table:
                self.named = True
            case A.compressed:
                self.compressed = True
            case (A.keypos, int() as keypos) if type(keypos) is int and keypos > 0:
                self.keypos = keypos
            case (A.read_concurrency, bool() as wanted):
                self.read_concurrency = wanted
            case (A.write_concurrency, bool() | A.auto as wanted):
                self.write_concurrency = wanted
            case (A.decentralized_counters, bool() as wanted):
                self.decentralized_counters = wanted
            case (A.heir, *_):
                self.heir = heir(option)
            case _ if option in KINDS:
                self.kind = option
            case _ if option in PROTECTIONS:
                self.protection = option
            case _:
                raise InvalidOptionError

    @property
    def counters(self) -> bool:
        """Whether the counters are decentralized: only with write_concurrency."""
        if self.write_concurrency is False:
            return False
        wanted = self.decentralized_counters
        return self.write_concurrency is A.auto if wanted is None else wanted


def heir(option: Term) -> Heir | None:
    """Read `{:heir, :none}` or `{:heir, pid, data}`; a dead heir is none.

    Raises:
        InvalidOptionError: it is neither.
    """
    match option:
        case (A.heir, A.none):
            return None
        case (A.heir, Pid() as pid, data):
            process: Any = pid.record
            return (process, data) if process is not None and process.alive else None
    raise InvalidOptionError


def only_heir(options: Term) -> list[Term]:
    """Read the second argument of setopts: nothing, or the heir, alone or as a list of one.

    Raises:
        InvalidOptionError: it is neither.
    """
    if type(options) is not List:
        return [options]
    if not options.proper or len(options) > 1:
        raise InvalidOptionError
    return list(options)
