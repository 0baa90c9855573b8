"""System messages: what every behaviour answers, suspended or not. Mirrors sys.erl's side."""

from typing import TYPE_CHECKING

from kvshell.otp.callbacks import From
from kvshell.otp.gen import GEN_CALL, GEN_CAST, reply
from kvshell.runtime.record import NOTHING, Process
from kvshell.runtime.report import reason_of
from kvshell.terms import A, Atom, List, Term, term

if TYPE_CHECKING:
    from kvshell.otp.server import Server

_ANCESTORS = Atom("$ancestors")


def handle_system(server: "Server", process: Process, from_: From, request: Term) -> None:
    """Handle `{:system, from, request}`. Runs in the process."""
    match request:
        case A.suspend:
            process.suspend()
            reply(from_, A.ok)
        case A.resume:
            process.resume()
            reply(from_, A.ok)
        case A.get_state:
            reply(from_, (A.ok, process.state))
        case (A.replace_state, function):
            _replace_state(process, from_, function)
        case A.get_status:
            reply(from_, _status(server, process))
        case A.step:
            _step(server, process, from_)
        case (A.terminate, reason):
            server.terminate(process, reason, (A.system, from_, request))
        case _:
            reply(from_, (A.error, (A.unknown_system_msg, request)))


def _replace_state(process: Process, from_: From, function: Term) -> None:
    try:
        process.state = term(function(process.state), "state")
    except Exception as error:  # noqa: BLE001  # a raising function leaves the state as it was
        reply(from_, (A.error, reason_of(error)[0]))
    else:
        reply(from_, (A.ok, process.state))


def _status(server: "Server", process: Process) -> Term:
    mode = A.suspended if process.suspended else A.running
    return (
        A.status,
        process.pid,
        (A.module, A.gen_server),
        List(
            (
                List([(_ANCESTORS, List(process.ancestors))]),
                mode,
                process.parent or process.pid,
                List(),
                List([(A.module, server.module), (A.state, process.state)]),
            )
        ),
    )


def _step(server: "Server", process: Process, from_: From) -> None:
    """Handle one message of a suspended process, which stays suspended; kvshell's own.

    Answers `{:ok, message, left}` or `:empty`. A call or cast is shown as its request.
    """
    message = _take(process)
    if message is NOTHING:
        reply(from_, A.empty)
        return
    try:
        server.handle(process, message)
    finally:
        left = sum(not process.is_urgent(queued) for queued in process.mailbox or ())
        reply(from_, (A.ok, request_of(message), left))


def _take(process: Process) -> Term:
    with process.lock:
        box = process.mailbox or ()
        for index, message in enumerate(box):
            if not process.is_urgent(message):
                assert process.mailbox is not None
                del process.mailbox[index]
                if process.runtime.ledger is not None:
                    process.runtime.ledger.taken(process, index)
                return message
    return NOTHING


def request_of(message: Term) -> Term:
    """Return the request inside a call or cast, any other message as it is."""
    match message:
        case (head, _, request) if head is GEN_CALL:
            return request
        case (head, request) if head is GEN_CAST:
            return request
    return message
