"""OTP: the behaviours, using messages only; no locks here.

    from kvshell.otp import A, GenServer, gen_server
    from kvshell.runtime import Runtime

    class Counter(GenServer):
        def init(self, start):
            return (A.ok, start)

        def handle_call(self, request, from_, count):
            match request:
                case A.next:
                    return (A.reply, count, count + 1)

    with Runtime() as runtime, runtime.attach():
        ok, pid = gen_server.start(Counter, 0)
        gen_server.call(pid, A.next)  # 0

Each behaviour is a module, as in Elixir: gen_server, agent, supervisor, dynamic_supervisor,
registry, task, sys; process and ets are in kvshell.runtime. Everything sent or stored is a term:
kvshell.terms. `kvshell --load counter.py` starts the servers of a file in the shell.
"""

from kvshell.otp.gen.callbacks import From, GenServer
from kvshell.terms import A, Atom, List, Map, Pid, Ref, Term

__all__ = ["A", "Atom", "From", "GenServer", "List", "Map", "Pid", "Ref", "Term"]
