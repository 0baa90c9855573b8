"""What a signal is, in a word or two: on its way, arriving, in a chart, in a sentence."""

from typing import Any, Final

from kvshell.otp.gen import GEN_CALL, GEN_CAST, SYSTEM
from kvshell.runtime.signals import arrive_down, arrive_end, arrive_exit, arrive_message
from kvshell.terms import A, Atom, Term, inspect

_LONGEST: Final = 44


def shortened(text: str, most: int = _LONGEST) -> str:
    """Return `text`, cut where it is long."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def shown(term: Term) -> str:
    """Return a term on one line; of a long tuple its tag."""
    text = inspect(term, width=None)
    if len(text) > _LONGEST and type(term) is tuple and term and type(term[0]) is Atom:
        return f"{{{inspect(term[0])}, …}}"
    return shortened(text)


def signal_word(arrive: Any, args: tuple[Any, ...]) -> str:
    """Say in a word or two what a signal is that arrives."""
    if arrive is arrive_message:
        return message_word(args[0])
    if arrive is arrive_down or arrive is arrive_end:
        return ":DOWN"
    if arrive is arrive_exit:
        return ":EXIT" if args[2] else f"exit signal {shown(args[1])}"
    return f"answer {shown(args[1])}"


def message_word(message: Term) -> str:
    """Say what a message is: a call or cast by its request."""
    match message:
        case (head, _, request) if head is GEN_CALL:
            return f"call {shown(request)}"
        case (head, request) if head is GEN_CAST:
            return f"cast {shown(request)}"
        case (head, _, request) if head is SYSTEM:
            return system_word(request)
        case _:
            return f"message {shown(message)}"


def system_word(request: Term) -> str:
    """Say what a system message asks for."""
    match request:
        case (A.terminate, _):
            return "stop"
        case _:
            return f"sys {shown(request)}"
