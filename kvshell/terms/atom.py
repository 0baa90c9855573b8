"""Atom: an interned name, compared by identity.

`nil`, `true` and `false` are None, True and False, never an Atom. A module alias is the atom
`Elixir.KV.Registry`, as on the BEAM. `A.ok` is `Atom("ok")` and, since it is a dotted name, a value
pattern: `case (A.create, name):`.
"""

from keyword import iskeyword

from kvshell.terms.values import TermBase

_CONSTANTS = {"nil": None, "true": True, "false": False}


class Atom(TermBase):
    """The atom called `name`; atoms with the same name are the same object."""

    __slots__ = ("name",)
    name: str
    _interned: "dict[str, Atom]" = {}  # noqa: RUF012  # setdefault is atomic: no lock, no copy

    def __new__(cls, name: str) -> "Atom":
        """Return the unique atom called `name`."""
        known = cls._interned.get(name)
        if known is not None:
            return known
        if name in _CONSTANTS:
            raise ValueError(f":{name} is {_CONSTANTS[name]} in Python, not an Atom")
        if type(name) is not str or len(name) > 255:
            raise ValueError("an atom is named by a str of at most 255 characters")
        name.encode()
        made = object.__new__(cls)
        object.__setattr__(made, "name", name)
        return cls._interned.setdefault(name, made)

    def __setattr__(self, attribute: str, value: object) -> None:
        raise AttributeError("atoms are immutable")

    def __reduce__(self) -> "tuple[type[Atom], tuple[str]]":
        return Atom, (self.name,)

    def __copy__(self) -> "Atom":
        return self

    def __deepcopy__(self, memo: object) -> "Atom":
        return self


def atom(name: str) -> Atom | bool | None:
    """Return the term Elixir writes as `:name`: an Atom, or None, True, False for those names."""
    return _CONSTANTS[name] if name in _CONSTANTS else Atom(name)


def alias(name: str) -> Atom:
    """Return the atom of the module `name`: `alias("KV.Registry")` is `:"Elixir.KV.Registry"`."""
    return Atom("Elixir." + name)


class _Atoms:
    """The namespace `A`: each attribute is created once and cached in the instance dictionary.

    A trailing underscore, as in Python keywords, is dropped: `A.global_` is `:global`.
    """

    def __getattr__(self, name: str) -> Atom:
        if name in _CONSTANTS:
            raise AttributeError(f":{name} is {_CONSTANTS[name]} in Python")
        if name.startswith("__") and name not in {"__struct__", "__exception__"}:
            raise AttributeError(name)
        spelled = name[:-1] if name.endswith("_") and iskeyword(name[:-1]) else name
        made = Atom(spelled)
        self.__dict__[name] = made
        return made


A = _Atoms()
