"""Commands for the shell's own messages, links and processes, one per function of Process."""

from typing import Final

from kvshell.commands.table.row import MESSAGE, PROCESS, REFERENCE, Command, Example
from kvshell.systems.designs.signals import Signal

STORE: Final = ("create store s1",)

ROWS: Final = (
    Command(
        path=("send",),
        params=(PROCESS, MESSAGE),
        summary="send a plain message to a process",
        doc="""`send/2`: the message as it is, where `cast` puts it into an envelope. A server gets
it in `handle_info`. Answers the message, also when the process is dead; a name that nobody has is
an error. `spawn` makes a process that only collects what is sent to it.""",
        answers="the message",
        examples=(
            Example("send p :ping", ":ping", setup=("p = spawn",)),
            Example(
                "mailbox p",
                "nr  kind  message  from\n 1  info  :ping    -",
                setup=("p = spawn", "send p :ping"),
            ),
        ),
        elixir="send(<process>, <message>)",
        python="process.send(<process>, <message>)",
        effects="cast",
        handler="messages.send",
        runs_as_elixir=True,
        sends=(Signal("shell", "<process>", "message", "<message>: the shell goes on"),),
        search=("Kernel.send", "message", "handle_info", "tell", "bang", "!"),
        see=("cast", "spawn", "mailbox"),
    ),
    Command(
        path=("spawn",),
        params=(),
        summary="start a process that only collects messages",
        doc="""It has no behaviour and handles nothing: whatever is sent to it stays in its mailbox,
and an exit signal ends it. Bind its pid to a name, as in `p = spawn`.""",
        answers="#PID<..>",
        examples=(
            Example("spawn", "#PID<...>"),
            Example("kill p", "true", setup=("p = spawn",)),
        ),
        elixir="spawn(fn -> Process.sleep(:infinity) end)",
        python="process.spawn(waits)",
        effects="spawn",
        handler="messages.spawn",
        runs_as_elixir=True,
        sends=(Signal("shell", "a process", "spawn", "no link: nobody watches it"),),
        search=("Kernel.spawn", "process", "start", "new", "actor"),
        see=("send", "link", "mailbox"),
    ),
    Command(
        path=("link",),
        params=(PROCESS,),
        summary="link this shell to a process: who dies takes the other along",
        doc="""When a linked process ends for another reason than `:normal`, the shell dies of it
and begins anew, with a new pid and without bindings; and when the shell dies, so does the process.
Answers `true`; a dead process is an error.""",
        answers="true",
        examples=(
            Example("link p", "true", setup=("p = spawn",)),
            Example(
                "link p",
                "** (ErlangError) Erlang error: :noproc:\n\n"
                "  * 1st argument: the pid does not refer to an existing process",
                setup=("p = spawn", "kill p"),
                note="nobody can be linked to the dead",
            ),
        ),
        elixir="Process.link(<process>)",
        python="process.link(<process>)",
        effects="none",
        handler="messages.link",
        runs_as_elixir=True,
        sends=(Signal("shell", "<process>", "signal", "link: the death of one ends the other"),),
        search=("Process.link", "supervise", "bind", "trap_exit", "couple"),
        see=("unlink", "monitor", "exit"),
    ),
    Command(
        path=("unlink",),
        params=(PROCESS,),
        summary="remove the link between this shell and a process",
        doc="Answers `true`, also when there is no link. The death of one leaves the other alone.",
        answers="true",
        examples=(
            Example("unlink p", "true", setup=("p = spawn", "link p")),
            Example("kill p", "true", setup=("p = spawn", "link p", "unlink p")),
        ),
        elixir="Process.unlink(<process>)",
        python="process.unlink(<process>)",
        effects="none",
        handler="messages.unlink",
        runs_as_elixir=True,
        sends=(Signal("shell", "<process>", "signal", "unlink"),),
        search=("Process.unlink", "decouple", "detach"),
        see=("link",),
    ),
    Command(
        path=("demonitor",),
        params=(REFERENCE,),
        summary="stop being told of the death of a process",
        doc="""Takes what `monitor` answered, bound to a name. No `:DOWN` comes afterwards; one that
came already stays in the mailbox.""",
        answers="true",
        examples=(
            Example("demonitor $r", "true", setup=(*STORE, "r = monitor s1")),
            Example("flush", ":ok", setup=(*STORE, "r = monitor s1", "demonitor $r", "kill s1")),
        ),
        elixir="Process.demonitor(<reference>)",
        python="process.demonitor(<reference>)",
        effects="none",
        handler="messages.demonitor",
        runs_as_elixir=True,
        sends=(Signal("shell", "the process", "signal", "demonitor: no :DOWN will come"),),
        search=("Process.demonitor", "unwatch", "DOWN"),
        see=("monitor", "flush"),
    ),
)
