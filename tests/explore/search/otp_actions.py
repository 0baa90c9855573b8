"""What clients do with agents, tasks, supervisors and registries."""

from kvshell.otp import agent, dynamic_supervisor, gen_server, registry, supervisor, task
from kvshell.runtime import process
from kvshell.terms import A, Atom, List, Map, Pid, Term
from tests.explore.search.program_actions import GROUP, REG, Action, ProgramClient, Server


def _start_child(client: ProgramClient) -> Term:
    match dynamic_supervisor.start_child(client.targets.children, (Server, A.heir)):
        case (A.ok, Pid() as pid) as started:
            client.child = pid
            return started
        case other:
            return other


def _end_child(client: ProgramClient) -> Term:
    if client.child is None:
        return A.none
    return dynamic_supervisor.terminate_child(client.targets.children, client.child)


def _task(client: ProgramClient) -> Term:
    server = client.targets.server
    return task.await_(task.async_(lambda: process.send(server, A.of_a_task)), 50)


ANY, FIRST = Atom("_"), Atom("$1")

OTP: dict[str, Action] = {
    "agent get": lambda s: agent.get(s.targets.agent, lambda state: state, 50),
    "agent update": lambda s: agent.update(s.targets.agent, lambda state: (*state, A.u)),
    "agent get and update": lambda s: agent.get_and_update(
        s.targets.agent, lambda state: (state, (*state, A.g))
    ),
    "agent cast": lambda s: agent.cast(s.targets.agent, lambda state: (*state, A.c)),
    "agent stop": lambda s: agent.stop(s.targets.agent),
    "task": _task,
    "task many": lambda s: task.await_many([task.async_(lambda: 1), task.completed(2)]),
    "task yield": lambda s: task.yield_(task.async_(lambda: A.done), 10),
    "task shutdown": lambda s: task.shutdown(task.async_(lambda: process.sleep(A.infinity)), 10),
    "task ignore": lambda s: task.ignore(task.async_(lambda: A.done)),
    "task start": lambda s: task.start(lambda: process.sleep(5))[0],
    "task start linked": lambda s: task.start_link(lambda: A.done)[0],
    "task many yield": lambda s: task.yield_many([task.async_(lambda: 1)], 10),
    "task stream": lambda s: List(task.async_stream([1, 2], lambda item: item)),
    "registry register": lambda s: registry.register(REG, A.k, 1)[0],
    "registry unregister": lambda s: registry.unregister(REG, A.k),
    "registry lookup": lambda s: registry.lookup(REG, A.k),
    "registry keys": lambda s: registry.keys(REG, process.self_()),
    "registry count": lambda s: registry.count(REG),
    "registry whereis": lambda s: registry.whereis_name((REG, A.k)),
    "registry via": lambda s: gen_server.cast(registry.via(REG, A.k), A.v),
    "registry values": lambda s: registry.values(REG, A.k, process.self_()),
    "registry match": lambda s: registry.match(REG, A.k, 1),
    "registry count match": lambda s: registry.count_match(REG, A.k, ANY),
    "registry select": lambda s: registry.select(REG, [((FIRST, ANY, ANY), List(), List([FIRST]))]),
    "registry count select": lambda s: registry.count_select(
        REG, [((A.k, ANY, ANY), List(), List([True]))]
    ),
    "registry unregister match": lambda s: registry.unregister_match(REG, A.k, 1),
    "registry update": lambda s: registry.update_value(REG, A.k, lambda value: value + 1),
    "registry meta": lambda s: registry.meta(REG, A.note),
    "registry put meta": lambda s: registry.put_meta(REG, A.note, process.self_()),
    "registry delete meta": lambda s: registry.delete_meta(REG, A.note),
    "registry send": lambda s: registry.send((REG, A.k), A.sent),
    "group values": lambda s: registry.values(GROUP, A.k, process.self_()),
    "group unregister match": lambda s: registry.unregister_match(GROUP, A.k, 1),
    "group count": lambda s: registry.count(GROUP),
    "registry name": lambda s: registry.register_name((REG, A.k), process.self_()),
    "registry unname": lambda s: registry.unregister_name((REG, A.k)),
    "group register": lambda s: registry.register(GROUP, A.k, 1)[0],
    "group lookup": lambda s: registry.lookup(GROUP, A.k),
    "group dispatch": lambda s: registry.dispatch(
        GROUP, A.k, lambda entries: [process.send(pid, A.news) for pid, _ in entries]
    ),
}


_SERVER = Atom("Elixir.Server")  # the id of the family's child, and its module


SUPERVISED: dict[str, Action] = {
    "children start": _start_child,
    "children end": _end_child,
    "children which": lambda s: dynamic_supervisor.which_children(s.targets.children),
    "children count": lambda s: dynamic_supervisor.count_children(s.targets.children),
    "children stop": lambda s: dynamic_supervisor.stop(s.targets.children),
    "family start": lambda s: supervisor.start_child(
        s.targets.family, Map({A.id: A.two, A.start: (_SERVER, A.start_link, List((A.heir,)))})
    )[0],
    "family module": lambda s: supervisor.callback_module(s.targets.family),
    "family end": lambda s: supervisor.terminate_child(s.targets.family, _SERVER),
    "family delete": lambda s: supervisor.delete_child(s.targets.family, _SERVER),
    "family restart": lambda s: supervisor.restart_child(s.targets.family, _SERVER),
    "family which": lambda s: supervisor.which_children(s.targets.family),
    "family count": lambda s: supervisor.count_children(s.targets.family),
    "family stop": lambda s: supervisor.stop(s.targets.family),
    "family kill": lambda s: process.exit(
        supervisor.which_children(s.targets.family)[0][1], A.kill
    ),
}
