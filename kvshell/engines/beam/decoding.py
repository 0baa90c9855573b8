"""`Decoder`: converts terms described by a node into kvshell's own.

A node sends a term as a frame: small integers, texts and `[]` directly, everything else as a tag
and its parts. A pid or a reference is identified by its text on the node; equal texts give the same
object as long as the node lives.
"""

import re
from collections.abc import Iterable
from typing import Final

from kvshell.engines.beam.packets import Frame, PacketError
from kvshell.terms import Atom, Capture, Function, List, Map, Opaque, Pid, Ref, Term
from kvshell.terms.values import Elsewhere, Foreign

_LOCAL_PID: Final = re.compile(r"#PID<0\.(\d+)\.0>")
_FUNCTION: Final = re.compile(r"#Function<(\d+)\.(\d+)/(\d+) in (.+)>")
REFERENCE: Final = re.compile(r"#Reference<[\d.]+>")
_SPECIAL: Final = {"nil": None, "true": True, "false": False}


class Decoder:
    """Converts the frames of one node into terms.

    With `as_here`, for comparisons, references are renumbered to be as long as kvshell's own, so
    that lines break at the same places, and stacks are empty, as kvshell's are. With `as_terms`, a
    value is decoded to a term even if the node prints it differently.
    """

    def __init__(self, *, as_here: bool = False, as_terms: bool = False) -> None:
        self.as_here = as_here
        self.as_terms = as_terms
        self._pids: dict[str, Pid] = {}
        self._refs: dict[str, Ref] = {}
        self._there: dict[str, str] = {}  # local text -> text on the node

    def term(self, frame: Frame) -> Term:
        """Return the term that `frame` describes.

        Raises:
            PacketError: the frame does not describe a term.
        """
        match frame:
            case int() | str() | bytes():
                return frame
            case []:
                return List()
            case ("a", str() as name):
                return _SPECIAL[name] if name in _SPECIAL else Atom(name)
            case ("p", str() as text):
                return self.pid(text)
            case ("r", str() as text):
                return self.ref(text)
            case ("t", list() as items):
                return tuple(map(self.term, items))
            case ("l", list() as items):
                terms = [self.term(item) for item in items]
                return List() if self.as_here and all(map(_is_frame, terms)) else List(terms)
            case ("l", list() as items, tail):
                return List(map(self.term, items), self.term(tail))
            case ("m", list() as items):
                terms = [self.term(item) for item in items]
                return Map(zip(terms[::2], terms[1::2], strict=True))
            case ("i", str() as digits):
                return int(digits)
            case ("d", str() as digits):
                return float(digits)
            case ("f", str() as text):
                return _function(text)
            case ("x", str() as text):
                return Opaque(Foreign(text))
            case _:
                raise PacketError(f"no term: {str(frame)[:60]}")

    def pid(self, text: str) -> Pid:
        """Return the pid that the node prints as `text`."""
        pid = self._pids.get(text)
        if pid is None:
            local = _LOCAL_PID.fullmatch(text)
            number = int(local[1]) if local else Elsewhere(int(text.split(".")[1]), text)
            pid = self._pids[text] = Pid(number)
        return pid

    def ref(self, text: str) -> Ref:
        """Return the reference that the node prints as `text`."""
        ref = self._refs.get(text)
        if ref is None:
            if self.as_here:
                ref = Ref(len(self._refs) + 1)
                self._there[ref.text] = text
            else:
                ref = Ref(Elsewhere(int(text.removesuffix(">").rpartition(".")[2]), text))
            self._refs[text] = ref
        return ref

    def lengthen(self, shown: Iterable[str]) -> bool:
        """Lengthen the local form of the references in `shown` by a digit; False if there are none.

        The length of a local number depends on the number of earlier calls, and determines where a
        table cell breaks.
        """
        known = [(text, self._there.pop(text)) for text in set(shown) if text in self._there]
        for _text, there in known:
            ref = self._refs[there]
            ref.number += 10 ** len(str(ref.number))
            self._there[ref.text] = there
        return bool(known)

    def here(self, text: str) -> str:
        """Return a text from the node with its references in their local form."""
        return REFERENCE.sub(lambda found: self.ref(found[0]).text, text) if self.as_here else text

    def there(self, text: str) -> str:
        """Return a text typed here with its references as the node prints them."""
        return REFERENCE.sub(lambda found: self._there.get(found[0], found[0]), text)


def _is_frame(term: Term) -> bool:
    """Whether a term is a stack frame: `{Module, :function, arity, [file: ...]}`."""
    match term:
        case (Atom(), Atom(), int() | List(), List()):
            return True
        case _:
            return False


def _function(text: str) -> Term:
    found = _FUNCTION.fullmatch(text)
    if found is None:
        return Opaque(Foreign(text))
    index, uniq, arity, place = found.groups()
    return Function(Capture(place, int(index), int(uniq), int(arity), _not_here))


def _not_here(*_arguments: Term) -> Term:
    raise TypeError("a function of another VM cannot be called here")
