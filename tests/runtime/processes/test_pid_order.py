"""The order of pids: by number, as on the BEAM, whoever spawned them."""

from kvshell.runtime import Runtime, process
from kvshell.terms import Map, Pid, compare


def test_pids_sort_by_number_whoever_spawned_them(runtime: Runtime) -> None:
    # iex: Enum.sort([b, c, a]) == [a, c, b], where a spawns b after c was spawned
    me = process.self_()

    def begin() -> None:
        process.receive()
        process.send(me, process.spawn(process.receive))
        process.receive()

    a, c = process.spawn(begin), process.spawn(process.receive)
    process.send(a, "go")
    b: Pid = process.receive()

    assert compare(c, b) == -1
    assert Map({b: 2, c: 1, a: 0}).keys() == [a, c, b]
    for each in (a, b, c):
        process.send(each, "done")
    assert runtime.settle()
