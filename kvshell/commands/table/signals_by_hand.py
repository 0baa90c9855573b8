"""Commands for the shell's own messages, links and processes, one per function of `Process`."""

from typing import Final

from kvshell.commands.table.row import MESSAGE, PROCESS, REFERENCE, Command, Example
from kvshell.systems.designs.interactions import Interaction

STORE: Final = ("create store s1",)

ROWS: Final = (
    Command(
        path=("send",),
        params=(PROCESS, MESSAGE),
        summary="send a plain message to a process",
        doc="""`send/2`: sends the message as it is, whereas `cast` wraps it. A server gets it in
`handle_info`. Returns the message, even if the process is dead; an unregistered name is an error.
`spawn` starts a process that only collects messages.""",
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
        sends=(Interaction("shell", "<process>", "message", "<message>: the shell goes on"),),
        ends=True,
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
        python="process.spawn(lambda: process.receive(lambda _: False))",
        effects="spawn",
        handler="messages.spawn",
        runs_as_elixir=True,
        sends=(Interaction("shell", "a process", "spawn", "no link: no process monitors it"),),
        search=("Kernel.spawn", "process", "start", "new", "actor"),
        see=("send", "link", "mailbox"),
    ),
    Command(
        path=("link",),
        params=(PROCESS,),
        summary="link this shell to a process: if one dies, the other does, too",
        doc="""When a linked process ends for any reason except `:normal`, the shell dies with it
and starts again, with a new pid and no bindings; and when the shell dies, so does the process,
unless it traps exits. Returns `true`; linking to a dead process is an error.""",
        answers="true",
        examples=(
            Example("link p", "true", setup=("p = spawn",)),
            Example(
                "link p",
                "** (ErlangError) Erlang error: :noproc:\n\n"
                "  * 1st argument: the pid does not refer to an existing process",
                setup=("p = spawn", "kill p"),
                note="a dead process cannot be linked",
            ),
        ),
        elixir="Process.link(<process>)",
        python="process.link(<process>)",
        effects="none",
        handler="messages.link",
        runs_as_elixir=True,
        sends=(
            Interaction("shell", "<process>", "signal", "link: the death of one ends the other"),
        ),
        search=("Process.link", "supervise", "bind", "trap_exit", "couple"),
        see=("unlink", "monitor", "exit"),
    ),
    Command(
        path=("unlink",),
        params=(PROCESS,),
        summary="remove the link between this shell and a process",
        doc="Returns `true`, even if there was no link. After this, the death of one does not "
        "affect the other.",
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
        sends=(Interaction("shell", "<process>", "signal", "unlink"),),
        search=("Process.unlink", "decouple", "detach"),
        see=("link",),
    ),
    Command(
        path=("demonitor",),
        params=(REFERENCE,),
        summary="stop monitoring a process",
        doc="""Takes the reference that `monitor` returned, bound to a name. No `:DOWN` will arrive;
one that has already arrived stays in the mailbox.""",
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
        sends=(Interaction("shell", "the process", "signal", "demonitor: no :DOWN will come"),),
        search=("Process.demonitor", "unwatch", "DOWN"),
        see=("monitor", "flush"),
    ),
)
