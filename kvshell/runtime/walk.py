"""Walk: the order in which first, next and foldl visit the keys of a hashed table.

A dict keeps the order of insertion but cannot say what follows a key. So the first traversal of a
table makes a Walk, and from then on writers keep it: a new key gets the next place, a deleted one
leaves a hole. All runs under the table's lock.
"""

from collections.abc import Iterable
from typing import Any, Final

_HOLE: Final = object()
_SLACK = 32  # holes that are not worth closing


class Walk:
    """The forms of the keys, oldest first, and the place of each."""

    __slots__ = ("_forms", "_places", "_start", "fixed")

    def __init__(self, forms: Iterable[Any]) -> None:
        self.fixed = 0  # traversals under way that hold a place: no hole is closed
        self._fill(forms)

    def _fill(self, forms: Iterable[Any]) -> None:
        self._forms = list(forms)
        self._places = {form: place for place, form in enumerate(self._forms)}
        self._start = 0  # before it there are only holes

    def add(self, form: Any) -> None:
        """Give a new key the next place."""
        if form not in self._places:
            self._places[form] = len(self._forms)
            self._forms.append(form)

    def drop(self, form: Any) -> None:
        """Leave a hole where a key was."""
        place = self._places.pop(form, None)
        if place is not None:
            self._forms[place] = _HOLE

    def clear(self) -> None:
        """Leave holes only, or nothing."""
        for form in list(self._places):
            self.drop(form)

    def place(self, form: Any) -> int:
        """Return the place of a key.

        Raises:
            KeyError: it is not in the table.
        """
        return self._places[form]

    def after(self, place: int) -> int | None:
        """Return the first place after `place` that is no hole; None at the end."""
        if not self.fixed and len(self._forms) > 2 * len(self._places) + _SLACK:
            place = self._close_holes(place)
        for following in range(max(place + 1, self._start), len(self._forms)):
            if self._forms[following] is not _HOLE:
                if place < self._start:
                    self._start = following
                return following
        return None

    def _close_holes(self, place: int) -> int:
        """Number the keys anew; return where `place` is now."""
        before = sum(at <= place for at in self._places.values())
        self._fill(self._places)
        return before - 1

    def form(self, place: int) -> Any:
        """Return the form of the key at a place that `after` has just returned."""
        return self._forms[place]
