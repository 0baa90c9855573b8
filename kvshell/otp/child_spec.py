"""Child specifications: how a supervisor starts, restarts and ends one child."""

from typing import NamedTuple

from kvshell.otp import code
from kvshell.terms import A, Atom, List, Map, Term


class ChildSpec(NamedTuple):
    """One specification. `start` is `{module, function, args}`; `shutdown` is milliseconds,
    `:infinity` or `:brutal_kill`; `restart` is permanent, transient or temporary.
    """  # noqa: D205

    id: Term
    start: tuple[Atom, Atom, List]
    restart: Atom = A.permanent
    shutdown: Term = 5000
    type: Atom = A.worker

    @property
    def modules(self) -> List:
        """The callback module, as which_children shows it."""
        return List((self.start[0],))

    def run(self) -> Term:
        """Call the start function. Runs in the supervisor. Receive point."""
        return code.apply(*self.start)

    def as_term(self) -> Term:
        """Return the tuple a DynamicSupervisor is sent."""
        return (self.start, self.restart, self.shutdown, self.type, self.modules)

    @classmethod
    def of_term(cls, spec: Term) -> "ChildSpec":
        """Read back what `as_term` made."""
        start, restart, shutdown, kind, _modules = spec
        return cls(A.undefined, start, restart, shutdown, kind)


def child_spec(spec: object) -> "ChildSpec | None":
    """Return a ChildSpec for one, or for `%{id: 1, start: {M, :f, []}}`; else None."""
    if isinstance(spec, ChildSpec):
        return spec
    if isinstance(spec, dict):
        spec = Map(
            {Atom(key) if isinstance(key, str) else key: value for key, value in spec.items()}
        )
    if not isinstance(spec, Map):
        return None
    start = spec.get(A.start)
    if A.id not in spec or type(start) is not tuple or len(start) != 3:
        return None
    kind = spec.get(A.type, A.worker)
    return ChildSpec(
        spec.get(A.id),
        start,
        spec.get(A.restart, A.permanent),
        spec.get(A.shutdown, 5000 if kind is A.worker else A.infinity),
        kind,
    )
