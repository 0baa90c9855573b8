"""TermBase: the base of our own term classes; their `repr` is what iex would print."""

from collections.abc import Callable
from itertools import count
from typing import Any

_printer: list[Callable[[object], str]] = [object.__repr__]


class TermBase:
    """A term whose `repr` is its inspected text, so that failing assertions read like iex."""

    __slots__ = ()

    def __repr__(self) -> str:
        return _printer[0](self)


def print_with(printer: Callable[[object], str]) -> None:
    """Make every TermBase print through `printer`; inspection.py calls this on import."""
    _printer[0] = printer


_serials = count(1)


class Opaque(TermBase):
    """Wraps `value` without interpreting it; compared by identity, ordered by creation."""

    __slots__ = ("serial", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.serial = next(_serials)


class Bits(TermBase):
    """A bitstring that is not a whole number of bytes: `<<1::size(3)>>`.

    `octets` holds its `size` bits, padded with zeros to the next byte. Compared by value, like a
    binary.
    """

    __slots__ = ("octets", "size")

    def __init__(self, octets: bytes, size: int) -> None:
        self.octets = octets
        self.size = size

    def __eq__(self, other: object) -> bool:
        if type(other) is not Bits:
            return NotImplemented
        return self.size == other.size and self.octets == other.octets

    def __hash__(self) -> int:
        return hash((self.octets, self.size))


class Elsewhere(int):
    """The number of a pid or reference created by another VM; it prints as it does there."""

    text: str

    def __new__(cls, number: int, text: str) -> "Elsewhere":
        """Create the number `number`, printed as `text`."""
        made = super().__new__(cls, number)
        made.text = text
        return made


class Foreign:
    """The content of an Opaque for a value that only another VM can print."""

    def __init__(self, text: str) -> None:
        self.text = text


class Pid(TermBase):
    """A process identifier, compared by identity; the runtime creates one per process.

    Pids are ordered by number, as on the BEAM. In a search they are ordered by `path`, the position
    in the spawn tree, which is the same in all its runs; otherwise `path` is empty. `record`
    belongs to the runtime: its data about the process, or None for a pid that was never spawned.
    """

    __slots__ = ("__weakref__", "number", "path", "record")

    def __init__(self, number: int, path: tuple[int, ...] = ()) -> None:
        self.number = number
        self.path = path
        self.record: Any = None


NODE = "2849681648.2724265986"


class Ref(TermBase):
    """A reference, compared by identity; `number` orders and prints it."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    @property
    def text(self) -> str:
        """Return the printed form, which is as long as on the BEAM: lines then break alike."""
        number = self.number
        if type(number) is Elsewhere:
            return number.text
        return f"#Reference<0.{NODE}.{number}>"


class Capture(TermBase):
    """The code of one `fn` or `&`, and where it is defined; shared by the Functions made from it.

    `code` is called with the arguments of the call, then the closed-over values.
    """

    __slots__ = ("arity", "code", "index", "module_function", "never_waits", "uniq")

    def __init__(
        self,
        module_function: str,
        index: int,
        uniq: int,
        arity: int,
        code: Callable[..., Any],
        never_waits: bool = False,
    ) -> None:
        self.module_function = module_function
        self.index = index
        self.uniq = uniq
        self.arity = arity
        self.code = code
        self.never_waits = never_waits


class Function(TermBase):
    """A function value: `capture` and the values it closes over. Compared by identity."""

    __slots__ = ("args", "capture")

    def __init__(self, capture: Capture, args: tuple[Any, ...] = ()) -> None:
        self.capture = capture
        self.args = args

    def __call__(self, *call_args: Any) -> Any:
        """Run the code with the arguments of the call, then the closed-over values."""
        return self.capture.code(*call_args, *self.args)

    @property
    def never_waits(self) -> bool:
        """Whether the function is declared never to wait."""
        return self.capture.never_waits
