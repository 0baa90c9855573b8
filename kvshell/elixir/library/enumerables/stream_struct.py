"""The `%Stream{}` struct: an enumerable, and the lazy steps to apply when it is iterated."""

from collections.abc import Callable, Iterator
from typing import Any

from kvshell.elixir.library import protocols
from kvshell.elixir.library.calls import native
from kvshell.elixir.library.failures import is_struct
from kvshell.terms import A, Function, List, Map, Term
from kvshell.terms.printing.algebra import Doc
from kvshell.terms.printing.inspection import STRUCTS, Printer

Step = Callable[[Iterator[Any]], Iterator[Any]]
STREAM = protocols.STREAM


class _Lazy:
    """Stands for a step among the `funs` of a stream; it is iterated, never called."""

    __slots__ = ("step",)

    def __init__(self, step: Step) -> None:
        self.step = step

    def __call__(self, *_args: Any) -> Any:
        return None


def lazy(enumerable: Term, place: str, step: Step) -> Map:
    """Return `enumerable` as a stream with one more step; `place` is the origin the step prints."""
    fun = native(place, 1, _Lazy(step))
    if is_struct(enumerable, STREAM):
        return enumerable.put(A.funs, List((fun, *enumerable[A.funs].items)))  # type: ignore[no-any-return]  # a Map
    return Map(
        [
            (A.__struct__, STREAM),
            (A.accs, List()),
            (A.done, None),
            (A.enum, enumerable),
            (A.funs, List((fun,))),
        ]
    )


def _items(stream: Map) -> Iterator[Any]:
    items = protocols.iterate(stream[A.enum])
    for fun in reversed(stream[A.funs].items):
        code = fun.capture.code if type(fun) is Function else None
        if type(code) is _Lazy:
            items = code.step(items)
    return items


def _doc(printer: Printer, term: Map, limit: int, depth: int) -> Doc:
    shown = List(((A.enum, term[A.enum]), (A.funs, List(reversed(term[A.funs].items)))))
    return ("#Stream<", printer.doc(shown, limit, depth), ">")


STRUCTS[STREAM] = _doc
protocols.ENUMERABLE[STREAM] = _items
